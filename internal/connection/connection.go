// Package connection is what every dialect's pbxws.Conn does in the same way: it queues commands and events,
// remembers why the link ended, and waits at its close. The loop that owns the link is the dialect's.
package connection

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// EventRoom is how many events wait for the reader of Events; when it is full the loop has to wait.
	EventRoom = 256
	// CommandRoom is how many commands wait for the loop; when it is full the link is dead.
	CommandRoom = 64
	// closeTimeout is how long Close waits for the last commands.
	closeTimeout = time.Second
)

// Why a command is not taken.
var (
	ErrEnded     = errors.New("the link to the PBX has ended")
	ErrQueueFull = &pbxws.LinkError{What: "the PBX takes no commands any more"}
)

// Connection is a pbxws.Conn. The methods that are not of that interface are for the loop that owns the
// link: it calls End and Deliver when the link has ended, and Gone once nothing of it runs any more.
type Connection struct {
	caps     pbxws.Caps
	need     func(pbxws.Command) (need pbxws.Caps, known bool)
	events   chan pbxws.Event
	commands chan pbxws.Command

	ctx       context.Context
	cancel    context.CancelCauseFunc
	closeOnce sync.Once
	closing   chan struct{} // Close was called
	over      chan struct{} // the loop has ended
	done      chan struct{} // everything is gone

	mu  sync.Mutex
	err error
}

// New makes a connection for a loop. need is the capability that a command takes, and whether the dialect
// has words for that command.
func New(caps pbxws.Caps, need func(pbxws.Command) (pbxws.Caps, bool)) *Connection {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &Connection{
		caps: caps, need: need, ctx: ctx, cancel: cancel,
		events: make(chan pbxws.Event, EventRoom), commands: make(chan pbxws.Command, CommandRoom),
		closing: make(chan struct{}), over: make(chan struct{}), done: make(chan struct{}),
	}
}

// Add adds to what the PBX can do, before anybody knows the connection.
func (c *Connection) Add(caps pbxws.Caps) { c.caps |= caps }

// Context ends when the link has to; its cause says why.
func (c *Connection) Context() context.Context { return c.ctx }

// Cancel ends the link.
func (c *Connection) Cancel(why error) { c.cancel(why) }

// News is where the loop tells events.
func (c *Connection) News() chan<- pbxws.Event { return c.events }

// Commands are what the loop has to do.
func (c *Connection) Commands() <-chan pbxws.Command { return c.commands }

// Closing is closed when the phone wants no more of the link.
func (c *Connection) Closing() <-chan struct{} { return c.closing }

// Over is closed when the loop has ended.
func (c *Connection) Over() <-chan struct{} { return c.over }

// End notes why the link ended. Errors while we close it are ignored.
func (c *Connection) End(err error) {
	select {
	case <-c.closing:
		err = nil
	default:
	}
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
	c.cancel(ErrEnded)
	close(c.over)
}

// Deliver hands over the last events, unless the link was closed by us: then nobody listens.
func (c *Connection) Deliver(events []pbxws.Event) {
	for _, e := range events {
		select {
		case c.events <- e:
		case <-c.closing:
			return
		}
	}
}

// Gone says that nothing of the link runs any more.
func (c *Connection) Gone() {
	close(c.events)
	close(c.done)
}

// Caps implements pbxws.Conn.
func (c *Connection) Caps() pbxws.Caps { return c.caps }

// Events implements pbxws.Conn.
func (c *Connection) Events() <-chan pbxws.Event { return c.events }

// Err implements pbxws.Conn.
func (c *Connection) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Send implements pbxws.Conn.
func (c *Connection) Send(_ context.Context, cmd pbxws.Command) error {
	if need, known := c.need(cmd); !known || !c.caps.Has(need) {
		return pbxws.ErrUnsupported
	}
	select {
	case <-c.over:
		return ErrEnded
	case <-c.closing:
		return ErrEnded
	default:
	}
	select {
	case c.commands <- cmd:
		return nil
	default:
		c.cancel(ErrQueueFull)
		return ErrQueueFull
	}
}

// Close implements pbxws.Conn.
func (c *Connection) Close() error {
	c.closeOnce.Do(func() { close(c.closing) })
	timeout := time.AfterFunc(closeTimeout, func() { c.cancel(ErrEnded) })
	defer timeout.Stop()
	<-c.done
	return nil
}
