package pbxws

import (
	"maps"
	"slices"
	"time"
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
		if _, known := s.Orbits[e.Orbit.ID]; known || len(s.Orbits) < MaxOrbits {
			e.Orbit.Learnt = at
			s.Orbits[e.Orbit.ID] = e.Orbit
		}
	case QueueChanged:
		if _, known := s.Queues[e.Queue.ID]; known || len(s.Queues) < MaxAccounts {
			e.Queue.Learnt = at
			s.Queues[e.Queue.ID] = e.Queue
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
		LegRecorded, LegMissing, LegEnded, CommandDone, CommandRefused, TextReceived, Announced, CustomerFound, Unrecognized, Alive, ProbeMissed,
		Frame:
	}
}

// learn notes when a topic was last sent. Clones share the table, so it is replaced.
func (s *State) learn(t Topic, at time.Time) {
	learnt := maps.Clone(s.Learnt)
	if learnt == nil {
		learnt = map[Topic]time.Time{}
	}
	learnt[t] = at
	s.Learnt = learnt
}

func (s *State) load(accounts []Account, at time.Time) {
	old := s.Accounts
	s.Accounts = make(map[AccountID]Account, len(accounts))
	for _, a := range accounts {
		a.Learnt = at
		a.Since = old[a.ID].Since
		if was, known := old[a.ID]; known && s.Lamp(was) != s.Lamp(a) {
			a.Since = at
		}
		s.Accounts[a.ID] = a
	}
}

func (s *State) patch(p AccountPatch, at time.Time) {
	a, known := s.Accounts[p.ID]
	if !known && len(s.Accounts) >= MaxAccounts {
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
	s.Accounts[a.ID] = a
}

func (s *State) putCall(c Call, at time.Time) {
	before := s.Calls[c.ID]
	was := s.lampsOf(before, c)
	for _, m := range before.Members {
		if !c.Has(m) {
			s.leave(m, c.ID)
		}
	}
	c.Learnt = at
	c.Members = slices.Clone(c.Members)
	s.Calls[c.ID] = c
	for _, m := range c.Members {
		if now, ok := s.CallOf(m); !ok || !now.Began.After(c.Began) {
			s.inCall[m] = c.ID
		}
	}
	s.stamp(was, at)
}

func (s *State) dropCall(id CallID, at time.Time) {
	c, ok := s.Calls[id]
	if !ok {
		return
	}
	was := s.lampsOf(c)
	delete(s.Calls, id)
	for _, m := range c.Members {
		s.leave(m, id)
	}
	s.stamp(was, at)
}

// leave removes an account from a call, and makes another call it may still be in its newest.
func (s *State) leave(m AccountID, id CallID) {
	if s.inCall[m] != id {
		return
	}
	delete(s.inCall, m)
	for _, c := range s.Calls {
		if c.ID == id || !c.Has(m) {
			continue
		}
		if now, ok := s.Calls[s.inCall[m]]; !ok || now.Began.Before(c.Began) {
			s.inCall[m] = c.ID
		}
	}
}

// lampsOf notes the lamps of everybody in the calls, so that stamp can tell which have changed.
func (s *State) lampsOf(calls ...Call) map[AccountID]Lamp {
	lamps := map[AccountID]Lamp{}
	for _, c := range calls {
		for _, m := range c.Members {
			lamps[m] = s.Lamp(s.Accounts[m])
		}
	}
	return lamps
}

func (s *State) stamp(was map[AccountID]Lamp, at time.Time) {
	for id, lamp := range was {
		if a, ok := s.Accounts[id]; ok && s.Lamp(a) != lamp {
			a.Since = at
			s.Accounts[id] = a
		}
	}
}
