package janus

// CallID names a call. It means nothing to the gateway.
type CallID string

// Order is what we ask for. Its outcome is an event.
type Order interface {
	order()
	// about is the call that it is about, empty for none.
	about() CallID
}

type (
	// Call places a call with our SDP offer. To is a SIP URI.
	Call struct {
		ID      CallID
		To, SDP string
	}
	// Answer takes a call that came in, or answers an offer that was Described later. For a call that
	// came without an SDP it is our offer.
	Answer struct {
		ID  CallID
		SDP string
	}
	// Decline refuses a call that came in, with a SIP status; 603 where Code is none that refuses.
	Decline struct {
		ID   CallID
		Code int
	}
	// Hangup ends a call in whatever state it is.
	Hangup struct{ ID CallID }
	// Hold holds or resumes a call; our description stays as it is.
	Hold struct {
		ID CallID
		On bool
	}
	// Reoffer makes a new offer on a call that is up, for another path through the network.
	Reoffer struct {
		ID  CallID
		SDP string
	}
	// Tones sends digits by signalling (RFC 6086), 0-9 * # A-D, for a far end that takes none in its
	// sound.
	Tones struct {
		ID     CallID
		Digits string
	}
	// Transfer sends the far end to the SIP URI To and leaves (RFC 5589 §6).
	Transfer struct {
		ID CallID
		To string
	}
	// Join has the far ends of two calls talk to each other and leaves both (RFC 5589 §7).
	Join struct{ ID, With CallID }
	// AddCandidate tells the gateway one of our ICE candidates, "candidate:...".
	AddCandidate struct {
		ID    CallID
		Line  string
		Mid   string
		MLine uint16
	}
	// EndOfCandidates tells it that no more are to come.
	EndOfCandidates struct{ ID CallID }
	// Trace switches Frame events on or off.
	Trace struct{ On bool }
)

func (Call) order()            {}
func (Answer) order()          {}
func (Decline) order()         {}
func (Hangup) order()          {}
func (Hold) order()            {}
func (Reoffer) order()         {}
func (Tones) order()           {}
func (Transfer) order()        {}
func (Join) order()            {}
func (AddCandidate) order()    {}
func (EndOfCandidates) order() {}
func (Trace) order()           {}

func (o Call) about() CallID            { return o.ID }
func (o Answer) about() CallID          { return o.ID }
func (o Decline) about() CallID         { return o.ID }
func (o Hangup) about() CallID          { return o.ID }
func (o Hold) about() CallID            { return o.ID }
func (o Reoffer) about() CallID         { return o.ID }
func (o Tones) about() CallID           { return o.ID }
func (o Transfer) about() CallID        { return o.ID }
func (o Join) about() CallID            { return o.ID }
func (o AddCandidate) about() CallID    { return o.ID }
func (o EndOfCandidates) about() CallID { return o.ID }
func (Trace) about() CallID             { return "" }
