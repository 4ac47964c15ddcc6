package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// say types a command and Enter.
func (r *robot) say(line string) *robot {
	r.press(":")
	for _, k := range line {
		key := string(k)
		if k == ' ' {
			key = "space"
		}
		r.press(key)
	}
	return r.press("enter")
}

func TestCommands(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		situation, line string
		want            intents
		sees            string
	}{
		{"free", "dial 600", intents{phone.Dial{To: "600"}}, ""},
		{"free", "call 600", intents{phone.Dial{To: "600"}}, ""},
		{"free", "call", nil, "dial: [_"},
		{"free", "dnd", intents{phone.SetDND{On: true}}, ""},
		{"free", "set dnd off", intents{phone.SetDND{}}, ""},
		{"free", "set dnd maybe", nil, "type on or off"},
		{"free", "set forward.busy 305", intents{phone.SetForward{Forward: pbxws.Forward{When: pbxws.ForwardBusy, To: "305"}}}, ""},
		{"free", "set forward.always off", intents{phone.SetForward{}}, ""},
		{"free", "set colour blue", nil, `no setting is called "colour"; there are dnd,`},
		{"free", "set echo.canceller off", intents{phone.SetEcho{Mode: phone.EchoOff}}, ""},
		{"free", "set echo.canceller auto", intents{phone.SetEcho{}}, ""},
		{"free", "set echo.canceller loud", nil, "type auto, on or off"},
		{"free", "set hold.reminder 90", nil, "a beep after 1:30 on hold"},
		{"free", "set hold.reminder never", nil, "seconds from 5 to 3600"},
		{"free", "frobnicate", nil, `no command is called "frobnicate"`},
		{"free", "hang up", nil, "nothing to hang up"},
		{"free", "pickup 241", intents{phone.Pickup{Account: phone.Account{ID: "241"}}}, ""},
		{"free", "watch 212", intents{phone.WatchLine{Account: phone.Account{ID: "212"}, On: true}}, ""},
		{"free", "hist", intents{phone.Fetch{Topic: pbxws.TopicHistory}}, "HISTORY 4"},
		{"free", "set", nil, `14 commands begin with "set": type more, or select one`},
		{"free", "", nil, "type a command, or select one"},
		{"able", "call.hold", intents{phone.Hold{Leg: "leg-1"}}, ""},
		{"able", "ha", nil, "type hang up in full"},
		{"able", "hangup", intents{phone.Hangup{Leg: "leg-1"}}, ""},
		{"able", "transfer 203", intents{phone.TransferBlind{Leg: "leg-1", To: "203"}}, ""},
		{"able", "consult 203", intents{phone.Consult{Leg: "leg-1", To: "203"}}, ""},
		{"able", "park 80", intents{phone.ParkCall{Leg: "leg-1", Orbit: "80"}}, ""},
		{"able", "set record on", intents{phone.SetRecording{On: true}}, ""},
		{"asked", "put through", intents{phone.CompleteTransfer{}}, ""},
		{"joined", "join here", intents{phone.Mix{}}, ""},
		{"joined", "join 890", intents{phone.Join{Room: phone.Account{ID: "890"}}}, ""},
		{"joined", "join 891", nil, "there is no conference 891"},
		{"talking", "consult 203", nil, "this PBX cannot join two calls from here"},
	} {
		t.Run(tt.situation+" :"+tt.line, func(t *testing.T) {
			r := newRobot(t, situations()[tt.situation])
			r.say(tt.line).expect(tt.want...)
			if tt.sees != "" {
				r.sees(tt.sees)
			}
		})
	}
}

func TestCommandCompletes(t *testing.T) {
	r := newRobot(t, able())
	r.press(":", "s", "e", "t", "space", "f", "o", "tab").sees(":[set forward.always _")
	r.press("ctrl+u", "h", "i", "s", "down", "up", "tab").sees(":[history_")
	r.press("esc").seesNot("COMMANDS").expect()
}

// TestAnAmbiguousCommandIsMarkedFirst: Enter runs what begins so only once a person selected it.
func TestAnAmbiguousCommandIsMarkedFirst(t *testing.T) {
	r := newRobot(t, able())
	r.press(":", "s", "e", "t", "enter").seesNot(">set").expect()
	r.press("down").sees(">set", "Enter: ").press("s").seesNot(">set")
	r.press("ctrl+u", "l", "i", "n", "k").sees(`Enter: `)
	r.press("ctrl+u", "h", "i", "s", "down").sees(">history clear").press("t", "enter").sees("HISTORY 4") // typing undoes the selection
}

// TestTypingUnmarksAPlace: Enter parks at what is selected, or at what is typed.
func TestTypingUnmarksAPlace(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.press("p", "down").sees(">80").press("8").seesNot(">80").press("2", "enter").
		expect(phone.ParkCall{Leg: "leg-1", Orbit: "82"})
}

// TestPasteRunsNoCommand: a line break in what was pasted is not Enter.
func TestPasteRunsNoCommand(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.press(":").send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("hangup\r\n"), Paste: true})
	r.expect()
	r.sees(":[hangup_")
}

// TestReminderCanBeSet: sooner, and not at all.
func TestReminderCanBeSet(t *testing.T) {
	r := newRobot(t, with(calm(), heldParty(carla)))
	r.say("set hold.reminder off")
	r.wait(2 * time.Minute)
	if r.frame.c.Bells != 0 {
		t.Errorf("%d bells though it is off", r.frame.c.Bells)
	}
	r.say("set hold.reminder 10")
	r.wait(10 * time.Second)
	if r.frame.c.Bells != 1 {
		t.Errorf("%d bells, want 1", r.frame.c.Bells)
	}
}

// TestCommandNamesAreOneEach: no name means two commands.
func TestCommandNamesAreOneEach(t *testing.T) {
	owner := map[string]string{}
	for _, c := range commands(newActions()) {
		for _, name := range c.names {
			if before, taken := owner[name]; taken {
				t.Errorf("%q is %s and %s", name, before, strings.Join(c.names, ", "))
			}
			owner[name] = c.names[0]
		}
	}
}
