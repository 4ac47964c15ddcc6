package setup

import (
	"cmp"
	"slices"

	"github.com/patchcord/patchcord/internal/setup/form"
)

// formLine is one line of the form.
type formLine uint8

const (
	systemLine formLine = iota
	linkLine
	serverLine
	trustLine
	// fieldLine is the first of the lines for what the system asks.
	fieldLine
)

const (
	keepLine formLine = fieldLine + form.MaxFields + iota
	passwordLine
	commandLine
	variableLine
	soundLine
	microphoneLine
	speakerLine
	ringerLine
	numberLine
	nameLine
	saveLine
	lineCount
)

// The four steps.
const (
	systemStep = iota
	signInStep
	soundStep
	callStep
	stepCount
)

var stepTitles = [stepCount]string{"Which telephone system?", "Sign in", "Microphone, speaker, ringer", "Test call"}

type lineKind uint8

const (
	textKind lineKind = iota
	secretKind
	choiceKind
	buttonKind
)

// lineForm describes a line: its step, its label, the largest width of its text in columns, and its
// help.
type lineForm struct {
	step  int
	kind  lineKind
	label string
	room  int
	help  string
}

// commonForm are the lines that every system has.
var commonForm = [lineCount]lineForm{
	systemLine: {systemStep, choiceKind, "System", 46, "Left and right choose. The practice system needs no network: 600 is an echo, 601 a colleague."},
	linkLine: {signInStep, textKind, "Link", 56, "Paste the link of your welcome mail, sip:201@host or 201@host: it fills the lines below. " +
		"Or leave it empty."},
	serverLine:     {signInStep, textKind, "Server", 34, "The address of the PBX's web pages, as in a browser, with the port if there is one: pbx.example.com:8443"},
	trustLine:      {signInStep, choiceKind, "Trust it", 34, "This computer does not know who signed its certificate. Compare the key with the PBX's administrator before you trust it."},
	keepLine:       {signInStep, choiceKind, "Keep it in", 34, "Where the password is kept. It is never stored with the settings."},
	passwordLine:   {signInStep, secretKind, "Password", 34, "It is not shown. It is tested once when you leave the field, so that you are not locked out."},
	commandLine:    {signInStep, textKind, "Command", 34, "A command that prints the password in one line, like: pass show pbx"},
	variableLine:   {signInStep, textKind, "Variable", 34, "The name of the environment variable that holds the password when Patchcord starts."},
	soundLine:      {soundStep, choiceKind, "You talk with", 34, "Only watching: your desk phone makes the calls, you control them from here."},
	microphoneLine: {soundStep, choiceKind, "Microphone", 44, "Say something: the meter moves. The system's choice follows what you set there."},
	speakerLine:    {soundStep, choiceKind, "Speaker", 44, "What you hear them on."},
	ringerLine:     {soundStep, choiceKind, "Ringer", 44, "What calls ring on: the loudspeakers, while the headset stays quiet."},
	numberLine:     {callStep, textKind, "Number", 20, "An echo test or your own voicemail, if your PBX has one: Enter calls it. Leave it empty to go without."},
	nameLine:       {callStep, textKind, "Profile", 20, "A short name for this telephone system, like office or home."},
	saveLine:       {callStep, buttonKind, "Save, and start", 20, "Saves all of this and opens the phone."},
}

// textRoom is how many columns a text of the system has where it does not say so.
const textRoom = 34

// form is what there is to say of a line for the chosen system.
func (p *Pane) form(line formLine) lineForm {
	if f, ok := p.field(line); ok {
		return lineForm{signInStep, textKind, f.Label, cmp.Or(f.Columns, textRoom), f.Help}
	}
	common := commonForm[line]
	if secret := p.system().Secret; line == passwordLine {
		common.label, common.help = cmp.Or(secret.Label, common.label), cmp.Or(secret.Help, common.help)
	}
	return common
}

// system is the chosen one, zero for the practice system.
func (p *Pane) system() form.System {
	if at := p.chosen[systemLine]; at < len(p.systems) {
		return p.systems[at]
	}
	return form.System{}
}

// fields are the fields of the chosen system for which there is room.
func (p *Pane) fields() []form.Field {
	all := p.system().Fields
	return all[:min(len(all), form.MaxFields)]
}

// field is what the system asks in a line.
func (p *Pane) field(line formLine) (form.Field, bool) {
	all := p.fields()
	if line < fieldLine || int(line-fieldLine) >= len(all) {
		return form.Field{}, false
	}
	return all[line-fieldLine], true
}

// option is one way to fill a line that is chosen.
type option struct{ value, words string }

// options are what a line can be.
func (p *Pane) options(line formLine) []option {
	switch line {
	case systemLine:
		var all []option
		for _, s := range p.systems {
			all = append(all, option{s.ID, s.Name})
		}
		return append(all, option{"", "practice telephone system on this machine"})
	case trustLine:
		return []option{{"", "no"}, {p.offered, "yes, this key alone"}}
	case keepLine:
		return []option{{"", "system keyring"}, {"", "command"}, {"", "variable"}, {"", "a file that only you can read"}}
	case soundLine:
		return []option{{"", "this machine"}, {"", "only watching (desk phone)"}}
	case microphoneLine:
		return deviceChoices(p.devices.Microphones, p.begin.Microphone, systemChoice, true)
	case speakerLine:
		return deviceChoices(p.devices.Speakers, p.begin.Speaker, systemChoice, true)
	case ringerLine:
		return deviceChoices(p.devices.Speakers, p.begin.Ringer, "where I hear them", false)
	}
	return nil
}

// systemChoice is the device that follows the system.
const systemChoice = "the system's choice"

// noDevice is how the configuration names no device at all.
const noDevice = "none"

// deviceChoices are the usual device, all that are there, the one chosen before even if it is away, and
// none.
func deviceChoices(all []form.SoundDevice, before, usual string, follows bool) []option {
	choices := []option{{"", usual}}
	for _, d := range all {
		if d.Default && follows {
			choices[0].words = "system: " + d.Words
		}
		choices = append(choices, option{d.Name, d.Words})
	}
	if before != "" && before != noDevice && !slices.ContainsFunc(choices, func(c option) bool { return c.value == before }) {
		choices = append(choices, option{before, before + ", not there now"})
	}
	return append(choices, option{noDevice, "none"})
}

// device is the name of a chosen device.
func (p *Pane) device(line formLine) string {
	all := p.options(line)
	return all[min(p.chosen[line], len(all)-1)].value
}
