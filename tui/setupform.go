package tui

import (
	"slices"
	"strings"
	"time"
)

// setupLine is one line of the form.
type setupLine uint8

const (
	systemLine setupLine = iota
	linkLine
	serverLine
	trustLine
	domainLine
	userLine
	adminLine
	keepLine
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
	setupLines
)

// The four steps.
const (
	systemStep = iota
	signInStep
	soundStep
	callStep
	setupSteps
)

var stepTitles = [setupSteps]string{"Which telephone system?", "Sign in", "Microphone, speaker, ringer", "Test call"}

type lineKind uint8

const (
	textKind lineKind = iota
	secretKind
	choiceKind
	buttonKind
)

// form is what there is to say of each line: its step, its label, how many columns its text has
// at the most, and what a person should know of it.
var form = [setupLines]struct {
	step  int
	kind  lineKind
	label string
	room  int
	help  string
}{
	systemLine: {systemStep, choiceKind, "System", 46, "Left and right choose. The practice system needs no network: 600 is an echo, 601 a colleague."},
	linkLine: {signInStep, textKind, "Link", 56, "Paste the link of your welcome mail, sip:201@host or 201@host: it fills the lines below. " +
		"Or leave it empty."},
	serverLine:     {signInStep, textKind, "Server", 34, "The address of the PBX's web pages, as in a browser. Without http:// in front it is taken for https."},
	trustLine:      {signInStep, choiceKind, "Trust it", 34, "Its certificate is vouched for by nobody this machine knows. Compare the key with the PBX's administrator before you trust it."},
	domainLine:     {signInStep, textKind, "Domain", 34, "The tenant's name on that PBX, which may differ from the host's. Your SIP address ends in it."},
	userLine:       {signInStep, textKind, "Extension", 14, "Your own number inside the company."},
	adminLine:      {signInStep, textKind, "Admin", 34, "Mostly empty. Some PBXs let an extension in only through an administrator's account; the password is that account's then."},
	keepLine:       {signInStep, choiceKind, "Keep it in", 34, "Where the password stays. It is never written into config.toml."},
	passwordLine:   {signInStep, secretKind, "Password", 34, "It is not shown. It is tried once when you leave the line, so that nobody is locked out."},
	commandLine:    {signInStep, textKind, "Command", 34, "A command that prints the password in one line, like: pass show pbx"},
	variableLine:   {signInStep, textKind, "Variable", 34, "The name of an environment variable that holds the password whenever Patchcord starts."},
	soundLine:      {soundStep, choiceKind, "You talk with", 34, "Only watching: calls are placed with your desk phone, and worked from here."},
	microphoneLine: {soundStep, choiceKind, "Microphone", 44, "Say something: the meter moves. The system's choice follows what you set there."},
	speakerLine:    {soundStep, choiceKind, "Speaker", 44, "What you hear them on."},
	ringerLine:     {soundStep, choiceKind, "Ringer", 44, "What calls ring on: the loudspeakers, while the headset stays quiet."},
	numberLine:     {callStep, textKind, "Number", 20, "An echo test or your own voicemail, if your PBX has one: Enter calls it. Leave it empty to go without."},
	nameLine:       {callStep, textKind, "Profile", 20, "What this set-up is called, for -profile and :profile."},
	saveLine:       {callStep, buttonKind, "Save, and start", 20, "Writes the profile and opens the phone with it."},
}

// setupPane is the form: what was typed and chosen, and what the tests say.
type setupPane struct {
	open bool
	// alone tells that there is no phone beneath, first that there is no profile yet.
	alone, first bool
	place        string
	// begin is what the form began with.
	begin   Draft
	systems []System
	devices Devices

	step    int
	at      setupLine
	texts   [setupLines]field
	chosen  [setupLines]int
	answers [setupLines]setupAnswer
	// offered is a certificate's key that may be trusted.
	offered, offeredOf string
	// onward goes to the next step when what is being tested is well; insist is the step that a
	// second Enter leaves although something is not.
	onward bool
	insist int
	// edited tells that there is something to lose; leaving that it was said so.
	edited, leaving bool
	// choseSound tells that a person chose in the third step.
	choseSound bool
	level      float32
	trial      trial
}

// setupAnswer is a Finding with its test.
type setupAnswer struct {
	Finding
	// of is what was tested; the answer to something else is worth nothing.
	of Draft
	// run is the number of the test, running that it goes on, since began.
	run     int
	running bool
	began   time.Time
}

// trial is the test call.
type trial struct {
	up, begun bool
	// desk tells that the desk phone talked.
	desk  bool
	run   int
	scene scene
}

// openSetup begins a form.
func openSetup(c SetupConfig, alone bool) setupPane {
	p := setupPane{open: true, alone: alone, place: c.Place, begin: c.Begin, systems: c.Setup.Systems(), insist: -1}
	d := c.Begin
	for line, text := range map[setupLine]string{
		serverLine: d.Server, domainLine: d.Domain, userLine: d.User, adminLine: d.Admin,
		commandLine: d.Command, variableLine: d.Variable, nameLine: d.Profile,
	} {
		p.setText(line, text)
	}
	p.chosen[systemLine] = max(0, slices.IndexFunc(p.systems, func(s System) bool { return s.ID == d.System }))
	p.chosen[keepLine] = int(d.Keep)
	p.offered = d.Pin
	if d.Pin != "" {
		p.chosen[trustLine] = 1
	}
	if d.WatchOnly {
		p.chosen[soundLine] = 1
	}
	p.take(Devices{})
	if d.From != "" {
		p.enter(signInStep)
	}
	return p
}

func (p *setupPane) setText(line setupLine, text string) {
	p.texts[line] = field{kind: setupField}
	p.texts[line].insert(text)
}

func (p *setupPane) text(line setupLine) string { return strings.TrimSpace(string(p.texts[line].text)) }

// draft is what the form says.
func (p *setupPane) draft() Draft {
	d := p.begin
	d.Server, d.Domain, d.User, d.Admin = p.text(serverLine), p.text(domainLine), p.text(userLine), p.text(adminLine)
	d.Command, d.Variable, d.Profile = p.text(commandLine), p.text(variableLine), p.text(nameLine)
	d.Password = Secret(p.texts[passwordLine].text)
	d.Keep = Keep(p.chosen[keepLine])
	if d.Keep == ByCommand || d.Keep == ByVariable {
		d.Password = ""
	}
	if at := p.chosen[systemLine]; at < len(p.systems) {
		d.System = p.systems[at].ID
	}
	d.Pin = ""
	if p.chosen[trustLine] == 1 {
		d.Pin = p.offered
	}
	if d.WatchOnly = p.chosen[soundLine] == 1; !d.WatchOnly {
		d.Microphone, d.Speaker, d.Ringer = p.device(microphoneLine), p.device(speakerLine), p.device(ringerLine)
	}
	return d
}

// option is one way to fill a line that is chosen.
type option struct{ value, words string }

// options are what a line can be.
func (p *setupPane) options(line setupLine) []option {
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
		return []option{{"", "system keyring"}, {"", "command"}, {"", "environment"}, {"", "a file, readable by you alone"}}
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

// deviceChoices are the usual one, all that there are, what was chosen before though it is away,
// and none.
func deviceChoices(all []SoundDevice, before, usual string, follows bool) []option {
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
func (p *setupPane) device(line setupLine) string {
	all := p.options(line)
	return all[min(p.chosen[line], len(all)-1)].value
}

// take has other devices to choose from. What is chosen stays.
func (p *setupPane) take(d Devices) {
	chosen := map[setupLine]string{microphoneLine: p.begin.Microphone, speakerLine: p.begin.Speaker, ringerLine: p.begin.Ringer}
	if p.step >= soundStep {
		for line := range chosen {
			chosen[line] = p.device(line)
		}
	}
	p.devices = d
	for line, name := range chosen {
		p.chosen[line] = max(0, slices.IndexFunc(p.options(line), func(c option) bool { return c.value == name }))
	}
}

// shows tells whether a line stands in the form at the moment.
func (p *setupPane) shows(line setupLine) bool {
	keep := Keep(p.chosen[keepLine])
	switch line {
	case trustLine:
		return p.offered != ""
	case passwordLine:
		return keep == InKeyring || keep == InFile
	case commandLine:
		return keep == ByCommand
	case variableLine:
		return keep == ByVariable
	case microphoneLine, speakerLine, ringerLine:
		return p.chosen[soundLine] == 0
	}
	return true
}

// lines are those of the step.
func (p *setupPane) lines() []setupLine {
	var all []setupLine
	for line := range setupLines {
		if form[line].step == p.step && p.shows(line) {
			all = append(all, line)
		}
	}
	return all
}

// credential is the line whose leaving tests the login.
func (p *setupPane) credential() setupLine {
	return [...]setupLine{InKeyring: passwordLine, ByCommand: commandLine, ByVariable: variableLine, InFile: passwordLine}[p.chosen[keepLine]]
}

// missing is the first line of the step that has to be filled and is not.
func (p *setupPane) missing() (setupLine, bool) {
	if p.step == callStep {
		return nameLine, p.text(nameLine) == ""
	}
	if p.step != signInStep {
		return 0, false
	}
	for _, line := range []setupLine{serverLine, domainLine, userLine, p.credential()} {
		if len(p.texts[line].text) == 0 && !(line == passwordLine && p.begin.Stored) {
			return line, true
		}
	}
	return 0, false
}

// enter goes to a step, to its first line.
func (p *setupPane) enter(step int) {
	p.step, p.onward, p.insist = step, false, -1
	p.at = p.lines()[0]
	if step == signInStep && p.text(serverLine) != "" {
		p.at = serverLine
	}
}

// focus goes a line on or back in the step, and reports whether there was one.
func (p *setupPane) focus(by int) bool {
	lines := p.lines()
	at := slices.Index(lines, p.at) + by
	if at < 0 || at >= len(lines) {
		return false
	}
	p.at = lines[at]
	return true
}
