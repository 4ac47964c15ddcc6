package appws

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/reach"
)

// Event is something that happens to a Client: Opened, Received, Failed, Disconnected or
// Closed.
type Event interface{ event() }

type (
	// Opened says that a login succeeded. Each has a new session key: texts encrypted on an earlier
	// connection and its subscriptions are void. Missed is how many connections came and went that Next
	// does not tell of, because it was not called for so long.
	Opened struct {
		Conn   *Conn
		Missed int
	}
	// Received is a message of the current connection.
	Received struct{ Message Message }
	// Failed says that an attempt to connect failed. The next one follows after Again, or only after a
	// call of Retry where Again is 0.
	Failed struct {
		Err   error
		Again time.Duration
	}
	// Disconnected says that the connection was lost, once for each. The client tries to connect again
	// after Again, whether Next is called or not.
	Disconnected struct {
		Err   error
		Again time.Duration
	}
	// Closed is the last event: after Close, with ErrClosed, or because the client does not reconnect
	// or its authenticator is gone.
	Closed struct{ Err error }
)

func (Opened) event()       {}
func (Received) event()     {}
func (Failed) event()       {}
func (Disconnected) event() {}
func (Closed) event()       {}

// ErrNotConnected refuses what needs a connection while a client has none.
var ErrNotConnected = errors.New("not connected")

// Client is a connection that comes back after a loss.
type Client struct {
	cfg  Config
	news events
	// hurry has a token when the pause before the next attempt shall end.
	hurry  chan struct{}
	cancel context.CancelFunc
	done   chan struct{}
	end    Closed // once done is closed

	mu   sync.Mutex
	live *Conn // nil while not connected

	// next belongs to the reader: whose messages it gets, and whether it had the Closed.
	next struct {
		sync.Mutex
		conn *Conn
		over bool
	}
}

// NewClient starts to connect. It tries again after a loss or a failed attempt: after 1 s or a little
// less, then after up to 2 s, 4 s and so on to 60 s, each time at least as long as before, until a login
// succeeds and lasts. It waits longer if the server asks for it. After a refused password it waits for
// Retry. With Config.NoReconnect the first loss or failure is the end.
//
// What happens is kept for Next, and does not wait for it. A connection that is not received from fills
// up, though, and then its loss is noticed only when something is sent, such as a KeepAlive.
func NewClient(cfg Config) *Client {
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{
		cfg: cfg, news: events{came: make(chan struct{}, 1)}, hurry: make(chan struct{}, 1),
		cancel: cancel, done: make(chan struct{}),
	}
	go c.run(ctx)
	return c
}

const (
	// firstPause and longestPause bound the spans of the pauses between two attempts to connect.
	firstPause   = time.Second
	longestPause = time.Minute
	// steadyAfter is how long a connection has to last to count as a success. One that dies earlier, again
	// and again, is retried as slowly as one that is refused.
	steadyAfter = 10 * time.Second
)

// run owns the connection. Whatever it does ends with ctx.
func (c *Client) run(ctx context.Context) {
	defer close(c.done)
	defer c.cancel()
	defer fault.Catch(func(e *fault.Error) {
		e.Log(topicLog(c.cfg.Log, TopicAppWebsocket), "an AppWebsocket client")
		c.end = Closed{e}
	})
	failed := 0              // attempts since the last connection that lasted
	var before time.Duration // the pause before the last of them
	for {
		conn, err := Dial(ctx, c.cfg)
		if err == nil {
			opened := time.Now()
			if err = c.hold(ctx, conn); time.Since(opened) >= steadyAfter {
				failed, before = 0, 0
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
		wait := c.pauseAfter(err, max(before, backoff.Pause(failed, firstPause, longestPause)))
		before = max(before, wait)
		select {
		case <-c.hurry: // meant an earlier pause
		default:
		}
		if conn != nil {
			c.news.add(Disconnected{err, wait})
		} else {
			c.news.add(Failed{err, wait})
		}
		c.rest(ctx, wait)
	}
}

// pauseAfter is how long to wait after an error, at least the given time; 0 means until Retry.
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

// rest waits. A wait of 0 lasts until Retry.
func (c *Client) rest(ctx context.Context, wait time.Duration) {
	var over <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-c.hurry:
	case <-ctx.Done():
	}
}

// Retry ends the pause before the next attempt to connect, if there is one. The next pauses still
// get longer.
func (c *Client) Retry() { signal(c.hurry) }

// again reports whether an attempt may follow the error.
func (c *Client) again(err error) bool {
	var d *DialError
	switch {
	case c.cfg.NoReconnect, errors.Is(err, ErrClosed), errors.Is(err, ErrAuthenticatorGone):
		return false
	case errors.As(err, &d):
		return d.Step != StepConfig
	}
	return true
}

// hold makes a connection available until it ends, and returns why it ended.
func (c *Client) hold(ctx context.Context, conn *Conn) error {
	c.setLive(conn)
	defer c.setLive(nil)
	c.news.add(Opened{Conn: conn})
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

// Next waits for the next event. It takes a message from the connection only when it is called: the
// call is the messageComplete of the vendor's pages. After Closed it returns ErrClosed. The end of
// ctx does not affect the client.
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
	for {
		if e := c.news.take(); e != nil {
			if o, ok := e.(Opened); ok {
				c.next.conn = o.Conn
			}
			return e, nil
		}
		select {
		case <-c.news.came:
		case <-c.done:
			if len(c.news.came) > 0 {
				continue
			}
			return c.last()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
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

// Conn is the connection that is up, ErrNotConnected without one. It is another one after each Opened.
func (c *Client) Conn() (*Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live == nil {
		return nil, ErrNotConnected
	}
	return c.live, nil
}

// Send is Conn.Send on the connection that is up, ErrNotConnected without one.
func (c *Client) Send(ctx context.Context, v any) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	return conn.Send(ctx, v)
}

// SendText is Conn.SendText on the connection that is up, ErrNotConnected without one.
func (c *Client) SendText(ctx context.Context, text string) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	return conn.SendText(ctx, text)
}

// Do is Conn.Do on the connection that is up, ErrNotConnected without one. It may be called between
// two calls of Next: what comes before the answer waits for Next.
func (c *Client) Do(ctx context.Context, request any) (Message, error) {
	conn, err := c.Conn()
	if err != nil {
		return Message{}, err
	}
	return conn.Do(ctx, request)
}

// Subscribe is Conn.Subscribe on the connection that is up, ErrNotConnected without one. The
// subscription ends with that connection: subscribe again after each Opened.
func (c *Client) Subscribe(ctx context.Context, request any) (*Subscription, error) {
	conn, err := c.Conn()
	if err != nil {
		return nil, err
	}
	return conn.Subscribe(ctx, request)
}

// Ping is Conn.Ping on the connection that is up, ErrNotConnected without one.
func (c *Client) Ping(ctx context.Context) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	return conn.Ping(ctx)
}

// Encrypt is Conn.Encrypt on the connection that is up, ErrNotConnected without one.
func (c *Client) Encrypt(seed, data string) (string, error) {
	conn, err := c.Conn()
	if err != nil {
		return "", err
	}
	return conn.Encrypt(seed, data)
}

// Decrypt is Conn.Decrypt on the connection that is up, ErrNotConnected without one.
func (c *Client) Decrypt(seed, data string) (string, error) {
	conn, err := c.Conn()
	if err != nil {
		return "", err
	}
	return conn.Decrypt(seed, data)
}

// Hash is Conn.Hash on the connection that is up, ErrNotConnected without one.
func (c *Client) Hash(seed, data string) (string, error) {
	conn, err := c.Conn()
	if err != nil {
		return "", err
	}
	return conn.Hash(seed, data)
}

// Close ends the connection and all attempts to get it back, and waits until nothing is running any
// more.
func (c *Client) Close() error {
	c.cancel()
	<-c.done
	return nil
}
