package tui

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

var update = flag.Bool("update", false, "rewrite the golden screens")

// allSizes are those that a screen is looked at in.
var allSizes = [][2]int{{200, 60}, {120, 40}, {80, 24}, {50, 12}, {20, 5}}

// shot is a screen to be kept as a golden.
type shot struct {
	name  string
	scene phone.Snapshot
	view  view
}

func typing(kind numberKind, text string) *numberPane {
	return &numberPane{kind: kind, typed: term.NewInput(maxTyped, text)}
}

// searching is a list that is searched.
func searching(kind listKind, text string) *listPane {
	in := term.NewInput(maxTyped, text)
	return &listPane{kind: kind, search: &in}
}

// about is a field for the other end of a call.
func about(kind numberKind, leg pbxws.LegID, text, proposed string) *numberPane {
	n := typing(kind, text)
	n.leg, n.proposed = leg, proposed
	return n
}

// whole is the view of a shot with what every view has.
func (v view) whole() view {
	all := newView()
	if v.roster == nil {
		v.roster = all.roster
	}
	v.panes, v.trace, v.apps = v.stack(), all.trace, all.apps
	if a, ok := find[*sessionsPane](v.panes); ok {
		v.apps = a
	}
	for _, p := range v.panes {
		if n, ok := p.(*numberPane); ok {
			n.roster = v.roster
		}
	}
	return v
}

// stack has a root beneath the panes of a shot.
func (v view) stack() stack {
	root := v.roster
	if root == nil {
		root = &rosterPane{}
	}
	return append(stack{root}, v.panes...)
}

// panes is a screen with these open, and somebody selected in the grid.
func panes(mark pbxws.AccountID, open ...pane) view {
	return view{roster: &rosterPane{mark: at(mark)}, panes: open}
}

func down(state phone.LinkState) phone.Snapshot {
	s := calm()
	s.Link.State, s.Link.AliveAt, s.Link.Attempt = state, ago(74*time.Second), 2
	s.Link.NextTry = noon.Add(3700 * time.Millisecond)
	s.Link.What = "The PBX at pbx.acme.example does not answer on port 443"
	s.Link.Next = "Check the network; Patchcord goes on trying, and n tries at once"
	return s
}

// playing is a mailbox of which a message is played.
func playing(n int, at, length time.Duration) phone.Snapshot {
	s := able()
	s.Playing = phone.Playing{ID: s.PBX.Voicemail[n].ID, At: at, Length: length}
	return s
}

// replaying is a history of which a recorded call is played.
func replaying() phone.Snapshot {
	s := able()
	s.Playing = phone.Playing{Of: pbxws.SoundOfCall, ID: "h2", At: 61 * time.Second, Length: 4 * time.Minute}
	return s
}

// unplayed is a mailbox at a PBX that does not hand the messages out.
func unplayed() phone.Snapshot {
	s := able()
	s.Caps &^= pbxws.CapMessageSound
	return s
}

func shots(t *testing.T) []shot {
	stale := calm()
	stale.Link.State, stale.Link.AliveAt = phone.LinkStale, ago(12*time.Second)
	refused := down(phone.LinkStopped)
	refused.Link.What = "The PBX refused the password of 201"
	refused.Link.Next = "Set the right one, then press n; Patchcord does not try again by itself, so that the account is not locked"
	muted := with(calm(), talkingTo(mario))
	muted.Muted = true
	mute := muted.Legs[0]
	mute.Digits, mute.RemoteHold = "1234#", true
	muted.Legs = []phone.Leg{mute}
	busy := calling(pbxws.Party{Name: "Busy", Number: "602"}, phone.Ended)
	busy.Ended, busy.Cause = ago(time.Second), pbxws.CauseOfCode(486, "Busy Here")
	deaf := talkingTo(mario)
	deaf.Stats.Received = 0
	sent := talkingTo(mario)
	sent.Transfer = "203"
	consultRung := consulting(phone.Connected)
	consultRung = with(consultRung, append(consultRung.Legs, ringingFrom(carla))...)
	recorded := talkingTo(mario)
	recorded.Recording = true
	wordy := calm()
	wordy.Notices = []phone.Notice{{At: ago(time.Second), Grade: phone.GradeFailed, Took: 41 * time.Millisecond,
		Text: "the sound server did not answer in time, so calls are silent; start it again, then choose a device"}}
	forgotten := heldParty(mario)
	forgotten.HeldAt = ago(73 * time.Second)
	gotoBox := view{armed: arming{key: "g", at: ago(time.Second), lasts: choosingFor, choices: []choice{
		{"e", "extensions"}, {"h", "history"}, {"b", "phone book"}}}}
	traced := with(calm(), talkingTo(mario))
	traced.Tracing = true
	for i := range 40 {
		traced.Trace = append(traced.Trace, pbxws.Frame{N: uint64(i + 1), At: ago(time.Duration(40-i) * time.Second), Sent: i%3 == 0,
			Text: fmt.Sprintf(`{"action":"example","n":%d,"text":"a message of the wire that is longer than the line it stands in, by far"}`, i)})
	}
	lossy, _ := lossyCall()
	lossyTraced := lossy
	lossyTraced.Tracing = true
	for i := range 30 {
		lossyTraced.Trace = append(lossyTraced.Trace, pbxws.Frame{N: uint64(i + 1), At: ago(time.Duration(150-5*i) * time.Second), Sent: i%2 == 0,
			Text: fmt.Sprintf(`{"action":"example","n":%d}`, i)})
	}
	marked := panes("259")
	return append(slices.Concat(setupShots(t), appsShots(t), deviceShots()), []shot{
		{"practice", practising(), view{}},
		{"idle-marked", calm(), marked},
		{"idle-filter", calm(), view{roster: &rosterPane{mark: at("212"), filter: roster.Only(pbxws.LampBusy)}}},
		{"dialing", with(practising(), calling(pbxws.Party{Name: "Echo", Number: "600"}, phone.Dialing)), view{}},
		{"ringing-out", with(practising(), calling(pbxws.Party{Number: "603"}, phone.Ringing)), view{}},
		{"early", with(practising(), calling(pbxws.Party{Number: "0721555016"}, phone.Early)), view{}},
		{"talking", noted(with(calm(), talkingTo(mario))), view{}},
		{"talking-muted", muted, view{}},
		{"talking-deaf", with(calm(), deaf), view{}},
		{"talking-browse", with(calm(), talkingTo(mario)), panes("259")},
		{"incoming", with(calm(), ringingFrom(mario)), view{}},
		{"incoming-typing", with(calm(), ringingFrom(mario)), view{panes: stack{typing(dialField, "03")}, pressed: ago(time.Second)}},
		{"incoming-talking", with(calm(), talkingTo(carla), ringingFrom(mario)), view{}},
		{"two-calls", noted(with(calm(), talkingTo(mario), heldParty(carla))), view{}},
		{"in-conference", noted(mixed()), view{}},
		{"in-conference-ringing", with(mixed(), append(mixed().Legs, ringingFrom(carla))...), view{}},
		{"linked-here", linkedHere(), view{}},
		{"all-held", with(calm(), heldParty(carla)), view{}},
		{"ended", with(practising(), busy), view{}},
		{"transfer-pending", with(calm(), sent), view{}},
		{"find", calm(), panes("272", typing(findField, "ver ve"))},
		{"find-nobody", calm(), panes("", typing(findField, "xyz"))},
		{"dial", calm(), panes("", typing(dialField, "0721555016"))},
		{"transfer", with(calm(), talkingTo(mario)), panes("203", about(transferField, "leg-1", "neri", ""))},
		{"consult-field", with(able(), talkingTo(mario)), panes("203", about(consultField, "leg-1", "neri", ""))},
		{"consult-calling", consulting(phone.Ringing), view{}},
		{"consult-talking", noted(consulting(phone.Connected)), view{}},
		{"consult-ringing", consultRung, view{}},
		{"park-field", with(able(), talkingTo(mario)), panes("", &parkPane{leg: "leg-1", typed: term.NewInput(maxTyped, "")})},
		{"recorded", with(able(), recorded), view{}},
		{"history", able(), panes("", &listPane{kind: historyList, at: "h2"})},
		{"history-playing", replaying(), panes("", &listPane{kind: historyList, at: "h2"})},
		{"history-find", able(), panes("", searching(historyList, "ver"))},
		{"book", able(), panes("", &listPane{kind: bookList})},
		{"voicemail", able(), panes("", &listPane{kind: voicemailList})},
		{"voicemail-playing", playing(0, 7*time.Second, 23*time.Second), panes("", &listPane{kind: voicemailList})},
		{"voicemail-fetching", playing(1, 0, 0), panes("", &listPane{kind: voicemailList, at: "v2"})},
		{"voicemail-unplayed", unplayed(), panes("", &listPane{kind: voicemailList})},
		{"parked", able(), panes("", &listPane{kind: parkedList})},
		{"queues", able(), panes("", &listPane{kind: queueList})},
		{"person", able(), panes("241", &personPane{who: at("241")})},
		{"person-talking", with(able(), talkingTo(mario)), panes("212", &personPane{who: at("212"), at: 1})},
		{"incoming-known", with(able(), ringingFrom(pbxws.Party{Number: "0721555016"})), view{}},
		{"goto", able(), gotoBox},
		{"held-long", with(able(), talkingTo(carla), forgotten), view{}},
		{"find-everywhere", able(), panes("209", typing(findField, "ver"))},
		{"find-outside", able(), view{panes: stack{typing(findField, "vern")}, roster: &rosterPane{number: "+39 010 555 0101"}}},
		{"desk-talking", desked(pbxws.PhaseConnected, mario), view{}},
		{"desk-ringing", desked(pbxws.PhaseAlerting, mario), view{}},
		{"command", able(), panes("", &commandPane{typed: term.NewInput(maxTyped, "set ")})},
		{"command-talking", with(able(), talkingTo(mario)), panes("", &commandPane{typed: term.NewInput(maxTyped, "tr"), at: 1, moved: true})},
		{"command-unknown", able(), panes("", &commandPane{typed: term.NewInput(maxTyped, "set colour blue")})},
		{"help", calm(), panes("", &helpPane{beneath: &rosterPane{}, at: keymap.DNDToggle})},
		{"help-filter", with(calm(), talkingTo(mario)), panes("", &helpPane{beneath: &rosterPane{}, filter: []rune("mute")})},
		{"trace", traced, panes("", &tracePane{})},
		{"link-stale", stale, view{}},
		{"link-waiting", down(phone.LinkWaiting), view{}},
		{"link-stopped", refused, view{}},
		{"message-long", wordy, view{}},
		{"leaving", with(calm(), talkingTo(mario), heldParty(carla)), panes("", &confirmPane{})},
		{"link-question", with(able(), talkingTo(mario), heldParty(carla)), panes("", &questionPane{words: "Link Carla Verdi with Mario Bianchi and leave?"})},
		{"link-question-here", with(calm(), talkingTo(mario), heldParty(carla)), panes("", &questionPane{words: "Link Carla Verdi with Mario Bianchi and leave? It runs on this phone."})},
		{"leaving-conference", mixed(), panes("", &confirmPane{})},
		{"consult-proposed", with(able(), talkingTo(mario), heldParty(carla)), panes("305", about(consultField, "leg-1", "", "305"))},
		{"caller", noted(with(able(), talkingTo(mario), heldParty(carla))), panes("241")},
		{"bookmarks", able(), view{roster: &rosterPane{mark: at("203"), group: roster.Bookmarked}}},
		{"sorted", able(), view{roster: &rosterPane{mark: at("342"), order: roster.ByNames}}},
		{"systems", together(), view{roster: &rosterPane{mark: phone.Account{Link: "branch", ID: "33"}}}},
		{"systems-talking", twoCallsApart(), view{}},
		{"systems-trace", tracedApart(), panes("", &tracePane{})},
		{"systems-dial", together(), view{panes: stack{&numberPane{typed: term.NewInput(maxTyped, "203"), by: "branch"}}}},
		{"quality", lossy, panes("", &qualityPane{})},
		{"quality-traced", lossyTraced, panes("", &qualityPane{})},
		{"quality-none", calm(), panes("", &qualityPane{})},
	}...)
}

// stage is the scene of the shot.
func (s shot) stage(t testing.TB) *scene {
	sc := sceneOf(t, s.scene)
	if shows[*sessionsPane](s.view.stack()) && s.name != "apps-none" {
		sc.apps = twoSessions()
	}
	if s.view.roster != nil && s.view.roster.group == roster.Bookmarked {
		sc.marks = roster.BookmarksOf([]roster.Bookmark{{Account: at("203")}, {Account: at("212")}, {Account: at("206")}, {Account: at("241")}})
		sc.take(s.scene)
	}
	sc.browse = s.name == "talking-browse"
	if shows[*qualityPane](s.view.stack()) {
		_, sc.trends = lossyCall()
	}
	return sc
}

// canvas is the shot of a stage.
func (s shot) canvas(sc *scene, size [2]int, ascii bool) *term.Canvas {
	c := term.NewCanvas(size[0], size[1], ascii)
	sc.w, sc.h, sc.ascii = c.W, c.H, ascii
	v := s.view.whole()
	draw(c, sc, &v)
	return c
}

// TestScreens compares every screen, at five sizes, with the one that was looked at and found
// right: the text as a terminal without UTF-8 shows it, beneath it the style of every cell, and
// once with lines and letters that ASCII does not have. How a style looks with colours and
// without is told by themes.txt.
func TestScreens(t *testing.T) {
	t.Parallel()
	for _, s := range shots(t) {
		t.Run(s.name, func(t *testing.T) {
			var b strings.Builder
			sc := s.stage(t)
			for _, size := range allSizes {
				c := s.canvas(sc, size, true)
				fmt.Fprintf(&b, "== %dx%d\n%s", c.W, c.H, c)
				fmt.Fprintf(&b, "-- styles\n%s", styleMap(c))
				if c.W == 80 {
					fmt.Fprintf(&b, "-- UTF-8\n%s", s.canvas(sc, size, false))
				}
			}
			compare(t, "screens/"+s.name, b.String())
		})
	}
}

// letters stand for the styles in a golden.
var letters = [term.StyleCount]byte{
	term.Plain: '.', term.Faint: 'f', term.Strong: 's', term.Ruled: 'r', term.Title: 't', term.KeyCap: 'k', term.Typed: 'y', term.Marked: 'M',
	term.Free: '1', term.Busy: '2', term.Ringing: '3', term.DND: '4', term.Offline: '5',
	term.Talking: 'T', term.Held: 'H', term.Alert: 'A', term.Done: 'D', term.Warn: 'W', term.Failed: 'X', term.RingBar: 'R', term.TalkBar: 'B',
}

// styleMap is a letter for each cell where those fit under one another, else how many of which
// follow one another; lines in plain style are empty.
func styleMap(c *term.Canvas) string {
	var b strings.Builder
	for y := range c.H {
		var line []byte
		for _, cell := range c.Row(y) {
			line = append(line, letters[cell.Style])
		}
		line = bytes.TrimRight(line, ".")
		if c.W > 80 {
			line = runs(line)
		}
		fmt.Fprintf(&b, "%s\n", line)
	}
	return b.String()
}

func runs(line []byte) []byte {
	var b []byte
	for len(line) > 0 {
		n := len(line) - len(bytes.TrimLeft(line, string(line[:1])))
		b = append(strconv.AppendInt(b, int64(n), 10), line[0])
		line = line[n:]
	}
	return b
}

// TestScreensInUTF8 holds every screen with better lines against the one without: nothing but
// the pieces of frames differs, for the names of these scenes are ASCII.
func TestScreensInUTF8(t *testing.T) {
	t.Parallel()
	frames := strings.NewReplacer("─", "-", "═", "=", "│", "|", "┌", "+", "┐", "+", "├", "+", "┤", "+", "└", "+", "┘", "+",
		"╒", "+", "╕", "+", "╞", "+", "╡", "+", "╘", "+", "╛", "+")
	for _, s := range shots(t) {
		if shows[*qualityPane](s.view.stack()) {
			continue // its trends have finer pieces
		}
		sc := s.stage(t)
		for _, size := range allSizes {
			ascii, utf8 := s.canvas(sc, size, true), s.canvas(sc, size, false)
			if got := frames.Replace(utf8.String()); got != ascii.String() {
				t.Errorf("%s at %v:\n%s", s.name, size, difference(ascii.String(), got))
			}
			if styleMap(utf8) != styleMap(ascii) {
				t.Errorf("%s at %v: other styles", s.name, size)
			}
		}
	}
}

// TestEveryTerminalGetsWhatItCanShow paints every screen for terminals with colours, without,
// and without UTF-8.
func TestEveryTerminalGetsWhatItCanShow(t *testing.T) {
	t.Parallel()
	looks := map[string]term.Look{}
	for name, env := range map[string]map[string]string{
		"colour": {"TERM": "xterm-256color", "LANG": "C.UTF-8"}, "screen": {"TERM": "screen", "LANG": "C.UTF-8"},
		"NO_COLOR": {"TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"}, "linux": {"TERM": "linux", "LANG": "C"},
		"dumb": {"TERM": "dumb", "LANG": "C"},
	} {
		looks[name] = term.LookOf(func(key string) string { return env[key] })
	}
	for _, s := range shots(t) {
		sc := s.stage(t)
		for _, size := range allSizes {
			frames := map[bool]*term.Canvas{true: s.canvas(sc, size, true), false: s.canvas(sc, size, false)}
			for name, look := range looks {
				b, _ := term.NewPainter(&look).Paint(frames[look.ASCII])
				if err := rendererOnly(b, look.ASCII); err != nil {
					t.Fatalf("%s, %s at %v: %v", name, s.name, size, err)
				}
				if colour := coloured.Find(b); (name == "NO_COLOR" || name == "dumb") && colour != nil {
					t.Fatalf("%s, %s at %v: %q", name, s.name, size, colour)
				}
			}
			checkWidths(t, frames[true])
			checkWidths(t, frames[false])
		}
	}
}

// coloured are the attributes that choose a colour (ECMA-48 §8.3.117).
var coloured = regexp.MustCompile(`\x1b\[(?:[0-9]+;)*(?:[349][0-7]|10[0-7]|[34]8)(?:;[0-9]+)*m`)

func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; look at it, and run with -update if it is right now:\n%s", file, difference(string(want), got))
	}
}

// difference shows the lines that are not the same.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for i := range max(len(w), len(g)) {
		line := func(s []string) string {
			if i < len(s) {
				return s[i]
			}
			return "(no line)"
		}
		if line(w) != line(g) {
			fmt.Fprintf(&b, "%2d was %s\n   is  %s\n", i+1, line(w), line(g))
		}
	}
	return b.String()
}
