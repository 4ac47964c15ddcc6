package pbxws

import (
	"maps"
	"slices"
	"time"
)

// QueueMember is somebody who takes the calls of a queue.
type QueueMember struct {
	ID   AccountID `json:"id"`
	Name string    `json:"name,omitempty"`
	// In tells that the member has joined the queue, Fixed that joining and leaving is not theirs to do.
	In    bool `json:"in"`
	Fixed bool `json:"fixed,omitempty"`
	// Paused members get no calls for now. Reason is why, in their own words, Since since when.
	Paused bool      `json:"paused,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	Taken  int       `json:"taken,omitempty"`
}

// Ready tells of a member who gets calls.
func (m QueueMember) Ready() bool { return m.In && !m.Paused }

// QueueCaller is somebody who waits in a queue.
type QueueCaller struct {
	ID       CallID    `json:"id"`
	Party    Party     `json:"party"`
	Position int       `json:"position,omitempty"`
	Since    time.Time `json:"since,omitzero"`
}

// TrunkState is how a line to the outside is.
type TrunkState uint8

// The states of a trunk.
const (
	TrunkUnknown TrunkState = iota
	TrunkUp
	TrunkTrouble
)

var trunkNames = [...]string{"unknown", "up", "in trouble"}

func (s TrunkState) String() string { return nameOf(trunkNames[:], s) }

// Trunk is a line to the outside.
type Trunk struct {
	ID    AccountID  `json:"id"`
	Name  string     `json:"name,omitempty"`
	State TrunkState `json:"state"`
	// Word is what the PBX calls the state.
	Word string `json:"word,omitempty"`
	// Calls are up on it, Channels how many there may be, 0 where the PBX does not say.
	Calls    int       `json:"calls"`
	Channels int       `json:"channels,omitempty"`
	Learnt   time.Time `json:"learnt,omitzero"`
}

// Conference is a call of several; its ID is the account of whoever holds it.
type Conference struct {
	ID      AccountID          `json:"id"`
	Members []ConferenceMember `json:"members"`
	Learnt  time.Time          `json:"learnt,omitzero"`
}

// ConferenceMember is somebody in a conference.
type ConferenceMember struct {
	ID    AccountID `json:"id"`
	Name  string    `json:"name,omitempty"`
	Owner bool      `json:"owner,omitempty"`
	Muted bool      `json:"muted,omitempty"`
}

// Presence is what a person does with calls: a word of the PBX, and for one that sends them elsewhere
// where to.
type Presence struct {
	Word string `json:"word,omitempty"`
	To   string `json:"to,omitempty"`
}

func (p Presence) String() string {
	if p.To != "" {
		return p.Word + " to " + p.To
	}
	return p.Word
}

// Device is one telephone of a person.
type Device struct {
	ID AccountID `json:"id"`
	// Name is what it calls itself, Kind what it is: "physical", DeviceWebRTC.
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
	// Chosen: calls that the PBX places for the person start at this device.
	Chosen bool `json:"chosen,omitempty"`
}

// DeviceWebRTC is the kind of a telephone in a browser or a program.
const DeviceWebRTC = "webrtc"

// Area is something of a PBX that not everybody may see.
type Area uint8

// The parts.
const (
	AreaQueues Area = iota
	AreaOrbits
	AreaTrunks
)

var areaNames = [...]string{"queues", "parked calls", "trunks"}

func (p Area) String() string { return nameOf(areaNames[:], p) }

// MaskedName stands for a party whom the PBX does not let us see.
const MaskedName = "masked by the PBX"

type (
	// TrunkChanged is the whole record of one trunk.
	TrunkChanged struct{ Trunk Trunk }
	// ConferenceChanged is the whole record of one conference, ConferenceEnded its end.
	ConferenceChanged struct{ Conference Conference }
	ConferenceEnded   struct{ ID AccountID }
	// DevicesLoaded are all telephones of the person.
	DevicesLoaded struct{ Devices []Device }
	// AreaDenied says that we may not see a part of the PBX, which is not the same as that there is
	// nothing.
	AreaDenied struct{ Area Area }
	// PictureSent says that a picture came, which is not shown. Of is an account, or the name of a camera
	// where Camera is set; of no Size it was taken away.
	PictureSent struct {
		Of     string
		Camera bool
		Size   int
	}
	// DeskEnded says that a call of another telephone of ours came to nothing, and why.
	DeskEnded struct {
		Device AccountID
		Peer   Party
		Cause  Cause
	}
	// DialWanted says that the person placed a call elsewhere, on a web page for example, which is to begin
	// here; AnswerWanted that the call that rings here was answered there.
	DialWanted   struct{ To string }
	AnswerWanted struct{}
	// QueueAlarm says that the PBX raised an alarm about a queue, or that it is over.
	QueueAlarm struct {
		Queue AccountID
		What  string
		On    bool
	}
)

func (TrunkChanged) event()      {}
func (ConferenceChanged) event() {}
func (ConferenceEnded) event()   {}
func (DevicesLoaded) event()     {}
func (AreaDenied) event()        {}
func (PictureSent) event()       {}
func (QueueAlarm) event()        {}
func (DeskEnded) event()         {}
func (DialWanted) event()        {}
func (AnswerWanted) event()      {}

// Denies tells that we may not see a part of the PBX.
func (s State) Denies(p Area) bool { return slices.Contains(s.Denied, p) }

// applyService takes an event about something other than people and calls into the state.
func (s *State) applyService(e Event, at time.Time) {
	switch e := e.(type) {
	case TrunkChanged:
		e.Trunk.Learnt = at
		s.Trunks = with(s.Trunks, e.Trunk.ID, e.Trunk)
	case ConferenceChanged:
		e.Conference.Learnt = at
		s.Conferences = with(s.Conferences, e.Conference.ID, e.Conference)
	case ConferenceEnded:
		s.Conferences = maps.Clone(s.Conferences)
		delete(s.Conferences, e.ID)
	case DevicesLoaded:
		s.Telephones = e.Devices
	case AreaDenied:
		if !slices.Contains(s.Denied, e.Area) {
			s.Denied = append(slices.Clone(s.Denied), e.Area)
		}
	}
}

// PresenceWhen is when a presence counts.
type PresenceWhen uint8

// A presence counts now, when the person is busy, or when they do not answer.
const (
	PresenceNow PresenceWhen = iota
	PresenceBusy
	PresenceUnavailable
)

type (
	// SetPresence says what happens to our calls. To is empty except for a word that sends them elsewhere.
	SetPresence struct {
		When     PresenceWhen
		Presence Presence
	}
	// JoinQueue has us take the calls of a queue, or no longer.
	JoinQueue struct {
		Queue AccountID
		On    bool
	}
	// PauseQueue has us get no calls of a queue for now, of all queues where it is empty.
	PauseQueue struct {
		Queue  AccountID
		On     bool
		Reason string
	}
	// TakeWaiting brings somebody who waits in a queue to us.
	TakeWaiting struct {
		Queue  AccountID
		Caller CallID
	}
	// Listen lets us hear a call of others, Intrude speak in it too. Our telephone rings for it.
	Listen  struct{ Call CallID }
	Intrude struct{ Call CallID }
	// DeskPark, DeskRetrieve, DeskPickup and DeskRecord are for a call of our desk phone what Park,
	// Offer and Record are for one of ours (CapDeskMoves).
	DeskPark struct {
		Call  CallID
		Orbit OrbitID
	}
	DeskRetrieve struct{ Orbit OrbitID }
	DeskPickup   struct{ Account AccountID }
	DeskRecord   struct {
		Call CallID
		On   bool
	}
	// ChooseDevice has calls that the PBX places for us begin at one of our telephones.
	ChooseDevice struct{ Device AccountID }
)

func (SetPresence) command()  {}
func (JoinQueue) command()    {}
func (PauseQueue) command()   {}
func (TakeWaiting) command()  {}
func (Listen) command()       {}
func (Intrude) command()      {}
func (ChooseDevice) command() {}
func (DeskPark) command()     {}
func (DeskRetrieve) command() {}
func (DeskPickup) command()   {}
func (DeskRecord) command()   {}
