package janus

import "time"

// Event is something that the client has to tell. The set is closed.
type Event interface{ event() }

// Party is somebody at the far end of a call.
type Party struct {
	URI  string // "sip:202@pbx.example.com"
	User string // "202"
	Name string // empty where nobody says
}

type (
	// Registered says that calls can come.
	Registered struct{}
	// Unregistered says that no calls can come and none can be placed. The client goes on trying by
	// itself, except where Why is SecretRefused. Code and Reason are the registrar's, 0 and empty
	// without one; Err is for the log, and for reach.Explain where the gateway was not reached.
	Unregistered struct {
		Why    Why
		Code   int
		Reason string
		Err    error
	}

	// Offered is a call coming in. SDP is empty where the far end waits for our offer.
	Offered struct {
		ID       CallID
		From, To Party
		SDP      string
	}
	// Progressed is news of a call of ours that is not answered: 180 or 183 (RFC 3261 §21.1).
	Progressed struct {
		ID   CallID
		Code int
	}
	// Described brings an SDP: the answer to our last offer, or an offer of the far end's on a call
	// that is up.
	Described struct {
		ID    CallID
		SDP   string
		Offer bool
	}
	// Answered says that a call is up.
	Answered struct{ ID CallID }
	// Candidate is an ICE candidate of the gateway's.
	Candidate struct {
		ID    CallID
		Line  string
		Mid   string
		MLine uint16
	}
	// Held confirms a Hold.
	Held struct {
		ID CallID
		On bool
	}
	// FarHeld says that the far end holds us, or no longer does.
	FarHeld struct {
		ID CallID
		On bool
	}
	// Transferred says that the far end has reached whom it was sent to; Ended follows.
	Transferred struct{ ID CallID }
	// Orphaned says that the gateway has lost the session of a call that was up. Its sound alone tells
	// whether it lives; only Hangup makes sense for it, and ends it at once.
	Orphaned struct{ ID CallID }
	// Ended says that a call is over. Code and Reason are SIP's, 0 and empty where there are none.
	Ended struct {
		ID     CallID
		How    How
		Code   int
		Reason string
	}
	// Missed is a call that came while no handle was free.
	Missed struct{ From Party }
	// Refused says that an order has failed and changed nothing. Code is the gateway's, the plugin's
	// or SIP's, 0 where there is none; Reason is in their words or a clause of ours.
	Refused struct {
		Order  Order
		Code   int
		Reason string
	}
	// Unrecognized is a message that is not understood. It is for the trace, never fatal.
	Unrecognized struct{ Name, Why, Raw string }
	// Frame is a message of the wire for the trace, secrets already hidden.
	Frame struct {
		At   time.Time
		Sent bool
		Text string
	}
)

func (Registered) event()   {}
func (Unregistered) event() {}
func (Offered) event()      {}
func (Progressed) event()   {}
func (Described) event()    {}
func (Answered) event()     {}
func (Candidate) event()    {}
func (Held) event()         {}
func (FarHeld) event()      {}
func (Transferred) event()  {}
func (Orphaned) event()     {}
func (Ended) event()        {}
func (Missed) event()       {}
func (Refused) event()      {}
func (Unrecognized) event() {}
func (Frame) event()        {}

// Why is the reason that no calls come.
type Why uint8

// GatewayAway is a gateway that is not reached or does not answer; NoGateway is something else at its
// address, or a gateway without the SIP plugin; SecretRefused is the PBX's no to our name and secret;
// RegistrarRefused is any other no of the PBX's, or none in time.
const (
	GatewayAway Why = iota
	NoGateway
	SecretRefused
	RegistrarRefused
)

// How is the way in which a call ended.
type How uint8

// EndedThere is the far end's or the PBX's doing, which Code tells; EndedHere is our own.
// EndedElsewhere is a call that somebody else has answered. EndedTransferred went on without us.
// EndedLost went down with the session or with a gateway that does not answer.
const (
	EndedThere How = iota
	EndedHere
	EndedElsewhere
	EndedTransferred
	EndedLost
)
