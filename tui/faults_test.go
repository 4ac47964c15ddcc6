package tui

import (
	"bytes"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// testLog fails the test with what is logged.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Errorf("logged %s", b)
	return len(b), nil
}

// logTo has a robot's faults written down instead of failing the test.
func (r *robot) logTo(w io.Writer) {
	r.m.faultLog = newFaultLog(slog.New(slog.NewTextHandler(w, nil)))
}

// TestEmptyListOfMessages: the keys that once ended the program.
func TestEmptyListOfMessages(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "/").press(strings.Split("mt=Nope", "")...).press("enter", "enter")
	r.sees("there is no message to open").press("down", "up", "pgdown", "end", "home").sees("0 of 8")
	r.press("q").sees("8 of 8", "UserHold")
	r.press("enter").seesNot("follow on") // the message that fills the body stays when the record goes
	views := twoSessions()
	views[0].Entries = nil
	r.send(appsMsg{views})
	r.press("down", "up").sees("UserHold").press("enter", "enter").sees("there is no message to open")
}

// TestFaultOfAPane: a view that fails says so in its place, once in the log, and the rest goes on.
func TestFaultOfAPane(t *testing.T) {
	r := newRobot(t, with(calm(), talkingTo(mario)))
	r.m.scene.w, r.m.scene.h = 120, 40
	var log bytes.Buffer
	r.logTo(&log)
	spoil := func() { r.m.open(listKinds + 3) }
	spoil()
	for range 50 {
		r.wait(time.Second)
		r.press("down")
	}
	r.sees("This view has failed.", "Mario Bianchi", "TALKING")
	r.press("h").expect(phone.Hold{Leg: "leg-1"})
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "tui.(*listPane).") {
		t.Errorf("%d lines in the log: %s", n, log.String())
	}
	r.press("g", "e").sees("EXTENSIONS").seesNot("has failed")
	r.press("g", "h").sees("HISTORY").seesNot("has failed") // the same pane, and it works
	spoil()
	r.wait(time.Second)
	r.sees("This view has failed.")
}

// TestFaultOfAMove: the same for a key in the pane.
func TestFaultOfAMove(t *testing.T) {
	r := newRobot(t, with(calm(), talkingTo(mario)))
	r.m.scene.w, r.m.scene.h = 120, 40
	var log bytes.Buffer
	r.logTo(&log)
	r.m.view.movePane(func(pane) { panic("a fault of ours") })
	r.wait(time.Second)
	r.sees("This view has failed.", "TALKING").press("h").expect(phone.Hold{Leg: "leg-1"})
	r.press("down").sees("This view has failed.")
	r.press("i", "i").sees("EXTENSIONS").seesNot("has failed")
	if !strings.Contains(log.String(), `panic="a fault of ours"`) {
		t.Errorf("the log has %q", log.String())
	}
}

// TestFaultOfAPiece: a part of the screen that fails is drawn again with each frame; only a view is left
// alone.
func TestFaultOfAPiece(t *testing.T) {
	r := newRobot(t, with(calm(), talkingTo(mario)))
	var log bytes.Buffer
	r.logTo(&log)
	for range 3 {
		c := term.NewCanvas(40, 6, true)
		r.m.view.piece(c, term.Rect{Y: 2, W: 40, H: 4}, "the cards", func() { panic("a fault of ours") })
		if got := c.String(); !strings.Contains(got, "your calls go on") || strings.HasPrefix(got, " This") {
			t.Errorf("the screen is\n%s", got)
		}
		r.wait(time.Second)
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines in the log: %s", n, log.String())
	}
	r.sees("TALKING")
}

// TestFaultInAMessage: the pump is asked again, and the person is told.
func TestFaultInAMessage(t *testing.T) {
	r := newRobot(t, with(calm(), talkingTo(mario)))
	var log bytes.Buffer
	r.logTo(&log)
	r.m.wait = func() tea.Msg { return tickMsg{} }
	r.phone.panics = true
	if cmd := r.send(keyMsg("h")); cmd != nil {
		t.Error("a key asks for the next message")
	}
	r.sees("part of the screen failed", "fault in Patchcord", "TALKING")
	r.m.apps = brokenApps{}
	r.m.scene.apps = twoSessions()
	r.m.view.panes.push(r.m.view.apps)
	r.press("u", "r")
	for range 20 {
		if cmd := r.send(tickMsg{}); cmd == nil {
			t.Fatal("nobody asks for the next message")
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines in the log: %s", n, log.String())
	}
	_, quits := r.m.Update(closedMsg{})
	if quits == nil || quits() != tea.Quit() {
		t.Error("the screen does not end")
	}
}

// brokenApps fails at everything.
type brokenApps struct{ Apps }

func (brokenApps) Reveal(int, uint64) (record.Entry, error) { panic("no secrets here") }
func (brokenApps) Save(int, bool) (string, error)           { panic("no disk here") }

// records are the commands of the AppWebsocket pane as they are in the program.
func (r *robot) records(t *testing.T, from apps.Recorder, c *tasks) apps.Records {
	return apps.NewRecords(t.Context(), from, func(cmd tea.Cmd, lost func(error) tea.Msg) tea.Cmd { return c.guard(r.m.faultLog, cmd, lost) })
}

func TestFaultOfACommand(t *testing.T) {
	var log bytes.Buffer
	r := newRobot(t, calm())
	r.logTo(&log)
	var c tasks
	save := r.records(t, brokenApps{}, &c).Save(1, false)
	r.send(save())
	r.sees("the record was not saved", "fault in Patchcord")
	r.send(c.guard(r.m.faultLog, func() tea.Msg { panic("nothing here") }, commandLost)())
	r.sees("part of the screen failed", "fault in Patchcord")
	c.wait()
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines in the log: %s", n, log.String())
	}
}

// TestAnyKeyAnywhere presses keys at random over all views, with and without data.
func TestAnyKeyAnywhere(t *testing.T) {
	t.Parallel()
	for seed := range uint64(24) {
		anyKeys(t, seed, 250)
	}
}

func FuzzKeys(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { anyKeys(t, seed, 400) })
}

// anyKeys presses so many keys; a fault fails the test by the log.
func anyKeys(t *testing.T, seed uint64, n int) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	r := newRobot(t, calm())
	var c tasks
	defer c.wait()
	r.m.apps = stillApps{}
	r.m.records = r.records(t, stillApps{}, &c)
	r.m.wait = func() tea.Msg { return nil }
	if seed%3 == 0 {
		r.m.linear = newLinear(discard{}, true)
	}
	keys, shots := everyKey(r), snapshotsOf(situations())
	sizes := [][2]int{{80, 24}, {120, 40}, {200, 60}, {30, 8}, {1, 1}, {40, 3}}
	var pressed []string
	for range n {
		switch rnd.IntN(20) {
		case 0:
			r.show(shots[rnd.IntN(len(shots))])
		case 1:
			r.send(appsMsg{[][]sessions.View{nil, twoSessions(), {{ID: 1, Name: "empty"}}, {twoSessions()[1]}}[rnd.IntN(4)]})
		case 2:
			size := sizes[rnd.IntN(len(sizes))]
			r.send(sizeMsg{w: size[0], h: size[1]})
		case 3:
			r.send(tea.MouseMsg{X: rnd.IntN(200), Y: rnd.IntN(60), Action: tea.MouseActionPress, Button: tea.MouseButton(rnd.IntN(8))})
		case 4:
			r.wait(time.Duration(rnd.IntN(3000)) * time.Millisecond)
		case 5:
			r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("mt=Nope 0721 \u65e5"), Paste: true})
		default:
			key := keys[rnd.IntN(len(keys))]
			pressed = append(pressed, key)
			r.press(key)
		}
		r.m.view.leaving = min(r.m.view.leaving, hangingUp)
		if t.Failed() {
			t.Fatalf("seed %d, after %q", seed, pressed)
		}
	}
}

// everyKey are the single keys that mean something somewhere, some more often than others.
func everyKey(r *robot) []string {
	keys := []string{"x", "1", "enter", "enter", "down", "down", "up", "esc", "tab", "g", "g", "g", "/", ":", "?", "backspace"}
	for name := range keyTypes {
		keys = append(keys, name)
	}
	for b := '!'; b <= '~'; b++ {
		if _, ok := r.m.scene.keys.Lookup(keymap.Idle, string(b)); ok || b >= 'a' && b <= 'z' {
			keys = append(keys, string(b))
		}
	}
	return keys
}

func snapshotsOf(by map[string]phone.Snapshot) []phone.Snapshot {
	var all []phone.Snapshot
	for _, name := range []string{"idle", "ringing", "talking", "two", "able", "desk", "asking", "asked"} {
		all = append(all, by[name])
	}
	return append(all, phone.Snapshot{}, phone.Snapshot{PBX: pbxws.NewState("")})
}

type discard struct{}

func (discard) Print(string) {}

// stillApps do nothing.
type stillApps struct{ Apps }

func (stillApps) Send(int, []byte) error                       { return nil }
func (stillApps) Retry(int) error                              { return nil }
func (stillApps) Forget(int) error                             { return nil }
func (stillApps) Reveal(_ int, n uint64) (record.Entry, error) { return record.Entry{N: n}, nil }

// TestFaultDoesNotStopThePump: a fault in any message of the pump asks it for the next one.
func TestFaultDoesNotStopThePump(t *testing.T) {
	for _, msg := range []tea.Msg{phoneMsg{}, newsMsg{}, silentMsg{}, pastMsg{}, appsMsg{}, sizeMsg{}, tickMsg{}, pumpFailedMsg{}} {
		if !fromPump(msg) {
			t.Errorf("%T", msg)
		}
	}
}
