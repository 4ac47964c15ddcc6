package tui

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
)

// line makes an entry of a record; a text that is no JSON is a note.
func line(n uint64, before time.Duration, dir appws.Direction, api, mt, src, text string) appws.Entry {
	return appws.Entry{N: n, At: ago(before), Dir: dir, API: api, MT: mt, Src: src, Text: text, Bytes: len(text)}
}

// twoSessions are a PBX with a conversation and an app that is away.
func twoSessions() []appws.SessionView {
	entries := []appws.Entry{
		line(1, 41*time.Minute, appws.Out, "", "AppChallenge", "", `{"mt":"AppChallenge"}`),
		line(2, 41*time.Minute, appws.In, "", "AppLoginResult", "", `{"mt":"AppLoginResult","ok":true}`),
		line(3, 41*time.Minute, appws.Note, "", "", "", "Connected and logged in."),
		line(4, 9*time.Second, appws.Out, "RCC", "UserCall", "c7", `{"api":"RCC","mt":"UserCall","src":"c7","e164":"305"}`),
		line(5, 8952*time.Millisecond, appws.In, "RCC", "UserCallResult", "c7", `{"api":"RCC","mt":"UserCallResult","src":"c7","call":5012}`),
		line(6, 6*time.Second, appws.In, "RCC", "CallInfo", "m1",
			`{"api":"RCC","mt":"CallInfo","src":"m1","user":201,"call":5012,"msg":"r-conn","peer":{"num":"305","dn":"Carla Verdi"},"token":"<hidden, 32 chars>"}`),
		line(7, 4*time.Second, appws.In, "PbxApi", "PresenceUpdate", "p1", `{"api":"PbxApi","mt":"PresenceUpdate","src":"p1","sip":"carla","up":true}`),
		line(8, 2200*time.Millisecond, appws.Out, "RCC", "UserHold", "c8", `{"api":"RCC","mt":"UserHold","src":"c8","call":5012}`),
	}
	entries[0].Handshake, entries[1].Handshake = true, true
	entries[3].State, entries[3].Pair, entries[3].Took = appws.Answered, 5, 48*time.Millisecond
	entries[4].Pair, entries[5].Hidden, entries[7].State = 4, 1, appws.Pending
	return []appws.SessionView{
		{ID: 1, Name: "pbx", URL: "wss://pbx.acme.example/PBX0/APPS/websocket", App: "patchcord", State: appws.Open,
			Since: ago(41 * time.Minute), Received: 1204, Sent: 318, Reconnects: 1, Pending: 1, KeepAlive: 30 * time.Second, Entries: entries},
		{ID: 2, Name: "echo", URL: "wss://ap.acme.example/echo", App: "echo", State: appws.Retrying, Since: ago(12 * time.Second),
			RetryAt: noon.Add(4 * time.Second), Why: "The host is there, but nothing listens at that port. Check the port and that the server runs."},
	}
}

// TestAppsScreens keeps the pane as a golden.
func TestAppsScreens(t *testing.T) {
	for _, s := range appsShots() {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
			name := fmt.Sprintf("%s-%dx%d", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				compare(t, name, s.canvas(t, size[0], size[1], true).String())
			})
		}
	}
}

type appsShot struct {
	name string
	apps []appws.SessionView
	view view
}

func appsShots() []appsShot {
	composing := &field{kind: composeField}
	composing.insert(`{"mt":"Echo","api":"echo",}`)
	return []appsShot{
		{"apps", twoSessions(), view{apps: appsPane{open: true}}},
		{"apps-stopped", twoSessions(), view{apps: appsPane{open: true, at: 6, filter: "api=RCC mt!=UserHold"}}},
		{"apps-away", twoSessions(), view{apps: appsPane{open: true, session: 2}}},
		{"apps-full", twoSessions(), view{apps: appsPane{open: true, at: 6, full: true}}},
		{"apps-compose", twoSessions(), view{apps: appsPane{open: true, unlocked: true}, field: composing}},
		{"apps-none", nil, view{apps: appsPane{open: true}}},
	}
}

func (s appsShot) canvas(t testing.TB, w, h int, ascii bool) *canvas {
	c := newCanvas(w, h, ascii)
	sc := sceneOf(t, restful())
	sc.apps = s.apps
	s.view.w, s.view.h, s.view.ascii = w, h, ascii
	draw(c, sc, &s.view)
	return c
}

// TestHostileAppsTextNeverReachesTheTerminal has hostile text in every field of a session.
func TestHostileAppsTextNeverReachesTheTerminal(t *testing.T) {
	bad := hostileRunes()
	at := 0
	next := func() string { at++; return bad[at%len(bad)] }
	look := lookOf(func(string) string { return "xterm" })
	for round := range 16 {
		for _, s := range appsShots() {
			poison(reflect.ValueOf(s.apps), next)
			for _, size := range [][2]int{{60, 20}, {120, 40}} {
				c := s.canvas(t, size[0], size[1], round%2 == 0)
				checkWidths(t, c)
				b, _ := newPainter(&look.sgr, true).paint(c)
				if err := rendererOnly(b, round%2 == 0); err != nil {
					t.Fatalf("%s at %v: %v", s.name, size, err)
				}
			}
		}
	}
}

// fakeApps writes down what it is told; secrets is what Reveal gives.
type fakeApps struct {
	Apps
	sent    []string
	err     error
	secrets string
}

func (f *fakeApps) Send(_ int, text []byte) error {
	if err := appws.CheckMessage(text); err != nil {
		return err
	}
	f.sent = append(f.sent, string(text))
	return f.err
}

func (f *fakeApps) Reveal(_ int, n uint64) (appws.Entry, error) {
	return appws.Entry{N: n, Text: f.secrets}, nil
}

func appsRobot(t *testing.T) (*robot, *fakeApps) {
	r, apps := newRobot(t, restful()), &fakeApps{secrets: `{"token":"opensesame"}`}
	r.m.apps = apps
	r.send(appsMsg{twoSessions()})
	return r, apps
}

func TestAppsPaneOpensAndCloses(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a").sees("APPWEBSOCKET", "pbx", "WAITING 2.", "answered 48 ms", "after 48 ms", "follow on")
	r.press("tab").sees("nothing listens").press("tab").sees("UserHold")
	r.press("q").seesNot("APPWEBSOCKET")
	r.press("g", "a", "g", "a").seesNot("APPWEBSOCKET")
	r.m.apps = nil
	r.press("g", "a").sees("there are no AppWebsocket sessions").seesNot("APPWEBSOCKET")
}

// TestAppsFollow: whoever moves up stays there when news comes, and is told.
func TestAppsFollow(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "up", "up").sees("FOLLOW OFF, 2 newer", `"call": 5012`)
	views := twoSessions()
	views[0].Entries = append(views[0].Entries, line(9, 0, appws.In, "RCC", "UserHoldResult", "c8", `{"mt":"UserHoldResult"}`))
	r.send(appsMsg{views})
	r.sees("FOLLOW OFF, 3 newer", `"call": 5012`)
	r.press("f").sees("follow on", `"mt": "UserHoldResult"`)
	r.press("f").sees("FOLLOW OFF, 0 newer").press("end").sees("follow on")
	r.press("enter").seesNot("follow on").press("esc").sees("follow on")
}

func TestAppsFilter(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "/").press(strings.Split("api=rcc", "")...).sees("4 of 8").seesNot("PresenceUpdate")
	r.press("esc").sees("PresenceUpdate", "8 of 8")
	r.press("/").press(strings.Split("mt!=UserCall", "")...).press("space").press(strings.Split("dir=tx", "")...).press("enter")
	r.sees("filter: mt!=UserCall dir=tx", "2 of 8", "AppChallenge").seesNot("UserCallResult")
	r.press("q").sees("8 of 8").press("q").seesNot("APPWEBSOCKET")
}

func TestAppsFilterWords(t *testing.T) {
	entries := twoSessions()[0].Entries
	for _, tt := range []struct {
		filter string
		want   []uint64
	}{
		{"", []uint64{1, 2, 3, 4, 5, 6, 7, 8}},
		{"api=PbxApi", []uint64{7}},
		{"api!=", []uint64{4, 5, 6, 7, 8}},
		{"src=C7 dir=rx", []uint64{5}},
		{"dir!=rx dir!=tx", []uint64{3}},
		{"carla", []uint64{6, 7}},
		{"num=305", nil}, // no key of ours: a word that stands nowhere
		{"mt=nothing", nil},
	} {
		var got []uint64
		for _, e := range parseAppsFilter(tt.filter).of(entries) {
			got = append(got, e.N)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q lets %v through, want %v", tt.filter, got, tt.want)
		}
	}
}

// TestAppsLocked: nothing is sent and no secret seen before the pane is unlocked, nor after it
// was left.
func TestAppsLocked(t *testing.T) {
	r, apps := appsRobot(t)
	r.press("g", "a", "r").sees("u unlocks it").press("n").sees("u unlocks it").seesNot("opensesame", "send to")
	r.press("u").sees("UNLOCKED").seesNot("opensesame")
	r.press("r").sees("opensesame", "SECRETS SHOWN").press("r").seesNot("opensesame")
	r.press("r", "q", "g", "a").sees("read only").seesNot("opensesame")
	for _, elsewhere := range []string{"h", "w", "e"} {
		r.press("u", "r").sees("opensesame").press("g", elsewhere, "g", "a").sees("read only").seesNot("opensesame")
	}
	if len(apps.sent) > 0 {
		t.Error(apps.sent)
	}
}

func TestAppsCompose(t *testing.T) {
	r, apps := appsRobot(t)
	r.press("g", "a", "u", "n").press(strings.Split(`{"mt":"Echo"`, "")...).sees("no JSON")
	r.press("enter").sees("not sent").press("}").sees("Enter: sends 13 bytes to pbx").press("enter")
	r.press("n", "up").sees(`{"mt":"Echo"}`).press("enter")
	if want := []string{`{"mt":"Echo"}`, `{"mt":"Echo"}`}; !slices.Equal(apps.sent, want) {
		t.Errorf("%q was sent, want %q", apps.sent, want)
	}
	apps.err = appws.ErrBusy
	r.press("n", "up", "enter").sees("too much waits")
	r.press("esc", "tab", "n").sees("echo is not connected")
	r.expect()
}

func TestAppsSave(t *testing.T) {
	r, _ := appsRobot(t)
	type asked struct {
		id     int
		reveal bool
	}
	var got []asked
	r.m.saveLog = func(id int, reveal bool) tea.Cmd { got = append(got, asked{id, reveal}); return nil }
	r.press("g", "a", "e", "u", "r", "tab", "e")
	if want := []asked{{1, false}, {2, true}}; !slices.Equal(got, want) {
		t.Errorf("saved %v, want %v", got, want)
	}
	r.send(recordedMsg{path: "there/pbx.jsonl"})
	r.sees("saved to there/pbx.jsonl")
	r.send(recordedMsg{err: errors.New("the disk is full")})
	r.sees("the disk is full")
}

// TestAppsInLines: a screen reader hears how the sessions stand and what they said, no secrets.
func TestAppsInLines(t *testing.T) {
	r, _ := appsRobot(t)
	var said strings.Builder
	r.m.linear = newLinear(printing{&said}, true)
	r.press("g", "a")
	for _, want := range []string{"session: pbx, open since 41:00", "pbx tx: ", "session: echo, retrying", "nothing listens"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not said:\n%s", want, said.String())
		}
	}
	if r.m.view.apps.open {
		t.Error("a pane is open that nobody sees")
	}
}

type printing struct{ *strings.Builder }

func (p printing) print(s string) { p.WriteString(s) }
