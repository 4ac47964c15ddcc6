package appws

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/ws"
)

// Conn is one logged-in connection on the client's side. It ends by Close, by the peer or with the
// network; Done and Err say so.
type Conn struct {
	link *link
	box  *mailbox
	// handshake gets the messages of the handshake until opened.
	handshake *mailbox
	opened    atomic.Bool

	login       Login
	app, domain string

	tasks sync.WaitGroup
}

// startConn begins to read a websocket; the handshake is still to come.
func startConn(sock *ws.Conn, c Config) *Conn {
	l := newLink(sock, topicLog(c.Log, TopicAppWebsocket), c.Trace)
	conn := &Conn{link: l, box: l.in.open(), handshake: l.in.open()}
	conn.SetFlowControl(c.FlowControl)
	conn.tasks.Go(func() {
		defer fault.Catch(l.fail)
		l.read(conn.handle)
	})
	if c.KeepAlive > 0 {
		conn.tasks.Go(func() {
			defer fault.Catch(l.fail)
			l.keepAlive(c.KeepAlive, c.DeadAfter, c.Pings)
		})
	}
	return conn
}

// handle passes a message on: to the handshake, to a request that waits for it, or to Recv. Recv
// also gets text that is no message; the caller decides what to do with it.
func (c *Conn) handle(m Message, _ error) error {
	switch {
	case m.API == "" && m.MT == "KeepAlive":
	case m.API == "" && !c.opened.Load() && (m.MT == "AppChallengeResult" || m.MT == "AppLoginResult"):
		c.handshake.put(m)
	default:
		if !c.link.pass(m) {
			c.box.put(m)
		}
	}
	return nil
}

// Recv waits for the next message that no request waits for; calling it means that the message
// before is done with. Messages that came before the end of the login are kept. After the end it
// gives what had come, then Err. The end of ctx does not affect the connection.
func (c *Conn) Recv(ctx context.Context) (Message, error) { return c.box.take(ctx) }

// SetFlowControl takes one message at a time from the wire, the next one after Recv. Without it up
// to 64 messages or 1 MiB wait here. Either way a slow reader makes the sender wait, because its
// messages stay in the network.
func (c *Conn) SetFlowControl(on bool) { setFlowControl(c.box, on) }

func setFlowControl(box *mailbox, on bool) {
	if on {
		box.limit(1)
		return
	}
	box.limit(readAhead)
}

// Send sends the JSON of v: an object with a member mt, of at most MaxMessage bytes. It returns
// when the network has the message. If ctx ends while the message is being sent, the connection
// ends too.
func (c *Conn) Send(ctx context.Context, v any) error { return c.link.sendValue(ctx, v) }

// SendText sends a text unchanged, JSON or not, of at most MaxMessage bytes. All else is as with
// Send.
func (c *Conn) SendText(ctx context.Context, text string) error {
	return c.link.send(ctx, []byte(text))
}

// Do sends a request like Send and waits for its answer: the message with its src whose mt is that of
// the request with "Result" added, or in place of "Request", or that brings an error. A request without
// a src gets an unused one. All else that comes meanwhile, under that src too, is for the Subscription
// of the src, or for Recv: the connection is read on until 8 MiB wait there, which gives ErrUnread. If
// ctx ends first, a late answer is dropped.
//
// An answer with another name is none: use Subscribe for such requests.
func (c *Conn) Do(ctx context.Context, request any) (Message, error) { return c.link.do(ctx, request) }

// Subscribe sends a request like Do and gives all messages with its src, such as the hundreds of
// UserInfo that RCC sends before its InitializeResult.
func (c *Conn) Subscribe(ctx context.Context, request any) (*Subscription, error) {
	return c.link.subscribe(ctx, request)
}

// Ping sends a ping of the websocket and waits for the pong, reading on like Do. Browsers and most libraries answer; innovaphone's PHP client never does, and takes the ping for
// a message. KeepAlive asks in the protocol itself.
func (c *Conn) Ping(ctx context.Context) error { return c.link.askPong(ctx) }

// Encrypt encrypts with the session key, see SessionKey.Encrypt. After the end of the connection it
// returns an error, as Decrypt and Hash do.
func (c *Conn) Encrypt(seed, data string) (string, error) { return c.link.encrypt(seed, data) }

// Decrypt decrypts what the peer encrypted under the seed.
func (c *Conn) Decrypt(seed, data string) (string, error) { return c.link.decrypt(seed, data) }

// Hash returns a hash that only the two ends of this connection can make, see SessionKey.Hash.
func (c *Conn) Hash(seed, data string) (string, error) { return c.link.hash(seed, data) }

// Login is who is logged in.
func (c *Conn) Login() Login { return c.login }

// App and Domain are the server's names for the app and its domain, both often empty. They come
// from the wire.
func (c *Conn) App() string { return c.app }

// Domain belongs to App.
func (c *Conn) Domain() string { return c.domain }

// Done is closed when the connection has ended.
func (c *Conn) Done() <-chan struct{} { return c.link.ended }

// Err is why the connection ended, nil while it is up: ErrClosed after Close, a *CloseError if the
// peer closed it, a *ProtocolError for what the peer sent, or an error of the network.
func (c *Conn) Err() error { return c.link.over() }

// Close ends the connection and waits until nothing of it is running any more.
func (c *Conn) Close() error {
	c.link.close(ws.StatusNormal, "")
	c.tasks.Wait()
	c.link.awaitPings()
	return nil
}
