package vodia

import (
	"context"
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxPending is how many events may wait for the reader of Events while we still take commands.
// Beyond it commands wait too, until their queue is full.
const maxPending = 1024

var errSilent = &pbxws.LinkError{What: "nothing was heard from the PBX for " + silenceLimit.String() + ", and it does not answer"}

// inbound is what the reader hands to the loop: a frame, or why there are no more.
type inbound struct {
	frame []byte
	err   error
}

// loop is the goroutine that owns the translator, the schedule and everything that is written.
type loop struct {
	translator *translator
	socket     socket
	// inbox comes from the reader, unbuffered: while the loop does not take frames the socket
	// is not read and TCP pushes back.
	inbox    <-chan inbound
	commands <-chan pbxws.Command
	events   chan<- pbxws.Event
	closing  <-chan struct{}
	// pings asks the pinger for a ping, pongs reports its answer; one is under way at a time.
	pings chan<- struct{}
	pongs <-chan struct{}
	// orders and queries are sent to the web server, results come back; when they are full requests are
	// refused.
	orders, queries chan<- restRequest
	results         <-chan restResult

	earlier  []*leg // calls of the link before this one
	greeting []wire.Request
	register wire.Register

	schedule     *schedule
	pending      []pbxws.Event // not yet taken by the reader of Events
	trace        bool
	pinging      bool
	pulse        pulse
	probeOverdue bool      // a probe was missed and nothing was heard since
	refreshedAt  time.Time // when changes that the PBX hinted at were last requested
}

// run drives the link until it ends and says why; nil when it was closed from our side.
func (l *loop) run(ctx context.Context) error {
	l.schedule = newSchedule()
	defer l.schedule.stop()
	l.schedule.in(jobKeepAlive, keepAliveEvery)
	l.schedule.in(jobPing, pingEvery)
	l.schedule.in(jobSilence, silenceLimit)
	l.schedule.in(jobCatchUp, catchUpAfter)

	l.translator.begin(l.earlier) // first, so that calls of the earlier link survive one that breaks at once
	if err := l.write(ctx, l.greeting...); err != nil {
		return err
	}
	l.planAbandoned()
	if err := l.settle(ctx); err != nil {
		return err
	}
	l.ping()
	for {
		if over, err := l.turn(ctx); over || err != nil {
			return err
		}
	}
}

// turn waits for one event and handles it.
func (l *loop) turn(ctx context.Context) (over bool, err error) {
	inbox, commands := l.inbox, l.commands
	var events chan<- pbxws.Event
	var next pbxws.Event
	if len(l.pending) > 0 {
		inbox, events, next = nil, l.events, l.pending[0]
	}
	if len(l.pending) > maxPending {
		commands = nil
	}
	select {
	case <-ctx.Done():
		return true, context.Cause(ctx)
	case <-l.closing:
		return true, l.drain(ctx)
	case events <- next:
		l.pending[0] = nil // a directory is large
		l.pending = l.pending[1:]
	case in := <-inbox:
		return false, l.receive(ctx, in)
	case c := <-commands:
		return false, l.command(ctx, c)
	case o := <-l.results:
		return false, l.receiveREST(ctx, o)
	case <-l.pongs:
		l.pong()
	case <-l.schedule.timer.C:
		return false, l.doDue(ctx)
	}
	return false, nil
}

// doDue does the jobs whose time has come.
func (l *loop) doDue(ctx context.Context) error {
	for {
		j, ok := l.schedule.take()
		if !ok {
			return nil
		}
		if err := l.doJob(ctx, j); err != nil {
			return err
		}
	}
}

func (l *loop) doJob(ctx context.Context, j job) error {
	switch j {
	case jobKeepAlive:
		l.schedule.in(jobKeepAlive, keepAliveEvery)
		return l.probe(ctx, probeKeepAlive, wire.AvoidDisconnect{})
	case jobPing:
		l.schedule.in(jobPing, pingEvery)
		l.ping()
	case jobSilence:
		return l.silent()
	case jobRegister:
		return l.probe(ctx, probeRegister, l.register)
	case jobAnswer:
		return l.lookForAnswers(ctx)
	case jobUnconfirmed:
		l.translator.endUnconfirmed()
	case jobSeek:
		l.translator.reportMissing(true)
	case jobSeekRinging:
		l.translator.reportMissing(false)
	case jobCatchUp:
		l.translator.catchUp()
	case jobRefreshDirectory:
		l.refreshedAt = time.Now()
		l.translator.refresh()
	case jobUnresolved:
		l.translator.settleUnresolved()
	case jobAbandoned:
		l.translator.forgetAbandoned()
	}
	return l.settle(ctx)
}

func (l *loop) report(events ...pbxws.Event) { l.pending = append(l.pending, events...) }

// receive takes a frame.
func (l *loop) receive(ctx context.Context, in inbound) error {
	if in.err != nil {
		return in.err
	}
	l.pulse.received(time.Now())
	l.alive()
	l.traceFrame(in.frame, false)
	m, err := wire.DecodeMessage(in.frame)
	if err != nil {
		l.report(pbxws.Unrecognized{Why: err.Error(), Raw: excerpt(in.frame, l.translator.hide)})
	}
	if m == nil {
		return nil
	}
	l.translator.receive(m)
	l.plan(m)
	return l.settle(ctx)
}

// plan schedules what follows from a frame.
func (l *loop) plan(m wire.Message) {
	if r, ok := m.(wire.RegisterReply); ok && r.Expires > 0 {
		l.schedule.in(jobRegister, registerAfter(r.Expires))
	}
	if _, ok := m.(wire.CallState); ok && l.translator.calls.hasUnconfirmed() {
		l.schedule.in(jobUnconfirmed, unconfirmedLimit)
	}
	if l.translator.seeks(true) {
		l.schedule.once(jobSeek, seekLimit)
	}
	if l.translator.seeks(false) {
		l.schedule.once(jobSeekRinging, seekRingingLimit)
	}
	if l.translator.stale {
		l.schedule.once(jobRefreshDirectory, max(refreshDelay, time.Until(l.refreshedAt.Add(refreshEvery))))
	}
}

// planAbandoned schedules the end of waiting for frames of calls that we gave up.
func (l *loop) planAbandoned() {
	if len(l.translator.legs.abandoned) > 0 {
		l.schedule.in(jobAbandoned, abandonedLimit)
	}
}

// registerAfter is when a registration for so many seconds is renewed.
func registerAfter(expires int) time.Duration {
	life := time.Duration(expires) * time.Second
	return max(minRefresh, min(life/2, life-refreshMargin))
}

// command takes an order.
func (l *loop) command(ctx context.Context, c pbxws.Command) error {
	if t, ok := c.(pbxws.Trace); ok {
		l.trace = t.On
		return nil
	}
	l.translator.order(c)
	if _, bye := c.(pbxws.Bye); bye {
		l.planAbandoned()
	}
	return l.settle(ctx)
}

// receiveREST takes the result of a REST request.
func (l *loop) receiveREST(ctx context.Context, o restResult) error {
	text := fmt.Appendf(nil, "%s %s: %d %s", o.method, o.path, o.reply.status, o.reply.body)
	if o.sound && o.err == nil && o.reply.status/100 == 2 {
		text = fmt.Appendf(nil, "%s %s: %d, %d bytes of sound", o.method, o.path, o.reply.status, len(o.reply.body))
	}
	if o.err != nil {
		text = fmt.Appendf(nil, "%s %s: no reply", o.method, o.path)
	}
	l.traceFrame(text, false)
	l.translator.receiveREST(o)
	return l.settle(ctx)
}

// settle passes on what the translator made of the last input.
func (l *loop) settle(ctx context.Context) error {
	for _, e := range l.translator.takeREST() {
		l.send(e)
	}
	if len(l.translator.unresolved) > 0 {
		l.schedule.once(jobUnresolved, resolveLimit)
	}
	events, requests := l.translator.take()
	l.report(events...)
	return l.write(ctx, requests...)
}

// send hands out a REST request.
func (l *loop) send(e restRequest) {
	queue := l.orders
	if e.isQuery() {
		queue = l.queries
	}
	select {
	case queue <- e:
		l.traceFrame(e.appendTo(nil), true)
	default:
		l.translator.refuse(e.command, 0, "earlier ones are still on their way")
	}
}

// write sends requests. A PBX that does not take one in time is gone.
func (l *loop) write(ctx context.Context, requests ...wire.Request) error {
	for _, r := range requests {
		frame, err := wire.EncodeRequest(r)
		if err != nil { // only a cseq that is no JSON could fail, and none is kept
			l.report(pbxws.Unrecognized{Name: fmt.Sprintf("%T", r), Why: err.Error()})
			continue
		}
		l.traceFrame(frame, true)
		if err := l.writeFrame(ctx, frame); err != nil {
			return err
		}
	}
	return nil
}

func (l *loop) writeFrame(ctx context.Context, frame []byte) error {
	limited, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	err := l.socket.write(limited, frame)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case limited.Err() != nil:
		return &pbxws.LinkError{What: "the PBX no longer accepts anything", Err: err}
	}
	return l.closeReason(&pbxws.LinkError{What: "the connection broke", Err: err})
}

// closeTimeout is how long a better reason is waited for.
const closeTimeout = time.Second

// closeReason looks for a better reason than a failed write: the PBX may have closed the link with a
// reason, which the reader is about to report.
func (l *loop) closeReason(failed error) error {
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	for {
		select {
		case in := <-l.inbox:
			if in.err != nil {
				return in.err
			}
		case <-timer.C:
			return failed
		}
	}
}

// drain sends the commands from before the link was closed, above all the byes.
func (l *loop) drain(ctx context.Context) error {
	for {
		select {
		case c := <-l.commands:
			if err := l.command(ctx, c); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (l *loop) traceFrame(frame []byte, sent bool) {
	if l.trace {
		l.report(pbxws.Frame{At: time.Now(), Sent: sent, Text: scrub(frame, maxTrace, l.translator.hide)})
	}
}

// ping sends a ping, one at a time.
func (l *loop) ping() {
	if !l.pinging {
		l.pinging = true
		l.pings <- struct{}{} // has room for the one
		l.sent(probePing)
	}
}

func (l *loop) pong() {
	l.pinging = false
	l.pulse.pong(time.Now()) // no probe is open then
	l.schedule.drop(jobAnswer)
	l.alive()
	l.report(pbxws.Alive{})
}

// alive notes a sign of life.
func (l *loop) alive() {
	l.probeOverdue = false
	l.schedule.in(jobSilence, silenceLimit)
}

// probe sends a request whose answer shows that the link is alive.
func (l *loop) probe(ctx context.Context, k probe, r wire.Request) error {
	l.sent(k)
	return l.write(ctx, r)
}

func (l *loop) sent(k probe) {
	l.pulse.sent(k, time.Now())
	l.schedule.once(jobAnswer, answerLimit)
}

// lookForAnswers suspects the link when a probe is overdue that used to be answered. Another probe
// shows whether the PBX is merely quiet.
func (l *loop) lookForAnswers(ctx context.Context) error {
	now := time.Now()
	if len(l.pending) > 0 { // the silence is ours
		l.pulse.forget()
		return nil
	}
	missed := l.pulse.missed(now)
	if next := l.pulse.next(now); next > 0 {
		l.schedule.in(jobAnswer, next)
	}
	if len(missed) == 0 || l.probeOverdue {
		return nil
	}
	l.probeOverdue = true
	l.report(pbxws.ProbeMissed{})
	if missed[0] == probePing {
		return nil // jobSilence counts from the last word
	}
	l.schedule.in(jobSilence, silenceLimit-answerLimit)
	return l.probe(ctx, probeCalls, wire.OwnCalls{Subscribe: true})
}

// silent decides what a silence means. It is our own fault while the reader of Events keeps us from
// reading, and says nothing about a PBX that has never answered a probe.
func (l *loop) silent() error {
	if len(l.pending) > 0 || !l.probeOverdue && l.pulse.streak[probePing] == 0 {
		l.schedule.in(jobSilence, silenceLimit)
		return nil
	}
	return errSilent
}
