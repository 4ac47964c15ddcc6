package nethcti

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// The objects of the wire are whole each time: a client replaces what it had. Numbers are strings but for
// times and counts.

// extension is a telephone.
type extension struct {
	IP            string                  `json:"ip"`
	Always        string                  `json:"cf"`
	MAC           string                  `json:"mac"`
	Busy          string                  `json:"cfb"`
	Away          string                  `json:"cfu"`
	DND           bool                    `json:"dnd"`
	AlwaysBox     string                  `json:"cfVm"`
	Port          string                  `json:"port"`
	Name          string                  `json:"name"`
	BusyBox       string                  `json:"cfbVm"`
	AwayBox       string                  `json:"cfuVm"`
	Exten         string                  `json:"exten"`
	Codecs        []string                `json:"codecs"`
	Status        string                  `json:"status"`
	Context       string                  `json:"context"`
	ChanType      string                  `json:"chanType"`
	Username      string                  `json:"username"`
	UseWebsocket  bool                    `json:"useWebsocket"`
	Agent         string                  `json:"sipuseragent"`
	Conversations map[string]conversation `json:"conversations"`
}

// conversation is a call as one of its ends sees it.
type conversation struct {
	ID           string   `json:"id"`
	Owner        string   `json:"owner"`
	Dest         *channel `json:"chDest"`
	Queue        string   `json:"queueId,omitempty"`
	Linked       string   `json:"linkedId"`
	Unique       string   `json:"uniqueId"`
	Source       *channel `json:"chSource"`
	Duration     int64    `json:"duration"`
	Start        int64    `json:"startTime"`
	Connected    bool     `json:"connected"`
	Recording    string   `json:"recording"`
	Direction    string   `json:"direction"`
	InConference bool     `json:"inConference"`
	ThroughQueue bool     `json:"throughQueue"`
	ThroughTrunk bool     `json:"throughTrunk"`
	Number       string   `json:"counterpartNum"`
	Name         string   `json:"counterpartName"`
}

// channel is one side of a conversation.
type channel struct {
	Type         string `json:"type"`
	Channel      string `json:"channel"`
	Number       string `json:"callerNum"`
	Start        int64  `json:"startTime"`
	Name         string `json:"callerName"`
	BridgedNum   string `json:"bridgedNum"`
	BridgedName  string `json:"bridgedName"`
	InConference bool   `json:"inConference"`
	Status       string `json:"channelStatus"`
	Bridged      string `json:"bridgedChannel"`
}

// presence is how a user wants their calls treated.
type presence struct {
	User   string `json:"username,omitempty"`
	Status string `json:"status"`
	To     string `json:"to,omitempty"`
}

// mailbox counts messages, in strings.
type mailbox struct {
	Inbox string `json:"inbox"`
	Old   string `json:"old"`
}

// States of a telephone and of a person.
const (
	online  = "online"
	offline = "offline"
	busy    = "busy"
	ringing = "ringing"
	onHold  = "onhold"
	dnd     = "dnd"
)

// viewer is whose view of calls an object shows: everybody's are the same unless calls are masked.
type viewer struct{ number string }

// masks says whether the viewer is not to see who takes part in a call.
func (v viewer) masks(c *exchange.Call) bool {
	return v.number != "" && c.Caller.Account.Number != v.number && c.Callee.Account.Number != v.number
}

// mask replaces what must not be seen.
const mask = "xxx"

func maskedNumber(number string) string { return number[:max(0, len(number)-len(mask))] + mask }

// telephones are the numbers of an account's: the desk phone, and that at the gateway where somebody has
// signed in.
func (f *Front) telephones(a *exchange.Account) []string {
	if f.desks[a] == nil {
		return []string{a.Number}
	}
	return []string{a.Number, webRTCPrefix + a.Number}
}

// atGateway tells whether a call of an account is at its telephone at the gateway.
func (f *Front) atGateway(a *exchange.Account, c *exchange.Call) bool {
	if e := c.EndOf(a); e.Leg != nil {
		return true
	}
	return c.Callee.Account == a && c.Ringing() && f.gateway.registered(a)
}

// extension is a telephone of an account.
func (f *Front) extension(a *exchange.Account, number string, v viewer) extension {
	web := number != a.Number
	e := extension{
		IP: "127.0.0.1", MAC: "00-00-5e-00-53-01", Port: "5060", Name: a.Name, Exten: number, Codecs: []string{"opus", "alaw", "ulaw"},
		Status: offline, Context: "from-internal", ChanType: "pjsip", Username: a.Number, UseWebsocket: web, DND: a.DND,
		Agent: "practice desk phone", Conversations: map[string]conversation{},
		Always: a.Forwards[pbxws.ForwardAlways], Busy: a.Forwards[pbxws.ForwardBusy], Away: a.Forwards[pbxws.ForwardNoAnswer],
	}
	if web {
		e.Agent = "practice gateway"
	}
	if a.Registered && !web || web && f.gateway.registered(a) || !web && f.desks[a] != nil {
		e.Status = online
	}
	for _, c := range a.Calls {
		if c.Over || f.atGateway(a, c) != web {
			continue
		}
		view := f.conversation(c, a, number, v)
		e.Conversations[view.ID] = view
		switch own := c.EndOf(a); {
		case c.Ringing() && own == &c.Callee && e.Status != busy:
			e.Status = ringing
		case c.Ringing() && own == &c.Callee:
			e.Status = "busy_ringing"
		case own.Held:
			e.Status = onHold
		default:
			e.Status = busy
		}
	}
	return e
}

// conversation is a call as an account sees it.
func (f *Front) conversation(c *exchange.Call, a *exchange.Account, owner string, v viewer) conversation {
	own := c.EndOf(a)
	far := own.Far().Party
	began := c.Began.UnixMilli()
	unique := strconv.FormatInt(c.Began.Unix(), 10) + "." + strconv.FormatUint(uint64(callHash(c)%100_000), 10)
	view := conversation{
		ID: conversationID(c), Owner: owner, Linked: unique, Unique: unique, Duration: int64(time.Since(c.Began).Seconds()), Start: began,
		Connected: !c.Ringing(), Recording: strconv.FormatBool(c.Recording), Direction: "in", ThroughQueue: c.Via != "",
		Number: far.Number, Name: far.Name,
	}
	if own == &c.Caller {
		view.Direction = "out"
	}
	if c.Via != "" {
		view.Queue = f.queueNamed(c.Via)
	}
	source, dest := "ring", ringing
	if view.Connected {
		source, dest = "up", "up"
	}
	from, to := c.Caller.Party, c.Callee.Party
	if v.masks(c) {
		view.Number, view.Name = maskedNumber(far.Number), mask
		from, to = pbxws.Party{Number: maskedNumber(from.Number), Name: mask}, pbxws.Party{Number: maskedNumber(to.Number), Name: mask}
	}
	left, right, _ := strings.Cut(view.ID, ">")
	view.Source = &channel{Type: "source", Channel: left, Number: from.Number, Name: from.Name, Start: began, BridgedNum: to.Number, BridgedName: to.Name, Status: source, Bridged: right}
	view.Dest = &channel{Type: "dest", Channel: right, Number: to.Number, Name: to.Name, Start: began, BridgedNum: from.Number, BridgedName: from.Name, Status: dest, Bridged: left}
	return view
}

// callHash is a short name of a call.
func callHash(c *exchange.Call) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.ID)) // never fails
	return h.Sum32()
}

// conversationID names a call by its two channels; it changes with who takes part.
func conversationID(c *exchange.Call) string {
	name := strconv.FormatUint(uint64(callHash(c)), 16)
	return "PJSIP/" + c.Caller.Account.Number + "-" + name + ">PJSIP/" + c.Callee.Account.Number + "-" + name
}

// callNamed finds a call by the id of a conversation; nil where there is none.
func (f *Front) callNamed(id string) *exchange.Call {
	calls := f.pbx.Calls()
	if i := slices.IndexFunc(calls, func(c *exchange.Call) bool { return conversationID(c) == id }); i >= 0 {
		return calls[i]
	}
	return nil
}

// mainPresence is how a person is: by what they say, else by what their telephones do.
func (f *Front) mainPresence(a *exchange.Account) string {
	if d := f.desks[a]; d != nil && d.now.Status != online {
		return d.now.Status
	}
	state := offline
	for _, number := range f.telephones(a) {
		switch s := f.extension(a, number, viewer{}).Status; s {
		case busy, onHold, "busy_ringing":
			return busy
		case ringing:
			state = ringing
		case online:
			if state == offline {
				state = online
			}
		}
	}
	if a.DND && state == online {
		return dnd
	}
	return state
}

// mailbox counts the messages of an account.
func (f *Front) mailbox(a *exchange.Account) (fresh, old string) {
	all, unread := f.pbx.Messages(a)
	return strconv.Itoa(unread), strconv.Itoa(len(all) - unread)
}
