package pbxws

// Command is what we ask of a PBX. A command is an order to a dialect, not a promise: what
// came of it arrives as an Event.
type Command interface{ command() }

type (
	// Offer places a call: our SDP offer for a new leg. Kind says what To is.
	Offer struct {
		Leg  LegID
		To   string
		SDP  string
		Kind OfferKind
	}
	// Ringing tells the caller that we alert.
	Ringing struct{ Leg LegID }
	// Answer accepts an offer of the PBX with our SDP: it picks up a call that came in, or
	// answers an offer that the PBX made on a leg of ours. For a call that came in without an
	// offer SDP is ours.
	Answer struct {
		Leg LegID
		SDP string
	}
	// Reject refuses a call that came in.
	Reject struct {
		Leg   LegID
		Cause Cause
	}
	// Bye ends a leg in whatever state it is; before the answer it abandons the call.
	Bye struct{ Leg LegID }
	// AddCandidate tells the far end one of our ICE candidates. Without CapTrickle there are none:
	// each SDP of ours holds them all.
	AddCandidate struct {
		Leg       LegID
		Candidate Candidate
	}
	// EndOfCandidates says that no more of them are to come (RFC 8838 §8.2).
	EndOfCandidates struct{ Leg LegID }
	// Hold holds or resumes a leg. SDP is empty where the PBX has a message of its own for that
	// (CapHold). Else it is our new offer: of the same session (CapHoldByOffer) or, to resume, of a
	// new one (CapNewSession). The answer comes as LegDescribed and confirms the hold; the dialect
	// itself repeats an offer that met one of the far end's (491, RFC 3261 §14.1). A later Hold
	// takes the place of one that is not answered yet.
	Hold struct {
		Leg LegID
		On  bool
		SDP string
	}
	// Reoffer makes a new SDP offer on a leg that is up, for another path through the network
	// (RFC 8839 §4.4.1.1); nothing else of the leg changes, and Held says whether we hold it. The
	// answer comes as LegDescribed.
	Reoffer struct {
		Leg  LegID
		Held bool
		SDP  string
	}
	// BlindTransfer sends the far end of the leg to another number and leaves.
	BlindTransfer struct {
		Leg LegID
		To  string
	}
	// AttendedTransfer joins the far ends of two legs and leaves.
	AttendedTransfer struct{ Leg, With LegID }
	// Park leaves the far end of the leg at an orbit, where anybody can take it up; an empty
	// orbit lets the PBX choose.
	Park struct {
		Leg   LegID
		Orbit OrbitID
	}
	// Record switches the PBX's recording of the leg.
	Record struct {
		Leg LegID
		On  bool
	}
	// SetDND switches do-not-disturb at the PBX.
	SetDND struct{ On bool }
	// SetForward sends our calls elsewhere under a condition; an empty To ends that.
	SetForward struct{ Forward Forward }
	// DeskDial has the PBX call with our desk phone: it rings first, then To is called.
	DeskDial struct{ To string }
	// DeskAnswer, DeskHold, DeskHangup and DeskTransfer work a call of our desk phone, for a
	// person who has no sound here.
	DeskAnswer struct{ Call CallID }
	DeskHold   struct {
		Call CallID
		On   bool
	}
	DeskHangup   struct{ Call CallID }
	DeskTransfer struct {
		Call CallID
		To   string
	}
	// SendText sends a text message to an account.
	SendText struct {
		To   AccountID
		Text string
	}
	// Ask has the PBX tell something that it does not tell by itself.
	Ask struct{ Topic Topic }
	// Trace switches Frame events on or off.
	Trace struct{ On bool }
)

func (Offer) command()            {}
func (Ringing) command()          {}
func (Answer) command()           {}
func (Reject) command()           {}
func (Bye) command()              {}
func (AddCandidate) command()     {}
func (EndOfCandidates) command()  {}
func (Hold) command()             {}
func (Reoffer) command()          {}
func (BlindTransfer) command()    {}
func (AttendedTransfer) command() {}
func (SetDND) command()           {}
func (Park) command()             {}
func (Record) command()           {}
func (SetForward) command()       {}
func (DeskDial) command()         {}
func (DeskAnswer) command()       {}
func (DeskHold) command()         {}
func (DeskHangup) command()       {}
func (DeskTransfer) command()     {}
func (SendText) command()         {}
func (Ask) command()              {}
func (Trace) command()            {}

// OfferKind is what the To of an Offer is.
type OfferKind uint8

// An Offer calls a number, takes up the call that rings at the account To, or
// takes up the call that is parked at the orbit To.
const (
	OfferCall OfferKind = iota
	OfferPickup
	OfferRetrieve
)

// Topic is what a PBX can be asked for.
type Topic uint8

// The topics; the answers are HistoryLoaded, PhonebookLoaded, VoicemailLoaded and
// ForwardsLoaded.
const (
	TopicHistory Topic = iota
	TopicPhonebook
	TopicVoicemail
	TopicForwards
)
