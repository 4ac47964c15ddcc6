package tui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

func pasted(s string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}
}

// take is send for chains.
func (r *robot) take(msg tea.Msg) *robot {
	r.send(msg)
	return r
}

// TestPastedNumbers: the number that is meant opens the dial field or stands in the open one, and
// what Enter will call is on the screen before.
func TestPastedNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"Call me at 3pm: +39 0721 555016":                  "+390721555016",
		"Tel. 0721/555016 Fax 0721/555017":                 "0721555016",
		"Invoice 2024-0031 of 12.11.2024, call 0721555016": "0721555016",
		"+44 (0)20 7946 0018":                              "+442079460018",
		"+39 0721 555016 (office)":                         "+390721555016",
		"1-800-FLOWERS":                                    "18003569377",
		"tel:+1-800-555-0123;ext=1234":                     "+18005550123,1234",
		"<sip:203@10.0.0.5>":                               "203",
	} {
		r := newRobot(t, calm())
		r.take(pasted(text)).expect()
		r.sees("dial: ["+want, "Enter: calls ")
		r.press("enter").expect(phone.Dial{To: want})
		r = newRobot(t, calm())
		r.press("d").take(pasted(text)).sees("dial: [" + want)
	}
	r := newRobot(t, calm())
	r.take(pasted("+1 800 555 0100,,1234#")).sees("Enter: calls +18005550100, then tones ,,1234# after the answer")
	r = newRobot(t, with(able(), talkingTo(mario)))
	r.press("t").take(pasted("+39 0721 555 017 (office)")).sees("to: [+390721555017")
	r.press("enter").expect(phone.TransferBlind{Leg: "leg-1", To: "+390721555017"})
	r = newRobot(t, calm())
	r.press("d", "0").take(pasted("0721 555016")).sees("dial: [00721 555016").press("enter").expect(phone.Dial{To: "00721555016"})
}

// TestSecondPastedNumber is offered under the field.
func TestSecondPastedNumber(t *testing.T) {
	for _, text := range []string{"Tel. 0721/555016 Fax 0721/555017", "0721 555016\n0721 555017\n"} {
		r := newRobot(t, calm())
		r.take(pasted(text)).sees("Enter: calls 0721555016", "ALSO PASTED", "the arrow keys select 0721555017")
		r.press("down").sees("Enter: calls 0721555017").press("enter").expect(phone.Dial{To: "0721555017"})
		r = newRobot(t, calm())
		r.take(pasted(text)).press("backspace").seesNot("ALSO PASTED")
	}
}

// TestNobodyMatches: a word that is nobody's name calls nobody, in any field.
func TestNobodyMatches(t *testing.T) {
	for _, key := range []string{"/", "d"} {
		r := newRobot(t, calm())
		r.press(key, "M", "a", "i", "r", "o").sees("nobody matches Mairo, and it is not a number")
		r.press("enter").expect()
		r.sees("Mairo_")
		r.press(" ", "R").press("enter").expect()
	}
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.press("t", "M", "a", "i", "r", "o", "enter").expect()
	s := calm()
	s.PBX.Accounts = pbxws.State{}.Accounts.With("anna", pbxws.Account{ID: "anna", Kind: pbxws.KindExtension}).With("201", s.PBX.Accounts.At("201"))
	r = newRobot(t, s)
	r.press("d", "a", "n", "n", "a", "enter").expect(phone.Dial{To: "anna"})
}

// TestWithheldCallers are told as such, not called back, and have no history in common.
func TestWithheldCallers(t *testing.T) {
	for _, n := range []string{"anonymous", "", "sip:anonymous@anonymous.invalid", "Restricted"} {
		r := newRobot(t, with(able(), ringingFrom(pbxws.Party{Number: n})))
		r.sees(">> withheld").seesNot("last call")
		r = newRobot(t, calm())
		r.m.history = &notedHistory{}
		missed := missedFrom(pbxws.Party{Number: n}, ago(10*time.Minute))
		talked := missed
		talked.ID, talked.Outcome, talked.Began, talked.Answered, talked.Ended = "b", history.Talked, ago(5*time.Minute), ago(5*time.Minute), ago(time.Minute)
		r.take(onDisk(talked, missed)).sees("miss 1")
		r.press("g", "h").sees("withheld").press("enter").expect()
		r.sees("there is nobody to call")
		r.press("y").sees("there is no number to copy")
	}
}

// TestNamesOfOthers: a name belongs to its number, not to all that end alike.
func TestNamesOfOthers(t *testing.T) {
	for _, tt := range []struct {
		known, rings string
		home         number.Country
		named        bool
	}{
		{"+12025550123", "+44205550123", "", false},
		{"+4930123456", "+4940123456", "", false},
		{"anna@10.0.0.5", "luca@10.0.0.5", "", false},
		{"+12025550123", "912025550123", "", true},
		{"0721555016", "+390721555016", "", true},
		{"0333123456", "333123456", "", true},
		{"0333123456", "333123456", "39", false},
		{"030123456", "+4930123456", "41", false},
	} {
		s := with(able(), ringingFrom(pbxws.Party{Number: tt.rings}))
		s.Link.Country = tt.home
		s.PBX.Phonebook = []pbxws.Contact{{Name: "Zoe Quinto", Numbers: []string{tt.known}}}
		r := newRobot(t, s)
		if tt.named {
			r.sees("Zoe Quinto")
		} else {
			r.seesNot("Zoe Quinto")
		}
	}
}

// TestQueuedTonesOnTheCard: what will be sent after the answer stands there until it is.
func TestQueuedTonesOnTheCard(t *testing.T) {
	calling := talkingTo(mario)
	calling.State, calling.Queued = phone.Ringing, ",,1234#"
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := newRobot(t, with(able(), calling))
		r.m.scene.w, r.m.scene.h = size[0], size[1]
		r.take(phoneMsg{with(able(), calling)}).sees("then tones ,,1234#")
		sent := talkingTo(mario)
		r.take(phoneMsg{with(able(), sent)}).seesNot("then tones")
	}
}

// TestOwnRow: Enter on one's own row of any list says that it is one's own, and calls nobody. The number can
// be dialled: with some PBXs the mailbox answers there.
func TestOwnRow(t *testing.T) {
	const own = "201 is your own number: nobody is called"
	s := able()
	s.Caps &^= pbxws.CapQueue // else it is one's own part in the queue
	s.PBX.Queues = pbxws.State{}.Queues.With("401", pbxws.Queue{ID: "401", Name: "Sales", Members: []pbxws.QueueMember{{ID: "201", In: true}}})
	s.PBX.Phonebook = []pbxws.Contact{{Name: "Myself", Numbers: []string{"201"}}}
	s.PBX.Voicemail = []pbxws.VoiceMessage{{ID: "v1", From: pbxws.Party{Number: "201"}}}
	s.PBX.History = []pbxws.PastCall{{ID: "h1", From: pbxws.Party{Number: "201"}, To: pbxws.Party{Number: "201"}, Incoming: true}}
	for name, keys := range map[string][]string{
		"history": {"g", "h", "enter"}, "phone book": {"g", "b", "enter"}, "voicemail": {"g", "v", "enter"},
		"find": {"/", "2", "0", "1", "enter"}, "person": {"enter", "enter"}, "queue": {"g", "q", "down", "enter"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRobot(t, s)
			r.m.view.roster.mark = at("201")
			r.press(keys...).sees(own)
			for _, i := range r.did() {
				if _, fetches := i.(phone.Fetch); !fetches {
					t.Errorf("the phone was told %#v", i)
				}
			}
		})
	}
	newRobot(t, s).press("2", "0", "1", "enter").expect(phone.Dial{To: "201"})
}
