package nethcti

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/janus"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	// readAgainSoon is how long after a doubt the lists are read again: more may follow it. readAgainEvery
	// is the least time between two readings.
	readAgainSoon  = 200 * time.Millisecond
	readAgainEvery = 5 * time.Second
	// retryFirst and retryMost are the pauses after a reading that failed.
	retryFirst, retryMost = 2 * time.Second, time.Minute
	// effectLimit is how long the effect of an order is waited for; the phone itself gives up after 5 s.
	effectLimit = 4 * time.Second
	// maxPending bounds the events that wait for the reader of Events while we go on taking commands.
	maxPending = 1024
)

var errRevoked = &pbxws.LinkError{What: "the PBX has ended this sign-in: its token was revoked or has expired"}

// loop is the one goroutine that knows what is going on on a link: it owns the board and what is under
// way at the web side of the PBX.
type loop struct {
	*conn
	pending []pbxws.Event // not yet taken by the reader of Events
	trace   bool

	// questions, archives and orders are done beside the websocket; full means refused.
	questions, archives, orders jobs
	outcomes                    chan any
	// readAt is when the lists are to be read again, zero for not; lastRead is when they last were,
	// failed how often in a row that failed.
	readAt, lastRead time.Time
	failed           int
	// awaited are orders that the PBX has not answered yet, or whose effect has not shown.
	awaited []*order
	timer   *time.Timer
	// calls are the events of the gateway, nil where there is none.
	calls <-chan janus.Event
}

func newLoop(c *conn) *loop {
	outcomes := make(chan any)
	return &loop{conn: c, outcomes: outcomes, questions: newJobs(outcomes), archives: newJobs(outcomes), orders: newJobs(outcomes), timer: time.NewTimer(0)}
}

// survive runs the loop; a fault of ours ends the link and nothing else.
func (l *loop) survive(ctx context.Context) (err error) {
	defer l.timer.Stop()
	defer fault.Catch(func(e *fault.Error) {
		e.Log(l.dialer.config.logger(), "the link to the PBX")
		err = e
	})
	l.beginGateway()
	l.readLists()
	for _, n := range l.early {
		if err := l.receive(ctx, n); err != nil {
			return err
		}
	}
	for {
		if over, err := l.turn(ctx); over || err != nil {
			return err
		}
	}
}

// turn waits for one thing to happen and deals with it.
func (l *loop) turn(ctx context.Context) (over bool, err error) {
	news, commands := l.news, l.Commands()
	var events chan<- pbxws.Event
	var next pbxws.Event
	gateway := l.calls
	if len(l.pending) > 0 {
		news, gateway, events, next = nil, nil, l.News(), l.pending[0]
	}
	if len(l.pending) > maxPending {
		commands = nil
	}
	l.plan()
	select {
	case <-ctx.Done():
		return true, context.Cause(ctx)
	case <-l.Closing():
		l.drain()
		return true, nil
	case err := <-l.broken:
		l.broken <- nil
		return true, brokenError(err)
	case events <- next:
		l.pending[0] = nil // a directory is large
		l.pending = l.pending[1:]
	case n := <-news:
		return false, l.receive(ctx, n)
	case c := <-commands:
		l.command(c)
	case o := <-l.outcomes:
		return false, l.returned(o)
	case e, open := <-gateway:
		if !open {
			l.calls = nil
			break
		}
		l.hearGateway(e)
	case <-l.timer.C:
		l.due()
	}
	return false, nil
}

// beginGateway reports the state of the gateway. What the gateway itself said may have gone to an earlier
// link.
func (l *loop) beginGateway() {
	for _, leg := range l.dialer.lost {
		l.tell(pbxws.LegEnded{Leg: leg, Cause: pbxws.Cause{Ending: pbxws.EndedLink}})
	}
	l.dialer.lost = nil
	if l.gateway == nil {
		l.tell(pbxws.Unregistered{Reason: noExtension})
		return
	}
	l.calls, l.board.here, l.board.legs = l.gateway.Events(), l.gateway.extension, l.gateway.legs
	if l.gateway.state != nil {
		_, l.board.registered = l.gateway.state.(pbxws.Registered)
		l.tell(l.gateway.state)
	}
}

// drain gives the last orders, above all the byes.
func (l *loop) drain() {
	for {
		select {
		case c := <-l.Commands():
			l.command(c)
		default:
			return
		}
	}
}

func (l *loop) tell(events ...pbxws.Event) { l.pending = append(l.pending, events...) }

// receive takes news of the socket.
func (l *loop) receive(ctx context.Context, n socketio.News) error {
	switch {
	case n.Missed:
		l.tell(pbxws.ProbeMissed{})
		return nil
	case n.Sent:
		l.traceFrame(n.Frame, true)
		return nil
	}
	l.traceFrame(n.Frame, false)
	switch {
	case n.Err != nil:
		l.tell(pbxws.Unrecognized{Why: n.Err.Error(), Raw: scrub(n.Frame, maxExcerpt, l.hide)})
	case n.Packet.Kind != socketio.Event:
		l.tell(pbxws.Alive{})
	case n.Packet.Name == eventTakeOver:
		frame, err := l.sock.Emit(ctx, emitGiveWay)
		if err != nil {
			return brokenError(err)
		}
		l.traceFrame(frame, true)
	case n.Packet.Name == eventDenied:
		return errRevoked
	default:
		l.board.hear(n.Packet.Name, n.Packet.Args, time.Now())
		l.settle()
	}
	return nil
}

// settle passes on what the board made of the last thing it heard.
func (l *loop) settle() {
	events := l.board.take()
	if len(events) == 0 {
		events = []pbxws.Event{pbxws.Alive{}}
	}
	l.tell(events...)
	l.settleAwaited()
	if l.board.recount {
		l.board.recount = false
		l.fetch(pbxws.Fetch{Topic: pbxws.TopicVoicemail})
	}
	if l.board.doubtful && l.readAt.IsZero() && !l.board.reading {
		now := time.Now()
		l.readAt = now.Add(max(readAgainSoon, readAgainEvery-now.Sub(l.lastRead)))
	}
}

// readLists has everything read; what the socket tells meanwhile waits.
func (l *loop) readLists() {
	l.readAt, l.lastRead = time.Time{}, time.Now()
	l.board.read()
	l.questions.add(func(ctx context.Context) any {
		all, err := readLists(ctx, l.visit)
		return listsRead{all, err}
	})
}

// listsRead is what came of reading the lists.
type listsRead struct {
	lists lists
	err   error
}

// visit makes a request to the web server of the PBX.
func (c *conn) visit(ctx context.Context, method, path string, body any, timeout time.Duration) (reply, error) {
	return c.web.do(ctx, call{
		method: method, path: c.pass.side.rest + path, body: body, limit: maxState, timeout: timeout,
		authorization: c.pass.side.authorization(c.dialer.config.User, c.pass.value),
	})
}

// returned takes what came of a job.
func (l *loop) returned(o any) error {
	switch o := o.(type) {
	case listsRead:
		return l.listed(o)
	case archiveRead:
		l.archived(o)
	case soundRead:
		l.soundCame(o)
	case orderDone:
		l.ordered(o)
	}
	return nil
}

// listed takes the lists. Where they did not come the link goes on with what it has, and asks again.
func (l *loop) listed(o listsRead) error {
	for _, frame := range o.lists.frames {
		l.traceFrame(frame, false)
	}
	now := time.Now()
	switch {
	case errors.Is(o.err, errSignedOut):
		l.dialer.forget(context.Background())
		return errRevoked
	case o.err != nil:
		l.failed++
		l.readAt = now.Add(backoff.Pause(l.failed, retryFirst, retryMost))
		l.dialer.config.logger().Warn("the lists of the PBX did not come", "err", o.err)
		l.tell(pbxws.Unrecognized{Name: "the lists of the PBX", Why: "they did not come, and are asked for again"})
	default:
		l.failed = 0
		l.board.load(o.lists, now)
	}
	l.board.catchUp(now)
	if o.err == nil {
		l.board.forgetLegs()
	}
	l.settle()
	return nil
}

// plan sets the timer to what is due next.
func (l *loop) plan() {
	next := l.readAt
	for _, o := range l.awaited {
		if !o.until.IsZero() && (next.IsZero() || o.until.Before(next)) {
			next = o.until
		}
	}
	if next.IsZero() {
		l.timer.Stop()
		return
	}
	l.timer.Reset(max(0, time.Until(next)))
}

// due does what is due.
func (l *loop) due() {
	now := time.Now()
	if !l.readAt.IsZero() && !now.Before(l.readAt) {
		l.readLists()
	}
	l.awaited = slices.DeleteFunc(l.awaited, func(o *order) bool {
		if o.until.IsZero() || now.Before(o.until) {
			return false
		}
		l.tell(pbxws.CommandRefused{Command: o.command, Reason: "the PBX accepted the order, but nothing happened within " + effectLimit.String()})
		return true
	})
}

func (l *loop) traceFrame(frame []byte, sent bool) {
	if l.trace {
		l.tell(pbxws.Frame{At: time.Now(), Sent: sent, Text: scrub(frame, maxTrace, l.hide)})
	}
}
