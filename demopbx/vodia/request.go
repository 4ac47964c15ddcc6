package vodia

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	// maxLamps bounds what one socket may watch.
	maxLamps = 4096
	// announcedExpiry is the announced life of a registration that never expires, in seconds.
	announcedExpiry = 3600
	// maxAgent bounds what a client may call itself, in bytes.
	maxAgent = 200
)

// request does what the client asked for; err is what was wrong with the frame.
func (s *socket) request(r wire.Request, err error) {
	if s.gone {
		return
	}
	s.touch()
	switch {
	case err != nil:
		s.f.complain(s.user, "", err.Error())
	case s.subscription(r), s.signalling(r), s.desk(r), s.service(r):
	default:
		s.f.complain(s.user, "", fmt.Sprintf("the practice PBX does not do %T", r))
	}
}

// subscription does the requests of a client that signs in; false for any other.
func (s *socket) subscription(r wire.Request) bool {
	switch r := r.(type) {
	case wire.AvoidDisconnect:
	case wire.OwnCalls:
		s.own = r.Subscribe
		s.subscribed(r.Subscribe)
		s.f.pbx.Follow(s.client, s.own)
	case wire.DomainCalls:
		s.domain = r.Subscribe
		s.subscribed(r.Subscribe)
	case wire.OrbitCalls:
		s.orbits = r.Subscribe
		s.sendOrbits()
	case wire.SubscribeBLF:
		s.watch(r.Add)
	case wire.GetRingtones:
		s.send(wire.Ringtones{Value: json.RawMessage(`["classic","soft"]`)})
	case wire.GetUsers:
		s.send(s.f.domainState(s.user))
	case wire.GetCalls: // clients of 2016 know no subscription
		s.own = true
		s.f.pbx.Follow(s.client, true)
		s.sendCalls()
	case wire.Register:
		s.register(r.UserAgent)
	default:
		return false
	}
	return true
}

func (s *socket) subscribed(on bool) {
	if on {
		s.callsDue(true)
	}
}

func (s *socket) sendOrbits() {
	for _, a := range s.f.pbx.Accounts() {
		if s.orbits && isOrbit(a) {
			s.send(s.f.orbitState(a))
		}
	}
}

func (s *socket) watch(numbers []string) {
	for _, n := range numbers {
		a := s.f.pbx.Account(exchange.NumberOf(n))
		if a == nil || len(s.lamps) >= maxLamps {
			continue
		}
		s.lamps[a.Number] = true
		s.send(lampOf(a))
	}
}

// register makes the socket a telephone: calls that ring for the user ring here too.
func (s *socket) register(agent string) {
	s.agent = agent[:min(len(agent), maxAgent)]
	announced := announcedExpiry
	if limit := s.f.o.RegistrationExpires; limit > 0 {
		announced = max(1, int(limit.Seconds()))
		s.f.pbx.Cancel(s.expires)
		s.expires = s.f.pbx.After(limit, func() { s.f.pbx.Unregister(s.client) })
	}
	if !s.f.o.NoRegisterReply {
		s.send(wire.RegisterReply{Expires: announced, Add: "practice PBX"})
	}
	s.f.pbx.Register(s.client)
}

// expiresIn is how long the registration lasts, in seconds.
func (s *socket) expiresIn() int {
	if s.expires == nil {
		return announcedExpiry
	}
	return int(time.Until(s.expires.At).Seconds())
}

// signalling does the requests that belong to a call; false for any other.
func (s *socket) signalling(r wire.Request) bool {
	switch r := r.(type) {
	case wire.Offer:
		s.place(r)
	case wire.ICECandidate:
		if l := s.leg(r.CallID); l != nil && r.Line != "" { // an empty one is the end of them
			s.f.pbx.AddCandidate(l, r.Line, r.Mid, r.MLine)
		}
	case wire.Ringing:
		s.alerts(r)
	case wire.Answer:
		s.answered(r)
	case wire.Busy:
		s.busy(r)
	case wire.Hangup:
		s.hangUp(r)
	case wire.Hold:
		s.whenUp(r.CallID, func() { s.hold(r) })
	case wire.BlindTransfer:
		s.whenUp(r.ID, func() { s.refused(r.ID, s.f.transfer(s.user, r.ID, r.To)) })
	case wire.AttTransfer:
		s.whenUp(r.ID, func() { s.refused(r.ID, s.f.join(s.user, r.ID, r.ID2)) })
	case wire.OldBlindTransfer:
		s.whenUp(r.ID, func() { s.refused(r.ID, s.f.transfer(s.user, r.ID, r.To)) })
	case wire.Ack, wire.ByeDone, wire.CancelDone, wire.Mute:
	default:
		return false
	}
	return true
}

// whenUp does a request about a call, after the answer that the client sent before it.
func (s *socket) whenUp(callid string, do func()) {
	s.f.pbx.WhenUp(s.f.pbx.Leg(s.user, s.legID(callid)), do)
}

// desk does what a client asks of the user's desk phone; false for anything else.
func (s *socket) desk(r wire.Request) bool {
	switch r := r.(type) {
	case wire.MakeCall:
		s.refused("", s.f.pbx.DeskDial(s.user, r.To))
	case wire.AcceptCall:
		s.refused(r.ID, s.f.pbx.DeskAnswer(s.user, s.f.endOf(s.user, r.ID)))
	case wire.HoldCall:
		e := s.f.endOf(s.user, r.ID)
		s.refused(r.ID, s.f.pbx.DeskHold(s.user, e, e == nil || !e.Held))
	case wire.ClearCall:
		s.refused(r.ID, s.f.clear(s.user, r.ID))
	default:
		return false
	}
	return true
}

// service does the requests that are left; false for an unknown one.
func (s *socket) service(r wire.Request) bool {
	switch r := r.(type) {
	case wire.RecCall:
		s.record(r)
	case wire.SendChat:
		s.f.pbx.SendText(s.user, r.Dest, r.Text)
	default:
		return false
	}
	return true
}

// refused sends the client the code of a refusal, if there is one.
func (s *socket) refused(id string, code int) {
	if code != 0 {
		s.respond(id, code)
	}
}

// record switches recording on demand.
func (s *socket) record(r wire.RecCall) {
	e := s.f.endOf(s.user, r.ID)
	if e == nil {
		s.f.complain(s.user, r.ID, "there is no such call to record")
		return
	}
	s.f.pbx.Record(e, r.On)
	if r.On {
		s.f.tell(s.user, wire.RecStart{ID: r.ID})
	} else {
		s.f.tell(s.user, wire.RecStop{ID: r.ID})
	}
}

func (f *Front) transfer(user *exchange.Account, id, to string) int {
	return f.pbx.Transfer(user, f.endOf(user, id), to)
}

func (f *Front) join(user *exchange.Account, id, other string) int {
	return f.pbx.Join(user, f.endOf(user, id), f.endOf(user, other))
}

// clear ends a call of the user. A client that has a leg of it gets a bye, because it did not end the leg
// itself.
func (f *Front) clear(user *exchange.Account, id string) int {
	e := f.endOf(user, id)
	var l *exchange.Leg
	if e != nil {
		l = e.Leg
	}
	code := f.pbx.Clear(user, e)
	if l != nil {
		f.bye(l, 0)
	}
	return code
}
