package pbxws

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

var t0 = time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

func people(ids ...AccountID) DomainLoaded {
	var d DomainLoaded
	for _, id := range ids {
		d.Accounts = append(d.Accounts, Account{ID: id, Name: "P" + string(id), Registered: true})
	}
	return d
}

func call(id CallID, phase Phase, from, to AccountID, began time.Time) CallChanged {
	return CallChanged{Call{
		ID: id, Phase: phase, Began: began, Caller: from, Callee: to, Members: []AccountID{from, to},
		From: Party{Number: string(from)}, To: Party{Number: string(to)},
	}}
}

// TestLamps: what a lamp shows after a run of events.
func TestLamps(t *testing.T) {
	busy, idle, calls, hidden := BLFBusy, BLFIdle, BLFCalling, BLFUnknown
	for name, c := range map[string]struct {
		events []Event
		want   map[AccountID]Lamp
	}{
		"free":    {nil, map[AccountID]Lamp{"201": LampFree, "202": LampFree}},
		"ringing": {[]Event{call("a", PhaseAlerting, "201", "202", t0)}, map[AccountID]Lamp{"201": LampBusy, "202": LampRinging}},
		"talking": {[]Event{call("a", PhaseConnected, "201", "202", t0)}, map[AccountID]Lamp{"201": LampBusy, "202": LampBusy}},
		"over": {[]Event{call("a", PhaseConnected, "201", "202", t0), CallEnded{"a"}},
			map[AccountID]Lamp{"201": LampFree, "202": LampFree}},
		"second call ends, first goes on": {
			[]Event{call("a", PhaseConnected, "201", "202", t0), call("b", PhaseConnected, "201", "203", t0.Add(time.Second)), CallEnded{"b"}},
			map[AccountID]Lamp{"201": LampBusy, "202": LampBusy, "203": LampFree}},
		"moved to somebody else": {
			[]Event{call("a", PhaseConnected, "201", "202", t0), call("a", PhaseConnected, "201", "203", t0)},
			map[AccountID]Lamp{"201": LampBusy, "202": LampFree, "203": LampBusy}},
		"dnd":                        {[]Event{AccountChanged{AccountPatch{ID: "201", DND: yes()}}}, map[AccountID]Lamp{"201": LampDND}},
		"offline":                    {[]Event{AccountChanged{AccountPatch{ID: "201", Registered: no()}}}, map[AccountID]Lamp{"201": LampOffline}},
		"busy by its own record":     {[]Event{AccountChanged{AccountPatch{ID: "201", BLF: &busy}}}, map[AccountID]Lamp{"201": LampBusy}},
		"calling by its own record":  {[]Event{AccountChanged{AccountPatch{ID: "201", BLF: &calls}}}, map[AccountID]Lamp{"201": LampCalling}},
		"hidden from us":             {[]Event{AccountChanged{AccountPatch{ID: "201", BLF: &hidden}}}, map[AccountID]Lamp{"201": LampUnknown}},
		"hidden, and not registered": {[]Event{AccountChanged{AccountPatch{ID: "201", BLF: &hidden, Registered: no()}}}, map[AccountID]Lamp{"201": LampOffline}},
		"and free again": {[]Event{AccountChanged{AccountPatch{ID: "201", BLF: &busy}}, AccountChanged{AccountPatch{ID: "201", BLF: &idle}}},
			map[AccountID]Lamp{"201": LampFree}},
		"busy outranks dnd":             {[]Event{AccountChanged{AccountPatch{ID: "201", DND: yes(), BLF: &busy}}}, map[AccountID]Lamp{"201": LampBusy}},
		"the end of a call nobody knew": {[]Event{CallEnded{"x"}}, map[AccountID]Lamp{"201": LampFree}},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewState("201")
			s.Apply(people("201", "202", "203"), t0)
			for _, e := range c.events {
				s.Apply(e, t0.Add(time.Minute))
			}
			for id, want := range c.want {
				if got := s.Lamp(s.Accounts.At(id)); got != want {
					t.Errorf("%s is %s, want %s", id, got, want)
				}
			}
		})
	}
}

func TestPatchKeepsWhatWasNotMentioned(t *testing.T) {
	s := NewState("201")
	s.Apply(people("201"), t0)
	s.Apply(AccountChanged{AccountPatch{ID: "201", DND: yes()}}, t0.Add(time.Second))
	want := Account{ID: "201", Name: "P201", Registered: true, DND: true, Since: t0.Add(time.Second), Learnt: t0.Add(time.Second)}
	if got := s.Accounts.At("201"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	s.Apply(AccountChanged{AccountPatch{ID: "299", Registered: yes()}}, t0)
	if got := s.Accounts.At("299"); got.ID != "299" || !got.Registered {
		t.Errorf("an account that was not in the directory: %+v", got)
	}
}

func TestLoadForgetsWhoIsGone(t *testing.T) {
	s := NewState("201")
	s.Apply(people("201", "202"), t0)
	s.Apply(people("201"), t0)
	if _, ok := s.Accounts.Get("202"); ok {
		t.Error("202 is still there")
	}
}

func TestSinceMovesWithTheLampOnly(t *testing.T) {
	s := NewState("201")
	s.Apply(people("201", "202"), t0)
	s.Apply(call("a", PhaseConnected, "201", "202", t0), t0.Add(1*time.Minute))
	s.Apply(call("a", PhaseConnected, "201", "202", t0), t0.Add(2*time.Minute))
	if got := s.Accounts.At("202").Since; !got.Equal(t0.Add(1 * time.Minute)) {
		t.Errorf("busy since %s", got)
	}
	s.Apply(people("201", "202"), t0.Add(3*time.Minute))
	if got := s.Accounts.At("202").Since; !got.Equal(t0.Add(1 * time.Minute)) {
		t.Errorf("a new directory moved it to %s", got)
	}
}

func TestCopyStays(t *testing.T) {
	s := NewState("201")
	s.Apply(people("201", "202"), t0)
	c := s
	s.Apply(call("a", PhaseConnected, "201", "202", t0), t0)
	s.Apply(AccountChanged{AccountPatch{ID: "201", DND: yes()}}, t0)
	if c.Calls.Len() != 0 || c.Accounts.At("201").DND || c.Lamp(c.Accounts.At("202")) != LampFree {
		t.Errorf("the copy changed: %+v", c)
	}
}

// randomEvent is any event about a handful of accounts and calls.
func randomEvent(r *rand.Rand) Event {
	id := func() AccountID { return AccountID(fmt.Sprint(200 + r.IntN(4))) }
	switch r.IntN(5) {
	case 0:
		return people(id(), id())
	case 1:
		blf := BLF(r.IntN(4))
		return AccountChanged{AccountPatch{ID: id(), DND: yes(), BLF: &blf}}
	case 2:
		return CallEnded{CallID(fmt.Sprint(r.IntN(3)))}
	default:
		return call(CallID(fmt.Sprint(r.IntN(3))), Phase(r.IntN(3)), id(), id(), t0.Add(time.Duration(r.IntN(3))*time.Second))
	}
}

// FuzzApply: no sequence of events breaks the reducer, a repeated event changes nothing, and the
// index of calls always agrees with a search over the calls.
func FuzzApply(f *testing.F) {
	f.Add(uint64(1), uint8(50))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		r := rand.New(rand.NewPCG(seed, 0))
		s := NewState("201")
		for range n {
			e := randomEvent(r)
			s.Apply(e, t0)
			once := s
			s.Apply(e, t0)
			if !reflect.DeepEqual(once, s) {
				t.Fatalf("%#v applied twice is not once:\n%+v\n%+v", e, once, s)
			}
			for id := range s.Accounts.All() {
				if _, indexed := s.CallOf(id); indexed != inAnyCall(s, id) {
					t.Fatalf("%s: the index says %t", id, indexed)
				}
			}
		}
	})
}

func inAnyCall(s State, id AccountID) bool {
	for _, c := range s.Calls.All() {
		if c.Has(id) {
			return true
		}
	}
	return false
}

func BenchmarkApplyAccountChanged(b *testing.B) {
	s := NewState("201")
	var d DomainLoaded
	for i := range 10_000 {
		d.Accounts = append(d.Accounts, Account{ID: AccountID(fmt.Sprint(i)), Registered: true})
	}
	s.Apply(d, t0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Apply(AccountChanged{AccountPatch{ID: d.Accounts[i%10_000].ID, DND: yes()}}, t0)
	}
}

func TestCauseOfCode(t *testing.T) {
	for code, want := range map[int]Ending{
		0: EndedThere, 200: EndedThere, 486: EndedBusy, 600: EndedBusy, 603: EndedDeclined, 404: EndedNotFound,
		480: EndedNoAnswer, 487: EndedCancelled, 415: EndedMedia, 503: EndedRefused,
	} {
		if got := CauseOfCode(code, "").Ending; got != want {
			t.Errorf("%d is %q, want %q", code, got, want)
		}
	}
	if got := CauseOfCode(486, "Busy Here").String(); got != "busy (486 Busy Here)" {
		t.Errorf("in words: %q", got)
	}
}

// TestRegistration: when we count as not registered. Silence of the PBX says nothing.
func TestRegistration(t *testing.T) {
	lamp := BLFIdle
	for name, c := range map[string]struct {
		events []Event
		not    bool
	}{
		"nothing told":                        {nil, false},
		"a lamp for us alone":                 {[]Event{AccountChanged{AccountPatch{ID: "201", BLF: &lamp}}}, false},
		"a directory without us":              {[]Event{people("202")}, false},
		"a directory that has us":             {[]Event{people("201")}, false},
		"a directory that has us as absent":   {[]Event{DomainLoaded{[]Account{{ID: "201"}}}}, true},
		"and a confirmation":                  {[]Event{DomainLoaded{[]Account{{ID: "201"}}}, Registered{}}, false},
		"and a call that comes":               {[]Event{DomainLoaded{[]Account{{ID: "201"}}}, LegOffered{Leg: "a"}}, false},
		"and news that we are there":          {[]Event{DomainLoaded{[]Account{{ID: "201"}}}, AccountChanged{AccountPatch{ID: "201", Registered: yes()}}}, false},
		"a registration that is lost":         {[]Event{Registered{}, Unregistered{"expired"}}, true},
		"and comes back":                      {[]Event{Unregistered{}, Registered{}}, false},
		"and a call that comes after all":     {[]Event{Unregistered{}, LegOffered{Leg: "a"}}, false},
		"news that we are not there any more": {[]Event{people("201"), AccountChanged{AccountPatch{ID: "201", Registered: no()}}}, true},
	} {
		s := NewState("201")
		for _, e := range c.events {
			s.Apply(e, t0)
		}
		if s.NotRegistered() != c.not {
			t.Errorf("%s: not registered is %t", name, !c.not)
		}
	}
}

// TestIdentity: the PBX says who we are, and a call is ours by the ids of its accounts, whatever
// numbers its parties show.
func TestIdentity(t *testing.T) {
	s := NewState("anna@acme")
	s.Apply(Identified{Self: "17", Devices: []AccountID{"17-desk"}}, t0)
	s.Apply(DomainLoaded{[]Account{{ID: "17", Registered: true}, {ID: "18", Registered: true}, {ID: "201", Registered: true}}}, t0)
	c := Call{ID: "a", From: Party{Number: "201"}, To: Party{Number: "202"}, Caller: "17-desk", Callee: "18",
		Members: []AccountID{"17-desk", "18"}, Began: t0}
	s.Apply(CallChanged{c}, t0)
	if s.Self != "17" || !s.OwnCall(c) || s.Far(c) != c.To || s.Own("") || s.Own("201") {
		t.Errorf("%+v", s)
	}
	if got := s.Lamp(s.Accounts.At("18")); got != LampRinging {
		t.Errorf("whom it rings at is %s", got)
	}
	if got := s.Lamp(s.Accounts.At("201")); got != LampFree {
		t.Errorf("an account with the number of somebody else in its name is %s", got)
	}
	if got := c.Other("18"); got != c.From {
		t.Errorf("the far end as seen by 18 is %s", got)
	}
}

// TestFloodIsBounded: a PBX that names new accounts and places without end fills no memory, and
// known ones still change.
func TestFloodIsBounded(t *testing.T) {
	s := NewState("201")
	for i := range 2 * MaxAccounts {
		id := fmt.Sprint(i)
		s.Apply(AccountChanged{AccountPatch{ID: AccountID(id)}}, t0)
		s.Apply(QueueChanged{Queue{ID: AccountID(id)}}, t0)
		s.Apply(OrbitChanged{Orbit{ID: OrbitID(id)}}, t0)
		s.Apply(TrunkChanged{Trunk{ID: AccountID(id)}}, t0)
		s.Apply(ConferenceChanged{Conference{ID: AccountID(id)}}, t0)
	}
	if s.Accounts.Len() != MaxAccounts || s.Queues.Len() != MaxAccounts || len(s.Orbits) != MaxOrbits || len(s.Trunks) != MaxOrbits || len(s.Conferences) != MaxOrbits {
		t.Errorf("%d accounts, %d queues, %d orbits, %d trunks, %d conferences", s.Accounts.Len(), s.Queues.Len(), len(s.Orbits), len(s.Trunks), len(s.Conferences))
	}
	s.Apply(AccountChanged{AccountPatch{ID: "7", DND: yes()}}, t0)
	s.Apply(QueueChanged{Queue{ID: "7", Waiting: 2}}, t0)
	s.Apply(OrbitChanged{Orbit{ID: "7", Call: "c"}}, t0)
	if !s.Accounts.At("7").DND || s.Queues.At("7").Waiting != 2 || s.Orbits["7"].Call != "c" {
		t.Error("what is known stands still")
	}
}

// TestIndexed: a state that came from elsewhere has what Apply derives, from whichever state before it that is
// worked out, and a search without it finds the same.
func TestIndexed(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		s, was := NewState("201"), State{}
		for range 60 {
			s.Apply(randomEvent(r), t0)
			if r.IntN(3) > 0 {
				continue
			}
			plain := State{Self: "201", Calls: s.Calls}
			is := plain.Indexed(was)
			if !reflect.DeepEqual(is.inCall, s.inCall) {
				t.Fatalf("seed %d: worked out %+v, Apply has %+v", seed, is.inCall, s.inCall)
			}
			for id := range s.Accounts.Keys() {
				one, found := s.CallOf(id)
				other, same := plain.CallOf(id)
				if found != same || one.ID != other.ID {
					t.Fatalf("seed %d: %s is in %q by the index, in %q by a search", seed, id, one.ID, other.ID)
				}
			}
			if a, b := len(slices.Collect(s.OwnCalls())), len(slices.Collect(plain.OwnCalls())); a != b {
				t.Fatalf("seed %d: %d own calls by the index, %d by a search", seed, a, b)
			}
			was = is
		}
	}
}
