package tui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// recorder is a phone that writes down what it is told.
type recorder struct {
	did       []phone.Intent
	err       error
	panics    bool
	snapshots chan phone.Snapshot
}

func (r *recorder) Do(i phone.Intent) (phone.Receipt, error) {
	if r.panics {
		panic("told too much")
	}
	if r.err == nil {
		r.did = append(r.did, i)
	}
	return 0, r.err
}

func (r *recorder) Watch(context.Context) <-chan phone.Snapshot { return r.snapshots }

// lastFrame keeps what would go to the terminal.
type lastFrame struct{ c *term.Canvas }

func (*lastFrame) Canvas(w, h int, ascii bool) *term.Canvas { return term.NewCanvas(w, h, ascii) }
func (f *lastFrame) Show(c *term.Canvas)                    { f.c = c }

// robot presses keys and reads the screen.
type robot struct {
	t      *testing.T
	m      *model
	phone  *recorder
	frame  *lastFrame
	now    time.Time
	delays []time.Duration
	// wakes is when the screen wants to be drawn again.
	wakes time.Time
}

func newRobot(t *testing.T, s phone.Snapshot) *robot {
	r := &robot{t: t, phone: &recorder{}, frame: &lastFrame{}, now: noon}
	r.m = &model{phone: r.phone, frames: r.frame, now: func() time.Time { return r.now }, wakeAt: func(at time.Time) { r.wakes = at }}
	r.m.view = newView()
	r.logTo(testLog{t})
	r.m.scene = scene{keys: shippedKeys(t), actions: newActions(), practice: practiceWords}
	r.m.scene.take(phone.Snapshot{})
	r.m.after = func(d time.Duration) tea.Cmd { r.delays = append(r.delays, d); return nil }
	r.m.scene.w, r.m.scene.h, r.m.scene.ascii = 80, 24, true
	r.show(s)
	r.m.view.bells, r.m.view.before = 0, standing{} // things have been like this for a while
	return r
}

func (r *robot) send(msg tea.Msg) tea.Cmd {
	_, cmd := r.m.Update(msg)
	return cmd
}

// show brings news.
func (r *robot) show(s phone.Snapshot) { r.send(phoneMsg{s}) }

// wait lets time pass, with the ticks it brings.
func (r *robot) wait(d time.Duration) *robot {
	r.now = r.now.Add(d)
	r.send(dueMsg{})
	r.send(tickMsg{})
	return r
}

var keyTypes = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"ctrl+c": tea.KeyCtrlC, "ctrl+z": tea.KeyCtrlZ, "ctrl+l": tea.KeyCtrlL, "ctrl+u": tea.KeyCtrlU, "ctrl+w": tea.KeyCtrlW,
	"shift+tab": tea.KeyShiftTab, "ctrl+t": tea.KeyCtrlT, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9,
}

// press presses keys one after the other, each 50 ms after the last.
func (r *robot) press(keys ...string) *robot {
	for _, k := range keys {
		r.now = r.now.Add(50 * time.Millisecond)
		r.send(keyMsg(k))
	}
	return r
}

func keyMsg(k string) tea.KeyMsg {
	if t, ok := keyTypes[k]; ok {
		return tea.KeyMsg{Type: t}
	}
	if k == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// did takes what the phone was told since the last time.
func (r *robot) did() []phone.Intent {
	done := r.phone.did
	r.phone.did = nil
	return done
}

func (r *robot) expect(want ...phone.Intent) *robot {
	r.t.Helper()
	if got := r.did(); !reflect.DeepEqual(got, want) {
		r.t.Errorf("the phone was told %#v, want %#v; the screen:\n%s", got, want, r.frame.c)
	}
	return r
}

func (r *robot) sees(words ...string) *robot {
	r.t.Helper()
	for _, w := range words {
		if !strings.Contains(r.frame.c.String(), w) {
			r.t.Errorf("not on the screen: %q\n%s", w, r.frame.c)
		}
	}
	return r
}

func (r *robot) seesNot(words ...string) *robot {
	r.t.Helper()
	for _, w := range words {
		if strings.Contains(r.frame.c.String(), w) {
			r.t.Errorf("on the screen: %q\n%s", w, r.frame.c)
		}
	}
	return r
}

// situations are the columns of the key table.
func situations() map[string]phone.Snapshot {
	return map[string]phone.Snapshot{
		"idle":                             calm(),
		"ringing":                          with(calm(), ringingFrom(mario)),
		"calling":                          with(calm(), calling(carla, phone.Ringing)),
		"early":                            with(calm(), calling(carla, phone.Early)),
		"talking":                          with(calm(), talkingTo(mario)),
		"held":                             with(calm(), heldParty(carla)),
		"two":                              with(calm(), talkingTo(mario), heldParty(carla)),
		"second":                           with(calm(), talkingTo(mario), ringingFrom(carla)),
		"able":                             with(able(), talkingTo(mario)),
		"mixed":                            mixed(),
		"mixed at a PBX with a conference": with(able(), mixed().Legs...),
		"joined":                           with(able(), talkingTo(mario), heldParty(carla)),
		"free":                             able(),
		"plays":                            playing(0, 7*time.Second, 23*time.Second),
		"fetches":                          playing(0, 0, 0),
		"mute":                             unplayed(),
		"desk":                             desked(pbxws.PhaseConnected, mario),
		"parked":                           desked(pbxws.PhaseHeld, mario),
		"rings":                            desked(pbxws.PhaseAlerting, mario),
		"asking":                           consulting(phone.Ringing),
		"asked":                            consulting(phone.Connected),
	}
}

type intents = []phone.Intent

// TestKeyTable presses every key of the table in every situation that it is for.
func TestKeyTable(t *testing.T) {
	t.Parallel()
	situations := situations()
	for _, tt := range []struct {
		situation string
		keys      string // with blanks between them
		want      intents
		sees      string
	}{
		{"idle", "6", nil, "dial: [6_"},
		{"idle", "*", nil, "dial: [*_"},
		{"idle", "6 0 0 enter", intents{phone.Dial{To: "600"}}, ""},
		{"idle", "d 6 0 0 enter", intents{phone.Dial{To: "600"}}, ""},
		{"idle", "f2 6 0 0 enter", intents{phone.Dial{To: "600"}}, ""},
		{"idle", "6 0 0 enter .", intents{phone.Dial{To: "600"}, phone.Dial{To: "600"}}, ""},
		{"idle", ".", nil, "nothing to redial"},
		{"idle", "down down enter enter", nil, "201 is your own number: nobody is called"},
		{"idle", "down down down enter enter", intents{phone.Dial{To: "202"}}, ""},
		{"idle", "down down enter", nil, ">d   call 201 Luca Russo"},
		{"idle", "down enter down enter", nil, "this PBX cannot pick up calls from here"},
		{"idle", "down enter esc", nil, "EXTENSIONS 500"},
		{"idle", "P", nil, "select somebody first"},
		{"able", "down enter enter", intents{phone.Consult{Leg: "leg-1", To: "200"}}, ""},
		{"able", "down enter down enter", intents{phone.TransferBlind{Leg: "leg-1", To: "200"}}, ""},
		{"able", "down enter down down enter", intents{phone.Dial{To: "200"}}, ""},
		{"able", "down enter down down down enter", nil, "park Mario Bianchi at:"},
		{"free", "f f f down enter enter", intents{phone.Pickup{Account: phone.Account{ID: "241"}}}, ""},
		{"free", "f f f down P", intents{phone.Pickup{Account: phone.Account{ID: "241"}}}, ""},
		{"free", "down P", nil, "nothing rings at 200"},
		{"free", "f f down w", intents{phone.WatchLine{Account: phone.Account{ID: "212"}, On: true}}, ""},
		{"free", "f f down enter down down enter", intents{phone.WatchLine{Account: phone.Account{ID: "212"}, On: true}}, ""},
		{"free", "down w", nil, "200 Anna Verdi: free already"},
		{"free", "down down b", nil, "201 Luca Russo is bookmarked"},
		{"free", "down down b down", nil, "+.201 Luca Russo"},
		{"free", "down b b", nil, "200 Anna Verdi is bookmarked no longer"},
		{"free", "down b down down b G", nil, "shown: bookmarks"},
		{"free", "down b G G", nil, "queues and rooms"},
		{"free", "down B N i g h t enter", nil, "200 Anna Verdi is bookmarked on the page Night"},
		{"free", "down B n enter G", nil, "bookmarks: n"},
		{"free", "down b down B n enter G G", nil, "bookmarks: n"},
		{"free", "down b down B n enter } } {", nil, "bookmarks"},
		{"free", "down B n enter down B up enter }", nil, "EXTENSIONS 500"},
		{"free", "}", nil, "nobody is bookmarked yet; b bookmarks people"},
		{"free", "down B n enter G down b", nil, "200 Anna Verdi is bookmarked no longer"},
		{"free", "down : p a g e space n i g h t enter", nil, "200 Anna Verdi is bookmarked on the page night"},
		{"free", "down B n enter } : r e n a m e space p a g e space d a y enter", nil, "this page is called day now"},
		{"free", "down b G esc", nil, "page 1"},
		{"free", "G", nil, "b bookmarks people"},
		{"free", "G down", nil, ">*71  Sales"},
		{"free", "S", nil, "by name"},
		{"free", "S down", nil, ">.265 Ada Conti"},
		{"free", "S down down", nil, ">.364 Ada Conti"},
		{"free", "S down S", nil, "sorted by number"},
		{"free", "/ v e r a space v i tab", nil, "call 206 Vera Villa"},
		{"free", "down y", nil, "clipboard: 200"},
		{"free", "g h", intents{phone.Fetch{Topic: pbxws.TopicHistory}}, "HISTORY 4  1 missed"},
		{"free", "g h enter", intents{phone.Fetch{Topic: pbxws.TopicHistory}, phone.Dial{To: "340 555 0199"}}, ""},
		{"free", "g h down y", intents{phone.Fetch{Topic: pbxws.TopicHistory}}, "clipboard: +390721555016"},
		{"free", "g h / c a r enter", intents{phone.Fetch{Topic: pbxws.TopicHistory}, phone.Dial{To: "305"}}, ""},
		{"free", "g b", intents{phone.Fetch{Topic: pbxws.TopicPhonebook}}, "PHONE BOOK 3"},
		{"free", "g b down enter", intents{phone.Fetch{Topic: pbxws.TopicPhonebook}, phone.Dial{To: "+39 010 555 0101"}}, ""},
		{"free", "g v", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}}, "N new"},
		{"free", "g v enter", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Dial{To: "340 555 0199"}}, ""},
		{"free", "g v space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Play{ID: "v1"}}, ""},
		{"free", "g v down space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Play{ID: "v2"}}, ""},
		{"plays", "g v space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.StopPlaying{}}, "0:07 of 0:23"},
		{"plays", "g v left", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Play{ID: "v1"}}, ""},
		{"plays", "g v down space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Play{ID: "v2"}}, ""},
		{"plays", "g v enter", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Dial{To: "340 555 0199"}}, ""},
		{"fetches", "g v left", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}}, "it is still loading"},
		{"fetches", "g v space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.StopPlaying{}}, "loading"},
		{"able", "g v space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}}, "a call is up: the message can be played after it"},
		{"able", "g v h", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}, phone.Hold{Leg: "leg-1"}}, ""},
		{"mute", "g v space", intents{phone.Fetch{Topic: pbxws.TopicVoicemail}}, "this PBX does not provide the audio of messages"},
		{"free", "g h space", intents{phone.Fetch{Topic: pbxws.TopicHistory}}, "this call was not recorded"},
		{"free", "g h down space", intents{phone.Fetch{Topic: pbxws.TopicHistory}, phone.Play{Of: pbxws.SoundOfCall, ID: "h2"}}, ""},
		{"free", ": p l a y enter", nil, "select a voice message or a recorded call first"},
		{"free", "g p enter", intents{phone.Retrieve{Orbit: "81"}}, ""},
		{"free", "g q", nil, "3 waiting, longest 1:12, 4 agents"},
		{"free", "g q enter", intents{phone.Dial{To: "71"}}, ""},
		{"free", "g h g e", intents{phone.Fetch{Topic: pbxws.TopicHistory}}, "EXTENSIONS 500"},
		{"free", "g p esc", nil, "EXTENSIONS 500"},
		{"free", "] ] [", intents{phone.Fetch{Topic: pbxws.TopicHistory}, phone.Fetch{Topic: pbxws.TopicPhonebook}, phone.Fetch{Topic: pbxws.TopicHistory}}, "HISTORY"},
		{"free", "[", nil, "QUEUES 2"},
		{"free", "/ v e r n enter", intents{phone.Dial{To: "+39 010 555 0101"}}, ""},
		{"free", "/ v e r d i pgdown pgdown down enter", intents{phone.Dial{To: "+39 0721 555 044"}}, ""},
		{"free", "/ v e r d i pgdown pgdown down up enter", intents{phone.Dial{To: "695"}}, ""},
		{"free", "/ 3 4 0", nil, "IN YOUR HISTORY (1)"},
		{"able", "t b i a n c h i", nil, "ALSO IN YOUR PHONE BOOK (1)"},
		{"desk", "h", intents{phone.Hold{Leg: "desk:d1"}}, "on your desk phone"},
		{"parked", "h", intents{phone.Resume{Leg: "desk:d1"}}, ""},
		{"desk", "x x", intents{phone.Hangup{Leg: "desk:d1"}}, ""},
		{"desk", "t 2 0 3 enter", intents{phone.TransferBlind{Leg: "desk:d1", To: "203"}}, ""},
		{"desk", "T", nil, "on your desk phone, which has a key for that"},
		{"desk", "5", nil, "dial: [5_"},
		{"rings", "a", intents{phone.AnswerCall{Leg: "desk:d1"}}, "at your desk phone"},
		{"rings", "x", intents{phone.Reject{Leg: "desk:d1"}}, ""},
		{"idle", "g b", nil, "this PBX cannot send the phone book from here"},
		{"idle", "enter", nil, "select somebody first"},
		{"idle", "/ v e r a space v i enter", intents{phone.Dial{To: "206"}}, ""},
		{"idle", "/ s a l e s enter", intents{phone.Dial{To: "71"}}, ""},
		{"idle", "/ v e r a down enter", intents{phone.Dial{To: "217"}}, ""},
		{"idle", "f", nil, "only free"},
		{"idle", "f f", nil, "only busy"},
		{"idle", "h", nil, "h does nothing here"},
		{"idle", "Z", intents{phone.SetDND{On: true}}, ""},
		{"idle", "g w", intents{phone.SetTrace{On: true}}, "TRACE"},
		{"idle", "n", nil, "the link is up"},
		{"idle", "?", nil, "KEYS THAT WORK HERE"},
		{"ringing", "a", intents{phone.AnswerCall{Leg: "leg-3"}}, ""},
		{"ringing", "f3", intents{phone.AnswerCall{Leg: "leg-3"}}, ""},
		{"ringing", "x", intents{phone.Reject{Leg: "leg-3"}}, ""},
		{"ringing", "f4", intents{phone.Reject{Leg: "leg-3"}}, ""},
		{"ringing", "z", intents{phone.Silence{}}, ""},
		{"ringing", "enter", nil, "select somebody first"},
		{"ringing", "4", nil, "dial: [4_"},
		{"ringing", "esc", nil, "RINGING"},
		{"calling", "x x", intents{phone.Hangup{Leg: "leg-4"}}, ""},
		{"calling", "f4", intents{phone.Hangup{Leg: "leg-4"}}, ""},
		{"calling", "h", nil, "only an answered call can be held"},
		{"calling", "t", nil, "only an answered call can be transferred"},
		{"calling", "5", nil, "digits are sent as tones after that"},
		{"early", "5", intents{phone.SendDigits{Leg: "leg-4", Digits: "5"}}, ""},
		{"talking", "5", intents{phone.SendDigits{Leg: "leg-1", Digits: "5"}}, ""},
		{"talking", "* #", intents{phone.SendDigits{Leg: "leg-1", Digits: "*"}, phone.SendDigits{Leg: "leg-1", Digits: "#"}}, ""},
		{"talking", "+", nil, "there is no tone for +"},
		{"talking", "h", intents{phone.Hold{Leg: "leg-1"}}, ""},
		{"talking", "f5", intents{phone.Hold{Leg: "leg-1"}}, ""},
		{"talking", "р", intents{phone.Hold{Leg: "leg-1"}}, ""}, // h on a Russian keyboard
		{"talking", "ч ч", intents{phone.Hangup{Leg: "leg-1"}}, ""},
		{"able", "Е", nil, "ask about Mario Bianchi first"},
		{"talking", "η", intents{phone.Hold{Leg: "leg-1"}}, ""},
		{"idle", "/ р у с", nil, "find: [???_"},
		{"talking", "r", nil, "is not on hold"},
		{"talking", "s", nil, "s does nothing here"},
		{"talking", "m", intents{phone.SetMute{On: true}}, ""},
		{"talking", "f9", intents{phone.SetMute{On: true}}, ""},
		{"talking", "t 2 0 3 enter", intents{phone.TransferBlind{Leg: "leg-1", To: "203"}}, ""},
		{"talking", "f6 v e r a space v enter", intents{phone.TransferBlind{Leg: "leg-1", To: "206"}}, ""},
		{"talking", "t", nil, "transfer Mario Bianchi to:"},
		{"talking", "x", nil, "then x: hang up on Mario Bianchi"},
		{"talking", "x x", intents{phone.Hangup{Leg: "leg-1"}}, ""},
		{"talking", "f4", intents{phone.Hangup{Leg: "leg-1"}}, ""},
		{"talking", "a", nil, "no call to answer"},
		{"talking", "d 6 0 1 enter", intents{phone.Dial{To: "601"}}, ""},
		{"talking", "d", nil, "dial: [_"},
		{"talking", "tab", nil, "no other call"},
		{"talking", "down", nil, "EXTENSIONS"},
		{"talking", "down enter", nil, "call 200 Anna Verdi, Mario Bianchi goes on hold"},
		{"held", "h", intents{phone.Resume{Leg: "leg-2"}}, ""},
		{"held", "r", intents{phone.Resume{Leg: "leg-2"}}, ""},
		{"held", "5", nil, "dial: [5_"},
		{"held", "x x", intents{phone.Hangup{Leg: "leg-2"}}, ""},
		{"two", "s", intents{phone.Swap{}}, ""},
		{"two", "f8", intents{phone.Swap{}}, ""},
		{"two", "5", intents{phone.SendDigits{Leg: "leg-1", Digits: "5"}}, ""},
		{"two", "h", intents{phone.Hold{Leg: "leg-1"}}, ""},
		{"two", "tab h", intents{phone.Resume{Leg: "leg-2"}}, "Carla Verdi"},
		{"two", "tab x x", intents{phone.Hangup{Leg: "leg-2"}}, ""},
		{"two", "tab 5", intents{phone.SendDigits{Leg: "leg-1", Digits: "5"}}, ""},
		{"second", "a", intents{phone.AnswerCall{Leg: "leg-3"}}, ""},
		{"second", "x", intents{phone.Reject{Leg: "leg-3"}}, ""},
		{"second", "h", intents{phone.Hold{Leg: "leg-1"}}, ""},
		{"second", "5", intents{phone.SendDigits{Leg: "leg-1", Digits: "5"}}, ""},
		{"second", "tab x x", intents{phone.Hangup{Leg: "leg-1"}}, ""},
		{"second", "t f3", intents{phone.AnswerCall{Leg: "leg-3"}}, ""},
		{"able", "T 2 0 3 enter", intents{phone.Consult{Leg: "leg-1", To: "203"}}, ""},
		{"able", "f7 v e r a space v enter", intents{phone.Consult{Leg: "leg-1", To: "206"}}, ""},
		{"able", "T", nil, "ask about Mario Bianchi first, call:"},
		{"able", "T tab", nil, "transfer Mario Bianchi to:"},
		{"able", "t tab 2 0 3 enter", intents{phone.Consult{Leg: "leg-1", To: "203"}}, ""},
		{"able", "p enter", intents{phone.ParkCall{Leg: "leg-1"}}, ""},
		{"able", "p 8 0 enter", intents{phone.ParkCall{Leg: "leg-1", Orbit: "80"}}, ""},
		{"able", "p", nil, "where the PBX chooses; free: 80 82"},
		{"able", "R", intents{phone.SetRecording{Leg: "leg-1", On: true}}, ""},
		{"talking", "T", nil, "this PBX cannot join two calls from here"},
		{"talking", "p", nil, "this PBX cannot park calls from here"},
		{"talking", "R", nil, "this PBX cannot record from here"},
		{"two", "c", intents{phone.Mix{}}, ""},
		{"mixed", "5", intents{phone.SendDigits{Leg: "leg-1", Digits: "5"}}, ""},
		{"mixed", "tab 5", intents{phone.SendDigits{Leg: "leg-2", Digits: "5"}}, ""},
		{"mixed", "tab h", intents{phone.Hold{Leg: "leg-2"}}, ""},
		{"mixed", "s", nil, "to swap, you need one active call and one on hold"},
		{"mixed", "q", nil, "2 calls, on this phone: s stay (Enter), x hang up and leave"},
		{"mixed", "c", intents{phone.Split{Leg: "leg-1"}}, ""},
		{"mixed", "tab c", intents{phone.Split{Leg: "leg-2"}}, ""},
		{"mixed at a PBX with a conference", "c", intents{phone.Split{Leg: "leg-1"}}, ""},
		{"joined", "c", intents{phone.Join{Room: phone.Account{ID: "890"}}}, ""},
		{"two", "l", nil, "Link Carla Verdi with Mario Bianchi and leave? It runs on this phone."},
		{"two", "l enter", intents{phone.Mix{Leg: "leg-2", With: "leg-1", Out: true}}, ""},
		{"joined", "l", nil, "Link Carla Verdi with Mario Bianchi and leave?"},
		{"joined", "l enter", intents{phone.LinkCalls{Leg: "leg-2", With: "leg-1"}}, ""},
		{"joined", "l y", intents{phone.LinkCalls{Leg: "leg-2", With: "leg-1"}}, ""},
		{"joined", "l l h 5 x x esc", nil, "nothing was changed"},
		{"joined", "T", nil, "asks Carla Verdi, who is on the line already; Mario Bianchi waits"},
		{"joined", "T enter", intents{phone.ConsultWith{Leg: "leg-1", With: "leg-2"}}, ""},
		{"joined", "T 2 0 3 enter", intents{phone.Consult{Leg: "leg-1", To: "203"}}, ""},
		{"joined", "t 3 0 5 enter", intents{phone.LinkCalls{Leg: "leg-1", With: "leg-2"}}, ""},
		{"able", "l", nil, "l does nothing here"},
		{"asked", "l enter", intents{phone.LinkCalls{Leg: "leg-2", With: "leg-4"}}, ""},
		{"asking", "t", nil, "has not answered yet"},
		{"asking", "x", intents{phone.DropConsult{}}, ""},
		{"asked", "t", intents{phone.CompleteTransfer{}}, ""},
		{"asked", "f6", intents{phone.CompleteTransfer{}}, ""},
		{"asked", "x", intents{phone.DropConsult{}}, ""},
		{"asked", "f4", intents{phone.DropConsult{}}, ""},
		{"asked", "s", intents{phone.Swap{}}, ""},
		{"asked", "c", intents{phone.Join{Room: phone.Account{ID: "890"}}}, ""},
		{"asked", "5", intents{phone.SendDigits{Leg: "leg-4", Digits: "5"}}, ""},
	} {
		t.Run(tt.situation+" "+tt.keys, func(t *testing.T) {
			r := newRobot(t, situations[tt.situation])
			r.press(strings.Fields(tt.keys)...).expect(tt.want...)
			if tt.sees != "" {
				r.sees(tt.sees)
			}
		})
	}
}

// TestEveryActionIsDone holds the table of actions against the keymap.
func TestEveryActionIsDone(t *testing.T) {
	table := newActions()
	for _, a := range keymap.All() {
		if row := table.by[a]; row == nil || (row.do == nil) == (row.run == nil) {
			t.Errorf("%s does nothing", a)
		}
	}
}

// TestHintsWork presses every key that a hint names: none may be refused.
func TestHintsWork(t *testing.T) {
	names := map[string]string{}
	for name, shown := range keyNames {
		names[shown] = name
	}
	for situation, s := range situations() {
		for _, h := range newRobot(t, s).hints() {
			for _, keys := range strings.Split(h.keys, "/") {
				if keys == "0-9" || keys == "arrows" || keys == "" {
					continue
				}
				r := newRobot(t, s)
				for _, k := range strings.Fields(keys) {
					if name, ok := names[k]; ok {
						k = name
					} else if len(k) > 1 {
						k = strings.ToLower(k)
					}
					r.press(k)
				}
				if m := r.m.view.message.text; strings.Contains(m, "nothing") || strings.Contains(m, "not possible") {
					t.Errorf("%s: the hint %q leads to %q", situation, keys+" "+h.words, m)
				}
			}
		}
	}
}

func (r *robot) hints() []hint { return r.m.view.hints(&r.m.scene) }

// TestEscNeverEndsACall tries hard.
func TestEscNeverEndsACall(t *testing.T) {
	for name, s := range situations() {
		t.Run(name, func(t *testing.T) {
			r := newRobot(t, s)
			for _, before := range []string{"", "d", "/", "?", "g", "x", "f", "down", "tab"} {
				if before != "" {
					r.press(before)
				}
				r.did()
				r.press("esc", "esc", "esc").expect()
			}
			if r.m.view.leaving != staying {
				t.Error("Esc leaves")
			}
		})
	}
}

func TestHangUpTakesTwoPresses(t *testing.T) {
	up := with(calm(), talkingTo(mario))
	r := newRobot(t, up)
	r.press("x").expect()
	r.sees("then x: hang up on Mario Bianchi")
	r.wait(armedFor)
	r.seesNot("then x")
	r.press("x").expect()
	r.now = r.now.Add(armedFor) // the timer is late
	r.press("x").expect()
	r.press("x").expect(phone.Hangup{Leg: "leg-1"})

	r = newRobot(t, up)
	r.press("x", "h").expect(phone.Hold{Leg: "leg-1"}) // another key disarms and is heard
	r.press("x").expect()

	r = newRobot(t, up) // the call ends between the presses and another one is there
	r.press("x")
	r.show(with(calm(), heldParty(carla)))
	r.press("x").expect()
	r.sees("that call is over already")

	r = newRobot(t, up) // a call comes in between the presses: it is not the one meant
	r.press("x")
	r.show(with(calm(), talkingTo(mario), ringingFrom(carla)))
	r.press("x").expect(phone.Hangup{Leg: "leg-1"})
}

func TestIncomingCallStealsNoKey(t *testing.T) {
	ring := with(calm(), ringingFrom(mario))
	r := newRobot(t, calm())
	r.press("6", "0")
	r.show(ring)
	r.sees("F3 answer", "dial: [60_").seesNot("a/F3")
	r.press("a", "x", "z").expect()
	r.sees("dial: [60axz_")
	r.press("ctrl+u", "6", "0", "0", "enter").expect(phone.Dial{To: "600"})

	r = newRobot(t, calm())
	r.press("6", "0")
	r.show(ring)
	r.press("f3").expect(phone.AnswerCall{Leg: "leg-3"})

	r = newRobot(t, calm())
	r.press("down") // a key less than 0.7 s ago
	r.show(ring)
	r.sees("F3 answer   F4 reject").seesNot("a answer")
	r.press("a", "x").expect()
	r.wait(typingFor)
	r.sees("a answer", "x reject")
	r.press("a").expect(phone.AnswerCall{Leg: "leg-3"})

	r = newRobot(t, with(calm(), talkingTo(carla))) // keys are taken as what they were meant for
	r.press("down")
	r.show(with(calm(), talkingTo(carla), ringingFrom(mario)))
	r.press("a", "z").expect()
	r.press("x").expect().sees("then x: hang up on Carla Verdi")
	r.press("x").expect(phone.Hangup{Leg: "leg-1"})

	r = newRobot(t, with(calm(), talkingTo(carla))) // Enter was on its way
	r.press("down")
	r.show(with(calm(), talkingTo(carla), ringingFrom(mario)))
	r.press("enter").expect()
}

func TestRingsOnce(t *testing.T) {
	r := newRobot(t, calm())
	r.show(with(calm(), ringingFrom(mario)))
	r.show(with(calm(), ringingFrom(mario)))
	if r.frame.c.Bells != 1 || r.frame.c.Title != "(ringing) Mario Bianchi, Bianchi SRL" {
		t.Errorf("%d bells, title %q", r.frame.c.Bells, r.frame.c.Title)
	}
}

func TestLeaving(t *testing.T) {
	two := with(calm(), talkingTo(mario), heldParty(carla))
	for _, keys := range [][]string{{"q"}, {"ctrl+c"}} {
		r := newRobot(t, two)
		r.press(keys...).expect()
		r.sees("2 calls: s stay (Enter), x hang up and leave")
		for _, stay := range []string{"enter", "s", "esc", "q", "ctrl+c"} {
			r.press(stay).expect()
			r.seesNot("2 calls:")
			r.press(keys...)
		}
		r.press("h", "5", "t").expect() // nothing else is listened to
		r.press("x").expect(phone.HangupAll{})
		r.sees("hanging up")
		r.show(with(calm()))
		if r.m.view.leaving != gone {
			t.Error("still here though the calls are over")
		}
	}
	r := newRobot(t, two) // the PBX does not answer
	r.press("q", "x")
	r.wait(leavingTakes)
	if r.m.view.leaving != gone {
		t.Error("still here though a second has passed")
	}
	r = newRobot(t, calm())
	if cmd := r.send(keyMsg("q")); cmd == nil || cmd() != tea.Quit() {
		t.Error("q with nothing open does not leave")
	}
	r = newRobot(t, calm()) // back, back, leave
	r.press("f", "g", "w", "q", "q")
	if r.m.view.leaving != staying {
		t.Error("q left though there was something to go back from")
	}
	r = newRobot(t, two) // the calls end while the question stands
	r.press("q")
	r.show(calm())
	r.seesNot("calls:")
}

func TestPaste(t *testing.T) {
	paste := func(s string) tea.KeyMsg {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}
	}
	for name, s := range situations() {
		r := newRobot(t, s)
		r.send(paste("xxaqh\r\nr q x x\x1b"))
		r.expect()
		r.sees("nothing to dial in what was pasted")
		r.send(paste("call +39 (0721) 555-016 now\n"))
		r.expect()
		r.sees("dial: [+390721555016_", "pasted: call +39 (0721) 555-016 now")
		if r.m.view.leaving != staying {
			t.Errorf("%s: a paste left the screen", name)
		}
	}
	r := newRobot(t, calm())
	r.press("/").send(paste("ver\x1b[31ma\n"))
	r.sees("find: [ver[31ma_")
}

// TestKeysInOneRead: what was typed faster than it was read comes as one message.
func TestKeysInOneRead(t *testing.T) {
	r := newRobot(t, calm())
	r.press("d600").sees("dial: [600_")
	r.press("enter").expect(phone.Dial{To: "600"})
}

func TestMarkStaysOnThePerson(t *testing.T) {
	r := newRobot(t, calm())
	r.press("/", "v", "e", "r")
	if r.m.view.roster.mark != at("200") {
		t.Fatalf("the first match is %s", r.m.view.roster.mark)
	}
	r.press("down", "down")
	marked := r.m.view.roster.mark
	s := calm()
	s.PBX.Accounts = s.PBX.Accounts.Without("200") // somebody before it leaves
	s.PBX.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "199", Name: ptr("Vera Vor")}}, noon)
	r.show(s)
	r.press("enter").expect(phone.Dial{To: string(marked.ID)})
}

// TestStepFromTheGap: who is selected falls out of the filter, and the next step goes on there.
func TestStepFromTheGap(t *testing.T) {
	r := newRobot(t, calm())
	r.press("f", "f", "down", "down", "down") // busy ones: 212, 213, 226
	if r.m.view.roster.mark != at("226") {
		t.Fatalf("marked %s", r.m.view.roster.mark)
	}
	s := calm()
	s.PBX.Apply(pbxws.CallEnded{ID: "c26"}, noon) // 226 and 227 are free
	r.show(s)
	r.press("down")
	if r.m.view.roster.mark != at("240") {
		t.Errorf("down went to %s", r.m.view.roster.mark)
	}
	r.show(calm())
	r.press("up")
	r.show(s)
	r.press("up")
	if r.m.view.roster.mark != at("213") {
		t.Errorf("up went to %s", r.m.view.roster.mark)
	}
}

func ptr[T any](v T) *T { return &v }

func TestTransferEndsWithItsCall(t *testing.T) {
	r := newRobot(t, with(calm(), talkingTo(mario)))
	r.press("t", "2", "0")
	r.show(calm())
	r.sees("nothing to transfer").seesNot("transfer Mario Bianchi to:")
}

func TestRefusalIsSaid(t *testing.T) {
	r := newRobot(t, calm())
	r.phone.err = errors.New("busy, try again")
	r.press("6", "0", "0", "enter").sees("the phone refused that: busy, try again", "dial: [600_")
}

func TestHelpRunsTheMarkedRow(t *testing.T) {
	r := newRobot(t, with(calm(), talkingTo(mario)))
	r.press("?", "m", "u", "t", "e", "enter").expect(phone.SetMute{On: true})
	r.seesNot("KEYS THAT WORK HERE")
	r.press("f1").sees("KEYS THAT WORK HERE").press("esc").seesNot("KEYS THAT WORK HERE").expect()
}

func TestTraceStandsWhereItWasPut(t *testing.T) {
	s := calm()
	s.Tracing = true
	for i := range 100 {
		s.Trace = append(s.Trace, pbxws.Frame{N: uint64(i + 1), At: ago(time.Duration(100-i) * time.Second), Text: fmt.Sprintf("message %d.", i)})
	}
	r := newRobot(t, s)
	r.press("g", "w").sees("message 99.").press("pgup").seesNot("message 99.")
	before := strings.Split(r.frame.c.String(), "\n")[2]
	s.Trace = append(s.Trace[10:], pbxws.Frame{N: 101, At: noon, Text: "message 100."})
	r.show(s)
	if after := strings.Split(r.frame.c.String(), "\n")[2]; after != before {
		t.Errorf("the trace moved: %q, was %q", after, before)
	}
	r.press("end").sees("message 100.").press("space").expect(phone.SetTrace{On: false})
}

// TestHoldIsShownWhenConfirmed: what was only asked for does not change sides on the screen.
func TestHoldIsShownWhenConfirmed(t *testing.T) {
	asked := talkingTo(mario)
	asked.HoldPending = true
	newRobot(t, with(calm(), asked)).sees("TALKING", "asking the PBX to hold").seesNot("ON HOLD")
	back := heldParty(mario)
	back.HoldPending = true
	newRobot(t, with(calm(), back)).sees("ON HOLD by you", "asking the PBX to resume").seesNot("- TALKING")
}
