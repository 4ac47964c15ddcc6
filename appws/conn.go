package appws

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/ws"
)

// Conn is one connection that is logged in, from the client's side. It ends when the peer or
// the network ends it, or by Close; Done and Err tell.
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
			l.keepAlive(c.KeepAlive, c.DeadAfter)
		})
	}
	return conn
}

// handle sorts a message: the handshake's, an answer that somebody waits for, or Recv's. Text
// that is no message is Recv's too; what becomes of it is not ours to decide.
func (c *Conn) handle(m Message, _ error) error {
	switch {
	case m.API == "" && m.MT == "KeepAlive":
	case m.API == "" && !c.opened.Load() && (m.MT == "AppChallengeResult" || m.MT == "AppLoginResult"):
		c.handshake.put(m)
	default:
		box, unwanted := c.link.requests.find(m)
		if unwanted {
			c.link.log.Debug("late answer dropped", "mt", clipped(m.MT), "src", clipped(m.Src))
			return nil
		}
		if box == nil {
			box = c.box
		}
		box.put(m)
	}
	return nil
}

// Recv waits for the next message that no request waits for, and says thereby that the one
// before is complete. Messages that came before the login's end are kept. After the end Recv
// gives what had come and then Err. The end of ctx leaves the connection as it is.
func (c *Conn) Recv(ctx context.Context) (Message, error) { return c.box.take(ctx) }

// SetFlowControl lets the connection take one message at a time from the wire, the next when
// Recv has taken it. Without it up to 64 messages or 1 MiB wait here. Either way the sender
// feels a reader that does not keep up, as its messages stay in the network.
func (c *Conn) SetFlowControl(on bool) { setFlowControl(c.box, on) }

func setFlowControl(box *mailbox, on bool) {
	if on {
		box.limit(1)
		return
	}
	box.limit(readAhead)
}

// Send sends what v encodes to by encoding/json: an object with a member mt, of MaxMessage
// bytes at most. It returns when the message has been handed to the network. If ctx ends while
// the message is on its way, the connection ends with it.
func (c *Conn) Send(ctx context.Context, v any) error { return c.link.sendValue(ctx, v) }

// SendText sends a text as it is, JSON or not, of MaxMessage bytes at most. The rest is as with
// Send.
func (c *Conn) SendText(ctx context.Context, text string) error {
	return c.link.send(ctx, []byte(text))
}

// Do sends a request like Send and waits for the first message that comes back under its src.
// A request without a src gets one that no other has. When ctx ends before, the answer is
// dropped if it comes after all.
func (c *Conn) Do(ctx context.Context, request any) (Message, error) { return c.link.do(ctx, request) }

// Subscribe sends a request like Do and gives all that comes back under its src.
func (c *Conn) Subscribe(ctx context.Context, request any) (*Subscription, error) {
	return c.link.subscribe(ctx, request)
}

// Encrypt encrypts with the session key; see SessionKey.Encrypt. After the end of the
// connection it gives an error, as Decrypt and Hash do.
func (c *Conn) Encrypt(seed, data string) (string, error) { return c.link.encrypt(seed, data) }

// Decrypt decrypts what the peer encrypted under the seed.
func (c *Conn) Decrypt(seed, data string) (string, error) { return c.link.decrypt(seed, data) }

// Hash gives a hash that only the two ends of this connection can make; see SessionKey.Hash.
func (c *Conn) Hash(seed, data string) (string, error) { return c.link.hash(seed, data) }

// Login is who is logged in.
func (c *Conn) Login() Login { return c.login }

// App and Domain are what the server calls the app and the domain of its instance, both often
// empty. They come from the wire.
func (c *Conn) App() string { return c.app }

// Domain belongs to App.
func (c *Conn) Domain() string { return c.domain }

// Done is closed when the connection has ended.
func (c *Conn) Done() <-chan struct{} { return c.link.ended }

// Err is why the connection ended, nil while it is up: ErrClosed for Close, a *CloseError for
// the peer, a *ProtocolError for what the peer sent, or what happened to the network.
func (c *Conn) Err() error { return c.link.over() }

// Close ends the connection and waits until all that belongs to it is gone.
func (c *Conn) Close() error {
	c.link.close(ws.StatusNormal, "")
	c.tasks.Wait()
	return nil
}
