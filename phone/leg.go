package phone

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// Dir is who began a call.
type Dir uint8

// Directions of a call.
const (
	Outgoing Dir = iota
	Incoming
)

// LegState is how far one of our calls has come.
type LegState uint8

// The states of a leg. Hold is not one of them: it is a direction of the media.
const (
	Offering  LegState = iota // out: our offer is being made
	Dialing                   // out: the PBX has our offer
	Ringing                   // out: it rings there
	Early                     // out: not answered, but the far end is heard (183 with SDP)
	Alerting                  // in: it rings here
	Answering                 // in: we picked up, sound is coming up
	Connected
	Ended
)

var legStateNames = [...]string{"offering", "dialing", "ringing", "early", "alerting", "answering", "connected", "ended"}

func (s LegState) String() string {
	if int(s) < len(legStateNames) {
		return legStateNames[s]
	}
	return "?"
}

// Leg is our side of one call.
type Leg struct {
	ID pbxws.LegID `json:"id"`
	// N is the person's number for the call, from 1. It stays the same while the call is there, and no
	// other call has it meanwhile.
	N int `json:"n"`
	// Link is the one that the call goes over.
	Link LinkID `json:"link,omitempty"`
	// Place is where the call is; Call is the PBX's id of one that is not here.
	Place Place        `json:"place,omitempty"`
	Call  pbxws.CallID `json:"call,omitempty"`
	Dir   Dir          `json:"dir"`
	Peer  pbxws.Party  `json:"peer"`
	// Via is the queue or group a call came through.
	Via   string   `json:"via,omitempty"`
	State LegState `json:"state"`
	// Intercom tells that the caller asks for an answer without a hand, AnsweredItself that the call got one.
	Intercom       bool `json:"intercom,omitempty"`
	AnsweredItself bool `json:"answered_itself,omitempty"`
	// LocalHold is our hold as confirmed by the PBX, RemoteHold theirs. HoldPending is true while we
	// have requested the opposite of LocalHold and the PBX has not confirmed it.
	LocalHold   bool `json:"local_hold"`
	RemoteHold  bool `json:"remote_hold"`
	HoldPending bool `json:"hold_pending"`
	// Consults is the leg that waits while this one is asked about it; empty for none.
	Consults pbxws.LegID `json:"consults,omitempty"`
	// Mixed is true while the call is in the conference that this phone carries, also while it is on hold
	// there.
	Mixed bool `json:"mixed,omitempty"`
	// Apart is true for a call in that conference that we are out of: its far end hears the other one
	// alone, and we hear neither.
	Apart bool `json:"apart,omitempty"`
	// Transfer is the number that the far end is being transferred to, or "parked at" and the orbit,
	// or "parked" while the orbit is unknown; empty otherwise. For an ended call it is where the far
	// end went.
	Transfer string `json:"transfer,omitempty"`
	// Recording tells that the PBX records the call; RecordingTo is the file that we do.
	Recording   bool   `json:"recording,omitempty"`
	RecordingTo string `json:"recording_to,omitempty"`
	// RecordedTo is the name of the last such file, also when it is finished.
	RecordedTo string `json:"recorded_to,omitempty"`
	// Media is true while sound flows to and from the PBX.
	Media bool `json:"media"`
	// Unheard is true while no packet comes although some should.
	Unheard bool `json:"unheard,omitempty"`
	// Paths are the changes of the network path, the oldest first; PathRefused is true after a failed
	// ICE restart.
	Paths       []PathChange `json:"paths,omitempty"`
	PathRefused bool         `json:"path_refused,omitempty"`
	// Digits are the tones sent so far. Queued are the tones after the number, for when somebody has
	// answered: digits, * and #, and a comma for each pause of two seconds.
	Digits   string      `json:"digits,omitempty"`
	Queued   string      `json:"queued,omitempty"`
	Began    time.Time   `json:"began,omitzero"`
	Answered time.Time   `json:"answered,omitzero"`
	HeldAt   time.Time   `json:"held_at,omitzero"`
	Ended    time.Time   `json:"ended,omitzero"`
	Cause    pbxws.Cause `json:"cause"`
	// TakenBy is who took a call that rang here, where the PBX shows that.
	TakenBy pbxws.Party `json:"taken_by,omitzero"`
	Stats   rtc.Stats   `json:"stats"`
}
