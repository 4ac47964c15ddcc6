package nethcti

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// member is a telephone that works for a queue.
type member struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Queue    string `json:"queue"`
	Member   string `json:"member"`
	Paused   bool   `json:"paused"`
	LoggedIn bool   `json:"loggedIn"`
	Taken    int    `json:"callsTakenCount"`
	Last     int64  `json:"lastCallTimestamp"` // in seconds, unlike the next
	Reason   string `json:"lastPausedInReason"`
	PausedAt int64  `json:"lastPausedInTimestamp"`
	BackAt   int64  `json:"lastPausedOutTimestamp"`
}

// waiter is a caller who waits in a queue.
type waiter struct {
	ID       string `json:"id"`
	Number   string `json:"num"`
	Name     string `json:"name"`
	Queue    string `json:"queue"`
	Waiting  int64  `json:"waiting"`
	Channel  string `json:"channel"`
	Position string `json:"position"`
	Since    int64  `json:"waitingTime"`
}

// queue is a queue.
type queue struct {
	Name      string             `json:"name"`
	Queue     string             `json:"queue"`
	Members   map[string]*member `json:"members"`
	AvgHold   string             `json:"avgHoldTime"`
	AvgTalk   string             `json:"avgTalkTime"`
	Waiting   map[string]waiter  `json:"waitingCallers"`
	Completed string             `json:"completedCallsCount"`
	Abandoned string             `json:"abandonedCallsCount"`
	Period    string             `json:"serviceLevelTimePeriod"`
	Level     string             `json:"serviceLevelPercentage"`
}

// queueMembers is how many people work for each queue from the start.
const queueMembers = 5

// membersOf are who works for a queue: at first some people, each second of them dynamically.
func (f *Front) membersOf(a *exchange.Account) map[string]*member {
	if members := f.queues[a.Number]; members != nil {
		return members
	}
	members := map[string]*member{}
	f.queues[a.Number] = members
	for i := range queueMembers {
		who := f.pbx.Account(strconv.Itoa(exchange.FirstExtension + 1 + i))
		if who == nil {
			continue
		}
		kind := "static"
		if i%2 == 0 {
			kind = "dynamic"
		}
		members[who.Number] = &member{Type: kind, Name: who.Name, Queue: a.Number, Member: who.Number, LoggedIn: true}
	}
	return members
}

func (f *Front) queue(a *exchange.Account, v viewer) queue {
	q := queue{
		Name: a.Name, Queue: a.Number, Members: f.membersOf(a), AvgHold: "37", AvgTalk: "590", Waiting: map[string]waiter{},
		Completed: "11", Abandoned: "2", Period: "60", Level: "100.0",
	}
	for _, c := range a.Calls {
		if !c.Ringing() { // an agent has it
			continue
		}
		w := waiter{
			ID: waitingID(c), Channel: waitingID(c), Number: c.Caller.Party.Number, Name: c.Caller.Party.Name, Queue: a.Number,
			Waiting: int64(time.Since(c.Began).Seconds()), Position: strconv.Itoa(len(q.Waiting) + 1), Since: c.Began.UnixMilli(),
		}
		if v.masks(c) {
			w.Number, w.Name = maskedNumber(w.Number), mask
		}
		q.Waiting[w.ID] = w
	}
	return q
}

// waitingID is the channel of a caller who waits.
func waitingID(c *exchange.Call) string {
	return "PJSIP/" + c.Caller.Account.Number + "-" + strconv.FormatUint(uint64(callHash(c)), 16)
}

// queueNamed is the number of a queue.
func (f *Front) queueNamed(name string) string {
	all := f.pbx.Accounts()
	i := slices.IndexFunc(all, func(a *exchange.Account) bool { return a.Kind == pbxws.KindQueue && a.Name == name })
	if i < 0 {
		return ""
	}
	return all[i].Number
}

// parking is a parking place.
type parking struct {
	Name    string `json:"name"`
	Parking string `json:"parking"`
	Timeout int64  `json:"timeout"`
	Parked  any    `json:"parkedCaller"`
}

// parked is a caller who waits at a parking place; Timeout is in seconds, and of no sign.
type parked struct {
	Number  string `json:"num"`
	Name    string `json:"name"`
	Parking string `json:"parking"`
	Channel string `json:"channel"`
	Timeout int64  `json:"timeout"`
	ByNum   string `json:"parkeeNum"`
	ByName  string `json:"parkeeName"`
}

func (f *Front) parking(a *exchange.Account, v viewer) parking {
	p := parking{Name: a.Number, Parking: a.Number, Timeout: int64(f.pbx.OrbitReturns().Seconds()), Parked: struct{}{}}
	if len(a.Calls) == 0 {
		return p
	}
	c := a.Calls[0]
	who := parked{
		Number: c.Caller.Party.Number, Name: c.Caller.Party.Name, Parking: a.Number, Channel: waitingID(c),
		Timeout: p.Timeout - int64(time.Since(c.Began).Seconds()),
	}
	if by := c.ParkedBy(); by != nil {
		who.ByNum, who.ByName = by.Number, by.Name
	}
	if v.masks(c) {
		who.Number, who.Name, who.ByNum, who.ByName = maskedNumber(who.Number), mask, maskedNumber(who.ByNum), mask
	}
	p.Parked = who
	return p
}

// trunk is the line to the outside.
type trunk struct {
	IP            string                     `json:"ip"`
	Port          string                     `json:"port"`
	Name          string                     `json:"name"`
	Exten         string                     `json:"exten"`
	Codecs        []string                   `json:"codecs"`
	Status        string                     `json:"status"`
	Registration  string                     `json:"registration"`
	ChanType      string                     `json:"chanType"`
	Channels      int                        `json:"maxChannels"`
	Agent         string                     `json:"sipuseragent"`
	Conversations map[string]json.RawMessage `json:"conversations"`
}

const trunkNumber = "2001"

func practiceTrunk() trunk {
	return trunk{
		IP: "127.0.0.1", Port: "5060", Name: "Practice carrier", Exten: trunkNumber, Codecs: []string{"alaw"}, Status: online, Registration: "registered",
		ChanType: "pjsip", Channels: 4, Conversations: map[string]json.RawMessage{},
	}
}
