package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// TestAnotherProgramDials: it is asked first, and an Enter that was on its way calls nobody.
func TestAnotherProgramDials(t *testing.T) {
	r := newRobot(t, calm())
	r.send(newsMsg{News{Dial: "0721555016"}})
	r.sees("another program asks to call 0721555016", "Enter: calls 0721555016")
	r.press("enter").expect()
	r.sees("press Enter again to call")
	r.wait(time.Second)
	r.press("enter").expect(phone.Dial{To: "0721555016"})

	r = newRobot(t, calm())
	r.send(newsMsg{News{Dial: "0721555016"}})
	r.wait(time.Second)
	r.press("esc", "enter").expect()
}

// TestAnotherProgramWaits: whoever is typing, or is called, keeps the keys.
func TestAnotherProgramWaits(t *testing.T) {
	r := newRobot(t, calm())
	r.press("d", "6")
	r.send(newsMsg{News{Dial: "0721555016"}})
	r.sees("dial: [6", "another program asks to call 0721555016; Enter still calls what you type", "ANOTHER PROGRAM ASKS TO CALL")
	r.press("0", "0", "enter").expect(phone.Dial{To: "600"})
	r.sees("dial: [0721555016", "another program asks to call 0721555016")
	r.press("enter").expect()
	r.wait(time.Second)
	r.press("enter").expect(phone.Dial{To: "0721555016"})
	r.seesNot("dial: [")

	r = newRobot(t, with(able(), ringingFrom(mario)))
	r.send(newsMsg{News{Dial: "0721555099"}})
	r.seesNot("dial: [")
	r.wait(time.Second)
	r.press("enter").expect(phone.Dial{To: "0721555099"})
}

// TestOneOwnerOfEnter: the screen names the number that Enter calls, and it calls that one.
func TestOneOwnerOfEnter(t *testing.T) {
	typing := func(text ...string) *robot {
		r := newRobot(t, calm())
		r.press("d").press(text...)
		r.send(newsMsg{News{Dial: "0721555016"}})
		return r
	}
	r := typing("7", "7", "7", "7")
	r.press("down").sees("> ", "Enter: calls 0721555016")
	r.press("enter").expect(phone.Dial{To: "0721555016"})
	r.seesNot("dial: [")

	r = typing("7", "7", "7", "7")
	r.press("esc").sees("dial: [0721555016")

	r = typing() // nothing is typed: the number takes the field
	r.sees("dial: [0721555016", "Enter: calls 0721555016")

	for _, keys := range [][]string{{":", "m", "u"}, {"?"}} {
		r = newRobot(t, calm())
		r.press(keys...)
		r.send(newsMsg{News{Dial: "0721555016"}})
		r.sees("you are asked when you are done here")
		r.press("esc").expect()
		r.sees("dial: [0721555016")
	}
}

// TestServiceCodeFromOutside is asked with a warning, from another program and from a paste.
func TestServiceCodeFromOutside(t *testing.T) {
	const warning, code = "SERVICE CODE that may change settings", "*21*0900123456#"
	r := newRobot(t, calm())
	r.send(newsMsg{News{Dial: code}})
	r.sees("another program asks to dial "+code+", a SERVICE CODE", "dial: ["+code, warning+": Enter dials "+code)
	r = newRobot(t, calm())
	r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("dial " + code), Paste: true})
	r.expect()
	r.sees("dial: ["+code, warning)
	r = newRobot(t, calm())
	r.press("d", "*", "9", "8").sees("Enter: calls *98").seesNot(warning)
}

// TestDoubtfulNumbersFromOutside are asked with a warning of their own; whoever types one, and a colleague
// whose number is as short, are not warned of.
func TestDoubtfulNumbersFromOutside(t *testing.T) {
	for number, warning := range map[string]string{
		"112": "SHORT NUMBER, not an extension", "09001234567": "PREMIUM NUMBER, maybe expensive", "+499001234567": "PREMIUM NUMBER",
	} {
		r := newRobot(t, calm())
		r.send(newsMsg{News{Dial: number}})
		r.sees("another program asks to dial "+number+", a "+warning, "dial: ["+number, warning)
	}
	r := newRobot(t, calm())
	r.send(newsMsg{News{Dial: "112"}})
	r.sees("SHORT NUMBER, not an extension: maybe an emergency service: Enter dials 112") // whole, at 80 columns
	r = newRobot(t, calm())
	r.send(newsMsg{News{Dial: string(mario.Number)}})
	r.seesNot("SHORT NUMBER")
	r = newRobot(t, calm())
	r.press("d", "1", "1", "2").seesNot("SHORT NUMBER")
}

// TestNotesOfPrograms stand on the card of the call they are about, harmless, and go with it.
func TestNotesOfPrograms(t *testing.T) {
	r := newRobot(t, with(able(), ringingFrom(mario)))
	r.send(newsMsg{News{Call: "leg-3", Text: "offer #881\x1b[2J (crm, 0.4 s)"}})
	r.sees("offer #881?[2J (crm, 0.4 s)", "last call")
	taken := talkingTo(mario)
	taken.ID = "leg-3"
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		r.m.scene.w, r.m.scene.h = size[0], size[1]
		r.show(with(able(), taken))
		r.sees("offer #881")
	}
	held := taken
	held.LocalHold, held.HeldAt = true, ago(time.Second)
	r.show(with(able(), held, talkingTo(carla)))
	r.sees("offer #881")
	r.show(able())
	r.send(newsMsg{News{Call: "leg-3", Text: "too late"}})
	r.send(newsMsg{News{Call: pbxws.LegID("leg-9"), Text: "too late"}})
	r.seesNot("too late")
	if strings.Contains(r.frame.c.String(), "offer") {
		t.Errorf("the note outlives its call:\n%s", r.frame.c)
	}
}

// TestPrintable: what other programs print of a wire does nothing to their terminal either.
func TestPrintable(t *testing.T) {
	for _, r := range term.Printable("Mario\x1b]0;x\a\u202e\u009b2J\r\n\U000e0041") {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r > 0xffff {
			t.Errorf("%U", r)
		}
	}
}
