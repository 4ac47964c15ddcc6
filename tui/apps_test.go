package tui

import (
	"context"
	"encoding/json"
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
	entries[4].Took = entries[3].Took
	entries[4].Pair, entries[5].Hidden, entries[7].State = 4, 1, record.Pending
	return []sessions.View{
		{ID: 1, Name: "pbx", URL: "wss://pbx.acme.example/PBX0/APPS/websocket", App: "patchcord", State: sessions.Open,
			Since: ago(41 * time.Minute), Received: 1204, Sent: 318, Reconnects: 1, Pending: 1, KeepAlive: 30 * time.Second, Entries: entries,
			User: "anna@acme.example", BytesIn: 88_210, BytesOut: 4_120, KeptAlive: ago(12 * time.Second), BackAt: ago(38 * time.Minute), Away: 2100 * time.Millisecond},
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
	t.Parallel()
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

// testKey is the session key of all connections of fakeApps.
var testKey = appws.NewSessionKey("0123456789abcdef", "pwd")

func (f *fakeApps) Key(_ int, n uint64) (appws.SessionKey, error) {
	if n < 3 {
		return "", sessions.ErrNoKey
	}
	return testKey, nil
}

// TestAppsCrypto decrypts the selected message on the spot, while the pane is unlocked.
func TestAppsCrypto(t *testing.T) {
	r, fake := appsRobot(t)
	hidden, _ := testKey.Encrypt("s33d", "open \"sesame\"")
	fake.secrets = `{"mt":"PresenceUpdate","salt":"s33d","secret":"` + hidden + `"}`
	r.press("g", "a", "up", "K").sees("while the pane is locked").press("u", "K")
	r.sees("seed and text: [salt secret_", `decrypted: open "sesame"`).press("enter")
	r.sees("WITH THE SESSION KEY", `decrypted  open "sesame"`, "hash       "+testKey.Hash("s33d", hidden)[:50]).press("esc").seesNot("sesame")
	r.press("K", "ctrl+u")
	r.send(pasted(`"two words" "to hide"`))
	sealed, _ := testKey.Encrypt("two words", "to hide")
	r.sees("encrypted: "+sealed).press("ctrl+u", "x").sees("a seed and a text").press("enter").sees("write a seed and a text").press("esc")
	r.press("home", "enter", "K").sees("no session key is known")
	r.press("end", "K", "enter", "u").seesNot("WITH THE SESSION KEY")
}

// TestAppsDoctor tells how the digest of a refused login was made. The password is not to be seen.
func TestAppsDoctor(t *testing.T) {
	r, fake := appsRobot(t)
	login := appws.Login{App: "app", SIP: "a:b"}
	fake.secrets = `{"mt":"AppLogin","app":"app","sip":"a:b","digest":"` + login.Signed("0123456789abcdef", "pwd\n").Digest + `"}`
	views := twoSessions()
	views[0].Entries = []record.Entry{
		frameOf(1, time.Second, appws.In, "", "AppChallengeResult", "", `{"mt":"AppChallengeResult","challenge":"0123456789abcdef"}`),
		frameOf(2, time.Second, appws.Out, "", "AppLogin", "", `{"mt":"AppLogin","app":"app","sip":"a:b","digest":"<hidden, 64 chars>"}`),
		frameOf(3, 0, record.Note, "", "", "", "Refused."),
	}
	views[0].Entries[0].Handshake, views[0].Entries[1].Handshake = true, true
	r.send(appsMsg{views})
	r.press("g", "a", "X").sees("this is not a login").press("home", "X").press("p", "w", "d").sees("password: [***_").seesNot("pwd").press("enter")
	r.sees("THE DIGEST OF A LOGIN", "sip        a:b", "There is a colon in it", "the password ends in a line feed").press("q").seesNot("THE DIGEST")
	r.press("X").press("n", "o", "enter").sees("no known mistake").press("enter").seesNot("THE DIGEST")
	r.press("q")
}

// fakeApps writes down what it is told; secrets is what Reveal gives.
type fakeApps struct {
	Apps
	sent      []string
	forgotten []int
	retried   []int
	err       error
	secrets   string
	revealed  [2]uint64 // the session and the entry
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

func (f *fakeApps) Reveal(id int, n uint64) (record.Entry, error) {
	f.revealed = [2]uint64{uint64(id), n}
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
	r.press("g", "a").sees("APPWEBSOCKET", "pbx", "WAITING 2.", "53   48 ms e164=\"305\"", "58   48 ms call=5012", "follow on")
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

// TestAppsSavedFilter saves a filter by name, uses it by that and forgets it.
func TestAppsSavedFilter(t *testing.T) {
	r, _ := appsRobot(t)
	asked := slowApps(r)
	r.press("g", "a", "/")
	r.send(pasted("waits: api=RCC state=waiting"))
	r.sees("saves it as @waits", "1 of 8").press("enter").sees("filter: api=RCC state=waiting")
	r.sawAsked(asked, "keep map[waits:api=RCC state=waiting] map[]")
	r.send(apps.PhrasesMsg{Words: "saved as waits"})
	r.sees("saved as waits").press("esc").sees("8 of 8").press("/", "up").sees("[@waits_", "1 of 8").press("enter").sees("filter: @waits")
	r.press("/", "ctrl+u").press(strings.Split("@none", "")...).sees("no filter is saved as none")
	r.press("ctrl+u").press(strings.Split("waits:", "")...).sees("forgets the filter waits").press("enter")
	r.sawAsked(asked, "keep map[] map[]")
	r.send(apps.PhrasesMsg{Err: errors.New("the disk is full")})
	r.sees("is lost when the program ends: the disk is full")
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
	views[0].KeptAlive, views[0].AskedAt = ago(5*time.Second), ago(30*time.Second)
	r.send(appsMsg{views})
	r.press("g", "a").sees("2.1 MB         too long to keep", "KEEPALIVE UNANSWERED 0:30")
	r.press("enter").sees(`"mt": "Big"`, "The message has 2097152 bytes, too long to keep", "read_limit in config.toml")
}

// TestAppsWholeMessage reads the longest message that is legal to its end, and finds in it.
func TestAppsWholeMessage(t *testing.T) {
	r, _ := appsRobot(t)
	text := `{"mt":"Long","list":[` + strings.Repeat(`"Needle",`+strings.Repeat(`"straw",`, 2000), 4) + `"last"],"pad":"`
	text += strings.Repeat("x", appws.MaxMessage-len(text)-2) + `"}`
	views := twoSessions()
	views[0].Entries = append(views[0].Entries, frameOf(9, 0, appws.In, "", "Long", "", text))
	r.send(appsMsg{views})
	r.press("g", "a", "enter").sees("Long 65.5 kB", "line 1 of 80", `"Needle"`).press("end").sees("}").seesNot("more lines", "more bytes")
	r.press("home", "/").press(strings.Split("NEEDLE", "")...).sees("find: [NEEDLE_", `4 lines with "NEEDLE"`, "line 4 of")
	r.press("down").sees("line 2005 of").press("up", "up").sees("line 6007 of").press("enter").sees("line 6007 of", `"Needle"`).seesNot("find: ")
	r.press("y").sees("65535 bytes sent to the clipboard")
	r.press("enter").sees("follow on")
}

// TestAppsExternal: a message goes to the pager and the editor without its secrets and without escapes, and
// what was edited there is the next draft.
func TestAppsExternal(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "up", "up", "V").sees("no program can be opened here")
	var opened []string
	r.m.opens = func(text string, edit bool) tea.Cmd {
		opened = append(opened, fmt.Sprint(edit, " ", text))
		return nil
	}
	r.press("V", "E")
	if len(opened) != 2 || !strings.HasPrefix(opened[0], "false {\n  \"api\": \"RCC\",\n") || !strings.Contains(opened[1], "true {\n") || strings.Contains(opened[0], "opensesame") {
		t.Errorf("opened %q", opened)
	}
	redraws := r.m.view.redraws
	r.send(openedMsg{end: apps.OpenedMsg{Before: "{}", After: "{\n  \"mt\": \"Edited\",\n  \"a\": \"x  y\"\n}\n", Edit: true}, size: sizeMsg{w: 100, h: 30, anew: true}})
	if r.m.view.redraws == redraws {
		t.Error("the screen was not drawn anew")
	}
	r.sees("the draft of the next message").press("u", "n").sees(`[{ "mt": "Edited", "a": "x  y" }_`)
	r.send(openedMsg{end: apps.OpenedMsg{Err: errors.New("vi: not found")}, size: sizeMsg{w: 100, h: 30, anew: true}})
	r.sees("not opened: vi: not found").press("esc")
	views := twoSessions()
	views[0].Entries = []record.Entry{frameOf(1, 0, appws.In, "", "x", "", "{\"mt\":\"x\x1b[2J\"}")}
	r.send(appsMsg{views})
	r.press("V")
	if last := opened[len(opened)-1]; strings.Contains(last, "\x1b") {
		t.Errorf("escapes go to the terminal: %q", last)
	}
}

// TestAppsCompletion completes types, members and values, those of the vendor and those of the record.
func TestAppsCompletion(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "u", "n").press(strings.Split(`{"api":"Rc`, "")...).press("tab").sees(`[{"api":"R`)
	r.press("ctrl+u").press(strings.Split(`{"api":"RC`, "")...).press("tab").sees(`[{"api":"RCC"_`)
	r.press(strings.Split(`,"mt":"UserCal`, "")...).press("tab").sees(`"mt":"UserCall_`, "UserCall  UserCallResult").press(`"`).seesNot("UserCall  UserCallResult")
	r.press(strings.Split(`,"e`, "")...).press("tab").sees(`"mt":"UserCall","e164":_`)
	r.press(strings.Split(`"3`, "")...).press("tab").sees(`"e164":"305"_`).press("}").sees("Enter: sends 42 bytes")
	r.press("ctrl+u").press(strings.Split(`{"mt":"SubscribePr`, "")...).press("tab").sees(`SubscribePr`).press("tab")
	r.sees("SubscribePresence  SubscribeProfile").press("e", "tab").sees(`{"mt":"SubscribePresence"_`)
}

// TestAppsSnippets saves a message by name, brings it and fills its macros in.
func TestAppsSnippets(t *testing.T) {
	r, fake := appsRobot(t)
	asked := slowApps(r)
	r.press("g", "a", "u", "n")
	r.send(pasted(`call: {"mt":"UserCall","src":"{{src}}","pw":"{{encrypt seed "geheim"}}","seed":"{{seed}}","h":"{{hash s "x"}}"}`))
	r.sees("saves it as @call, and sends nothing").press("enter")
	if len(*asked) != 1 || len(fake.sent) > 0 {
		t.Errorf("asked for %q, sent %q", *asked, fake.sent)
	}
	r.press("ctrl+u").press("@", "c", "tab").sees("[@call_", "Enter: brings {").press("enter").sees("Enter: sends").press("enter", "n")
	r.press("@", "x").sees("saved are: call").press("ctrl+u", "@", "c", "tab", "enter", "enter")
	var got []string
	for _, text := range fake.sent {
		var m struct{ Src, PW, Seed, H string }
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		plain, err := testKey.Decrypt(m.Seed, m.PW)
		if err != nil || plain != "geheim" || m.H != testKey.Hash("s", "x") {
			t.Errorf("%s holds %q, %v", text, plain, err)
		}
		got = append(got, m.Src, m.Seed)
	}
	if len(got) != 4 || got[0] == got[2] || got[1] == got[3] {
		t.Errorf("src and seed are %q", got)
	}
	r.press("n").press(strings.Split(`{"mt":"{{what}}"}`, "")...).sees("none of {{src}}").press("enter").sees("not sent")
}

// TestAppsFindSession selects one of a hundred sessions by words, and each keeps the place one had in it.
func TestAppsFindSession(t *testing.T) {
	r, _ := appsRobot(t)
	views := twoSessions()
	for n := range 98 {
		views = append(views, sessions.View{ID: 3 + n, Name: fmt.Sprintf("app-%02d", n), App: []string{"users", "devices"}[n%2], URL: "wss://ap.example/" + fmt.Sprint(n), State: sessions.Open})
	}
	r.send(appsMsg{views})
	r.press("g", "a", "up", "up").sees("FOLLOW OFF, 2 newer", "100 sessions").press("L").press(strings.Split("devices", "")...)
	r.sees(">app-01", "49 of 100").press("down").sees(">app-03").press("up", "up").sees(">app-97").press("space", "7", "7").sees(">app-77", "1 of 100").press("enter").sees(">app-77")
	r.press("L", "x", "x").sees("no session has that").press("ctrl+u").press(strings.Split("patchcord", "")...).press("enter").sees(">pbx", "FOLLOW OFF, 2 newer")
}

// TestAppsAll has the messages of all sessions in the order of their time, each with its session.
func TestAppsAll(t *testing.T) {
	r, fake := appsRobot(t)
	views := twoSessions()
	views[1].Entries = []record.Entry{
		frameOf(1, 7*time.Second, appws.Out, "", "Hello", "e1", `{"mt":"Hello","src":"e1","a":1}`),
		frameOf(2, 5*time.Second, appws.In, "", "HelloResult", "e1", `{"mt":"HelloResult","src":"e1"}`),
	}
	views[1].Entries[0].State, views[1].Entries[1].Pair, views[1].Entries[1].Took = record.Pending, 1, 2*time.Second
	r.send(appsMsg{views})
	r.press("g", "a", "J").sees(">all", "all sessions in the order of time", "10 of 10", "pbx call=5012", "echo WAITING 7", "UserHold")
	r.press("u", "n").sees("you can do that with one session only")
	r.press("/").press(strings.Split("session=echo", "")...).press("enter").sees("2 of 10", "Hello", "2000 ms").seesNot("UserCall")
	settled := slices.Clone(views)
	settled[1].Entries = slices.Clone(views[1].Entries)
	settled[1].Entries[0].State, settled[1].Entries[0].Took = record.Answered, 2*time.Second
	settled[1].Entries = append(settled[1].Entries, frameOf(3, 0, appws.In, "", "Bye", "", `{"mt":"Bye"}`))
	r.send(appsMsg{settled})
	r.sees("3 of 11", "Bye").seesNot("WAITING").press("up", "up", "r").sees("opensesame")
	if want := [2]uint64{2, 1}; fake.revealed != want {
		t.Errorf("revealed is %v, want %v", fake.revealed, want)
	}
	r.press("r", "q", "J").sees(">pbx").press("J", "tab").sees(">pbx")
}

// TestAppsMeasure lists how long requests took and conversations lasted.
func TestAppsMeasure(t *testing.T) {
	r, _ := appsRobot(t)
	r.press("g", "a", "M").sees("THE SLOWEST REQUESTS AND THE CONVERSATIONS OF pbx", "UserCall                     1    48 ms    48 ms", "PresenceUpdate").press("down").sees("c8     UserHold", "WAITING RCC")
	r.press("q").seesNot("THE SLOWEST").press("M", "M", "enter").seesNot("THE SLOWEST").sees("follow on")
}

// TestAppsService answers a client of ours by hand: what it asks waits, and the answer is begun.
func TestAppsService(t *testing.T) {
	r, fake := appsRobot(t)
	asked := frameOf(1, 5*time.Second, appws.In, "x", "Who", "a\"1", `{"mt":"Who","api":"x","src":"a\"1"}`)
	asked.State = record.Pending
	r.send(appsMsg{[]sessions.View{
		{ID: 1, Name: "mine", State: sessions.Serving, URL: "ws://127.0.0.1:9001/"},
		{ID: 2, Name: "mine-1", State: sessions.Open, Entries: []record.Entry{asked}},
	}})
	r.press("g", "a").sees("mine       serving", "an app service of yours").press("u", "n").sees("select a connection to it")
	r.press("tab").sees("rx x        Who", "WAITING 5").press("n").sees(`[{"mt":"WhoResult","api":"x","src":"a\"1",_`)
	r.press(strings.Split(`"name":"Anna"}`, "")...).press("enter")
	if want := `{"mt":"WhoResult","api":"x","src":"a\"1","name":"Anna"}`; len(fake.sent) != 1 || fake.sent[0] != want {
		t.Errorf("sent %q", fake.sent)
	}
}

// TestAppsDraft: a message that was not sent is there again, for its session alone.
func TestAppsDraft(t *testing.T) {
	r, _ := appsRobot(t)
	views := twoSessions()
	views[1].State = sessions.Open
	r.send(appsMsg{views})
	r.press("g", "a", "u", "n").press(strings.Split(`{"mt":"Half`, "")...).press("esc").seesNot("Half")
	r.press("tab", "n").sees("send to echo: [_").press("esc", "tab", "n").sees(`send to pbx: [{"mt":"Half_`)
	r.press("esc", "q", "g", "a", "u", "n").press(`"`, "}", "enter", "n").sees("send to pbx: [_")
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
	r.press("n", "up", "enter").sees("too much is waiting")
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

// TestAppsFold: the handshake is one line that opens and closes, under the cursor or above it.
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
	r.press("space").sees("+           handshake", "WAITING 4.")
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

// TestAppsHead: the head has the figures of the selected session.
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
		Save:    func(id int, reveal bool) tea.Cmd { return note("save %d %t", id, reveal) },
		Archive: func(id int, reveal bool) tea.Cmd { return note("archive %d %t", id, reveal) },
		Saved:   func() tea.Cmd { return note("saved") },
		Load:    func(name string) tea.Cmd { return note("load %s", name) },
		Replay: func(to, from int) (tea.Cmd, func()) {
			return note("replay %d on %d", from, to), func() { note("stop") }
		},
		Keep: func(p apps.Phrases, _ string) tea.Cmd { return note("keep %v %v", p.Filters, p.Snippets) },
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
	r.press("g", "a", "e", "A", "u", "r", "tab", "e", "A")
	r.sawAsked(asked, "save 1 false", "archive 1 false", "save 2 true", "archive 2 true")
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
