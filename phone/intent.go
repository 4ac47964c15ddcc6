package phone

import "github.com/patchcord/patchcord/pbxws"

// Intent is what a person wants of the phone. Intents are plain data and survive JSON. An empty Leg
// means the leg that a person would mean: see Snapshot.Meant. An empty Link is the first, Everywhere all.
type Intent interface{ intent() }

type (
	// Dial places a call; a call that is talking goes on hold first.
	Dial struct {
		To   string
		Link LinkID
	}
	// AnswerCall picks up; a call that is talking goes on hold first.
	AnswerCall struct{ Leg pbxws.LegID }
	// Reject refuses a call that rings here. Code is SIP's, 0 means decline.
	Reject struct {
		Leg  pbxws.LegID
		Code int
	}
	// Hangup ends a call in any state; a call that rings here is rejected.
	Hangup struct{ Leg pbxws.LegID }
	// HangupAll ends every call.
	HangupAll struct{}
	// Hold puts the far end on hold.
	Hold struct{ Leg pbxws.LegID }
	// Resume takes it back; a call that is talking goes on hold first.
	Resume struct{ Leg pbxws.LegID }
	// Swap holds the talking call and resumes the held one.
	Swap struct{}
	// SetMute closes or opens our microphone, without a message to the PBX.
	SetMute struct{ On bool }
	// SendDigits sends tones, 0-9 * # A-D, one after the other (RFC 4733).
	SendDigits struct {
		Leg    pbxws.LegID
		Digits string
	}
	// RestartICE moves the sound of a call to another network path.
	RestartICE struct{ Leg pbxws.LegID }
	// CallAgain hangs a call up and calls the same number again.
	CallAgain struct{ Leg pbxws.LegID }
	// TransferBlind sends the far end to another number and leaves.
	TransferBlind struct {
		Leg pbxws.LegID
		To  string
	}
	// Consult holds the leg and calls somebody before a transfer.
	Consult struct {
		Leg pbxws.LegID
		To  string
	}
	// ConsultWith makes the call With a consultation about the call Leg.
	ConsultWith struct{ Leg, With pbxws.LegID }
	// LinkCalls joins the far ends of two calls of ours and leaves (RFC 5589 §7): Leg, the one on
	// hold, is transferred to With.
	LinkCalls struct{ Leg, With pbxws.LegID }
	// CompleteTransfer joins the waiting party with the consulted one, and leaves.
	CompleteTransfer struct{}
	// DropConsult hangs up on the consulted party and resumes the waiting one.
	DropConsult struct{}
	// Join brings every call that is up into the conference of an account, and us too.
	Join struct{ Room Account }
	// Mix makes a conference of two calls of ours, of whatever PBXs, that this phone carries; without
	// legs, of all that are up. Who is on hold is resumed. With Out we stay out of it: the two hear each
	// other alone.
	Mix struct {
		Leg, With pbxws.LegID
		Out       bool
	}
	// Split ends that conference: we go on talking on Leg, and the others go on hold.
	Split struct{ Leg pbxws.LegID }
	// ParkCall leaves the far end at an orbit; an empty one lets the PBX choose.
	ParkCall struct {
		Leg   pbxws.LegID
		Orbit pbxws.OrbitID
	}
	// Retrieve takes a parked call.
	Retrieve struct {
		Orbit pbxws.OrbitID
		Link  LinkID
	}
	// Pickup answers the call that rings at a colleague's telephone.
	Pickup struct{ Account Account }
	// SetRecording switches the PBX's recording of a call.
	SetRecording struct {
		Leg pbxws.LegID
		On  bool
	}
	// RecordHere records a call into a file of ours, or stops that.
	RecordHere struct {
		Leg pbxws.LegID
		On  bool
	}
	// SetForward sends our calls elsewhere; an empty To ends that.
	SetForward struct {
		Forward pbxws.Forward
		Link    LinkID
	}
	// WatchLine asks for a notice when a busy account is free again, or takes that back.
	WatchLine struct {
		Account Account
		On      bool
	}
	// SendText sends a text message to a number of this PBX.
	SendText struct {
		To, Text string
		Link     LinkID
	}
	// Fetch requests a topic from the PBX again.
	Fetch struct {
		Topic pbxws.Topic
		Link  LinkID
	}
	// DeskDial calls with the desk phone. Calls on it take the same intents as those of this phone.
	DeskDial struct {
		To   string
		Link LinkID
	}
	// Silence stops the ringing here; the caller hears no difference.
	Silence struct{}
	// ShowDevices lists the devices and keeps their meters moving, until it is taken back.
	ShowDevices struct{ On bool }
	// UseDevice chooses a device by its name or the system's name. Empty is the system's default, or
	// for the ringer the speaker; NoDevice is none; RingsOnDefault is the default for the ringer.
	UseDevice struct {
		Role Role
		Name string
	}
	// TryDevice makes a sound to test the speaker or the ringer.
	TryDevice struct{ Role Role }
	// Remind plays a sound because somebody waits on hold.
	Remind struct{}
	// SetVolume makes the speaker or the ringer as loud as a factor says, 0 to MaxVolume.
	SetVolume struct {
		Role   Role
		Volume float64
	}
	// SetEcho says when the echo canceller of this program works.
	SetEcho struct{ Mode EchoMode }
	// SetDND switches do-not-disturb at the PBX.
	SetDND struct {
		On   bool
		Link LinkID
	}
	// SetIntercom says what becomes of calls that ask to be answered without a hand.
	SetIntercom struct{ To Intercom }
	// SetTrace switches the record of wire messages on or off.
	SetTrace struct{ On bool }
	// Reconnect tries the link again at once.
	Reconnect struct{ Link LinkID }
)

func (Dial) intent()             {}
func (AnswerCall) intent()       {}
func (Reject) intent()           {}
func (Hangup) intent()           {}
func (HangupAll) intent()        {}
func (Hold) intent()             {}
func (Resume) intent()           {}
func (Swap) intent()             {}
func (SetMute) intent()          {}
func (SendDigits) intent()       {}
func (RestartICE) intent()       {}
func (CallAgain) intent()        {}
func (TransferBlind) intent()    {}
func (Consult) intent()          {}
func (ConsultWith) intent()      {}
func (LinkCalls) intent()        {}
func (CompleteTransfer) intent() {}
func (DropConsult) intent()      {}
func (Join) intent()             {}
func (Mix) intent()              {}
func (Split) intent()            {}
func (ParkCall) intent()         {}
func (Retrieve) intent()         {}
func (Pickup) intent()           {}
func (SetRecording) intent()     {}
func (RecordHere) intent()       {}
func (SetForward) intent()       {}
func (WatchLine) intent()        {}
func (SendText) intent()         {}
func (Fetch) intent()            {}
func (DeskDial) intent()         {}
func (Silence) intent()          {}
func (ShowDevices) intent()      {}
func (UseDevice) intent()        {}
func (TryDevice) intent()        {}
func (Remind) intent()           {}
func (SetVolume) intent()        {}
func (SetEcho) intent()          {}
func (SetDND) intent()           {}
func (SetIntercom) intent()      {}
func (SetTrace) intent()         {}
func (Reconnect) intent()        {}

// Intents has one of each kind, for those who carry intents between programs.
func Intents() []Intent {
	return []Intent{
		Dial{}, AnswerCall{}, Reject{}, Hangup{}, HangupAll{}, Hold{}, Resume{}, Swap{}, SetMute{}, SendDigits{},
		RestartICE{}, CallAgain{}, TransferBlind{}, Consult{}, ConsultWith{}, LinkCalls{}, CompleteTransfer{},
		DropConsult{}, Join{}, ParkCall{}, Retrieve{}, Pickup{}, SetRecording{}, RecordHere{}, SetForward{},
		WatchLine{}, SendText{}, Fetch{}, DeskDial{}, Silence{}, ShowDevices{}, UseDevice{}, TryDevice{}, Remind{},
		SetVolume{}, SetEcho{}, SetDND{}, SetTrace{}, SetIntercom{}, Reconnect{},
		AnswerQuestion{}, SetPresence{}, JoinQueue{}, PauseQueue{}, TakeWaiting{}, Listen{}, Intrude{}, ChooseTelephone{}, Mix{}, Split{}, Play{}, StopPlaying{},
	}
}

// onCall is an intent about one call.
type onCall interface{ call() pbxws.LegID }

func (i AnswerCall) call() pbxws.LegID    { return i.Leg }
func (i Reject) call() pbxws.LegID        { return i.Leg }
func (i Hangup) call() pbxws.LegID        { return i.Leg }
func (i Hold) call() pbxws.LegID          { return i.Leg }
func (i Resume) call() pbxws.LegID        { return i.Leg }
func (i SendDigits) call() pbxws.LegID    { return i.Leg }
func (i RestartICE) call() pbxws.LegID    { return i.Leg }
func (i CallAgain) call() pbxws.LegID     { return i.Leg }
func (i TransferBlind) call() pbxws.LegID { return i.Leg }
func (i Consult) call() pbxws.LegID       { return i.Leg }
func (i ConsultWith) call() pbxws.LegID   { return i.Leg }
func (i LinkCalls) call() pbxws.LegID     { return i.Leg }
func (i Mix) call() pbxws.LegID           { return i.Leg }
func (i Split) call() pbxws.LegID         { return i.Leg }
func (i ParkCall) call() pbxws.LegID      { return i.Leg }
func (i SetRecording) call() pbxws.LegID  { return i.Leg }
func (i RecordHere) call() pbxws.LegID    { return i.Leg }

// atLink is an intent about one PBX.
type atLink interface{ at() LinkID }

func (i Dial) at() LinkID       { return i.Link }
func (i Join) at() LinkID       { return i.Room.Link }
func (i Retrieve) at() LinkID   { return i.Link }
func (i Pickup) at() LinkID     { return i.Account.Link }
func (i SetForward) at() LinkID { return i.Link }
func (i WatchLine) at() LinkID  { return i.Account.Link }
func (i SendText) at() LinkID   { return i.Link }
func (i Fetch) at() LinkID      { return i.Link }
func (i DeskDial) at() LinkID   { return i.Link }
func (i SetDND) at() LinkID     { return i.Link }
func (i Reconnect) at() LinkID  { return i.Link }

// about is the call that an intent is about.
func (s Snapshot) about(i Intent) (Leg, bool) {
	if c, ok := i.(onCall); ok && c.call() != "" {
		return s.Leg(c.call())
	}
	return s.Meant(i)
}

// linkOf is the link that an intent is about, empty where it is about none or the first.
func (s Snapshot) linkOf(i Intent) LinkID {
	if a, ok := i.(atLink); ok {
		return a.at()
	}
	g, _ := s.about(i)
	return g.Link
}
