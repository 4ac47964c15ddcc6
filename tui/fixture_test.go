package tui

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// childVariable makes this test program greet and end, see TestStartAsksNothing.
const childVariable = "PATCHCORD_TEST_GREET"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		fmt.Print("greetings, CI is " + strconv.Quote(os.Getenv("CI")))
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// noon is when every scene of these tests takes place.
var noon = time.Date(2026, 11, 21, 14, 5, 40, 300e6, time.UTC)

// at is an account of the only link.
func at(id pbxws.AccountID) phone.Account { return phone.Account{ID: id} }

func ago(d time.Duration) time.Time { return noon.Add(-d) }

func shippedKeys(t testing.TB) *keymap.Map {
	t.Helper()
	keys, err := parsedKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

var parsedKeys = sync.OnceValues(func() (*keymap.Map, error) {
	data, err := os.ReadFile("../keymap.toml")
	if err != nil {
		return nil, err
	}
	return keymap.Parse("keymap.toml", data)
})

const practiceWords = "This is the practice PBX, on this machine only. Dial 600 echo, 601 a colleague, " +
	"602 busy, 603 no answer, 604 calls you back. A real one: patchcord config shows how."

var (
	firstNames = []string{"Anna", "Luca", "Sara", "Marco", "Elena", "Paolo", "Vera", "Remo", "Dora", "Ugo", "Ada"}
	lastNames  = []string{"Verdi", "Russo", "Conti", "Neri", "Longo", "Pini", "Villa", "Orsi", "Serra"}
)

// directoryOf is so many extensions from 200 on, some of them in calls with one another.
func directoryOf(n int) pbxws.State {
	st := pbxws.NewState("201")
	var accounts []pbxws.Account
	for i := range n {
		a := pbxws.Account{
			ID: pbxws.AccountID(fmt.Sprint(200 + i)), Registered: i%10 != 6, DND: i%17 == 3,
			Name: firstNames[i%len(firstNames)] + " " + lastNames[i%len(lastNames)],
		}
		accounts = append(accounts, a)
	}
	accounts = append(accounts, pbxws.Account{ID: "71", Kind: pbxws.KindQueue, Name: "Sales"},
		pbxws.Account{ID: "8001", Kind: pbxws.KindOrbit, Name: "Park 1"})
	st.Apply(pbxws.DomainLoaded{Accounts: accounts}, ago(time.Hour))
	for i := 12; i+1 < n; i += 14 {
		from, to := accounts[i], accounts[i+1]
		st.Apply(pbxws.CallChanged{Call: pbxws.Call{
			ID:   pbxws.CallID(fmt.Sprint("c", i)),
			From: pbxws.Party{Name: from.Name, Number: string(from.ID)},
			To:   pbxws.Party{Name: to.Name, Number: string(to.ID)}, Members: []pbxws.AccountID{from.ID, to.ID},
			Caller: from.ID, Callee: to.ID,
			Phase: pbxws.Phase(min(1, i%5)), Began: ago(time.Duration(i) * time.Second),
			Answered: ago(time.Duration(i-4) * time.Second),
		}}, ago(time.Minute))
	}
	st.Registered = true
	return st
}

// company is made once: a copy of a state does not change with the others.
var company = sync.OnceValue(func() pbxws.State { return directoryOf(500) })

// calm is a phone with nothing going on.
func calm() phone.Snapshot {
	s := phone.Snapshot{
		Now: noon, PBX: company(),
		Caps: pbxws.CapMedia | pbxws.CapBlindTransfer | pbxws.CapDND,
		Link: phone.Link{
			State: phone.LinkUp, Label: "pbx.acme.example", User: "201", AliveAt: ago(200 * time.Millisecond),
			Since: ago(time.Hour),
		},
	}
	s.Sound.Device, s.Sound.Mic = "Jabra", "Jabra"
	s.PBX.MWI.New = 2
	return s
}

// able is a phone at a PBX that can do everything, with a conference and a call that is parked.
func able() phone.Snapshot {
	s := calm()
	s.Caps = ^pbxws.CapDesk
	s.PBX.Accounts = s.PBX.Accounts.With("890", pbxws.Account{ID: "890", Kind: pbxws.KindConference, Name: "Meeting"})
	for i, id := range []pbxws.OrbitID{"80", "81", "82"} {
		o := pbxws.Orbit{ID: id, Name: "Orbit " + string(id)}
		if i == 1 {
			o.Call, o.Since = "c81", ago(130*time.Second)
			o.Parked, o.By = pbxws.Party{Number: "340 555 0199"}, pbxws.Party{Number: "202", Name: "Sara Conti"}
		}
		s.PBX.Apply(pbxws.OrbitChanged{Orbit: o}, noon)
	}
	s.PBX.Queues = s.PBX.Queues.With("71", pbxws.Queue{ID: "71", Name: "Sales", Waiting: 3, Longest: ago(72 * time.Second), Agents: 4})
	for i, waits := range []struct {
		p     pbxws.Party
		since time.Duration
	}{
		{pbxws.Party{Number: "+39 06 555 0144"}, 72 * time.Second}, {pbxws.Party{Number: "+39 010 555 0101"}, 40 * time.Second},
		{pbxws.Party{Name: "anonymous"}, 5 * time.Second},
	} {
		s.PBX.Apply(pbxws.CallChanged{Call: pbxws.Call{
			ID: pbxws.CallID(fmt.Sprint("q", i)), From: waits.p, To: pbxws.Party{Number: "71"},
			Callee: "71", Members: []pbxws.AccountID{"71"}, Began: ago(waits.since), Phase: pbxws.PhaseConnected, Answered: ago(waits.since),
		}}, ago(time.Minute))
	}
	s.PBX.Queues = s.PBX.Queues.With("72", pbxws.Queue{ID: "72", Name: "Support", Agents: 2})
	s.PBX.Phonebook = []pbxws.Contact{
		{Name: "Verdi Trasporti", Numbers: []string{"+39 0721 555 044"}},
		{Name: "Mario Bianchi", Company: "Bianchi SRL", Numbers: []string{"0721555016"}},
		{Name: "Studio Vernazza", Numbers: []string{"+39 010 555 0101"}},
	}
	self := pbxws.Party{Number: "201"}
	s.PBX.History = []pbxws.PastCall{
		{ID: "h1", From: pbxws.Party{Number: "340 555 0199"}, To: self, Incoming: true, Began: ago(40 * time.Minute), Ended: ago(39 * time.Minute)},
		{ID: "h2", Recorded: true, From: pbxws.Party{Number: "+39 0721 555 016"}, To: self, Incoming: true, Began: ago(100 * time.Hour), Answered: ago(100 * time.Hour), Ended: ago(100*time.Hour - 250*time.Second)},
		{ID: "h3", From: self, To: carla, Began: ago(120 * time.Hour), Answered: ago(120 * time.Hour), Ended: ago(120*time.Hour - 62*time.Second)},
		{ID: "h4", From: self, To: pbxws.Party{Number: "+39 010 555 0101"}, Began: ago(900 * time.Hour), Ended: ago(900 * time.Hour)},
	}
	s.PBX.Voicemail = []pbxws.VoiceMessage{
		{ID: "v1", From: pbxws.Party{Number: "340 555 0199"}, At: ago(39 * time.Minute), Length: 23 * time.Second, Unread: true},
		{ID: "v2", From: mario, At: ago(99 * time.Hour), Length: 71 * time.Second},
	}
	s.PBX.Forwards = []pbxws.Forward{{When: pbxws.ForwardBusy, To: "305"}}
	return s
}

// consulting is an attended transfer in its second step, with Luca in the given state.
func consulting(state phone.LegState) phone.Snapshot {
	waiting := heldParty(mario)
	waiting.HeldAt = ago(38 * time.Second)
	asked := calling(pbxws.Party{Name: "Marco Neri", Number: "203"}, state)
	asked.Consults, asked.Began = waiting.ID, ago(19*time.Second)
	if state == phone.Connected {
		asked.Answered, asked.Media = ago(12*time.Second), true
		asked.Stats = rtc.Stats{Codec: "opus", Sent: 600, Received: 600, Score: 4.4}
	}
	return with(able(), waiting, asked)
}

// mixed are two calls in a conference that this phone carries.
func mixed() phone.Snapshot {
	first, other := talkingTo(mario), heldParty(carla)
	first.Mixed, other.Mixed = true, true
	other.LocalHold, other.HeldAt = false, time.Time{}
	return with(calm(), first, other)
}

// linkedHere are two calls that this phone links, and we are out.
func linkedHere() phone.Snapshot {
	s := mixed()
	for i := range s.Legs {
		s.Legs[i].Apart = true
	}
	return s
}

// desked is a phone without sound whose desk phone is in a call of the given phase.
func desked(phase pbxws.Phase, peer pbxws.Party) phone.Snapshot {
	s := able()
	s.Caps |= pbxws.CapDesk
	s.Sound.Silent, s.Sound.Device, s.Sound.Mic = true, "", ""
	s.PBX.Apply(pbxws.CallChanged{Call: pbxws.Call{
		ID: "d1", From: peer, To: pbxws.Party{Number: "201"}, Callee: "201", Members: []pbxws.AccountID{"201"}, Phase: phase,
		Began: ago(75 * time.Second), Answered: ago(70 * time.Second),
	}}, ago(20*time.Second))
	l := phone.Leg{
		ID: "desk:d1", N: 1, Place: phone.DeskPhone, Call: "d1", Dir: phone.Incoming, Peer: peer, State: phone.Connected, Media: true,
		Began: ago(75 * time.Second), Answered: ago(70 * time.Second),
	}
	switch phase {
	case pbxws.PhaseAlerting:
		l.State = phone.Alerting
	case pbxws.PhaseHeld:
		l.LocalHold, l.HeldAt = true, ago(20*time.Second)
	}
	s.Legs = []phone.Leg{l}
	return s
}

func practising() phone.Snapshot {
	s := calm()
	s.Link.Practice, s.Link.Label = true, "demo.example"
	s.Sound.Silent, s.Sound.Device, s.Sound.Mic = true, "", ""
	s.PBX.MWI.New = 0
	return s
}

var (
	mario = pbxws.Party{Name: "Mario Bianchi, Bianchi SRL", Number: "+39 0721 555 016"}
	carla = pbxws.Party{Name: "Carla Verdi (Support)", Number: "305"}
)

func talkingTo(p pbxws.Party) phone.Leg {
	return phone.Leg{
		ID: "leg-1", Dir: phone.Incoming, Peer: p, State: phone.Connected, Media: true,
		Began: ago(140 * time.Second), Answered: ago(131 * time.Second),
		Stats: rtc.Stats{Codec: "opus", Sent: 6500, Received: 6490, Lost: 12, Buffer: 40 * time.Millisecond, Score: 4.3},
	}
}

func heldParty(p pbxws.Party) phone.Leg {
	return phone.Leg{
		ID: "leg-2", Peer: p, State: phone.Connected, LocalHold: true, Began: ago(310 * time.Second),
		Answered: ago(303 * time.Second), HeldAt: ago(47 * time.Second), Media: true,
		Stats: rtc.Stats{Codec: "opus", Sent: 900, Received: 900, Score: 4.4},
	}
}

func ringingFrom(p pbxws.Party) phone.Leg {
	return phone.Leg{ID: "leg-3", Dir: phone.Incoming, Peer: p, State: phone.Alerting, Via: "Sales", Began: ago(6 * time.Second)}
}

func calling(p pbxws.Party, st phone.LegState) phone.Leg {
	return phone.Leg{ID: "leg-4", Peer: p, State: st, Began: ago(3 * time.Second)}
}

func with(s phone.Snapshot, legs ...phone.Leg) phone.Snapshot {
	s.Legs = slices.Clone(legs)
	for i := range s.Legs {
		s.Legs[i].N = i + 1
	}
	s.Sound.Meter.Mic, s.Sound.Meter.Speaker = 0.1, 0.01
	_, s.Sound.Ringing = s.Alerting()
	return s
}

func noted(s phone.Snapshot) phone.Snapshot {
	s.Notices = []phone.Notice{
		{N: 1, At: ago(300 * time.Second), Text: "305 Carla Verdi answered after 3 s"},
		{N: 2, At: ago(131 * time.Second), Grade: phone.GradeDone, Text: "answered Mario Bianchi; Carla Verdi went on hold", Took: 38 * time.Millisecond},
		{N: 3, At: ago(4 * time.Second), Grade: phone.GradeDone, Text: "swapped: Carla Verdi on hold, Mario Bianchi back", Took: 41 * time.Millisecond},
	}
	return s
}

func sceneOf(t testing.TB, s phone.Snapshot) *scene {
	sc := &scene{keys: shippedKeys(t), actions: newActions(), practice: practiceWords, now: noon}
	sc.take(s)
	return sc
}

// lookFor is how a terminal is drawn on by the name that it gives itself.
func lookFor(terminal string) *term.Look {
	look := term.LookOf(func(name string) string { return map[string]string{"TERM": terminal}[name] })
	return &look
}
