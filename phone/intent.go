package phone

import "github.com/patchcord/patchcord/pbxws"

// Intent is what a person wants of the phone. Intents are plain data and survive a round trip
// through JSON. An empty Leg means the leg that a person would mean: see Snapshot.Meant.
type Intent interface{ intent() }

type (
	// Dial places a call; a call that is talking goes on hold first.
	Dial struct{ To string }
	// AnswerCall picks up; a call that is talking goes on hold first.
	AnswerCall struct{ Leg pbxws.LegID }
	// Reject refuses a call that rings here. Code is SIP's, 0 means decline.
	Reject struct {
		Leg  pbxws.LegID
		Code int
	}
	// Hangup ends a call in whatever state it is; a ringing one it rejects.
	Hangup struct{ Leg pbxws.LegID }
	// HangupAll ends every call.
	HangupAll struct{}
	// Hold puts the far end on hold.
	Hold struct{ Leg pbxws.LegID }
	// Resume takes it back; a call that is talking goes on hold first.
	Resume struct{ Leg pbxws.LegID }
	// Swap holds the talking call and resumes the held one.
	Swap struct{}
	// SetMute stops or opens our microphone; nobody is told.
	SetMute struct{ On bool }
	// SendDigits sends tones, 0-9 * # A-D, one after the other (RFC 4733).
	SendDigits struct {
		Leg    pbxws.LegID
		Digits string
	}
	// TransferBlind sends the far end to another number and leaves.
	TransferBlind struct {
		Leg pbxws.LegID
		To  string
	}
	// Silence stops the ringing here; the caller hears no difference.
	Silence struct{}
	// SetDND switches do-not-disturb at the PBX.
	SetDND struct{ On bool }
	// SetTrace switches the record of wire messages on or off.
	SetTrace struct{ On bool }
	// Reconnect tries the link again at once.
	Reconnect struct{}
)

func (Dial) intent()          {}
func (AnswerCall) intent()    {}
func (Reject) intent()        {}
func (Hangup) intent()        {}
func (HangupAll) intent()     {}
func (Hold) intent()          {}
func (Resume) intent()        {}
func (Swap) intent()          {}
func (SetMute) intent()       {}
func (SendDigits) intent()    {}
func (TransferBlind) intent() {}
func (Silence) intent()       {}
func (SetDND) intent()        {}
func (SetTrace) intent()      {}
func (Reconnect) intent()     {}
