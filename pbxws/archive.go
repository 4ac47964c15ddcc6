package pbxws

import "time"

// PastCall is one line of the PBX's record of our calls.
type PastCall struct {
	ID       string    `json:"id"`
	From     Party     `json:"from"`
	To       Party     `json:"to"`
	Incoming bool      `json:"incoming"`
	Began    time.Time `json:"began,omitzero"`
	// Answered is zero for a call that nobody answered.
	Answered time.Time `json:"answered,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
	// Recorded tells that the PBX has a recording of it.
	Recorded bool `json:"recorded,omitempty"`
}

// Missed is true for a call to us that nobody answered.
func (c PastCall) Missed() bool { return c.Incoming && c.Answered.IsZero() }

// Contact is one entry of the PBX's address book.
type Contact struct {
	Name    string   `json:"name"`
	Company string   `json:"company,omitempty"`
	Numbers []string `json:"numbers"`
	Email   string   `json:"email,omitempty"`
}

// VoiceMessage is one message in our mailbox.
type VoiceMessage struct {
	ID     string        `json:"id"`
	From   Party         `json:"from"`
	At     time.Time     `json:"at,omitzero"`
	Length time.Duration `json:"length,omitempty"`
	Unread bool          `json:"unread"`
}

// ForwardWhen is the condition of a forwarding.
type ForwardWhen uint8

// Calls are forwarded always, when we are busy, when we do not answer, or when our phone is
// not registered.
const (
	ForwardAlways ForwardWhen = iota
	ForwardBusy
	ForwardNoAnswer
	ForwardOffline
)

var forwardNames = [...]string{"always", "when busy", "when not answered", "when offline"}

func (w ForwardWhen) String() string { return nameOf(forwardNames[:], w) }

// Forward sends our calls to another number under a condition.
type Forward struct {
	When ForwardWhen `json:"when"`
	To   string      `json:"to"`
}
