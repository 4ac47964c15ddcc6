package appws

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/reach"
)

// Event is something that happens to a Client: Opened, Received, Failed, Disconnected or
// Closed.
type Event interface{ event() }

type (
	// Opened is a login that succeeded. Each comes with a session key of its own: what was
	// encrypted on an earlier connection and every subscription on it are void.
	Opened struct{ Conn *Conn }
	// Received is a message on the connection opened last.
	Received struct{ Message Message }
	// Failed is an attempt to connect that came to nothing; the next one is due after Again, or only
	// after Retry where Again is 0.
	Failed struct {
		Err   error
		Again time.Duration
	}
	// Disconnected is the loss of the connection opened last, once for each; the client tries
	// to connect again after Again.
	Disconnected struct {
		Err   error
		Again time.Duration
	}
	// Closed is the end: after Close, with ErrClosed, or by itself, when the client does not
	// reconnect or its authenticator is gone. It is the last event.
	Closed struct{ Err error }
)

func (Opened) event()       {}
func (Received) event()     {}
func (Failed) event()       {}
func (Disconnected) event() {}
func (Closed) event()       {}

// ErrNotOpen is a message that was to be sent while the client is not connected.
var ErrNotOpen = errors.New("not connected")

// Client is a connection that may come back after a loss.
type Client struct {
	cfg       Config
	reconnect bool
	events    chan Event // unbuffered: what happened waits until Next takes it
	// hurry has a token when the pause before the next attempt is to end.
	hurry  chan struct{}
	cancel context.CancelFunc
	done   chan struct{}
	end    Closed // once done is closed

	mu   sync.Mutex
	live *Conn // nil while not connected

	// next is the reader's: whose messages it gets, and whether it had the Closed.
	next struct {
		sync.Mutex
		conn *Conn
		over bool
	}
}

// NewClient starts to connect. With reconnect a lost connection and a failed attempt are
// followed by another attempt: after up to 1 s, then after longer and longer, a random time of up
// to 2 s, 4 s and so on to 60 s, until a login succeeds and lasts; later where the server asks for
// it. A password that was refused is not tried again before Retry. Without reconnect the first
// loss or failure is the end.
//
// The client connects anew only when Next has given the news of the loss before.
func NewClient(cfg Config, reconnect bool) *Client {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{
		cfg: cfg, reconnect: reconnect, events: make(chan Event), hurry: make(chan struct{}, 1),
		cancel: cancel, done: make(chan struct{}),
	}
	go c.run(ctx)
	return c
}

const (
	// firstPause and longestPause bound the spans of the pauses between two attempts to connect.
	firstPause   = time.Second
	longestPause = time.Minute
	// steadyAfter is how long a connection has to last to be no failed attempt: one that logs in and
	// dies, again and again, is tried as patiently as one that is refused.
	steadyAfter = 10 * time.Second
)

// run owns the connection. Whatever it does ends with ctx.
func (c *Client) run(ctx context.Context) {
	defer close(c.done)
	defer c.cancel()
	failed := 0 // attempts since the last connection that lasted
	for {
		conn, err := Dial(ctx, c.cfg)
		if err == nil {
			opened := time.Now()
			if err = c.hold(ctx, conn); time.Since(opened) >= steadyAfter {
				failed = 0
			}
		}
		if ctx.Err() != nil {
			err = ErrClosed
		}
		if !c.again(err) {
			c.end = Closed{err}
			return
		}
		failed++
		wait := c.pauseAfter(err, backoff.Pause(failed, firstPause, longestPause))
		var news Event = Failed{err, wait}
		if conn != nil {
			news = Disconnected{err, wait}
		}
		c.rest(ctx, wait, news)
	}
}

// pauseAfter is how long to wait after an error, at least so long; 0 is until Retry.
func (c *Client) pauseAfter(err error, least time.Duration) time.Duration {
	var refused *RefusedError
	var unreached *reach.Error
	switch {
	case errors.As(err, &refused) && c.cfg.Authenticator == nil:
		return 0
	case errors.As(err, &unreached):
		return max(least, unreached.RetryAfter)
	}
	return least
}

// rest tells the news and waits; the time until it is taken counts. A wait of 0 ends by Retry alone.
func (c *Client) rest(ctx context.Context, wait time.Duration, news Event) {
	var over <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-c.hurry: // meant an earlier pause
	default:
	}
	c.tell(ctx, news)
	select {
	case <-over:
	case <-c.hurry:
	case <-ctx.Done():
	}
}

// Retry ends the pause before the next attempt to connect, if there is one. Pauses go on getting
// longer all the same.
func (c *Client) Retry() { signal(c.hurry) }

// again reports whether an attempt may follow the error.
func (c *Client) again(err error) bool {
	var d *DialError
	switch {
	case !c.reconnect, errors.Is(err, ErrClosed), errors.Is(err, ErrAuthenticatorGone):
		return false
	case errors.As(err, &d):
		return d.Step != StepConfig
	}
	return true
}

// hold shows a connection to the world until it ends, and returns why it did.
func (c *Client) hold(ctx context.Context, conn *Conn) error {
	c.setLive(conn)
	defer c.setLive(nil)
	c.tell(ctx, Opened{conn})
	select {
	case <-conn.Done():
	case <-ctx.Done():
	}
	_ = conn.Close()
	return conn.Err()
}

func (c *Client) setLive(conn *Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live = conn
}

func (c *Client) tell(ctx context.Context, e Event) {
	select {
	case c.events <- e:
	case <-ctx.Done():
	}
}

// Next waits for the next event. A message is taken from the connection when Next is called
// and not before: calling it again is the messageComplete of the vendor's pages. After Closed
// it returns ErrClosed. The end of ctx leaves the client as it is.
func (c *Client) Next(ctx context.Context) (Event, error) {
	c.next.Lock()
	defer c.next.Unlock()
	if conn := c.next.conn; conn != nil {
		m, err := conn.Recv(ctx)
		switch {
		case err == nil:
			return Received{m}, nil
		case conn.Err() == nil:
			return nil, err // it was ctx
		}
		c.next.conn = nil
	}
	select {
	case e := <-c.events:
		if o, ok := e.(Opened); ok {
			c.next.conn = o.Conn
		}
		return e, nil
	case <-c.done:
		return c.last()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// last is the Closed, once.
func (c *Client) last() (Event, error) {
	if c.next.over {
		return nil, ErrClosed
	}
	c.next.over = true
	return c.end, nil
}

// Conn is the connection that is up, nil for none. It is another one after each Opened.
func (c *Client) Conn() *Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.live
}

// Send is Conn.Send on the connection that is up, ErrNotOpen without one.
func (c *Client) Send(ctx context.Context, v any) error {
	if conn := c.Conn(); conn != nil {
		return conn.Send(ctx, v)
	}
	return ErrNotOpen
}

// SendText is Conn.SendText on the connection that is up, ErrNotOpen without one.
func (c *Client) SendText(ctx context.Context, text string) error {
	if conn := c.Conn(); conn != nil {
		return conn.SendText(ctx, text)
	}
	return ErrNotOpen
}

// Encrypt is Conn.Encrypt on the connection that is up, ErrNotOpen without one.
func (c *Client) Encrypt(seed, data string) (string, error) {
	if conn := c.Conn(); conn != nil {
		return conn.Encrypt(seed, data)
	}
	return "", ErrNotOpen
}

// Decrypt is Conn.Decrypt on the connection that is up, ErrNotOpen without one.
func (c *Client) Decrypt(seed, data string) (string, error) {
	if conn := c.Conn(); conn != nil {
		return conn.Decrypt(seed, data)
	}
	return "", ErrNotOpen
}

// Hash is Conn.Hash on the connection that is up, ErrNotOpen without one.
func (c *Client) Hash(seed, data string) (string, error) {
	if conn := c.Conn(); conn != nil {
		return conn.Hash(seed, data)
	}
	return "", ErrNotOpen
}

// Close ends the connection and every attempt to get it back, and waits until all is gone.
func (c *Client) Close() error {
	c.cancel()
	<-c.done
	return nil
}
