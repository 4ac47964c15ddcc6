package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// shot is a screen to be kept as a golden.
type shot struct {
	name  string
	sizes [][2]int
	scene phone.Snapshot
	view  view
}

var (
	allSizes = [][2]int{{60, 20}, {80, 24}, {120, 40}, {200, 60}}
	two      = [][2]int{{80, 24}, {120, 40}}
	one      = [][2]int{{80, 24}}
)

func typing(kind fieldKind, text string) *field {
	f := &field{kind: kind}
	f.insert(text)
	return f
}

func down(state phone.LinkState) phone.Snapshot {
	s := restful()
	s.Link.State, s.Link.Heard, s.Link.Attempt = state, ago(74*time.Second), 2
	s.Link.NextTry = noon.Add(3700 * time.Millisecond)
	s.Link.What = "The PBX at pbx.acme.example does not answer on port 443"
	s.Link.Next = "Check the network; Patchcord goes on trying, and n tries at once"
	return s
}

func shots() []shot {
	stale := restful()
	stale.Link.State, stale.Link.Heard = phone.LinkStale, ago(12*time.Second)
	refused := down(phone.LinkStopped)
	refused.Link.What = "The PBX refused the password of 201"
	refused.Link.Next = "Set the right one, then press n; Patchcord does not try again by itself, so that the account is not locked"
	muted := with(restful(), talkingTo(mario))
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
	wordy := restful()
	wordy.Notices = []phone.Notice{{At: ago(time.Second), Grade: phone.GradeFailed, Took: 41 * time.Millisecond,
		Text: "the sound server did not answer in time, so calls are silent; start it again, then choose a device"}}
	forgotten := heldParty(mario)
	forgotten.HeldAt = ago(73 * time.Second)
	gotoBox := view{armed: arming{key: "g", at: ago(time.Second), lasts: choosingFor, choices: []choice{
		{"e", "extensions"}, {"h", "history"}, {"b", "phone book"}}}}
	traced := with(restful(), talkingTo(mario))
	traced.Tracing = true
	for i := range 40 {
		traced.Trace = append(traced.Trace, pbxws.Frame{At: ago(time.Duration(40-i) * time.Second), Sent: i%3 == 0,
			Text: fmt.Sprintf(`{"action":"example","n":%d,"text":"a message of the wire that is longer than the line it stands in, by far"}`, i)})
	}
	marked := view{board: boardPane{mark: "259"}}
	return []shot{
		{"practice", allSizes, practising(), view{}},
		{"idle-marked", allSizes, restful(), marked},
		{"idle-filter", two, restful(), view{board: boardPane{mark: "212", filter: only(pbxws.LineBusy)}}},
		{"dialing", two, with(practising(), calling(pbxws.Party{Name: "Echo", Number: "600"}, phone.Dialing)), view{}},
		{"ringing-out", two, with(practising(), calling(pbxws.Party{Number: "603"}, phone.Ringing)), view{}},
		{"early", one, with(practising(), calling(pbxws.Party{Number: "0721555016"}, phone.Early)), view{}},
		{"talking", allSizes, noted(with(restful(), talkingTo(mario))), view{}},
		{"talking-muted", two, muted, view{}},
		{"talking-deaf", two, with(restful(), deaf), view{}},
		{"talking-browse", one, with(restful(), talkingTo(mario)), view{browse: true, board: boardPane{mark: "259"}}},
		{"incoming", allSizes, with(restful(), ringingFrom(mario)), view{}},
		{"incoming-typing", one, with(restful(), ringingFrom(mario)), view{field: typing(dialField, "03"), pressed: ago(time.Second)}},
		{"incoming-talking", allSizes, with(restful(), talkingTo(carla), ringingFrom(mario)), view{}},
		{"two-calls", allSizes, noted(with(restful(), talkingTo(mario), heldParty(carla))), view{}},
		{"all-held", two, with(restful(), heldParty(carla)), view{}},
		{"ended", two, with(practising(), busy), view{}},
		{"transfer-pending", two, with(restful(), sent), view{}},
		{"find", allSizes, restful(), view{field: typing(findField, "ver ve"), board: boardPane{mark: "272"}}},
		{"find-nobody", one, restful(), view{field: typing(findField, "xyz")}},
		{"dial", two, restful(), view{field: typing(dialField, "0721555016")}},
		{"transfer", allSizes, with(restful(), talkingTo(mario)), view{
			field: &field{kind: transferField, leg: "leg-1", text: []rune("neri"), at: 4}, board: boardPane{mark: "203"}}},
		{"consult-field", allSizes, with(able(), talkingTo(mario)), view{
			field: &field{kind: consultField, leg: "leg-1", text: []rune("neri"), at: 4}, board: boardPane{mark: "203"}}},
		{"consult-calling", allSizes, consulting(phone.Ringing), view{}},
		{"consult-talking", allSizes, noted(consulting(phone.Connected)), view{}},
		{"consult-ringing", allSizes, consultRung, view{}},
		{"park-field", allSizes, with(able(), talkingTo(mario)), view{field: &field{kind: parkField, leg: "leg-1"}}},
		{"recorded", allSizes, with(able(), recorded), view{}},
		{"history", allSizes, able(), view{list: listPane{kind: historyList, at: "h2"}}},
		{"history-find", allSizes, able(), view{list: listPane{kind: historyList}, field: typing(findField, "ver")}},
		{"book", allSizes, able(), view{list: listPane{kind: bookList}}},
		{"voicemail", allSizes, able(), view{list: listPane{kind: voicemailList}}},
		{"parked", allSizes, able(), view{list: listPane{kind: parkedList}}},
		{"queues", allSizes, able(), view{list: listPane{kind: queueList}}},
		{"person", allSizes, able(), view{person: personPane{who: "241"}, board: boardPane{mark: "241"}}},
		{"person-talking", allSizes, with(able(), talkingTo(mario)), view{person: personPane{who: "212", at: 1}, board: boardPane{mark: "212"}}},
		{"incoming-known", allSizes, with(able(), ringingFrom(pbxws.Party{Number: "0721555016"})), view{}},
		{"goto", allSizes, able(), gotoBox},
		{"held-long", allSizes, with(able(), talkingTo(carla), forgotten), view{}},
		{"find-everywhere", allSizes, able(), view{field: typing(findField, "ver"), board: boardPane{mark: "209"}}},
		{"find-outside", allSizes, able(), view{field: typing(findField, "vern"), board: boardPane{number: "+39 010 555 0101"}}},
		{"desk-talking", allSizes, desked(pbxws.PhaseConnected, mario), view{}},
		{"desk-ringing", allSizes, desked(pbxws.PhaseAlerting, mario), view{}},
		{"command", allSizes, able(), view{field: typing(commandField, "set ")}},
		{"command-talking", allSizes, with(able(), talkingTo(mario)), view{field: typing(commandField, "tr"), palette: palettePane{at: 1}}},
		{"command-unknown", allSizes, able(), view{field: typing(commandField, "set colour blue")}},
		{"help", allSizes, restful(), view{help: helpPane{open: true, at: 2}}},
		{"help-filter", one, with(restful(), talkingTo(mario)), view{help: helpPane{open: true, filter: []rune("mute")}}},
		{"trace", two, traced, view{trace: tracePane{open: true}}},
		{"link-stale", two, stale, view{}},
		{"link-waiting", two, down(phone.LinkWaiting), view{}},
		{"link-stopped", allSizes, refused, view{}},
		{"message-long", one, wordy, view{}},
		{"leaving", two, with(restful(), talkingTo(mario), heldParty(carla)), view{leaving: asking}},
		{"tiny-talking", [][2]int{{20, 5}, {50, 8}}, with(restful(), talkingTo(mario)), view{}},
		{"tiny-recorded", [][2]int{{50, 8}}, with(able(), recorded), view{}},
		{"tiny-incoming", [][2]int{{20, 5}}, with(restful(), ringingFrom(mario)), view{}},
		{"tiny-idle", [][2]int{{20, 5}}, restful(), view{}},
	}
}

func (s shot) canvas(t testing.TB, w, h int, ascii bool) *canvas {
	c := newCanvas(w, h, ascii)
	v := s.view
	v.w, v.h, v.ascii = w, h, ascii
	draw(c, sceneOf(t, s.scene), &v)
	return c
}

// TestScreens compares every screen with the one that was looked at and found right.
func TestScreens(t *testing.T) {
	for _, s := range shots() {
		for _, size := range s.sizes {
			name := fmt.Sprintf("%s-%dx%d", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				compare(t, name, s.canvas(t, size[0], size[1], true).String())
			})
		}
	}
}

// TestScreensUTF8 keeps a few with lines and letters that ASCII does not have.
func TestScreensUTF8(t *testing.T) {
	for _, s := range shots() {
		if s.name == "two-calls" || s.name == "practice" {
			compare(t, s.name+"-80x24-utf8", s.canvas(t, 80, 24, false).String())
		}
	}
}

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
