package pbxws

import (
	"maps"
	"slices"
	"time"
)

// MaxAccounts bounds what is kept of a PBX that names new accounts without end, MaxOrbits the same of orbits,
// trunks and conferences.
const (
	MaxAccounts = 1 << 16
	MaxOrbits   = 1 << 10
)

// State is everything the PBX told us, as of its last event. It has one owner; others get a
// Clone.
type State struct {
	Domain string `json:"domain"`
	// Self is who has signed in, Devices the person's accounts that take part in calls in its place.
	Self     AccountID             `json:"self"`
	Devices  []AccountID           `json:"devices,omitempty"`
	Accounts map[AccountID]Account `json:"accounts"`
	Calls    map[CallID]Call       `json:"calls"`
	Orbits   map[OrbitID]Orbit     `json:"orbits,omitempty"`
	Queues   map[AccountID]Queue   `json:"queues,omitempty"`
	MWI      MWI                   `json:"mwi"`
	// Trunks are the lines to the outside, Conferences those that we take part in.
	Trunks      map[AccountID]Trunk      `json:"trunks,omitempty"`
	Conferences map[AccountID]Conference `json:"conferences,omitempty"`
	// Telephones are all of the person's. Denied are the parts of the PBX that we may not see.
	Telephones []Device `json:"telephones,omitempty"`
	Denied     []Area   `json:"denied,omitempty"`
	// History, Phonebook and Voicemail are as the PBX last sent them. They are replaced as a whole, so
	// clones share them.
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

	// inCall finds an account's newest call without searching all calls. Apply derives it from Calls;
	// it is rebuilt where it is missing.
	inCall map[AccountID]CallID
}

// NewState is the state before the PBX has said anything.
func NewState(domain string, self AccountID) State {
	return State{
		Domain:   domain,
		Self:     self,
		Accounts: map[AccountID]Account{},
		Calls:    map[CallID]Call{},
		Orbits:   map[OrbitID]Orbit{},
		Queues:   map[AccountID]Queue{},
		inCall:   map[AccountID]CallID{},

		Trunks:      map[AccountID]Trunk{},
		Conferences: map[AccountID]Conference{},
	}
}

// Clone copies the state; the copy shares nothing that Apply changes.
func (s State) Clone() State {
	s.Accounts = maps.Clone(s.Accounts)
	s.Calls = maps.Clone(s.Calls)
	s.Orbits = maps.Clone(s.Orbits)
	s.Queues = maps.Clone(s.Queues)
	s.inCall = maps.Clone(s.inCall)
	s.Trunks, s.Conferences = maps.Clone(s.Trunks), maps.Clone(s.Conferences)
	return s
}

// AccountAt is the account that has a number. It is the one place where a number becomes somebody of
// this PBX.
func (s State) AccountAt(number string) (Account, bool) {
	a, ok := s.Accounts[AccountID(number)]
	return a, ok && number != ""
}

// Indexed is a state that came from elsewhere with what Apply derives from it.
func (s State) Indexed() State {
	s.inCall = make(map[AccountID]CallID, 2*len(s.Calls))
	for id, c := range s.Calls {
		for _, m := range c.Members {
			other, ok := s.Calls[s.inCall[m]]
			if !ok || other.Began.Before(c.Began) || other.Began.Equal(c.Began) && other.ID < id {
				s.inCall[m] = id
			}
		}
	}
	return s
}

// Own tells whether the account is the person's: the one who signed in, or a device.
func (s State) Own(id AccountID) bool {
	return id != "" && (id == s.Self || slices.Contains(s.Devices, id))
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
	self, listed := s.Accounts[s.Self]
	return listed && !self.Registered && !s.Registered
}

// CallOf is the newest call that the account takes part in.
func (s State) CallOf(id AccountID) (Call, bool) {
	if s.inCall == nil { // a state from JSON has no index
		for _, c := range s.Calls {
			if c.Has(id) {
				return c, true
			}
		}
		return Call{}, false
	}
	c, ok := s.Calls[s.inCall[id]]
	return c, ok
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
