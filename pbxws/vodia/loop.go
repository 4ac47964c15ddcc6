package vodia

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// The schedule of a link.
const (
	keepAliveEvery = 30 * time.Second
	pingEvery      = 5 * time.Second
	// silenceLimit is how long a PBX that answers pings may say nothing at all.
	silenceLimit = 10 * time.Second
	writeLimit   = 10 * time.Second
	// minRefresh and refreshMargin bound when a registration is renewed.
	minRefresh    = 30 * time.Second
	refreshMargin = 15 * time.Second
)

// maxPending bounds the events that wait for the reader of Events while we go on taking
// commands. Beyond it commands wait too, until their queue is full.
const maxPending = 1024

var (
	errSilent    = fmt.Errorf("the PBX has not been heard for %s and answers no ping", silenceLimit)
	errQueueFull = errors.New("the PBX takes no commands any more")
	errEnded     = errors.New("the link to the PBX has ended")
)

// inbound is what the reader hands to the loop: a frame, or why there are no more.
type inbound struct {
	frame []byte
	err   error
}

// loop is the one goroutine that knows what is going on: it owns the switchboard, the schedule
// and everything that is written.
type loop struct {
	board *switchboard
	wire  wire
	// inbox comes from the reader, unbuffered: while the loop does not take frames the socket
	// is not read and TCP pushes back.
	inbox    <-chan inbound
	commands <-chan pbxws.Command
	events   chan<- pbxws.Event
	closing  <-chan struct{}
	// pings asks the pinger for a ping, pongs tells that it was answered; one is under way at a
	// time.
	pings chan<- struct{}
	pongs <-chan struct{}
	// dnd goes to the web side of the PBX, results are what came of it; full means refused.
	dnd     chan<- pbxws.SetDND
	results <-chan pbxws.Event

	greeting []Request
	register Register
	secrets  []string

	pending   []pbxws.Event // not yet taken by the reader of Events
	trace     bool
	pinging   bool
	ponged    bool // this PBX answers pings
	keepAlive *time.Ticker
	pinger    *time.Ticker
	silence   *time.Timer
	refresh   *time.Timer
	doubt     *time.Timer // runs while the switchboard has doubts about calls
}

// run drives the link until it ends and says why; nil when it was closed from our side.
func (l *loop) run(ctx context.Context) error {
	l.keepAlive = time.NewTicker(keepAliveEvery)
	defer l.keepAlive.Stop()
	l.pinger = time.NewTicker(pingEvery)
	defer l.pinger.Stop()
	l.silence = time.NewTimer(silenceLimit)
	defer l.silence.Stop()
	l.refresh, l.doubt = time.NewTimer(0), time.NewTimer(0)
	l.refresh.Stop() // runs once the PBX has named a time
	l.doubt.Stop()
	defer l.refresh.Stop()
	defer l.doubt.Stop()

	if err := l.write(ctx, l.greeting...); err != nil {
		return err
	}
	l.ping()
	for {
		if over, err := l.turn(ctx); over || err != nil {
			return err
		}
	}
}

// turn waits for one thing to happen and deals with it.
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
		l.pending = l.pending[1:]
	case in := <-inbox:
		return false, l.receive(ctx, in)
	case c := <-commands:
		return false, l.command(ctx, c)
	case e := <-l.results:
		l.tell(e)
	case <-l.keepAlive.C:
		return false, l.write(ctx, AvoidDisconnect{})
	case <-l.refresh.C:
		return false, l.write(ctx, l.register)
	case <-l.pinger.C:
		l.ping()
	case <-l.pongs:
		l.pong()
	case <-l.silence.C:
		return false, l.silent()
	case <-l.doubt.C:
		l.board.settleDoubts()
		return false, l.settle(ctx)
	}
	return false, nil
}

func (l *loop) tell(events ...pbxws.Event) { l.pending = append(l.pending, events...) }

// receive takes a frame.
func (l *loop) receive(ctx context.Context, in inbound) error {
	if in.err != nil {
		return in.err
	}
	l.silence.Reset(silenceLimit)
	l.traceFrame(in.frame, false)
	m, err := DecodeMessage(in.frame)
	if err != nil {
		l.tell(pbxws.Unrecognized{Why: err.Error(), Raw: excerpt(in.frame, l.secrets...)})
		return nil
	}
	l.board.hear(m)
	switch m := m.(type) {
	case RegisterReply:
		if m.Expires > 0 {
			l.refresh.Reset(refreshAfter(m.Expires))
		}
	case CallState:
		if l.board.calls.doubts() {
			l.doubt.Reset(doubtLimit)
		}
	}
	return l.settle(ctx)
}

// refreshAfter is when a registration for so many seconds is renewed.
func refreshAfter(expires int) time.Duration {
	life := time.Duration(expires) * time.Second
	return max(minRefresh, min(life/2, life-refreshMargin))
}

// command takes an order.
func (l *loop) command(ctx context.Context, c pbxws.Command) error {
	switch c := c.(type) {
	case pbxws.Trace:
		l.trace = c.On
		return nil
	case pbxws.SetDND:
		l.switchDND(c)
		return nil
	}
	l.board.order(c)
	return l.settle(ctx)
}

func (l *loop) switchDND(c pbxws.SetDND) {
	select {
	case l.dnd <- c:
	default:
		l.tell(pbxws.CommandRefused{Command: c, Reason: "earlier ones are still on their way"})
	}
}

// settle passes on what the switchboard made of the last thing it heard.
func (l *loop) settle(ctx context.Context) error {
	events, requests := l.board.take()
	l.tell(events...)
	return l.write(ctx, requests...)
}

// write sends requests. A PBX that does not take one in time is gone.
func (l *loop) write(ctx context.Context, requests ...Request) error {
	for _, r := range requests {
		frame, err := EncodeRequest(r)
		if err != nil { // only a cseq that is no JSON could do that, and no such one is kept
			l.tell(pbxws.Unrecognized{Name: fmt.Sprintf("%T", r), Why: err.Error()})
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
	err := l.wire.write(limited, frame)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case limited.Err() != nil:
		return fmt.Errorf("write to the PBX: %w", err)
	}
	return l.farewell(fmt.Errorf("write to the PBX: %w", err))
}

// farewell looks for a better reason than a write that failed: the PBX may have closed the
// link and said why, and the reader is about to tell.
func (l *loop) farewell(failed error) error {
	patience := time.NewTimer(closePatience)
	defer patience.Stop()
	for {
		select {
		case in := <-l.inbox:
			if in.err != nil {
				return in.err
			}
		case <-patience.C:
			return failed
		}
	}
}

// drain sends what was ordered before the link was closed, above all the byes.
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
		l.tell(pbxws.Frame{At: time.Now(), Sent: sent, Text: scrub(frame, maxTrace, l.secrets...)})
	}
}

// ping asks for a sign of life, one at a time.
func (l *loop) ping() {
	if !l.pinging {
		l.pinging = true
		l.pings <- struct{}{} // has room for the one
	}
}

func (l *loop) pong() {
	l.pinging, l.ponged = false, true
	l.silence.Reset(silenceLimit)
	l.tell(pbxws.Heard{})
}

// silent decides what a silence means. It is our own fault while the reader of Events keeps us
// from reading, and no fault of a PBX that has never answered a ping: no page promises that it
// does.
func (l *loop) silent() error {
	if len(l.pending) > 0 || !l.ponged {
		l.silence.Reset(silenceLimit)
		return nil
	}
	return errSilent
}
