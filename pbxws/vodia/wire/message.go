package wire

import "encoding/json"

// Message is one frame of the PBX. The set is closed.
type Message interface{ message() }

// Call signalling. These frames have no "action": the key named in each comment is the type.
//
// CallID names the WebRTC leg; frames of 2016-era systems have none and mean the only call
// there is. CSeq is opaque and is echoed byte for byte in the answer to the frame. ToUser is whom
// a call of ours goes to; it was seen with "sdp" only.
type (
	// SDP ("sdp") brings a session description for a call: progress (Code 180, 183), the final
	// answer (200), an offer of the PBX's own, or a refusal (Code 400 and up, SDP may be
	// anything). Kind is "offer", "answer", "pranswer" or, for a bare string, empty.
	SDP struct {
		CallID    string
		CSeq      json.RawMessage
		SDP       string
		Kind      string
		Code      int
		ToUser    string
		ToDisplay string
		Reason    string
	}
	// Invite ("invitesdp") is a call coming in. From and To are in SIP header style.
	Invite struct {
		CallID      string
		CSeq        json.RawMessage
		SDP         string
		From, To    string
		FromUser    string
		FromDisplay string
		FromNumber  string
		Group       string
		AlertInfo   string
	}
	// Candidate ("candidate") is an ICE candidate of the PBX. Each of Addrs, when there are
	// any, replaces address and port in Line and makes a candidate of its own.
	Candidate struct {
		CallID string
		ToUser string
		Line   string
		Addrs  []Addr
		Mid    string
		MLine  uint16
	}
	// Addr is one entry of a candidate's "adr".
	Addr struct {
		Host string
		Port uint16
	}
	// Bye ("bye") ends our leg. Code is there on an error, such as 415 for media that was
	// never agreed.
	Bye struct {
		CallID string
		CSeq   json.RawMessage
		Code   int
		Reason string
		ToUser string
	}
	// Cancel ("cancel") says that the caller gave up before we answered.
	Cancel struct {
		CallID string
		CSeq   json.RawMessage
		Code   int
		Reason string
		ToUser string
	}
	// CancelResponse ("cancelresponse") confirms that we abandoned a call.
	CancelResponse struct{ CallID string }
	// Response ("response") is a SIP-style status to something we sent. The official pages
	// name the key only; its companions are assumed.
	Response struct {
		CallID string
		CSeq   json.RawMessage
		Code   int
		Reason string
		ToUser string
	}
	// Ringtones ("ringtones") answers the request of that name.
	Ringtones struct{ Value json.RawMessage }
	// Info ("info") is named by the official pages and not described.
	Info struct {
		CallID string
		Value  json.RawMessage
	}
	// Change ("change") is named by the official pages and not described.
	Change struct{ Value json.RawMessage }
)

// State and replies. These frames carry the "action" named in each comment.
type (
	// DomainState ("domain-state") is the whole directory. Accounts is nil when the frame
	// does not speak of accounts, and so is Calls. Messages is not described.
	DomainState struct {
		Accounts []AccountEntry
		Calls    []CallEntry
		Messages json.RawMessage
	}
	// UserState ("user-state") is one account that changed.
	UserState struct{ AccountEntry }
	// CallState ("call-state") is a full list of the calls of one subscription.
	CallState struct{ Calls []CallEntry }
	// OrbitState ("orbit-calls") is one park orbit. Its real payload is not described; this is
	// our choice, and decoding takes the key of the orbit by several names.
	OrbitState struct {
		Orbit string
		Calls []CallEntry
	}
	// OrbitList ("orbit-calls") are all park orbits where somebody waits; another form that is
	// taken.
	OrbitList struct{ Orbits []OrbitState }
	// RegisterReply ("sip-register") answers a registration. Expires is in seconds, 0 when the
	// PBX named no time. Add is text for the person.
	RegisterReply struct {
		Expires int
		Add     string
	}
	// BLFState ("blf") is one lamp. Its real payload is not described; decoding takes account
	// and state by several names.
	BLFState struct{ Account, State string }
	// BLFList ("blf") are several lamps at once.
	BLFList struct{ Lamps []BLFState }
	// UserChange ("user-change") says that an account's data changed; its payload is not
	// described.
	UserChange struct{ AccountEntry }
	// MissedCalls ("missed-calls") is the count of missed calls.
	MissedCalls struct{ Count int }
	// RecStart ("rec-start") says that recording began. ID is a callid or a call's id.
	RecStart struct{ ID string }
	// RecStop ("rec-stop") says that recording ended.
	RecStop struct{ ID string }
	// CallerID ("callerid") says that another party is at the far end now.
	CallerID struct{ CallID, Name, Number string }
	// ByeResponse ("bye-response") confirms our hang-up.
	ByeResponse struct{ CallID string }
	// Chat ("chat") is a text message. Peer is who wrote it; the wire calls that "dest".
	Chat struct{ Peer, Text string }
	// CRMContact ("crmcontact") is a customer record for a call. Data is JSON inside a string.
	CRMContact struct{ Data, Direction, ServerURL string }
	// Unknown is a frame that no table knows: Name is its action, empty without one.
	Unknown struct {
		Name string
		Raw  json.RawMessage
	}
)

// AccountEntry is one account in a domain-state or user-state.
type AccountEntry struct {
	Account string
	// Type is "extensions", "attendants", "acds", "hunts", "conferences", "orbits" ...
	Type   string
	Name   string
	Domain string
	// Registered and DND are nil when the frame does not mention them.
	Registered, DND *bool
	ChatStatus      string
	// Code is not empty while the account is busy; the wire has null for idle.
	Code  string
	Calls []AccountCall
	Tag   *string
}

// AccountCall is one entry of an account's "calls". Only From is certain.
type AccountCall struct {
	ID    string
	From  string
	To    string
	State string
	Start float64
}

// CallEntry is one call of a call-state or domain-state.
type CallEntry struct {
	// ID is the call's id; how it relates to a callid is not described. An entry may have a
	// CallID instead, or neither.
	ID, CallID string
	// From and To are in SIP header style.
	From, To             string
	FromNumber, FromName string
	ToNumber, ToName     string
	// Extension are the accounts that take part; an entry may carry a "*".
	Extension []string
	// State is "alerting", "ringback", "connected", "holding" or "onhold". Older systems call
	// the key "callstate": decoding reads either, encoding writes both.
	State string
	// Start is in seconds of Unix time.
	Start float64
	// Connect is empty until somebody answered, then seconds of Unix time.
	Connect string
	// Rec is "adhoc" while the call is recorded on demand.
	Rec string
}

func (SDP) message()            {}
func (Invite) message()         {}
func (Candidate) message()      {}
func (Bye) message()            {}
func (Cancel) message()         {}
func (CancelResponse) message() {}
func (Response) message()       {}
func (Ringtones) message()      {}
func (Info) message()           {}
func (Change) message()         {}
func (DomainState) message()    {}
func (UserState) message()      {}
func (CallState) message()      {}
func (OrbitState) message()     {}
func (OrbitList) message()      {}
func (RegisterReply) message()  {}
func (BLFState) message()       {}
func (BLFList) message()        {}
func (UserChange) message()     {}
func (MissedCalls) message()    {}
func (RecStart) message()       {}
func (RecStop) message()        {}
func (CallerID) message()       {}
func (ByeResponse) message()    {}
func (Chat) message()           {}
func (CRMContact) message()     {}
func (Unknown) message()        {}
