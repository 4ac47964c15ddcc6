package janus

import (
	"errors"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/internal/backoff"
)

// Codes of the gateway's own errors.
const (
	codeNoSession = 458
	codeNoHandle  = 459
	codeNoPlugin  = 460
)

const (
	// probeEvery is between two signs of life of ours, probeAgain while the gateway does not answer.
	// A session lives for 60 s without.
	probeEvery = 25 * time.Second
	probeAgain = 2 * time.Second
	// firstRest is the longest time between the first two tries of anything.
	firstRest = 2 * time.Second
	// longestRest is the longest time between two tries to get a session.
	longestRest = 5 * time.Second
	// longestOut is the longest time between two tries to register that the registrar refused.
	longestOut = time.Minute
	// maxFailedPolls is how many polls in a row may fail while the gateway answers all else.
	maxFailedPolls = 5
	// quietly is how long a new session may take before the loss of the one before is told.
	quietly = 5 * time.Second
)

// phase is how far we have come.
type phase uint8

const (
	sessionless phase = iota // no session, or one that has no master yet
	attached                 // there is a master, which is being registered or will be
	registered               // calls can come
	shut                     // the secret was refused: nothing is tried again
)

// start begins a session.
func (l *loop) start() {
	l.connect()
	l.request(question{kind: askCreate}, request{Janus: "create"})
}

// created has a session, and wants a handle.
func (l *loop) created(id uint64) {
	l.session = id
	l.link.listen <- id // has room for the one
	l.probeAt = time.Now().Add(probeEvery)
	l.request(question{kind: askMaster}, request{Janus: "attach", Plugin: plugin})
}

// mastered has a handle to register.
func (l *loop) mastered(id uint64) {
	l.master = &handle{id: id, ready: true}
	l.handles[id] = l.master
	l.phase = attached
	l.register()
}

func (l *loop) register() {
	if l.master == nil || l.phase != attached {
		return
	}
	a := l.account
	l.message(question{kind: askRegister, handle: l.master}, body{
		"request": "register", "username": a.URI, "display_name": a.Name, "secret": a.Secret,
		"proxy": a.Proxy, "outbound_proxy": a.Proxy, "sips": false, "refresh": false,
	}, nil)
}

// registeredAs is the PBX's yes; it comes again with each refreshment.
func (l *loop) registeredAs(master uint64) {
	l.asked(askRegister, l.master, nil)
	l.phase, l.id, l.tries, l.registerAt, l.tellAt = registered, master, 0, time.Time{}, time.Time{}
	l.tellRegistered()
}

func (l *loop) tellRegistered() {
	if !l.up {
		l.up, l.reported = true, nil
		l.tell(Registered{})
	}
}

// registrationFailed is the PBX's no, or its silence.
func (l *loop) registrationFailed(f failing) {
	u := Unregistered{Why: RegistrarRefused, Code: f.code, Reason: f.words(), Err: f.err}
	longest := longestOut
	if f.err != nil {
		u.Why, longest = GatewayAway, longestRest
		l.suspect()
	}
	switch f.code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired, 904: // 904: of the SIP stack, a challenge whose answer was refused
		u.Why = SecretRefused
		l.phase = shut
	default:
		l.phase = attached
		l.registerAt = time.Now().Add(l.rest(longest))
	}
	l.unregistered(u)
}

// unregistered tells once that no calls can come, and again with another reason.
func (l *loop) unregistered(u Unregistered) {
	l.tellAt = time.Time{}
	if !l.up && l.reported != nil && l.reported.Why == u.Why && l.reported.Code == u.Code {
		return
	}
	l.up, l.reported = false, &u
	l.tell(u)
}

// rest is how long to wait after a failure.
func (l *loop) rest(longest time.Duration) time.Duration {
	l.tries++
	return backoff.Pause(l.tries, firstRest, longest)
}

// notStarted is a session that could not be made.
func (l *loop) notStarted(f failing) {
	u := Unregistered{Why: GatewayAway, Code: f.code, Reason: f.reason, Err: f.err}
	var status statusError
	switch {
	case f.code == codeNoPlugin, errors.Is(f.err, errNoMessage), errors.Is(f.err, errSubprotocol):
		u.Why = NoGateway
	case errors.As(f.err, &status) && status < 500 && status != http.StatusTooManyRequests:
		u.Why = NoGateway
	}
	l.giveUp()
	l.unregistered(u)
	l.startAt = time.Now().Add(l.rest(longestRest))
}

// lose is a session that the gateway does not know any more.
func (l *loop) lose() {
	began := l.session != 0 && l.phase == registered
	l.giveUp()
	switch {
	case l.leaving:
		l.left = true
	case l.phase == shut:
	case began:
		l.startAt = time.Now()
		if l.up {
			l.tellAt = time.Now().Add(quietly)
		}
	default: // the session was never made
		l.unregistered(Unregistered{})
		l.startAt = time.Now().Add(l.rest(longestRest))
	}
}

// broke is a link that cannot be used any more, and the session with it.
func (l *loop) broke(err error) {
	if l.session == 0 {
		l.notStarted(failing{err: err})
		return
	}
	l.log.Debug("the link to the gateway broke", "err", err)
	l.giveUp()
	if l.leaving {
		l.left = true
		return
	}
	if l.phase != shut {
		l.unregistered(Unregistered{Err: err})
		l.startAt = time.Now().Add(l.rest(longestRest))
	}
}

// giveUp forgets a session and ends what was in it.
func (l *loop) giveUp() {
	l.disconnect()
	l.session, l.master, l.away, l.failedPolls = 0, nil, false, 0
	clear(l.handles)
	asks := l.asks
	l.asks, l.doomed, l.probeAt, l.registerAt = nil, nil, time.Time{}, time.Time{}
	for _, a := range asks {
		if a.order != nil && a.call != nil && a.call.stage == talking && a.kind != askEnd {
			l.refuse(a.order, failing{err: errLost})
		}
	}
	for _, c := range l.inOrder() {
		l.orphan(c)
	}
	if l.phase != shut {
		l.phase = sessionless
	}
}

var (
	errLost = errors.New("the session at the gateway is lost")
	errAway = errors.New("the gateway does not answer")
)

// probe asks the gateway for a sign of life, which keeps the session too.
func (l *loop) probe() {
	if l.session == 0 {
		return
	}
	l.probeAt = time.Now().Add(probeEvery)
	if !l.asking(askProbe) {
		l.request(question{kind: askProbe}, request{Janus: "keepalive"})
	}
}

// suspect asks at once whether the gateway is there.
func (l *loop) suspect() {
	if l.session != 0 && !l.away {
		l.probe()
	}
}

// unheard is a probe without an answer, unless the gateway has been heard since it was sent. A websocket is of no use
// then, and the session goes with it.
func (l *loop) unheard(since time.Time, f failing) {
	if l.lastWord.After(since) {
		l.probe()
		return
	}
	if l.link != nil && !l.link.carrier.polls() {
		l.broke(errAway)
		return
	}
	l.away = true
	l.unregistered(Unregistered{Code: f.code, Reason: f.reason, Err: f.err})
	l.probeAt = time.Now().Add(probeAgain)
}

// pollFailed asks a gateway whose messages do not come whether it is there. One that answers may be
// behind something that cuts polls off: then no calls can come either.
func (l *loop) pollFailed(err error) {
	l.suspect()
	if l.away { // nothing comes through, which says nothing of polls
		return
	}
	if l.failedPolls++; l.failedPolls == maxFailedPolls {
		l.unregistered(Unregistered{Err: err})
	}
}

// polled is a poll that was answered.
func (l *loop) polled() {
	if l.failedPolls = 0; l.phase == registered && !l.away {
		l.tellRegistered()
	}
}

// alive is a sign of life.
func (l *loop) alive() {
	l.lastWord = time.Now()
	if !l.away {
		return
	}
	l.away = false
	if l.phase == registered && l.failedPolls < maxFailedPolls {
		l.tellRegistered()
	}
	doomed := l.doomed
	l.doomed = nil
	for _, h := range doomed {
		l.release(h)
	}
}

// leave ends the registration and then the session.
func (l *loop) leave() {
	for more := true; more; {
		select {
		case o := <-l.orders:
			l.order(o)
		default:
			more = false
		}
	}
	l.leaving, l.pending = true, nil
	l.startAt, l.registerAt = time.Time{}, time.Time{}
	switch {
	case l.session == 0 || l.away:
		l.left = true
	case l.phase == registered:
		l.message(question{kind: askUnregister, handle: l.master}, body{"request": "unregister"}, nil)
	default:
		l.destroy()
	}
}

func (l *loop) destroy() {
	l.request(question{kind: askDestroy}, request{Janus: "destroy"})
}
