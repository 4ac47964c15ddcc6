package tui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/term"
)

// frameOf makes an entry of a record; a text that is no JSON is a note.
func frameOf(n uint64, before time.Duration, dir appws.Direction, api, mt, src, text string) record.Entry {
	return record.Entry{N: n, At: ago(before), Dir: dir, API: api, MT: mt, Src: src, Text: text, Bytes: len(text)}
}

// twoSessions are a PBX with a conversation and an app that is away.
func twoSessions() []sessions.View {
	entries := []record.Entry{
		frameOf(1, 41*time.Minute, appws.Out, "", "AppChallenge", "", `{"mt":"AppChallenge"}`),
		frameOf(2, 41*time.Minute, appws.In, "", "AppLoginResult", "", `{"mt":"AppLoginResult","ok":true}`),
		frameOf(3, 41*time.Minute, record.Note, "", "", "", "Connected and logged in."),
		frameOf(4, 9*time.Second, appws.Out, "RCC", "UserCall", "c7", `{"api":"RCC","mt":"UserCall","src":"c7","e164":"305"}`),
		frameOf(5, 8952*time.Millisecond, appws.In, "RCC", "UserCallResult", "c7", `{"api":"RCC","mt":"UserCallResult","src":"c7","call":5012}`),
		frameOf(6, 6*time.Second, appws.In, "RCC", "CallInfo", "m1",
			`{"api":"RCC","mt":"CallInfo","src":"m1","user":201,"call":5012,"msg":"r-conn","peer":{"num":"305","dn":"Carla Verdi"},"token":"<hidden, 32 chars>"}`),
		frameOf(7, 4*time.Second, appws.In, "PbxApi", "PresenceUpdate", "p1", `{"api":"PbxApi","mt":"PresenceUpdate","src":"p1","sip":"carla","up":true}`),
		frameOf(8, 2200*time.Millisecond, appws.Out, "RCC", "UserHold", "c8", `{"api":"RCC","mt":"UserHold","src":"c8","call":5012}`),
	}
	entries[0].Handshake, entries[1].Handshake = true, true
	entries[1].At = entries[1].At.Add(12 * time.Millisecond)
	entries[3].State, entries[3].Pair, entries[3].Took = record.Answered, 5, 48*time.Millisecond
	entries[4].Pair, entries[5].Hidden, entries[7].State = 4, 1, record.Pending
	return []sessions.View{
		{ID: 1, Name: "pbx", URL: "wss://pbx.acme.example/PBX0/APPS/websocket", App: "patchcord", State: sessions.Open,
			Since: ago(41 * time.Minute), Received: 1204, Sent: 318, Reconnects: 1, Pending: 1, KeepAlive: 30 * time.Second, Entries: entries,
			User: "anna@acme.example", BytesIn: 88_210, BytesOut: 4_120, KeptAlive: ago(12 * time.Second), ReceivedAt: ago(4 * time.Second), BackAt: ago(38 * time.Minute), Away: 2100 * time.Millisecond},
		{ID: 2, Name: "echo", URL: "wss://ap.acme.example/echo", App: "echo", State: sessions.Retrying, Since: ago(12 * time.Second),
			RetryAt: noon.Add(4 * time.Second), Why: "The host is there, but nothing listens at that port. Check the port and that the server runs."},
	}
}

// appsShots are the screens of the pane.
func appsShots(t *testing.T) []shot {
	var shots []shot
	for _, s := range []struct {
		name string
		do   func(r *robot)
	}{
		{"apps", func(*robot) {}},
		{"apps-stopped", func(r *robot) {
			r.press("/")
			r.send(pasted("api=RCC mt!=UserHold"))
			r.press("enter", "f")
		}},
		{"apps-away", func(r *robot) { r.press("tab") }},
		{"apps-full", func(r *robot) { r.press("up", "up", "enter") }},
		{"apps-unfolded", func(r *robot) { r.press("home", "enter") }},
		{"apps-fold", func(r *robot) { r.press("home") }},
		{"apps-replay", func(r *robot) { r.press("u", "P") }},
		{"apps-compose", func(r *robot) {
			r.press("u", "n")
			r.send(pasted(`{"mt":"Echo","api":"echo",}`))
		}},
		{"apps-none", func(*robot) {}},
	} {
		r, _ := appsRobot(t)
		r.press("g", "a")
		s.do(r)
		shots = append(shots, shot{s.name, calm(), panes("", r.m.view.apps)})
	}
	return shots
}

// TestHostileAppsTextNeverReachesTheTerminal has hostile text in every field of a session.
func TestHostileAppsTextNeverReachesTheTerminal(t *testing.T) {
	bad := hostileRunes()
	at := 0
	next := func() string { at++; return bad[at%len(bad)] }
	look := term.LookOf(func(string) string { return "xterm" })
	for round := range 16 {
		for _, s := range appsShots(t) {
			sc := s.stage(t)
			poison(reflect.ValueOf(sc.apps), next)
			for _, size := range allSizes {
				c := s.canvas(sc, size, round%2 == 0)
				checkWidths(t, c)
				b, _ := term.NewPainter(&look).Paint(c)
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
	sent      []string
	forgotten []int
	retried   []int
	err       error
	secrets   string
}

func (f *fakeApps) Retry(id int) error {
	f.retried = append(f.retried, id)
	return f.err
}

func (f *fakeApps) Forget(id int) error {
	f.forgotten = append(f.forgotten, id)
	return nil
}

func (f *fakeApps) Send(_ int, text []byte) error {
	if err := appws.CheckMessage(text); err != nil {
		return err
	}
	f.sent = append(f.sent, string(text))
	return f.err
}

func (f *fakeApps) Reveal(_ int, n uint64) (record.Entry, error) {
	return record.Entry{N: n, Text: f.secrets}, nil
}

func appsRobot(t *testing.T) (*robot, *fakeApps) {
	r, apps := newRobot(t, calm()), &fakeApps{secrets: `{"token":"opensesame"}`}
	r.m.apps = apps
	r.send(appsMsg{twoSessions()})
	return r, apps
}

func TestAppsPaneOpensAndCloses(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a").sees("APPWEBSOCKET", "pbx", "WAITING 2.", "answered 48 ms", "after 48 ms", "follow on")
	r.press("tab").sees("nothing listens").press("tab").sees("UserHold")
	r.sees("2 sessions").take(appsMsg{twoSessions()[:1]}).sees("1 session ")
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
	views[0].Entries = append(views[0].Entries, frameOf(9, 0, appws.In, "RCC", "UserHoldResult", "c8", `{"mt":"UserHoldResult"}`))
	r.send(appsMsg{views})
	r.sees("FOLLOW OFF, 3 newer", `"call": 5012`)
	r.press("f").sees("follow on", `"mt": "UserHoldResult"`)
	r.press("f").sees("FOLLOW OFF, 0 newer").press("end").sees("follow on")
	r.press("enter").seesNot("follow on")
	views = twoSessions()
	views[0].Entries = append(views[0].Entries, frameOf(9, 0, appws.In, "", "News", "", `{"mt":"News"}`), frameOf(10, 0, appws.In, "", "Last", "", `{"mt":"Last"}`))
	r.send(appsMsg{views})
	r.seesNot("Last").press("esc").sees("follow on", `"mt": "Last"`)
	r.press("up", "enter").sees(`"mt": "News"`).press("enter").sees("FOLLOW OFF, 1 newer")
}

func TestAppsFilter(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "/").press(strings.Split("api=rcc", "")...).sees("4 of 8").seesNot("PresenceUpdate")
	r.press("esc").sees("PresenceUpdate", "8 of 8")
	r.press("/").press(strings.Split("mt!=UserCall", "")...).press("space").press(strings.Split("dir=tx", "")...).press("enter")
	r.sees("filter: mt!=UserCall dir=tx", "2 of 8", "AppChallenge").seesNot("UserCallResult")
	r.press("q").sees("8 of 8").press("q").seesNot("APPWEBSOCKET")
}

// TestAppsLocked: nothing is sent and no secret seen before the pane is unlocked, nor after it
// was left.
func TestAppsLocked(t *testing.T) {
	r, apps := appsRobot(t)
	r.press("g", "a", "r").sees("u unlocks it").press("n").sees("u unlocks it").seesNot("opensesame", "send to")
	r.press("u").sees("UNLOCKED", "u lock").seesNot("opensesame")
	r.press("r").sees("opensesame", "SECRETS SHOWN").press("r").seesNot("opensesame")
	r.press("r", "q", "g", "a").sees("read only").seesNot("opensesame")
	for _, elsewhere := range []string{"h", "w", "e"} {
		r.press("u", "r").sees("opensesame").press("g", elsewhere, "g", "a").sees("read only").seesNot("opensesame")
	}
	if len(apps.sent) > 0 {
		t.Error(apps.sent)
	}
}

// TestAppsBigMessage: of a message above the limit one sees how it begins and how large it was.
func TestAppsBigMessage(t *testing.T) {
	r, _ := appsRobot(t)
	views := twoSessions()
	big := frameOf(9, 0, appws.In, "RCC", "Big", "", `{"mt":"Big","list":["a","b`)
	big.Bytes, big.Cut = 2<<20, true
	views[0].Entries = append(views[0].Entries, big)
	views[0].KeptAlive, views[0].ReceivedAt = ago(30*time.Second), ago(90*time.Second)
	r.send(appsMsg{views})
	r.press("g", "a").sees("2097152 too long to keep", "KEEPALIVE UNANSWERED 0:30")
	r.press("enter").sees(`"mt": "Big"`, "The message has 2097152 bytes, too long to keep", "read_limit in config.toml")
}

func TestAppsCompose(t *testing.T) {
	r, apps := appsRobot(t)
	r.press("g", "a", "u", "n").press(strings.Split(`{"mt":"Echo"`, "")...).sees("no JSON")
	r.press("enter").sees("not sent").press("}").sees("Enter: sends 13 bytes to pbx").press("enter")
	r.press("n", "up").sees(`{"mt":"Echo"}`).press("enter")
	if want := []string{`{"mt":"Echo"}`, `{"mt":"Echo"}`}; !slices.Equal(apps.sent, want) {
		t.Errorf("%q was sent, want %q", apps.sent, want)
	}
	apps.err = sessions.ErrBusy
	r.press("n", "up", "enter").sees("too much waits")
	r.press("esc", "tab", "n").sees("echo is not connected")
	r.expect()
}

// TestAppsComposeLong: a message of the size that can be sent is pasted whole, a longer one is
// refused and not cut to one that fits.
func TestAppsComposeLong(t *testing.T) {
	r, apps := appsRobot(t)
	message := `{"mt":"Echo","data":"` + strings.Repeat("x", appws.MaxMessage-23) + `"}`
	r.press("g", "a", "u", "n")
	r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(message), Paste: true})
	r.sees("Enter: sends 65535 bytes to pbx", `xxx"}_]`).press("enter")
	if len(apps.sent) != 1 || apps.sent[0] != message {
		t.Errorf("%d messages were sent", len(apps.sent))
	}
	r.press("n")
	r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(strings.Replace(message, "x", "日xx", 1)), Paste: true})
	r.sees("too long").press("home").sees(`send to pbx: [{"mt":"Echo","data":"`)
}

// TestAppsFold: the handshake is one line that opens and closes, under the mark or above it.
func TestAppsFold(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a").sees("handshake", "2 messages, 12 ms", "8 of 8").seesNot("AppChallenge")
	r.press("home").sees("13:24:40.300 tx     21  AppChallenge")
	r.press("enter").sees("FOLLOW OFF, 7 newer", "AppLoginResult").seesNot("2 messages, ")
	r.press("down", "space").sees("FOLLOW OFF, 6 newer", "2 messages, ")
	r.press("space").seesNot("2 messages, ").press("end", "space").sees("no handshake to open or close")
	r.press("/").press(strings.Split("mt=app*", "")...).press("enter").sees("AppChallenge", "AppLoginResult", "2 of 8")
	r.press("space").sees("nothing is folded while a filter is on").press("esc")
	views := twoSessions()
	views[0].Entries = views[0].Entries[:2]
	views[0].Entries[1] = frameOf(2, 3*time.Second, appws.Out, "", "AppLogin", "", `{"mt":"AppLogin"}`)
	views[0].Entries[1].Handshake, views[0].Entries[1].State = true, record.Pending
	r.send(appsMsg{views})
	r.press("space").sees("+            handshake", "WAITING 4.")
}

// TestAppsKeepAliveFold: KeepAlives that come while one looks at their fold stay folded.
func TestAppsKeepAliveFold(t *testing.T) {
	r, _ := appsRobot(t)
	views := twoSessions()
	alive := func(n uint64, before time.Duration, dir appws.Direction) record.Entry {
		e := frameOf(n, before, dir, "", "KeepAlive", "", `{"mt":"KeepAlive"}`)
		e.Handshake = true
		return e
	}
	more := slices.Clone(views[0].Entries)
	more = append(more, alive(9, 62*time.Second, appws.Out), alive(10, 61*time.Second, appws.In))
	views[0].Entries = more
	r.send(appsMsg{views})
	r.press("g", "a").sees("KeepAlive", "2, last 1:01 ago", "follow on")
	views[0].Entries = append(slices.Clone(more), alive(11, 0, appws.Out))
	r.send(appsMsg{views})
	r.sees("3, last 0:00 ago", "follow on")
	r.press("space").sees("follow on").seesNot("3, last").press("space").sees("3, last", "follow on")
}

// TestAppsHead: the head has the figures of the marked session.
func TestAppsHead(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a").sees("user anna@acme.example", "keepalive 30 s (last 0:12 ago)", "rx 1204  tx 318",
		"reconnects 1 (13:27, took 2.1 s)", "pending 1")
	r.press("tab").sees("no keepalive", "rx 0  tx 0", "reconnects 0", "pending 0")
}

// TestAppsConnect: who mended the server need not wait for the next attempt.
func TestAppsConnect(t *testing.T) {
	r, apps := appsRobot(t)
	r.press("g", "a", "C").sees("pbx is open already").press("tab").sees("C connect now").press("C").sees("trying echo now")
	if !slices.Equal(apps.retried, []int{2}) {
		t.Errorf("tried %v", apps.retried)
	}
	apps.err = appws.ErrClosed
	r.press("C").sees("The connection is closed.")
}

// TestAppsCopy: the clipboard gets one line without secrets, unless they are shown.
func TestAppsCopy(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "up", "up", "y").sees("bytes sent to the clipboard, the secrets hidden")
	if !strings.Contains(r.m.view.clip, `"token":"<hidden, 32 chars>"`) || r.m.view.clips != 1 {
		t.Errorf("%d copied, last %q", r.m.view.clips, r.m.view.clip)
	}
	r.press("u", "r", "y")
	if r.m.view.clip != `{"token":"opensesame"}` {
		t.Errorf("copied %q", r.m.view.clip)
	}
	r.press("r", "home", "y").sees("open it first")
	views := twoSessions()
	views[0].Entries = []record.Entry{frameOf(1, 0, appws.In, "", "x", "", "{\"mt\":\n\t\"x\"}")}
	r.send(appsMsg{views})
	r.press("end", "y").sees("clipboard")
	if r.m.view.clip != `{"mt":  "x"}` {
		t.Errorf("copied %q", r.m.view.clip)
	}
	views[0].Entries = []record.Entry{frameOf(1, 0, appws.In, "", "x", "", strings.Repeat("x", term.MaxClip+1))}
	r.send(appsMsg{views})
	r.press("y").sees("too many for a clipboard")
}

// TestLongClip paints the longest message that is copied.
func TestLongClip(t *testing.T) {
	look := term.LookOf(func(string) string { return "xterm" })
	c := term.NewCanvas(80, 24, false)
	c.Clip, c.Clips = strings.Repeat("x", term.MaxClip), 1
	b, _ := term.NewPainter(&look).Paint(c)
	if len(b) < term.MaxClip*4/3 {
		t.Errorf("%d bytes went to the terminal", len(b))
	}
	if err := rendererOnly(b, false); err != nil {
		t.Error(err)
	}
}

// slowApps are the record commands of a robot: they note what they are asked and answer when
// the test says so.
func slowApps(r *robot) (asked *[]string) {
	asked = new([]string)
	note := func(format string, args ...any) tea.Cmd {
		*asked = append(*asked, fmt.Sprintf(format, args...))
		return nil
	}
	r.m.records = apps.Records{
		Save:  func(id int, reveal bool) tea.Cmd { return note("save %d %t", id, reveal) },
		Saved: func() tea.Cmd { return note("saved") },
		Load:  func(name string) tea.Cmd { return note("load %s", name) },
		Replay: func(to, from int) (tea.Cmd, func()) {
			return note("replay %d on %d", from, to), func() { note("stop") }
		},
	}
	return asked
}

func (r *robot) sawAsked(asked *[]string, want ...string) {
	r.t.Helper()
	if !slices.Equal(*asked, want) {
		r.t.Errorf("asked for %q, want %q", *asked, want)
	}
	*asked = nil
}

func TestAppsSave(t *testing.T) {
	r, _ := appsRobot(t)
	asked := slowApps(r)
	r.press("g", "a", "e", "u", "r", "tab", "e")
	r.sawAsked(asked, "save 1 false", "save 2 true")
	r.send(apps.SavedMsg{Path: "there/pbx.jsonl"})
	r.sees("saved to there/pbx.jsonl")
	r.send(apps.SavedMsg{Err: errors.New("the disk is full")})
	r.sees("the disk is full")
}

// TestAppsLoad opens a saved record and takes it off the list again.
func TestAppsLoad(t *testing.T) {
	r, fake := appsRobot(t)
	asked := slowApps(r)
	r.press("g", "a", "o")
	r.sawAsked(asked, "saved")
	r.send(apps.NamesMsg{Names: []string{"new.jsonl", "old.jsonl"}})
	r.sees("open record: [new.jsonl_", "the 2 saved ones").press("up", "up").sees("[old.jsonl_").press("down", "down").sees("[new.jsonl_")
	r.press("enter")
	r.sawAsked(asked, "load new.jsonl")
	views := append(twoSessions(), sessions.View{ID: 3, Name: "log:pbx", State: sessions.Replayed, Entries: twoSessions()[0].Entries})
	r.send(appsMsg{views})
	r.send(apps.LoadedMsg{ID: 3})
	r.sees(">log:pbx", "replayed", "a saved record: there is no connection", "UserHold")
	r.press("D")
	if !slices.Equal(fake.forgotten, []int{3}) {
		t.Errorf("forgot %v", fake.forgotten)
	}
	r.send(appsMsg{twoSessions()})
	r.sees(">pbx").press("D").sees("it stays")
	r.press("o")
	r.send(apps.NamesMsg{})
	r.sees("nothing is saved yet").press("enter").sees("type the name of a record first").press("esc")
	r.send(apps.LoadedMsg{Err: errors.New("read a log: line 2: it is no JSON")})
	r.sees("not opened: read a log: line 2: it is no JSON")
	r.send(apps.NamesMsg{Err: errors.New("no permission")})
	r.sees("cannot be listed: no permission")
}

// TestAppsReplay sends a record again, on the session it most likely belongs to, only while the
// pane is unlocked.
func TestAppsReplay(t *testing.T) {
	r, _ := appsRobot(t)
	asked := slowApps(r)
	views := append(twoSessions(), twoSessions()[0])
	views[2].ID, views[2].Name, views[2].State = 3, "log:pbx", sessions.Replayed
	r.send(appsMsg{views})
	r.press("g", "a", "tab", "tab").sees(">log:pbx").press("P").sees("u unlocks it")
	r.press("u", "P").sees("replay on: [pbx_", "Enter: sends 2 messages of log:pbx to pbx, as they came, in 0:05")
	r.press("ctrl+u").press(strings.Split("echo", "")...).sees("echo is not connected").press("enter").sees("echo is not connected")
	r.press("ctrl+u", "x").sees("Up brings the sessions").press("up").sees("[pbx_").press("enter").sees(">pbx", "REPLAYING")
	r.sawAsked(asked, "replay 3 on 1")
	r.press("P")
	r.sawAsked(asked, "stop")
	r.send(apps.ReplayedMsg{Sent: 1, Err: context.Canceled})
	r.sees("1 message replayed, then stopped").seesNot("REPLAYING")
	r.press("P", "enter").sees("REPLAYING").press("q")
	r.sawAsked(asked, "replay 1 on 1", "stop")
	r.send(apps.ReplayedMsg{Sent: 2})
	r.sees("2 messages replayed")
	r.send(apps.ReplayedMsg{Err: sessions.ErrSecretsMissing})
	r.sees("not replayed: Messages in the record had secrets")
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
	if r.m.view.panes.has(r.m.view.apps) {
		t.Error("a pane is open that nobody sees")
	}
}

type printing struct{ *strings.Builder }

func (p printing) Print(s string) { p.WriteString(s) }
