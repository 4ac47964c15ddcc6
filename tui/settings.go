package tui

import (
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// setting is something that can be set by name while the program runs.
type setting struct {
	name, values, help string
	// order tells that it is the phone's.
	order bool
	set   func(m *model, value string) string
}

// settings are all there are.
var settings = [...]setting{
	{"dnd", "on|off", "do-not-disturb at the PBX", true, setDND},
	{"mute", "on|off", "your microphone", true, onOff(func(on bool) phone.Intent { return phone.SetMute{On: on} })},
	{"record", "on|off", "recording of the call you are in", true, onOff(func(on bool) phone.Intent { return phone.SetRecording{On: on} })},
	{"intercom", "muted|open|off", "answer intercom calls automatically", true, setIntercom},
	{"trace", "on|off", "record of the messages of the link", true, onOff(func(on bool) phone.Intent { return phone.SetTrace{On: on} })},
	{"forward.always", "NUMBER|off", "send every call there", true, forward(pbxws.ForwardAlways)},
	{"forward.busy", "NUMBER|off", "send calls there while you are in one", true, forward(pbxws.ForwardBusy)},
	{"forward.noanswer", "NUMBER|off", "send calls there that you do not take", true, forward(pbxws.ForwardNoAnswer)},
	{"forward.offline", "NUMBER|off", "send calls there while no phone of yours is there", true, forward(pbxws.ForwardOffline)},
	{"echo.canceller", "auto|on|off", "take the echo of the speaker out of the microphone; auto where the system does not", true, setEcho},
	{"mouse", "on|off", "the wheel scrolls, a click selects; off leaves the mouse to the terminal", false, (*model).setMouse},
	{"theme", "dark|light", "colours for the ground of your terminal", false, (*model).setTheme},
	{"hold.reminder", "SECONDS|off", "beep when somebody has been on hold for so long", false, (*model).setReminder},
}

func onOff(intent func(on bool) phone.Intent) func(*model, string) string {
	return func(m *model, value string) string {
		if value != "on" && value != "off" {
			return "type on or off"
		}
		return m.do(intent(value == "on"))
	}
}

func setIntercom(m *model, value string) string {
	to, ok := phone.IntercomOf(value)
	if !ok || value == "" {
		return "type muted, open or off"
	}
	return m.do(phone.SetIntercom{To: to})
}

// setDND and forward take the name of a PBX after the value, where there are several.
func setDND(m *model, value string) string {
	return m.atNamed(value, func(value string) (phone.Intent, string) {
		if value != "on" && value != "off" {
			return nil, "type on or off"
		}
		return phone.SetDND{On: value == "on"}, ""
	})
}

func setEcho(m *model, value string) string {
	mode := phone.EchoMode(value)
	switch {
	case value == "auto":
		mode = phone.EchoAuto
	case mode != phone.EchoOn && mode != phone.EchoOff:
		return "type auto, on or off"
	}
	return m.do(phone.SetEcho{Mode: mode})
}

func forward(when pbxws.ForwardWhen) func(*model, string) string {
	return func(m *model, value string) string {
		if !m.scene.several() { // a number may have blanks in it
			return m.do(forwardTo(when, value))
		}
		return m.atNamed(value, func(value string) (phone.Intent, string) { return forwardTo(when, value), "" })
	}
}

func forwardTo(when pbxws.ForwardWhen, value string) phone.Intent {
	if value == "off" {
		value = ""
	}
	return phone.SetForward{Forward: pbxws.Forward{When: when, To: value}}
}

func (m *model) setTheme(value string) string {
	p, ok := m.grounds[value]
	if !ok || value == "" {
		return "type dark or light"
	}
	m.view.tints = p
	m.say(phone.GradeDone, "colours for a "+value+" terminal")
	return ""
}

// longestReminder is an hour: a later one would be useless.
const longestReminder = 3600

func (m *model) setReminder(value string) string {
	if value == "off" {
		m.scene.reminder = -1
		m.say(phone.GradeDone, "no reminders of calls on hold")
		return ""
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 5 || n > longestReminder {
		return "type a number of seconds from 5 to 3600, or off"
	}
	m.scene.reminder = time.Duration(n) * time.Second
	m.say(phone.GradeDone, "a beep after "+term.Minutes(m.scene.reminder)+" on hold, and again each time")
	return ""
}
