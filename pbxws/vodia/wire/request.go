package wire

import "encoding/json"

// Request is one frame of a client. The set is closed. The action is named in each comment;
// CallID and CSeq are as in Message.
type Request interface{ request() }

// Subscriptions and registration.
type (
	// AvoidDisconnect ("avoid-disconnect") keeps the link up.
	AvoidDisconnect struct{}
	// OwnCalls ("own-calls") asks for the call-state of the user's own calls.
	OwnCalls struct{ Subscribe bool }
	// DomainCalls ("domain-calls") asks for the call-state of the whole tenant.
	DomainCalls struct{ Subscribe bool }
	// OrbitCalls ("orbit-calls") asks for news of park orbits.
	OrbitCalls struct{ Subscribe bool }
	// GetRingtones ("ringtones") asks for the user's ringing tones.
	GetRingtones struct{}
	// SubscribeBLF ("blf") asks for the lamps of accounts.
	SubscribeBLF struct{ Add []string }
	// Register ("sip-register") makes the PBX send calls to this link.
	Register struct{ UserAgent string }
	// GetUsers ("get-users") asks for the directory, systems of 2016.
	GetUsers struct{}
	// GetCalls ("get-calls") asks for the calls, systems of 2016.
	GetCalls struct{}
)

// Calls of our own.
type (
	// Offer ("sdp-packet") places a call; the client makes the CallID.
	Offer struct{ To, SDP, CallID string }
	// ICECandidate ("ice-candidate") is a candidate of ours; an empty Line is the end of them
	// (null on the wire).
	ICECandidate struct {
		CallID, Line, Mid string
		MLine             uint16
	}
	// Ringing ("sip-ringing") says that a call alerts here.
	Ringing struct {
		CallID string
		CSeq   json.RawMessage
	}
	// Answer ("sdp-200ok") answers an offer of the PBX, a call that came in or not.
	Answer struct {
		CallID string
		CSeq   json.RawMessage
		SDP    string
	}
	// Ack ("sip-ack") acknowledges that a call of ours was picked up.
	Ack struct{ CallID string }
	// Busy ("sip-busy") refuses a call that came in. Code is 486, 488 or 603.
	Busy struct {
		CallID string
		CSeq   json.RawMessage
		Code   int
	}
	// Hangup ("sip-bye") ends a leg in any state; Caller is true if we placed the call.
	Hangup struct {
		CallID string
		Caller bool
	}
	// ByeDone ("bye-response") confirms a Bye.
	ByeDone struct {
		CallID string
		CSeq   json.RawMessage
	}
	// CancelDone ("cancel-response") confirms a Cancel.
	CancelDone struct {
		CallID string
		CSeq   json.RawMessage
	}
	// Hold ("wrtc-hold") holds a leg, "sendonly" on the wire, or resumes it, "sendrecv". SDP
	// is a new offer or empty. Caller is true if we placed the call.
	Hold struct {
		CallID string
		On     bool
		Caller bool
		SDP    string
	}
	// BlindTransfer ("blind-transfer2") sends the far end elsewhere; ID is a CallID.
	BlindTransfer struct{ ID, From, To string }
	// AttTransfer ("att-transfer") joins two calls by their ids; From and To are the far
	// parties in the form number@domain.
	AttTransfer struct{ ID, From, ID2, To string }
	// Mute ("mute") tells that the microphone is off.
	Mute struct {
		CallID string
		Muted  bool
	}
	// RecCall ("rec-call") starts or stops recording.
	RecCall struct {
		ID string
		On bool
	}
)

// Calls of the user's desk phone, and the rest of what the portal of 2016 sent.
type (
	// OldBlindTransfer ("blind-transfer") transfers by the call's id.
	OldBlindTransfer struct{ ID, From, To string }
	// HoldCall ("hold-call") toggles hold on the desk phone.
	HoldCall struct{ ID string }
	// AcceptCall ("accept-call") picks up on the desk phone.
	AcceptCall struct{ ID string }
	// ClearCall ("clear-call") hangs up on the desk phone.
	ClearCall struct {
		ID        string
		Connected bool
	}
	// MakeCall ("make-call") dials from the desk phone.
	MakeCall struct{ To string }
	// SendChat ("chat") sends a text message.
	SendChat struct{ Src, Dest, Text string }
	// AddToCRM ("add-to-crm") files a call with a customer.
	AddToCRM struct{ Sub, Des, ID string }
	// Unsupported is a request that no table knows: Name is its action, empty without one.
	Unsupported struct {
		Name string
		Raw  json.RawMessage
	}
)

func (AvoidDisconnect) request()  {}
func (OwnCalls) request()         {}
func (DomainCalls) request()      {}
func (OrbitCalls) request()       {}
func (GetRingtones) request()     {}
func (SubscribeBLF) request()     {}
func (Register) request()         {}
func (GetUsers) request()         {}
func (GetCalls) request()         {}
func (Offer) request()            {}
func (ICECandidate) request()     {}
func (Ringing) request()          {}
func (Answer) request()           {}
func (Ack) request()              {}
func (Busy) request()             {}
func (Hangup) request()           {}
func (ByeDone) request()          {}
func (CancelDone) request()       {}
func (Hold) request()             {}
func (BlindTransfer) request()    {}
func (AttTransfer) request()      {}
func (Mute) request()             {}
func (RecCall) request()          {}
func (OldBlindTransfer) request() {}
func (HoldCall) request()         {}
func (AcceptCall) request()       {}
func (ClearCall) request()        {}
func (MakeCall) request()         {}
func (SendChat) request()         {}
func (AddToCRM) request()         {}
func (Unsupported) request()      {}
