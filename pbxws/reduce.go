package pbxws

import (
	"maps"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/trie"
)

// Apply applies an event to the state; at is when it came. Nothing else changes State. Other
// effects of events about legs, the wire and the link belong to the phone. Applying an event twice
// has the effect of applying it once.
func (s *State) Apply(e Event, at time.Time) {
	switch e := e.(type) {
	case DomainLoaded:
		s.load(e.Accounts, at)
	case AccountChanged:
		s.patch(e.Patch, at)
	case CallChanged:
		s.putCall(e.Call, at)
	case CallEnded:
		s.dropCall(e.ID, at)
	case OrbitChanged:
		e.Orbit.Learnt = at
		s.Orbits = with(s.Orbits, e.Orbit.ID, e.Orbit)
	case QueueChanged:
		if _, known := s.Queues.Get(e.Queue.ID); known || s.Queues.Len() < MaxAccounts {
			e.Queue.Learnt = at
			s.Queues = s.Queues.With(e.Queue.ID, e.Queue)
		}
	case MWIChanged:
		s.MWI = e.MWI
		s.MWI.Learnt = at
	case MissedChanged:
		s.Missed, s.MissedLearnt = e.Count, at
	case HistoryLoaded:
		s.History = e.Records
		s.learn(TopicHistory, at)
	case PhonebookLoaded:
		s.Phonebook = e.Contacts
		s.learn(TopicPhonebook, at)
	case VoicemailLoaded:
		s.Voicemail = e.Messages
		s.learn(TopicVoicemail, at)
	case ForwardsLoaded:
		s.Forwards = e.Forwards
		s.learn(TopicForwards, at)
	case PhonesLoaded:
		s.Phones, s.PhonesKnown = e.Phones, true
	case Registered:
		s.Registered, s.Unregistered = true, false
		s.RegisteredUntil = time.Time{}
		if e.For > 0 {
			s.RegisteredUntil = at.Add(e.For)
		}
	case LegOffered: // who gets calls is registered
		s.Registered, s.Unregistered = true, false
	case Unregistered:
		s.Registered, s.Unregistered, s.RegisteredUntil = false, true, time.Time{}
	case Identified:
		s.Self, s.Devices = e.Self, slices.Clone(e.Devices)
	case TrunkChanged, ConferenceChanged, ConferenceEnded, DevicesLoaded, AreaDenied:
		s.applyService(e, at)
	case PictureSent, QueueAlarm, DeskEnded, DialWanted, AnswerWanted, LegProgressed, LegDescribed, LegAnswered, LegCandidate, LegCandidatesEnded, LegHeld, LegNamed,
		LegRecorded, LegMissing, LegEnded, SoundLoaded, CommandDone, CommandRefused, TextReceived, Announced, CustomerFound, Unrecognized, Alive, ProbeMissed,
		Frame:
	}
}

// with is a map of at most MaxOrbits with a value for a key. Copies of the state have the one before.
func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	if _, known := m[key]; !known && len(m) >= MaxOrbits {
		return m
	}
	all := make(map[K]V, len(m)+1)
	maps.Copy(all, m)
	all[key] = value
	return all
}

// learn notes when a topic was last sent.
func (s *State) learn(t Topic, at time.Time) {
	s.Learnt = with(s.Learnt, t, at)
}

func (s *State) load(accounts []Account, at time.Time) {
	s.Accounts = trie.Collect(func(yield func(AccountID, Account) bool) {
		for _, a := range accounts {
			was, known := s.Accounts.Get(a.ID)
			a.Learnt, a.Since = at, was.Since
			if known && s.Lamp(was) != s.Lamp(a) {
				a.Since = at
			}
			yield(a.ID, a)
		}
	})
}

func (s *State) patch(p AccountPatch, at time.Time) {
	a, known := s.Accounts.Get(p.ID)
	if !known && s.Accounts.Len() >= MaxAccounts {
		return
	}
	was := s.Lamp(a)
	a.ID = p.ID
	a.Registered = a.Registered || !known // until somebody says otherwise
	a.apply(p)
	a.Learnt = at
	if s.Lamp(a) != was {
		a.Since = at
	}
	s.Accounts = s.Accounts.With(a.ID, a)
}

func (s *State) putCall(c Call, at time.Time) {
	before := s.Calls.At(c.ID)
	was := s.lampsOf(before, c)
	c.Learnt = at
	c.Members = unique(c.Members)
	s.Calls = s.Calls.With(c.ID, c)
	moved := !c.Began.Equal(before.Began)
	for _, m := range before.Members {
		if moved || !c.Has(m) {
			s.leave(m, c.ID)
		}
	}
	for _, m := range c.Members {
		if moved || !before.Has(m) {
			s.join(m, c)
		}
	}
	s.stamp(was, at)
}

func (s *State) dropCall(id CallID, at time.Time) {
	c, ok := s.Calls.Get(id)
	if !ok {
		return
	}
	was := s.lampsOf(c, Call{})
	s.Calls = s.Calls.Without(id)
	for _, m := range c.Members {
		s.leave(m, id)
	}
	s.stamp(was, at)
}

// unique is a list without those that are in it already.
func unique(ids []AccountID) (all []AccountID) {
	for _, id := range ids {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// join notes that an account is in a call.
func (s *State) join(m AccountID, c Call) {
	e := s.inCall.At(m)
	e.calls = e.calls.With(c.ID, struct{}{})
	if now, ok := s.Calls.Get(e.newest); !ok || c.newer(now) {
		e.newest = c.ID
	}
	s.inCall = s.inCall.With(m, e)
}

// leave notes that an account is not in a call any more.
func (s *State) leave(m AccountID, id CallID) {
	e := s.inCall.At(m)
	if e.calls = e.calls.Without(id); e.calls.Len() == 0 {
		s.inCall = s.inCall.Without(m)
		return
	}
	s.inCall = s.inCall.With(m, e)
	if e.newest == id {
		e.newest = newest(s.callsOf(m)).ID
		s.inCall = s.inCall.With(m, e)
	}
}

// lamp is an account with what its lamp showed.
type lamp struct {
	id  AccountID
	was Lamp
}

// lampsOf notes the lamps of everybody in two calls, so that stamp can tell which have changed.
func (s *State) lampsOf(a, b Call) []lamp {
	lamps := make([]lamp, 0, 4)
	for _, members := range [][]AccountID{a.Members, b.Members} {
		for _, m := range members {
			lamps = append(lamps, lamp{m, s.Lamp(s.Accounts.At(m))})
		}
	}
	return lamps
}

func (s *State) stamp(lamps []lamp, at time.Time) {
	for _, l := range lamps {
		if a, ok := s.Accounts.Get(l.id); ok && s.Lamp(a) != l.was {
			a.Since = at
			s.Accounts = s.Accounts.With(l.id, a)
		}
	}
}
