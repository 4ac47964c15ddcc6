package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// TestBellOncePerCall: a second call that rings while the first does has a bell of its own.
func TestBellOncePerCall(t *testing.T) {
	r := newRobot(t, calm())
	first, second := ringingFrom(mario), ringingFrom(carla)
	second.ID, second.Began = "leg-5", first.Began.Add(time.Second)
	r.show(with(calm(), first))
	r.show(with(calm(), first, second))
	r.show(with(calm(), second))
	if r.frame.c.Bells != 2 || r.frame.c.Notes != 2 || r.frame.c.Note != "Carla Verdi (Support) calls" {
		t.Errorf("%d bells, %d notes, the last %q", r.frame.c.Bells, r.frame.c.Notes, r.frame.c.Note)
	}
}

// TestHeldReminder: after a minute, and after each minute more; not for one who was taken back.
func TestHeldReminder(t *testing.T) {
	hold := heldParty(carla)
	r := newRobot(t, with(calm(), hold))
	r.wait(12 * time.Second)
	r.seesNot("!!")
	r.wait(time.Second)
	r.sees("!! Carla Verdi has been on hold for 1:00", "!! held 1:00")
	for range 59 {
		r.wait(time.Second)
	}
	if r.frame.c.Bells != 1 {
		t.Errorf("%d bells in the second minute", r.frame.c.Bells)
	}
	r.wait(2 * time.Second)
	if r.sees("on hold for 2:0"); r.frame.c.Bells != 2 {
		t.Errorf("%d bells after two minutes", r.frame.c.Bells)
	}
	hold.HeldAt = r.now
	r.show(with(calm(), hold))
	r.wait(59 * time.Second)
	if r.frame.c.Bells != 2 {
		t.Errorf("%d bells though it was held anew", r.frame.c.Bells)
	}
}

// TestWatchedIsFree: a bell, a sentence, and Enter calls, unless it was on its way already.
func TestWatchedIsFree(t *testing.T) {
	watching := able()
	watching.Watched = []pbxws.AccountID{"212"}
	free := able()
	free.PBX.Apply(pbxws.CallEnded{ID: "c12"}, noon)
	r := newRobot(t, watching)
	r.show(free)
	r.sees("212 Luca Neri is free, Enter calls")
	if r.frame.c.Bells != 1 {
		t.Errorf("%d bells", r.frame.c.Bells)
	}
	r.press("enter").expect()
	r.sees("select somebody first")

	r = newRobot(t, watching)
	r.show(free)
	r.wait(time.Second)
	r.press("enter").expect(phone.Dial{To: "212"})

	r = newRobot(t, watching)
	r.show(free)
	r.wait(time.Second)
	r.press("down", "enter").expect() // a person went on with something else
}

// TestGoToBox: nothing for the quick, the choices for who waits, and no key leaks through.
func TestGoToBox(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.press("g").seesNot("g goes to")
	if len(r.delays) == 0 || r.delays[len(r.delays)-1] != boxAfter {
		t.Errorf("asked to be woken after %v", r.delays)
	}
	r.wait(boxAfter)
	r.sees("g goes to", "h  history", "b  phone book", "w  trace")
	r.press("x").expect()
	r.seesNot("g goes to", "hang up on Mario Bianchi?").press("esc").expect()
	r.press("g")
	r.wait(4 * time.Second)
	r.press("h").sees("HISTORY")
}

// TestGoToBoxIsWhole: a low window shows every choice too, or says how many there are besides.
func TestGoToBoxIsWhole(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		sees []string
	}{
		{80, 24, []string{"e  extensions", "w  trace"}},
		{50, 12, []string{"e  extensions", "w  trace"}},
		{40, 10, []string{"e  extensions", "w  trace"}},
		{40, 8, []string{"e  extensions", "3 more"}},
	} {
		r := newRobot(t, able())
		r.m.scene.w, r.m.scene.h = tt.w, tt.h
		r.press("g")
		r.wait(boxAfter)
		r.sees(tt.sees...)
		for _, k := range r.m.view.armed.choices {
			if tt.h >= 10 {
				r.sees(k.key + "  " + k.words)
			}
		}
	}
}

// TestNotes: only terminals that are known to show them get any.
func TestNotes(t *testing.T) {
	for _, tt := range []struct {
		env  string
		want string
	}{
		{"TERM=xterm-kitty", "\x1b]9;a,b\a"},
		{"TERM=xterm-256color TERM_PROGRAM=iTerm.app", "\x1b]9;a,b\a"},
		{"TERM=foot", "\x1b]777;notify;Patchcord;a,b\a"},
		{"TERM=xterm-256color", ""},
		{"TERM=screen TERM_PROGRAM=iTerm.app", ""},
		{"TERM=tmux-256color TERM_PROGRAM=WezTerm", ""},
		{"TERM=foot TMUX=/x", ""},
		{"TERM=linux", ""},
		{"", ""},
	} {
		look := term.LookOf(func(name string) string {
			for pair := range strings.FieldsSeq(tt.env) {
				if value, ok := strings.CutPrefix(pair, name+"="); ok {
					return value
				}
			}
			return ""
		})
		p := term.NewPainter(&look)
		c := term.NewCanvas(0, 0, true)
		c.Note, c.Notes = "a;b", 1
		out, _ := p.Paint(c)
		if !strings.HasSuffix(string(out), tt.want) || tt.want == "" && strings.Contains(string(out), "]") {
			t.Errorf("%s: %q", tt.env, out)
		}
	}
}
