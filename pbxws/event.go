package pbxws

import "time"

// Event is what a PBX told us, in domain words. The set is closed, and a test of the phone sees that none is
// overlooked.
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
	// DomainLoaded is the complete directory: accounts that it lacks are gone.
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
	// Registered says that the PBX will send us calls, and for how long; 0 if it named no time.
	Registered struct{ For time.Duration }

	// Unregistered says that the PBX sends us no calls any more. Reason is in its words.
	Unregistered struct{ Reason string }
	// Identified says who has signed in: the account, whose name may differ from the login, and the
	// accounts of the person's devices, which take part in calls in its place.
	Identified struct {
		Self    AccountID
		Devices []AccountID
	}

	// LegOffered is an incoming call. SDP is the far end's offer. It is empty if the far end waits for
	// ours (RFC 3261 §13.2.1), which goes with the Answer; LegDescribed then brings the answer. Via
	// names the queue or group it came through, empty for a direct call.
	LegOffered struct {
		Leg      LegID
		From, To Party
		Via      string
		SDP      string
		// Intercom tells that the caller asks for an answer without a hand.
		Intercom bool
	}
	// LegProgressed is the progress of a call we placed, before the answer: Code is SIP's 180 or 183
	// (RFC 3261 §21.1). Peer is who is being rung, if the PBX says.
	LegProgressed struct {
		Leg  LegID
		Code int
		Peer Party
	}
	// LegDescribed brings a session description for a leg, before or after the answer. Sure is false
	// if the dialect guessed Kind: if no media comes, the same SDP has to be taken as the other kind.
	// Another answer to the same offer, before the call is answered or with that, is of another
	// telephone that it rings at: the last one counts.
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
	// LegCandidatesEnded says that the far end has no more of them (RFC 8838 §8.2).
	LegCandidatesEnded struct{ Leg LegID }
	// LegHeld confirms that the leg is on hold or resumed; Remote says that the far end did it.
	LegHeld struct {
		Leg    LegID
		On     bool
		Remote bool
	}
	// LegNamed says that the party at the far end has changed.
	LegNamed struct {
		Leg  LegID
		Peer Party
	}
	// LegRecorded says that the PBX records the leg, or no longer does.
	LegRecorded struct {
		Leg LegID
		On  bool
	}
	// LegMissing says that a leg from before this link is in no list of calls of the PBX. If it was
	// answered, only its sound shows whether it lives; otherwise it is over.
	LegMissing struct{ Leg LegID }
	// LegEnded says that the PBX ended the leg. It may come twice, and for a leg that ended long ago.
	LegEnded struct {
		Leg   LegID
		Cause Cause
	}

	// CommandRefused says that the PBX refused a command. Code is SIP's or HTTP's, 0 for none; Reason
	// is in the PBX's words.
	CommandRefused struct {
		Command Command
		Code    int
		Reason  string
	}
	// CommandDone says that the PBX did what we asked, for commands whose success no other event
	// shows.
	CommandDone struct{ Command Command }
	// HistoryLoaded is the PBX's record of our calls, the newest first.
	HistoryLoaded struct{ Records []PastCall }
	// PhonebookLoaded is the address book.
	PhonebookLoaded struct{ Contacts []Contact }
	// VoicemailLoaded lists the messages in our mailbox, the newest first.
	VoicemailLoaded struct{ Messages []VoiceMessage }
	// SoundLoaded is a file with a sound, as the PBX has it; what there is of it need not be a sound.
	SoundLoaded struct {
		Of   SoundOf
		ID   string
		File []byte
	}
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
	// Announced is news without a state, such as a message of the day or an alarm of the PBX.
	Announced struct{ Title, Text string }
	// CustomerFound is a customer record that belongs to a call. Fields are its contents, sorted by
	// name; URL is where it is, empty if unknown.
	CustomerFound struct {
		Incoming bool
		URL      string
		Fields   []Field
	}
	// Field is one name and value of a record.
	Field struct{ Name, Value string }
	// Unrecognized is a message that the dialect does not understand. It is shown in the trace and
	// never fatal. Why says what is wrong with a message whose name is known.
	Unrecognized struct{ Name, Why, Raw string }
	// Alive says that the link is alive, although the PBX had nothing else to say.
	Alive struct{}
	// ProbeMissed says that a PBX which used to answer probes did not: the link may be dead. Any later
	// event shows that it is alive, except a Frame that we sent.
	ProbeMissed struct{}
	// Frame is one message of the wire for the trace, secrets already hidden.
	Frame struct {
		// N numbers the messages of a trace and Link names the link of each, for whoever keeps one; 0 and
		// empty elsewhere.
		N    uint64    `json:"n,omitempty"`
		Link string    `json:"link,omitempty"`
		At   time.Time `json:"at"`
		Sent bool      `json:"sent"`
		Text string    `json:"text"`
	}
)

func (DomainLoaded) event()       {}
func (AccountChanged) event()     {}
func (CallChanged) event()        {}
func (CallEnded) event()          {}
func (OrbitChanged) event()       {}
func (QueueChanged) event()       {}
func (MWIChanged) event()         {}
func (MissedChanged) event()      {}
func (Registered) event()         {}
func (Unregistered) event()       {}
func (Identified) event()         {}
func (LegOffered) event()         {}
func (LegProgressed) event()      {}
func (LegDescribed) event()       {}
func (LegAnswered) event()        {}
func (LegCandidate) event()       {}
func (LegCandidatesEnded) event() {}
func (LegHeld) event()            {}
func (LegNamed) event()           {}
func (LegRecorded) event()        {}
func (LegMissing) event()         {}
func (LegEnded) event()           {}
func (CommandRefused) event()     {}
func (CommandDone) event()        {}
func (HistoryLoaded) event()      {}
func (PhonebookLoaded) event()    {}
func (VoicemailLoaded) event()    {}
func (SoundLoaded) event()        {}
func (ForwardsLoaded) event()     {}
func (PhonesLoaded) event()       {}
func (TextReceived) event()       {}
func (Announced) event()          {}
func (CustomerFound) event()      {}
func (Unrecognized) event()       {}
func (Alive) event()              {}
func (ProbeMissed) event()        {}
func (Frame) event()              {}
