package appwstest

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// order is a request to the PbxApi or RCC.
type order struct {
	SIP, Num                string
	Contact, Activity, Note string
	CN, H323, E164          string
	User, Call, A, B        int
}

// Refusals, in the error of a result.
const (
	errNoSuch   = "no such user or call"
	errBusyUser = "the user is busy"
)

// handle answers a request to the PbxApi or RCC of the practice PBX.
func (e *exchange) handle(w *watcher, m appws.Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var o order
	if m.Decode(&o) != nil {
		w.result(m, practiceError("a member has another type than the pages say"))
		return
	}
	answer := rccAnswers[m.MT]
	if m.API == presenceAPI {
		answer = presenceAnswers[m.MT]
	}
	if answer == nil {
		w.result(m, practiceError("the practice PBX does not know this message"))
		return
	}
	answer(e, w, m, o)
}

func (w *watcher) result(m appws.Message, body any) { w.send(m, m.MT+"Result", body) }

type answer func(e *exchange, w *watcher, m appws.Message, o order)

var presenceAnswers = map[string]answer{
	"SubscribePresence": func(e *exchange, w *watcher, m appws.Message, o order) {
		w.result(m, nil)
		p := e.find(o.SIP, o.Num, "")
		if p == nil {
			w.send(m, "PresenceState", map[string]any{"up": false, "sip": o.SIP, "num": o.Num})
			return
		}
		w.presences[p] = m
		w.send(m, "PresenceState", map[string]any{"up": true, "sip": p.SIP, "num": p.Num, "dn": p.DN, "email": p.SIP + "@demo.example"})
		w.showPresence(m, p)
	},
	"UnsubscribePresence": func(e *exchange, w *watcher, m appws.Message, o order) {
		delete(w.presences, e.find(o.SIP, o.Num, ""))
		w.result(m, nil)
	},
	"SetPresence": func(e *exchange, w *watcher, m appws.Message, o order) {
		p := e.find(o.SIP, "", "")
		if p == nil {
			w.result(m, map[string]any{"error": 1, "errorText": errNoSuch})
			return
		}
		p.presence.Activity, p.presence.Note = o.Activity, o.Note
		if o.Contact != "" {
			p.presence.Contact = o.Contact
		}
		w.result(m, nil)
		for other := range e.watchers {
			if request, subscribed := other.presences[p]; subscribed {
				other.showPresence(request, p)
			}
		}
	},
	"GetNodeInfo": func(_ *exchange, w *watcher, m appws.Message, _ order) {
		w.result(m, map[string]string{"name": "root", "prefix_intl": "000", "prefix_ntl": "00", "prefix_subs": "0", "country_code": "39"})
	},
}

var rccAnswers = map[string]answer{
	"Initialize": func(e *exchange, w *watcher, m appws.Message, _ order) {
		for _, p := range e.people {
			w.send(m, "UserInfo", map[string]any{
				"cn": p.CN, "dn": p.DN, "h323": p.SIP, "e164": p.Num, "node": "root", "pbx": practiceName, "regs": []map[string]string{{"hw": p.SIP}},
			})
		}
		w.result(m, nil)
	},
	"Devices": func(e *exchange, w *watcher, m appws.Message, o order) {
		list := []map[string]string{}
		if p := e.find("", "", o.CN); p != nil {
			list = append(list, map[string]string{"hw": p.SIP, "text": "Desk phone"})
		}
		w.result(m, map[string]any{"devices": list})
	},
	"UserInitialize": func(e *exchange, w *watcher, m appws.Message, o order) {
		p := e.find("", "", o.CN)
		if p == nil {
			w.result(m, practiceError(errNoSuch))
			return
		}
		w.lastUser++
		w.monitored[w.lastUser] = monitor{p, m}
		w.result(m, map[string]int{"user": w.lastUser})
		for _, l := range p.legs {
			w.showLeg(w.lastUser, w.monitored[w.lastUser], l, "info")
		}
	},
	"UserEnd": func(_ *exchange, w *watcher, m appws.Message, o order) {
		delete(w.monitored, o.User)
		w.result(m, nil)
	},
	"UserCall": func(e *exchange, w *watcher, m appws.Message, o order) {
		from, to := w.monitored[o.User].of, e.find(o.H323, o.E164, o.CN)
		if from == nil || to == nil {
			w.result(m, practiceError(errNoSuch))
			return
		}
		l := e.call(from, to)
		if l == nil {
			w.result(m, practiceError(errBusyUser))
			return
		}
		w.result(m, map[string]int{"call": l.id})
	},
	"UserConnect": onLeg(func(e *exchange, l *leg) {
		e.turn(l, callConnected, "x-conn")
		e.turn(l.other, callConnected, "r-conn")
	}),
	"UserClear": onLeg((*exchange).clear),
	"UserHold": onLeg(func(e *exchange, l *leg) {
		e.turn(l, callConnected|callHolds, "x-hold")
		e.turn(l.other, callConnected|callIsHeld, "r-hold")
	}),
	"UserRetrieve": onLeg(func(e *exchange, l *leg) {
		e.turn(l, callConnected, "x-retrieve")
		e.turn(l.other, callConnected, "r-retrieve")
	}),
	"UserDTMF": onLeg(func(*exchange, *leg) {}),
	"UserTransfer": func(e *exchange, w *watcher, m appws.Message, o order) {
		a, b := e.leg(o.A), e.leg(o.B)
		if a == nil || b == nil || a == b || a.of != b.of {
			w.result(m, practiceError(errNoSuch))
			return
		}
		w.result(m, nil)
		one, two := a.other, b.other
		for _, l := range []*leg{a, b} { // who transferred is out
			l.other = nil
			e.turn(l, callCleared, "del")
		}
		a.of.legs = nil
		one.other, two.other, two.conf = two, one, one.conf
		e.turn(one, callConnected, "r-conn")
		e.turn(two, callConnected, "r-conn")
	},
}

// onLeg answers a request that does something to a call. The result comes before what it causes.
func onLeg(do func(*exchange, *leg)) answer {
	return func(e *exchange, w *watcher, m appws.Message, o order) {
		l := e.leg(o.Call)
		if l == nil || l.other == nil {
			w.result(m, practiceError(errNoSuch))
			return
		}
		w.result(m, nil)
		do(e, l)
	}
}

// Live lets people of the PBX call each other until ctx ends: every so often somebody calls the next
// free one, who answers after a while, and some time later they hang up.
func (p *PBX) Live(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		p.exchange.live(n)
	}
}

// live takes one step: it answers the calls that ring, ends one that is long enough, or begins one.
func (e *exchange) live(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	from, to := e.people[n%len(e.people)], e.people[(n+1+n/len(e.people)%(len(e.people)-1))%len(e.people)]
	for _, p := range e.people {
		for _, l := range p.legs {
			if l.state == callAlert {
				e.turn(l, callConnected, "x-conn")
				e.turn(l.other, callConnected, "r-conn")
				return
			}
		}
	}
	if n%3 == 0 {
		for _, p := range e.people {
			if len(p.legs) > 0 && p.legs[0].other != nil {
				e.clear(p.legs[0])
				return
			}
		}
	}
	if len(from.legs) == 0 {
		e.call(from, to)
	}
}
