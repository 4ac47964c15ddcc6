package nethcti

import "encoding/json"

// Names of the events of the PBX, and of what we send.
const (
	eventAccepted      = "authe_ok"
	eventDenied        = "401"
	eventTakeOver      = "takeOver"
	emitLogin          = "login"
	emitGiveWay        = "takeOverAck"
	eventExtension     = "extenUpdate"
	eventMain          = "userMainPresenceUpdate"
	eventPresence      = "userPresenceUpdate"
	eventAvatar        = "userProfileAvatarUpdate"
	eventQueue         = "queueUpdate"
	eventMember        = "queueMemberUpdate"
	eventParking       = "parkingUpdate"
	eventTrunk         = "trunkUpdate"
	eventRinging       = "extenRinging"
	eventConnected     = "extenConnected"
	eventTalking       = "extenConvConnected"
	eventHangup        = "extenHangup"
	eventConference    = "meetmeConfUpdate"
	eventConferenceEnd = "meetmeConfEnd"
	eventBridge        = "confBridgeUpdate"
	eventBridgeEnd     = "confBridgeEnd"
	eventDial          = "callWebrtc"
	eventAnswer        = "answerWebrtc"
	eventMailbox       = "updateNewVoiceMessages"
	eventMailCount     = "newVoiceMessageCounter"
	eventStreaming     = "streamingSourceUpdate"
	eventAlarm         = "qmAlarm"
	eventReloaded      = "serverReloaded"
	eventMessage       = "message"
	eventDevice        = "updateDefaultDevice"
	eventLink          = "actionNethLink"
	eventSummary       = "satellite/summary"
	eventSpeech        = "satellite/transcription"
)

// login is what the websocket is logged in with. The order counts: the middleware reads no other.
type login struct {
	User  string `json:"accessKeyId"`
	Token string `json:"token"`
	Agent string `json:"uaType,omitempty"`
}

// extension is a telephone, whole.
type extension struct {
	Exten         text                `json:"exten"`
	Name          text                `json:"name"`
	Status        text                `json:"status"`
	Agent         text                `json:"sipuseragent"`
	DND           truth               `json:"dnd"`
	Forward       text                `json:"cf"`
	ForwardBusy   text                `json:"cfb"`
	ForwardAway   text                `json:"cfu"`
	Conversations table[conversation] `json:"conversations"`
}

// States of an extension.
const (
	statusOnline      = "online"
	statusOffline     = "offline"
	statusBusy        = "busy"
	statusRinging     = "ringing"
	statusBusyRinging = "busy_ringing"
	statusHold        = "onhold"
	statusDND         = "dnd"
)

// conversation is a call as one of its two ends sees it.
type conversation struct {
	Queue        text   `json:"queueId"`
	Start        number `json:"startTime"`
	Connected    truth  `json:"connected"`
	Recording    text   `json:"recording"`
	Direction    text   `json:"direction"`
	ThroughQueue truth  `json:"throughQueue"`
	Number       text   `json:"counterpartNum"`
	Name         text   `json:"counterpartName"`
}

// queue is a queue, whole.
type queue struct {
	Name    text          `json:"name"`
	Queue   text          `json:"queue"`
	Members table[member] `json:"members"`
	Waiting table[waiter] `json:"waitingCallers"`
}

type member struct {
	Type     text   `json:"type"`
	Name     text   `json:"name"`
	Queue    text   `json:"queue"`
	Member   text   `json:"member"`
	Paused   truth  `json:"paused"`
	LoggedIn truth  `json:"loggedIn"`
	Taken    number `json:"callsTakenCount"`
	Reason   text   `json:"lastPausedInReason"`
	PausedAt number `json:"lastPausedInTimestamp"`
}

type waiter struct {
	Number   text   `json:"num"`
	Name     text   `json:"name"`
	Position number `json:"position"`
	Since    number `json:"waitingTime"`
}

// parking is all that the PBX tells of a parking place.
type parking struct {
	Name   text   `json:"name"`
	Place  text   `json:"parking"`
	Parked parked `json:"parkedCaller"`
}

type parked struct {
	Number   text   `json:"num"`
	Name     text   `json:"name"`
	Channel  text   `json:"channel"`
	Timeout  number `json:"timeout"`
	ByNumber text   `json:"parkeeNum"`
	ByName   text   `json:"parkeeName"`
}

// trunk is a line to the outside, whole.
type trunk struct {
	Name         text                   `json:"name"`
	Exten        text                   `json:"exten"`
	Status       text                   `json:"status"`
	Registration text                   `json:"registration"`
	Channels     number                 `json:"maxChannels"`
	Calls        table[json.RawMessage] `json:"conversations"`
}

// conference is a conference, whole.
type conference struct {
	ID    text               `json:"id"`
	Users table[participant] `json:"users"`
}

type participant struct {
	Name  text  `json:"name"`
	Owner truth `json:"owner"`
	Muted truth `json:"muted"`
	Exten text  `json:"extenId"`
}

// presence is what becomes of a person's calls. It stands alone or as a bare word.
type presence struct {
	User   text `json:"username"`
	Status text `json:"status"`
	To     text `json:"to"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *presence) UnmarshalJSON(data []byte) error {
	type whole presence
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, (*whole)(p))
	}
	*p = presence{}
	return p.Status.UnmarshalJSON(data)
}

// caller is who rings.
type caller struct {
	Called  text              `json:"numCalled"`
	Number  text              `json:"callerNum"`
	Name    text              `json:"callerName"`
	Contact table[text]       `json:"pbContact"`
	Notes   list[table[text]] `json:"callerNotes"`
}

// ended is a call that is over.
type ended struct {
	Cause  text `json:"cause"`
	Exten  text `json:"channelExten"`
	Called text `json:"calledNum"`
	Number text `json:"callerNum"`
}
