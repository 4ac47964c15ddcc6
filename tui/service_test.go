package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// wanting is a phone whose sign-in wants a code.
func wanting() phone.Snapshot {
	s := calm()
	s.Link.State, s.Link.What, s.Link.Next = phone.LinkStopped, "signing in failed: the PBX wants a one-time code", "Type it"
	s.Link.Asks = phone.Question{Label: "One-time code", Help: "The six digits of your authenticator."}
	return s
}

// TestCodeField: the field for what a sign-in asks opens by itself, shows nothing of what is typed, and
// closes with the question.
func TestCodeField(t *testing.T) {
	for _, linear := range []bool{false, true} {
		r := newRobot(t, calm())
		var said strings.Builder
		if linear {
			r.m.linear = newLinear(printing{&said}, true)
		}
		r.show(wanting())
		r.press("1", "2", "3", "4", "5", "6")
		if linear {
			if text := said.String(); !strings.Contains(text, "One-time code: ") || !strings.Contains(text, "*") || strings.Contains(text, "123") {
				t.Errorf("said is %s", text)
			}
		} else {
			r.sees("One-time code: [******_", "The six digits of your authenticator. Enter signs in with it").seesNot("1234")
		}
		r.press("enter").expect(phone.AnswerQuestion{Text: "123456"})
		r.show(calm())
		r.press(":").press(strings.Split("passcode", "")...).press("enter")
		if !linear {
			r.sees("the sign-in does not ask for anything")
		}
	}
	r := newRobot(t, wanting())
	r.show(calm())
	r.sees("the sign-in no longer asks for anything")
}

// served is a PBX that has queues, trunks, conferences and telephones beside people and
// calls.
func served() phone.Snapshot {
	s := able()
	at := s.Now
	s.PBX.Queues = pbxws.State{}.Queues.With("401", pbxws.Queue{
		ID: "401", Name: "Support", Waiting: 1, Longest: at.Add(-90 * time.Second), Agents: 1,
		Members: []pbxws.QueueMember{
			{ID: "201", Name: "Anna", In: true}, {ID: "202", Name: "Bob", In: true, Paused: true, Reason: "lunch", Since: at.Add(-time.Minute)}, {ID: "203", Name: "Carla"},
		},
		Callers: []pbxws.QueueCaller{{ID: "c1", Party: pbxws.Party{Number: "0721405516", Name: "Rossi"}, Position: 1, Since: at.Add(-90 * time.Second)}},
	})
	s.PBX.Trunks = map[pbxws.AccountID]pbxws.Trunk{
		"2001": {ID: "2001", Name: "provider", State: pbxws.TrunkUp, Calls: 2, Channels: 8}, "2002": {ID: "2002", Name: "backup", State: pbxws.TrunkTrouble, Word: "rejected"},
	}
	s.PBX.Conferences = map[pbxws.AccountID]pbxws.Conference{"201": {ID: "201", Members: []pbxws.ConferenceMember{{ID: "201", Name: "Anna", Owner: true}, {ID: "202", Name: "Bob", Muted: true}}}}
	s.PBX.Telephones = []pbxws.Device{{ID: "201", Name: "Yealink", Kind: "physical", Chosen: true}, {ID: "91201", Kind: "webrtc"}}
	s.PBX.Orbits = map[pbxws.OrbitID]pbxws.Orbit{"71": {ID: "71", Call: "p", Parked: pbxws.Party{Number: "305"}, Since: at, Until: at.Add(-time.Second)}}
	return s
}

// TestServiceLists: who waits and works in queues, lines to the outside, conferences and telephones.
func TestServiceLists(t *testing.T) {
	r := newRobot(t, served())
	r.m.open(queueList)
	r.press("down").sees("Rossi", "waits 1:30", "paused 1:00: lunch", "ready", "out").press("enter").
		expect(phone.TakeWaiting{Queue: phone.Account{ID: "401"}, Caller: "c1"})
	r.m.open(serviceList)
	r.press("home").sees("up, 2 of 8 channels", "IN TROUBLE (rejected), 0 calls", "conference: Anna (holds it), Bob (muted)", "your telephone Yealink", "calls begin there").
		press("down", "down", "enter").expect(phone.ChooseTelephone{Device: phone.Account{ID: "91201"}})
	r.m.open(parkedList)
	r.press("down").sees("due back")
	s := calm()
	s.PBX.Denied = []pbxws.Area{pbxws.AreaQueues, pbxws.AreaOrbits, pbxws.AreaTrunks}
	for kind, words := range map[listKind]string{
		queueList:   "you may not see the queues of this PBX",
		parkedList:  "you may not see who is parked at this PBX",
		serviceList: "you may not see the trunks of this PBX",
	} {
		r = newRobot(t, s)
		r.m.open(kind)
		r.press("down").sees(words)
	}
}

// TestOwnPartInAQueue: Enter on our own row does what is next about it, and calls nobody.
func TestOwnPartInAQueue(t *testing.T) {
	queue := phone.Account{ID: "401"}
	for _, tt := range []struct {
		self pbxws.QueueMember
		verb string
		want intents
	}{
		{pbxws.QueueMember{In: true}, "pause here", intents{phone.PauseQueue{Queue: queue, On: true}}},
		{pbxws.QueueMember{In: true, Paused: true}, "be ready again", intents{phone.PauseQueue{Queue: queue}}},
		{pbxws.QueueMember{}, "take the calls of this queue", intents{phone.JoinQueue{Queue: queue, On: true}}},
	} {
		s := served()
		tt.self.ID, tt.self.Name = "201", "Anna"
		s.PBX.Queues.At("401").Members[0] = tt.self
		r := newRobot(t, s)
		r.m.open(queueList)
		r.press("down", "down").sees("QUEUES 1\n", "1 agent", "Enter "+tt.verb).press("enter").expect(tt.want...)
		s.Caps &^= pbxws.CapQueue
		r.show(s)
		r.sees("Enter look").press("enter").expect()
	}
}

// TestPhoneBookCountsPeople: not their numbers; a search says how many rows of all are left.
func TestPhoneBookCountsPeople(t *testing.T) {
	s := able()
	s.PBX.Phonebook[0].Numbers = append(s.PBX.Phonebook[0].Numbers, "0721555045")
	r := newRobot(t, s)
	r.m.open(bookList)
	r.send(tickMsg{})
	r.sees("PHONE BOOK 3\n").press("/").press("m", "a").sees("PHONE BOOK 1\n", "1 of 4 shown")
}

// TestServiceCommands: each by its name.
func TestServiceCommands(t *testing.T) {
	queue := phone.Account{ID: "401"}
	for typed, want := range map[string]phone.Intent{
		"presence dnd":                  phone.SetPresence{Word: "dnd"},
		"presence busy voicemail":       phone.SetPresence{When: pbxws.PresenceBusy, Word: "voicemail"},
		"presence away callforward 305": phone.SetPresence{When: pbxws.PresenceUnavailable, Word: "callforward", To: "305"},
		"queue join 401":                phone.JoinQueue{Queue: queue, On: true},
		"queue leave 401":               phone.JoinQueue{Queue: queue},
		"queue pause 401 at lunch":      phone.PauseQueue{Queue: queue, On: true, Reason: "at lunch"},
		"queue pause all":               phone.PauseQueue{On: true},
		"queue ready all":               phone.PauseQueue{},
		"queue take 401":                phone.TakeWaiting{Queue: queue},
		"telephone 91201":               phone.ChooseTelephone{Device: phone.Account{ID: "91201"}},
	} {
		r := newRobot(t, served())
		r.press(":").press(strings.Split(typed, "")...)
		r.press("enter").expect(want)
	}
}
