package nethcti

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// result is the answer to an order: a 200 with an empty body, or a status with a sentence in a header.
type result struct {
	status int
	why    string
	value  any
}

func (r result) write(w http.ResponseWriter) {
	if r.why != "" {
		w.Header()["error"] = []string{r.why}
	}
	if r.value != nil {
		reply(w, r.value)
		return
	}
	w.WriteHeader(max(r.status, http.StatusOK))
}

var (
	taken   = result{}
	denied  = result{status: http.StatusForbidden}
	unknown = result{status: http.StatusNotFound}
	badCall = result{status: http.StatusBadRequest}
	noCall  = result{status: http.StatusInternalServerError, why: "no channel to work on"}
)

// coded makes a result of the exchange's code of refusal.
func coded(code int) result {
	if code == 0 {
		return taken
	}
	return result{status: http.StatusInternalServerError, why: "the call was refused with " + strconv.Itoa(code)}
}

// order does what a user asks.
func (f *Front) order(a *exchange.Account, path string, o map[string]string) result {
	group, what, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case group == "logout" || path == "/authentication/logout":
		return taken
	case group == "user":
		return f.userOrder(a, what, o)
	case group != "astproxy":
		return unknown
	case strings.HasPrefix(what, "queuemember_"):
		return f.queueOrder(a, strings.TrimPrefix(what, "queuemember_"), o)
	}
	return f.callOrder(a, what, o)
}

// callOrder works a call, or makes one.
func (f *Front) callOrder(a *exchange.Account, what string, o map[string]string) result {
	switch what {
	case "call":
		return f.dial(a, o["number"], o["endpointId"])
	case "answer_webrtc":
		f.tellUser(a, "answerWebrtc", o["endpointId"])
		return taken
	case "answer":
		if c := ringingAt(a); c != nil {
			return coded(f.pbx.DeskAnswer(a, &c.Callee))
		}
		return noCall
	case "toggle_hold":
		return f.toggleHold(a)
	case "pickup_parking":
		return f.bring(a, f.pbx.Account(o["parking"]))
	case "pickup_conv":
		return f.pickUp(a, f.pbx.Account(strings.TrimPrefix(o["endpointId"], webRTCPrefix)))
	case "pickup_qwaitcaller":
		return f.bring(a, f.pbx.Account(o["queue"]))
	}
	c := f.callNamed(o["convid"])
	if c == nil {
		return noCall
	}
	if !c.Has(a) {
		return denied
	}
	e := c.EndOf(a)
	switch what {
	case "hangup":
		return coded(f.pbx.Clear(a, e))
	case "blindtransfer":
		return coded(f.pbx.Transfer(a, e, o["to"]))
	case "park":
		return coded(f.pbx.Transfer(a, e, exchange.ParkCode))
	case "start_record", "unmute_record", "stop_record", "mute_record":
		if f.o.NoRights {
			return denied
		}
		f.pbx.Record(e, what == "start_record" || what == "unmute_record")
		return taken
	}
	return unknown
}

// maxNumber bounds a number that is to be dialled, in bytes.
const maxNumber = 64

// dial places a call from a telephone of the user's, the chosen one where none is named. One at the gateway
// is told to; a desk phone is made to ring.
func (f *Front) dial(a *exchange.Account, number, from string) result {
	if number == "" || len(number) > maxNumber {
		return badCall
	}
	if from == "" {
		from = f.desk(a).chosen
	}
	if from != a.Number {
		if !f.gateway.registered(a) {
			return result{status: http.StatusInternalServerError, why: "the telephone " + from + " is offline"}
		}
		f.tellUser(a, "callWebrtc", number)
		return taken
	}
	if code := f.pbx.DeskDial(a, number); code != 0 {
		return coded(code)
	}
	now := time.Now()
	return result{value: map[string]string{"uniqueid": strconv.FormatInt(now.Unix(), 10) + "." + strconv.Itoa(now.Nanosecond()/1000%1000)}}
}

// bring has a caller who waits somewhere ring at the user's telephones.
func (f *Front) bring(a *exchange.Account, place *exchange.Account) result {
	if place == nil || len(place.Calls) == 0 {
		return noCall
	}
	return coded(f.pbx.Fetch(place.Calls[0], a))
}

// pickUp has the call that rings at somebody ring at the user's telephones instead.
func (f *Front) pickUp(a, at *exchange.Account) result {
	if at == nil {
		return noCall
	}
	c := ringingAt(at)
	if c == nil {
		return noCall
	}
	return coded(f.pbx.Fetch(c, a))
}

// ringingAt is a call that rings for an account.
func ringingAt(a *exchange.Account) *exchange.Call {
	for _, c := range a.Calls {
		if c.Ringing() && c.Callee.Account == a {
			return c
		}
	}
	return nil
}

// toggleHold holds the call of the user's desk phone, or resumes it.
func (f *Front) toggleHold(a *exchange.Account) result {
	for _, c := range a.Calls {
		if e := c.EndOf(a); !c.Ringing() && !f.atGateway(a, c) {
			return coded(f.pbx.DeskHold(a, e, !e.Held))
		}
	}
	return noCall
}

// The words by which a user says where calls go.
var presenceWords = []string{online, dnd, "voicemail", "cellphone", "callforward"}

// userOrder changes what the user says of themselves.
func (f *Front) userOrder(a *exchange.Account, what string, o map[string]string) result {
	d := f.desk(a)
	if what == "default_device" {
		if !slices.Contains(f.telephones(a), o["id"]) {
			return badCall
		}
		d.chosen = o["id"]
		f.tellUser(a, "updateDefaultDevice", d.chosen)
		return taken
	}
	kept := map[string]*presence{"presence": &d.now, "presence_onbusy": &d.busy, "presence_onunavailable": &d.away}[what]
	status, to := o["status"], o["to"]
	switch {
	case kept == nil:
		return unknown
	case !slices.Contains(presenceWords, status) || status == "callforward" && to == "" || status == dnd && kept != &d.now:
		return badCall
	}
	if status != "callforward" {
		to = ""
	}
	*kept = presence{Status: status, To: to}
	when := map[*presence]pbxws.ForwardWhen{&d.now: pbxws.ForwardAlways, &d.busy: pbxws.ForwardBusy, &d.away: pbxws.ForwardNoAnswer}[kept]
	f.pbx.SetForward(a, when, to)
	if kept == &d.now {
		f.pbx.SetDND(a, status == dnd)
	}
	f.tell("userPresenceUpdate", func(*socket) any {
		return map[string]presence{what: {User: a.Number, Status: status, To: to}}
	})
	return taken
}

// queueOrder logs the user's telephone into queues and out, pauses it and ends a pause. Without a queue it
// is about all that it works for.
func (f *Front) queueOrder(a *exchange.Account, what string, o map[string]string) result {
	if f.o.NoRights {
		return denied
	}
	found := false
	for _, place := range f.pbx.Accounts() {
		if place.Kind != pbxws.KindQueue || o["queueId"] != "" && o["queueId"] != place.Number {
			continue
		}
		members := f.membersOf(place)
		m := members[a.Number]
		if m == nil && what == "add" {
			m = &member{Type: "dynamic", Name: a.Name, Queue: place.Number, Member: a.Number}
			members[a.Number] = m
		}
		if m == nil {
			continue
		}
		found = true
		m.set(what, o["reason"])
		f.tell("queueMemberUpdate", func(*socket) any { return *m })
	}
	if !found {
		return badCall
	}
	return taken
}

// set changes a member. The reason of a pause stays after it, as with the original.
func (m *member) set(what, reason string) {
	now := time.Now().UnixMilli()
	switch what {
	case "add":
		m.LoggedIn = true
	case "remove":
		m.LoggedIn = m.Type != "dynamic"
	case "pause":
		m.Paused, m.Reason, m.PausedAt = true, reason, now
	case "unpause":
		m.Paused, m.BackAt = false, now
	}
}
