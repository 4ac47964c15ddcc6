package appwstest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/patchcord/patchcord/appws"
)

// Person is a user of a practice PBX.
type Person struct {
	// CN is the long name, DN the display name, SIP the name of the user, Num the extension.
	CN, DN, SIP, Num string
}

// practicePeople are the users of a PBX that is given none.
var practicePeople = []Person{
	{"Anna Rossi", "Anna Rossi", "anna.rossi", "201"}, {"Bruno Conti", "Bruno Conti", "bruno.conti", "202"},
	{"Carla Verdi", "Carla Verdi", "carla.verdi", "203"}, {"Dario Neri", "Dario Neri", "dario.neri", "204"},
	{"Elena Russo", "Elena Russo", "elena.russo", "205"}, {"Fabio Greco", "Fabio Greco", "fabio.greco", "206"},
}

// The state of a call (RCC): what is added for an outgoing call, one that holds and one that is held.
const (
	callAlert     = 4
	callConnected = 5
	callCleared   = 7
	callOutgoing  = 128
	callHolds     = 256
	callIsHeld    = 512
)

// presence is one item of a PresenceUpdate.
type presence struct {
	Contact  string `json:"contact"`
	Status   string `json:"status"`
	Activity string `json:"activity"`
	Note     string `json:"note"`
}

// leg is a person's part of a call, with the handle that RCC calls it by. The other one is the peer's,
// nil once it is cleared.
type leg struct {
	id    int
	of    *person
	other *leg
	conf  string
	state int
}

type person struct {
	Person
	presence presence
	legs     []*leg
}

// exchange is who there is at a practice PBX and who talks. Its watchers are the connections that look at
// it; all messages to them are made under the lock, so that each sees one order.
type exchange struct {
	mu       sync.Mutex
	people   []*person
	lastLeg  int
	watchers map[*watcher]struct{}
}

func newExchange(people []Person) *exchange {
	e := &exchange{watchers: map[*watcher]struct{}{}}
	for _, p := range people {
		e.people = append(e.people, &person{Person: p, presence: presence{Contact: "tel:", Status: "open"}})
	}
	return e
}

// watcher is what one connection looks at.
type watcher struct {
	presences map[*person]appws.Message // the subscriptions, by whom
	monitored map[int]monitor           // by the handle of the user
	lastUser  int
	out       chan json.RawMessage // when full the watcher is too slow, and over
	over      bool
}

// monitor is a UserInitialize.
type monitor struct {
	of      *person
	request appws.Message
}

// watcherRoom is how many messages may wait for a connection.
const watcherRoom = 1024

func (e *exchange) watch() *watcher {
	w := &watcher{presences: map[*person]appws.Message{}, monitored: map[int]monitor{}, out: make(chan json.RawMessage, watcherRoom)}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watchers[w] = struct{}{}
	return w
}

// sendAll sends what is queued until ctx ends or the connection was too slow for it.
func (w *watcher) sendAll(ctx context.Context, c asker) {
	for {
		select {
		case text, more := <-w.out:
			if !more || c.Send(context.WithoutCancel(ctx), text) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// peopleDesk answers requests about the people of an exchange.
type peopleDesk struct {
	e *exchange
	*watcher
}

func (d peopleDesk) handle(m appws.Message) error {
	d.e.handle(d.watcher, m)
	return nil
}

func (d peopleDesk) close() { d.e.forget(d.watcher) }

func (e *exchange) forget(w *watcher) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.watchers, w)
}

// send queues a message of type mt that belongs to a request; body marshals to an object.
func (w *watcher) send(request appws.Message, mt string, body any) {
	text, err := request.Indication(mt, body)
	if err != nil || w.over {
		return
	}
	select {
	case w.out <- text:
	default:
		w.over = true
		close(w.out)
	}
}

// find is a person by sip, number or long name, nil for nobody. Empty keys find nobody.
func (e *exchange) find(sip, num, cn string) *person {
	i := slices.IndexFunc(e.people, func(p *person) bool {
		return sip != "" && p.SIP == sip || num != "" && p.Num == num || cn != "" && p.CN == cn
	})
	if i < 0 {
		return nil
	}
	return e.people[i]
}

// leg finds one by its handle, nil for none.
func (e *exchange) leg(id int) *leg {
	for _, p := range e.people {
		for _, l := range p.legs {
			if l.id == id {
				return l
			}
		}
	}
	return nil
}

// call begins a call and returns the leg of the caller, nil if one of them is busy.
func (e *exchange) call(from, to *person) *leg {
	if from == to || len(to.legs) > 0 || len(from.legs) > 1 {
		return nil
	}
	conf := newSeed()
	a := &leg{id: e.lastLeg + 1, of: from, conf: conf, state: callOutgoing + callAlert}
	b := &leg{id: e.lastLeg + 2, of: to, conf: conf, state: callAlert, other: a}
	e.lastLeg += 2
	a.other = b
	from.legs, to.legs = append(from.legs, a), append(to.legs, b)
	e.show(a, "r-alert")
	e.show(b, "x-setup")
	return a
}

// show reports a leg to those who monitor its person.
func (e *exchange) show(l *leg, msg string) {
	for w := range e.watchers {
		for user, m := range w.monitored {
			if m.of == l.of {
				w.showLeg(user, m, l, msg)
			}
		}
	}
}

func (w *watcher) showLeg(user int, m monitor, l *leg, msg string) {
	peer := map[string]string{}
	if l.other != nil {
		p := l.other.of
		peer = map[string]string{"cn": p.CN, "dn": p.DN, "h323": p.SIP, "e164": p.Num}
	}
	w.send(m.request, "CallInfo", map[string]any{
		"user": user, "call": l.id, "conf": l.conf, "state": l.state, "peer": peer, "no": []any{}, "msg": msg,
	})
}

// turn gives a leg a state and reports it.
func (e *exchange) turn(l *leg, state int, msg string) {
	l.state = state | l.state&callOutgoing
	e.show(l, msg)
}

// clear ends a call at both ends.
func (e *exchange) clear(l *leg) {
	for _, l := range []*leg{l, l.other} {
		e.turn(l, callCleared, "del")
		l.of.legs = slices.DeleteFunc(l.of.legs, func(o *leg) bool { return o == l })
	}
}

// showPresence reports a person's presence to one who has subscribed to it.
func (w *watcher) showPresence(request appws.Message, p *person) {
	w.send(request, "PresenceUpdate", map[string]any{"presence": []presence{p.presence}})
}
