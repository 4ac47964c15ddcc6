package pbxws

// Command is what we ask of a PBX. A command is an order to a dialect, not a promise: what
// came of it arrives as an Event.
type Command interface{ command() }

type (
	// Offer places a call: our SDP offer for a new leg.
	Offer struct {
		Leg LegID
		To  string
		SDP string
	}
	// Ringing tells the caller that we alert.
	Ringing struct{ Leg LegID }
	// Answer accepts an offer of the PBX with our SDP: it picks up a call that came in, or
	// answers an offer that the PBX made on a leg of ours.
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
	// AddCandidate tells the far end one of our ICE candidates.
	AddCandidate struct {
		Leg       LegID
		Candidate Candidate
	}
	// Hold holds or resumes a leg. SDP is our new offer where the dialect has CapReoffer,
	// else empty.
	Hold struct {
		Leg LegID
		On  bool
		SDP string
	}
	// BlindTransfer sends the far end of the leg to another number and leaves.
	BlindTransfer struct {
		Leg LegID
		To  string
	}
	// AttendedTransfer joins the far ends of two legs and leaves.
	AttendedTransfer struct{ Leg, With LegID }
	// SetDND switches do-not-disturb at the PBX.
	SetDND struct{ On bool }
	// Trace switches Frame events on or off.
	Trace struct{ On bool }
)

func (Offer) command()            {}
func (Ringing) command()          {}
func (Answer) command()           {}
func (Reject) command()           {}
func (Bye) command()              {}
func (AddCandidate) command()     {}
func (Hold) command()             {}
func (BlindTransfer) command()    {}
func (AttendedTransfer) command() {}
func (SetDND) command()           {}
func (Trace) command()            {}
