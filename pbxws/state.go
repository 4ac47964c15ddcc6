package pbxws

import (
	"iter"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/trie"
)

// MaxAccounts bounds what is kept of a PBX that names new accounts without end, MaxOrbits the same of orbits,
// trunks and conferences.
const (
	MaxAccounts = 1 << 16
	MaxOrbits   = 1 << 10
)

// State is everything the PBX told us, as of its last event. It is a value: Apply changes the one that it is
// called on, and a copy made before stays as it was. Copies share what they have in common.
type State struct {
	// Self is who has signed in, Devices the person's accounts that take part in calls in its place.
	Self     AccountID                    `json:"self"`
	Devices  []AccountID                  `json:"devices,omitempty"`
	Accounts trie.Map[AccountID, Account] `json:"accounts"`
	Calls    trie.Map[CallID, Call]       `json:"calls"`
	Queues   trie.Map[AccountID, Queue]   `json:"queues,omitzero"`
	MWI      MWI                          `json:"mwi"`
	// Orbits, and the other maps and lists, are replaced with each change.
	Orbits map[OrbitID]Orbit `json:"orbits,omitempty"`
	// Trunks are the lines to the outside, Conferences those that we take part in.
	Trunks      map[AccountID]Trunk      `json:"trunks,omitempty"`
	Conferences map[AccountID]Conference `json:"conferences,omitempty"`
	// Telephones are all of the person's. Denied are the parts of the PBX that we may not see.
	Telephones []Device `json:"telephones,omitempty"`
	Denied     []Area   `json:"denied,omitempty"`
	// History, Phonebook and Voicemail are as the PBX last sent them.
	History   []PastCall     `json:"history,omitempty"`
	Phonebook []Contact      `json:"phonebook,omitempty"`
	Voicemail []VoiceMessage `json:"voicemail,omitempty"`
	// Forwards are the call forwards in force.
	Forwards []Forward `json:"forwards,omitempty"`
	// Phones are our other registered telephones. PhonesKnown is false until the PBX has sent them.
	Phones      []string `json:"phones,omitempty"`
	PhonesKnown bool     `json:"phones_known,omitempty"`
	// Learnt is when the PBX last sent a topic: History, Phonebook, Voicemail or Forwards.
	Learnt map[Topic]time.Time `json:"learnt,omitempty"`
	// Missed is the PBX's own count of missed calls, sent at MissedLearnt.
	Missed       int       `json:"missed"`
	MissedLearnt time.Time `json:"missed_learnt,omitzero"`
	// Registered is true once the PBX has confirmed our registration or sent us a call.
	// RegisteredUntil is zero if it named no time.
	Registered      bool      `json:"registered"`
	RegisteredUntil time.Time `json:"registered_until,omitzero"`
	// Unregistered is true from the loss of a registration to the next one.
	Unregistered bool `json:"unregistered,omitempty"`

	// inCall has the accounts in calls, so that nobody has to search all calls. Apply derives it from Calls;
	// it is of use where indexed is true.
	inCall  trie.Map[AccountID, engaged]
	indexed bool
}

// engaged is in which calls an account is, and the newest of them.
type engaged struct {
	newest CallID
	calls  trie.Map[CallID, struct{}]
}

// NewState is the state before the PBX has said anything.
func NewState(self AccountID) State {
	return State{Self: self, indexed: true}
}

// AccountAt is the account that has a number. It is the one place where a number becomes somebody of
// this PBX.
func (s State) AccountAt(number string) (Account, bool) {
	a, ok := s.Accounts.Get(AccountID(number))
	return a, ok && number != ""
}

// Indexed is a state that came from elsewhere with what Apply derives from it. was is the one before it, or a
// zero State: what both share is not looked at again.
func (s State) Indexed(was State) State {
	s.inCall, s.indexed = was.inCall, true
	for id := range s.Calls.Since(was.Calls) {
		for _, m := range was.Calls.At(id).Members {
			s.leave(m, id)
		}
	}
	for id := range s.Calls.Since(was.Calls) { // when all have left, or one would be compared with what is to leave
		c := s.Calls.At(id)
		for _, m := range c.Members {
			s.join(m, c)
		}
	}
	return s
}

// Own tells whether the account is the person's: the one who signed in, or a device.
func (s State) Own(id AccountID) bool {
	return id != "" && (id == s.Self || slices.Contains(s.Devices, id))
}

// OwnCalls are the calls that the person takes part in, in no order.
func (s State) OwnCalls() iter.Seq[Call] {
	return func(yield func(Call) bool) {
		seen := map[CallID]bool{}
		for _, id := range append([]AccountID{s.Self}, s.Devices...) {
			for c := range s.callsOf(id) {
				if !seen[c.ID] && !yield(c) {
					return
				}
				seen[c.ID] = true
			}
		}
	}
}

// OwnCall tells whether the person takes part in a call.
func (s State) OwnCall(c Call) bool { return slices.ContainsFunc(c.Members, s.Own) }

// Far is the party at the far end of a call of the person's.
func (s State) Far(c Call) Party {
	if s.Own(c.Caller) {
		return c.To
	}
	return c.From
}

// NotRegistered is true if the PBX has said so, or if the directory shows us as not registered and
// nothing contradicts that. If the PBX says nothing at all it may well send us calls: not every PBX
// confirms a registration.
func (s State) NotRegistered() bool {
	if s.Unregistered {
		return true
	}
	self, listed := s.Accounts.Get(s.Self)
	return listed && !self.Registered && !s.Registered
}

// CallOf is the newest call that the account takes part in.
func (s State) CallOf(id AccountID) (Call, bool) {
	if s.indexed {
		return s.Calls.Get(s.inCall.At(id).newest)
	}
	c := newest(s.callsOf(id))
	return c, c.ID != ""
}

// callsOf are the calls that the account takes part in, in no order.
func (s State) callsOf(id AccountID) iter.Seq[Call] {
	return func(yield func(Call) bool) {
		if !s.indexed {
			for c := range s.Calls.Values() {
				if c.Has(id) && !yield(c) {
					return
				}
			}
			return
		}
		for id := range s.inCall.At(id).calls.Keys() {
			if c, ok := s.Calls.Get(id); ok && !yield(c) {
				return
			}
		}
	}
}

// newest is the one of some calls that counts.
func newest(calls iter.Seq[Call]) (last Call) {
	for c := range calls {
		if last.ID == "" || c.newer(last) {
			last = c
		}
	}
	return last
}

// Lamp is what the account's lamp shows. A call that we see counts more than the account's own
// record, because call records come first and are always complete.
func (s State) Lamp(a Account) Lamp {
	if c, ok := s.CallOf(a.ID); ok {
		if c.Phase == PhaseAlerting && c.Callee == a.ID {
			return LampRinging
		}
		return LampBusy
	}
	switch {
	case a.BLF == BLFAlerting:
		return LampRinging
	case a.BLF == BLFCalling:
		return LampCalling
	case a.BLF == BLFBusy:
		return LampBusy
	case a.Kind == KindExtension && !a.Registered:
		return LampOffline
	case a.DND:
		return LampDND
	case a.BLF == BLFUnknown:
		return LampUnknown
	}
	return LampFree
}
