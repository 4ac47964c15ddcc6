package pbxws

import "time"

// Phase is how far a call of the PBX has come.
type Phase uint8

// The phases of a call.
const (
	PhaseAlerting Phase = iota
	PhaseConnected
	PhaseHeld
)

var phaseNames = [...]string{"ringing", "talking", "held"}

func (p Phase) String() string { return nameOf(phaseNames[:], p) }

// Call is the PBX's record that joins two parties, ours or anybody's.
type Call struct {
	ID   CallID `json:"id"`
	From Party  `json:"from"`
	To   Party  `json:"to"`
	// Caller and Callee are the accounts of the two parties, empty for one outside this PBX.
	Caller AccountID `json:"caller,omitempty"`
	Callee AccountID `json:"callee,omitempty"`
	// Members are the accounts of this PBX that take part; a party outside has no account.
	Members []AccountID `json:"members,omitempty"`
	Phase   Phase       `json:"phase"`
	Began   time.Time   `json:"began,omitzero"`
	// Answered is zero until somebody picked up.
	Answered  time.Time `json:"answered,omitzero"`
	Recording bool      `json:"recording,omitempty"`
	// Paused tells that the recording goes on without sound for now.
	Paused bool `json:"recording_paused,omitempty"`
	// Queue is the queue that the call came through, empty when it came straight.
	Queue AccountID `json:"queue,omitempty"`
	// Leg is our leg of this call if the dialect knows it; empty for calls of others and of our other
	// telephones.
	Leg    LegID     `json:"leg,omitempty"`
	Learnt time.Time `json:"learnt,omitzero"`
}

// Has reports whether the account takes part in the call.
func (c Call) Has(id AccountID) bool {
	for _, m := range c.Members {
		if m == id {
			return true
		}
	}
	return false
}

// Other is the party at the far end as seen by the account.
func (c Call) Other(id AccountID) Party {
	if c.Caller == id {
		return c.To
	}
	return c.From
}

// newer tells which of two calls of an account counts.
func (c Call) newer(d Call) bool {
	return c.Began.After(d.Began) || c.Began.Equal(d.Began) && c.ID > d.ID
}

// Same reports whether two records of a call are equal, except for Learnt.
func (c Call) Same(d Call) bool {
	if len(c.Members) != len(d.Members) {
		return false
	}
	for i, m := range c.Members {
		if d.Members[i] != m {
			return false
		}
	}
	return c.ID == d.ID && c.From == d.From && c.To == d.To && c.Caller == d.Caller && c.Callee == d.Callee && c.Phase == d.Phase &&
		c.Began.Equal(d.Began) && c.Answered.Equal(d.Answered) && c.Recording == d.Recording && c.Paused == d.Paused && c.Queue == d.Queue && c.Leg == d.Leg
}

// Orbit is a parking place; Call is empty while nobody waits there.
type Orbit struct {
	ID     OrbitID   `json:"id"`
	Name   string    `json:"name,omitempty"`
	Call   CallID    `json:"call,omitempty"`
	Parked Party     `json:"parked"`
	By     Party     `json:"by"`
	Since  time.Time `json:"since,omitzero"`
	// Until is when the PBX sends the call back, zero when it does not say.
	Until  time.Time `json:"until,omitzero"`
	Learnt time.Time `json:"learnt,omitzero"`
}

// Queue is what is known of a waiting queue.
type Queue struct {
	ID      AccountID `json:"id"`
	Name    string    `json:"name,omitempty"`
	Waiting int       `json:"waiting"`
	// Longest is when the first caller began to wait; zero if nobody waits.
	Longest time.Time `json:"longest,omitzero"`
	Agents  int       `json:"agents"`
	// Members are by number, Callers by position; both are empty where the PBX tells no more than counts.
	Members []QueueMember `json:"members,omitempty"`
	Callers []QueueCaller `json:"callers,omitempty"`
	Learnt  time.Time     `json:"learnt,omitzero"`
}

// MWI is the voicemail lamp (RFC 3842).
type MWI struct {
	New int `json:"new"`
	Old int `json:"old"`
	// Learnt is when the PBX sent it.
	Learnt time.Time `json:"learnt,omitzero"`
}
