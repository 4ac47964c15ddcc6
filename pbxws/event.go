package pbxws

import "time"

// Event is what a PBX told us, in domain words. The set is closed; a test walks every switch
// over it.
type Event interface{ event() }

// Candidate is one ICE candidate as it travels in signalling (RFC 8839 §5.1). Line has the
// form "candidate:..." without "a=".
type Candidate struct {
	Line  string
	Mid   string
	MLine uint16
}

// SDPKind says how a session description is meant (RFC 3264).
type SDPKind uint8

// An SDP is an answer to ours, or an offer of the PBX's own.
const (
	SDPAnswer SDPKind = iota
	SDPOffer
)

type (
	// DomainLoaded is a full dump of the directory: accounts it lacks are gone.
	DomainLoaded struct{ Accounts []Account }
	// AccountChanged is news of one account; unmentioned fields keep their values.
	AccountChanged struct{ Patch AccountPatch }
	// CallChanged is the whole record of a new or changed call.
	CallChanged struct{ Call Call }
	// CallEnded says that a call is over.
	CallEnded struct{ ID CallID }
	// OrbitChanged is the whole record of one park orbit.
	OrbitChanged struct{ Orbit Orbit }
	// QueueChanged is the whole record of one queue.
	QueueChanged struct{ Queue Queue }
	// MWIChanged is the voicemail count.
	MWIChanged struct{ MWI MWI }
	// MissedChanged is the PBX's count of missed calls.
	MissedChanged struct{ Count int }
	// Registered says that the PBX will send us calls, for so long; 0 when it named no time.
	Registered struct{ For time.Duration }

	// Unregistered says that the PBX sends us no calls any more. Reason is in its words.
	Unregistered struct{ Reason string }
	// Identified says who has signed in: the account, which need not be named as the login is, and
	// the accounts of the person's devices, which take part in calls in its place.
	Identified struct {
		Self    AccountID
		Devices []AccountID
	}

	// LegOffered is a call coming in. SDP is the far end's offer; it is empty where the far end waits
	// for ours (RFC 3261 §13.2.1), which comes with the Answer and is answered by LegDescribed. Via
	// names the queue or group it came through, empty when it came straight.
	LegOffered struct {
		Leg      LegID
		From, To Party
		Via      string
		SDP      string
	}
	// LegProgressed is news of a call we placed that is not answered: Code is SIP's 180 or 183
	// (RFC 3261 §21.1). Peer is who is being rung, when the PBX says.
	LegProgressed struct {
		Leg  LegID
		Code int
		Peer Party
	}
	// LegDescribed brings a session description for a leg, before or after it is answered.
	// Sure is false where the dialect could only guess Kind: if media does not come up, the
	// same SDP is to be taken as the other kind.
	LegDescribed struct {
		Leg  LegID
		SDP  string
		Kind SDPKind
		Sure bool
	}
	// LegAnswered says that the far end picked up a call we placed.
	LegAnswered struct{ Leg LegID }
	// LegCandidate is an ICE candidate of the far end; it may come before the SDP.
	LegCandidate struct {
		Leg       LegID
		Candidate Candidate
	}
	// LegHeld confirms that the PBX holds or released the leg; Remote tells that the far end
	// did it, not we.
	LegHeld struct {
		Leg    LegID
		On     bool
		Remote bool
	}
	// LegNamed says that the party at the far end is another one now.
	LegNamed struct {
		Leg  LegID
		Peer Party
	}
	// LegRecorded says that the PBX records the leg, or no longer does.
	LegRecorded struct {
		Leg LegID
		On  bool
	}
	// LegMissing says that a leg from before the link is in no list of calls of the PBX. Whether one
	// that was answered lives shows in its sound alone; any other is over.
	LegMissing struct{ Leg LegID }
	// LegEnded says that the PBX ended the leg. It may come twice and for a leg long gone.
	LegEnded struct {
		Leg   LegID
		Cause Cause
	}

	// CommandRefused says that the PBX would not do what we asked. Code is SIP's or HTTP's, 0
	// when none was given; Reason is in the PBX's words.
	CommandRefused struct {
		Command Command
		Code    int
		Reason  string
	}
	// CommandDone says that the PBX did what we asked, for commands whose success shows in no
	// other event.
	CommandDone struct{ Command Command }
	// HistoryLoaded is the PBX's record of our calls, the newest first.
	HistoryLoaded struct{ Records []PastCall }
	// PhonebookLoaded is the address book.
	PhonebookLoaded struct{ Contacts []Contact }
	// VoicemailLoaded lists the messages in our mailbox, the newest first.
	VoicemailLoaded struct{ Messages []VoiceMessage }
	// ForwardsLoaded are all forwardings in force.
	ForwardsLoaded struct{ Forwards []Forward }
	// PhonesLoaded are the other telephones that are registered for us, by the names that they give
	// themselves.
	PhonesLoaded struct{ Phones []string }
	// TextReceived is a text message to us.
	TextReceived struct {
		From AccountID
		Text string
	}
	// CustomerFound tells of a customer record that belongs to a call. Fields are what the record
	// says, in the order of its names; URL is where it is, empty when nobody says.
	CustomerFound struct {
		Incoming bool
		URL      string
		Fields   []Field
	}
	// Field is one name and value of a record.
	Field struct{ Name, Value string }
	// Unrecognized is a message that no table knows. It is shown in the trace, never fatal.
	// Why says what was wrong with it when its name is known but its content is not.
	Unrecognized struct{ Name, Why, Raw string }
	// Heard says that the link is alive though the PBX had nothing to tell.
	Heard struct{}
	// ProbeMissed says that a sign of life which used to come did not: the link may be dead. Any
	// later event but a Frame that was sent proves it alive.
	ProbeMissed struct{}
	// Frame is one message of the wire for the trace, secrets already hidden.
	Frame struct {
		At   time.Time `json:"at"`
		Sent bool      `json:"sent"`
		Text string    `json:"text"`
	}
)

func (DomainLoaded) event()    {}
func (AccountChanged) event()  {}
func (CallChanged) event()     {}
func (CallEnded) event()       {}
func (OrbitChanged) event()    {}
func (QueueChanged) event()    {}
func (MWIChanged) event()      {}
func (MissedChanged) event()   {}
func (Registered) event()      {}
func (Unregistered) event()    {}
func (Identified) event()      {}
func (LegOffered) event()      {}
func (LegProgressed) event()   {}
func (LegDescribed) event()    {}
func (LegAnswered) event()     {}
func (LegCandidate) event()    {}
func (LegHeld) event()         {}
func (LegNamed) event()        {}
func (LegRecorded) event()     {}
func (LegMissing) event()      {}
func (LegEnded) event()        {}
func (CommandRefused) event()  {}
func (CommandDone) event()     {}
func (HistoryLoaded) event()   {}
func (PhonebookLoaded) event() {}
func (VoicemailLoaded) event() {}
func (ForwardsLoaded) event()  {}
func (PhonesLoaded) event()    {}
func (TextReceived) event()    {}
func (CustomerFound) event()   {}
func (Unrecognized) event()    {}
func (Heard) event()           {}
func (ProbeMissed) event()     {}
func (Frame) event()           {}
