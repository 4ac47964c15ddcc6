package pbxws

// Command is what we ask of a PBX. It promises nothing: the outcome arrives as an Event.
type Command interface{ command() }

type (
	// Offer places a call: our SDP offer for a new leg. Kind says what To is.
	Offer struct {
		Leg  LegID
		To   string
		SDP  string
		Kind OfferKind
	}
	// Ringing tells the caller that it rings here.
	Ringing struct{ Leg LegID }
	// Answer accepts an offer of the PBX with our SDP: it picks up an incoming call, or answers an
	// offer of the PBX on a leg of ours. For a call that came without an offer SDP is our offer.
	Answer struct {
		Leg LegID
		SDP string
	}
	// Reject refuses a call that came in.
	Reject struct {
		Leg   LegID
		Cause Cause
	}
	// Bye ends a leg in any state; before the answer it abandons the call.
	Bye struct{ Leg LegID }
	// AddCandidate sends one of our ICE candidates to the far end. Without CapTrickle it is not used:
	// each SDP of ours holds all candidates.
	AddCandidate struct {
		Leg       LegID
		Candidate Candidate
	}
	// EndOfCandidates says that no more candidates follow (RFC 8838 §8.2).
	EndOfCandidates struct{ Leg LegID }
	// Hold holds or resumes a leg. SDP is empty if the PBX has a message for that (CapHold). Else it
	// is our new offer, of the same session (CapHoldByOffer) or, to resume, of a new one
	// (CapNewSession). The answer comes as LegDescribed and confirms the hold. If offers of both sides
	// cross, the dialect repeats ours (491, RFC 3261 §14.1). A later Hold replaces one that is not
	// answered yet.
	Hold struct {
		Leg LegID
		On  bool
		SDP string
	}
	// Reoffer makes a new SDP offer on a leg that is up, for an ICE restart (RFC 8839 §4.4.1.1).
	// Nothing else of the leg changes; Held says whether we hold it. The answer comes as LegDescribed.
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
	// Park leaves the far end of the leg at an orbit, where anybody can retrieve it; with an empty
	// orbit the PBX chooses.
	Park struct {
		Leg   LegID
		Orbit OrbitID
	}
	// Tones sends digits to the far end by the PBX (CapTones), 0-9 * # A-D, one after the other.
	Tones struct {
		Leg    LegID
		Digits string
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
	// DeskDial lets the PBX call with our desk phone: that rings first, then To is called.
	DeskDial struct{ To string }
	// DeskAnswer, DeskHold, DeskHangup and DeskTransfer control a call of our desk phone, for a person
	// without sound here.
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
	// Fetch requests something that the PBX does not send by itself.
	Fetch struct{ Topic Topic }
	// FetchSound requests what was recorded; SoundLoaded brings it.
	FetchSound struct {
		Of SoundOf
		ID string
	}
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
func (Tones) command()            {}
func (Record) command()           {}
func (SetForward) command()       {}
func (DeskDial) command()         {}
func (DeskAnswer) command()       {}
func (DeskHold) command()         {}
func (DeskHangup) command()       {}
func (DeskTransfer) command()     {}
func (SendText) command()         {}
func (Fetch) command()            {}
func (FetchSound) command()       {}
func (Trace) command()            {}

// OfferKind says what the To of an Offer means.
type OfferKind uint8

// An Offer calls a number, picks up the call that rings at the account To, or retrieves the call
// that is parked at the orbit To.
const (
	OfferCall OfferKind = iota
	OfferPickup
	OfferRetrieve
)

// Topic is something that can be requested from a PBX.
type Topic uint8

// The topics; the answers are HistoryLoaded, PhonebookLoaded, VoicemailLoaded and
// ForwardsLoaded.
const (
	TopicHistory Topic = iota
	TopicPhonebook
	TopicVoicemail
	TopicForwards
)

// SoundOf says what a sound was recorded of.
type SoundOf uint8

// A sound is that of a message in our mailbox (CapMessageSound), or of a past call that the PBX recorded
// (CapCallSound).
const (
	SoundOfMessage SoundOf = iota
	SoundOfCall
)

// MaxSound bounds what is fetched of a sound, in bytes: more than eight minutes of a telephone's.
const MaxSound = 8 << 20
