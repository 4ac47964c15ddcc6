package socketio

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/ws"
)

const (
	// openLimit is how long a handshake may take after the websocket is open.
	openLimit = 10 * time.Second
	// writeLimit is how long the peer may take for a packet.
	writeLimit = 5 * time.Second
	// pingEvery is how often a client asks for a sign of life, and answerLimit how long the answer may
	// take before the link is in doubt.
	pingEvery   = 5 * time.Second
	answerLimit = 5 * time.Second
	// silenceLimit is when a link is dead whose server used to answer, engineGrace what a server that
	// only pings by itself may take above its interval.
	silenceLimit = 20 * time.Second
	engineGrace  = 20 * time.Second
	// usualInterval is between two pings of the engine where the server names no time that makes sense.
	usualInterval            = 25 * time.Second
	minInterval, maxInterval = 100 * time.Millisecond, 10 * time.Minute
	longTimeout              = 10_000_000 * time.Millisecond
	// readLimit bounds a packet in bytes: pictures travel in JSON.
	readLimit = 4 << 20
)

// Why a link ends, besides errors of the websocket.
var (
	ErrSilent       = errors.New("the peer has not been heard for too long")
	ErrDisconnected = errors.New("the peer ended the socket")
	errMisbehaved   = errors.New("the peer broke the rules of socket.io")
	ErrNoOpening    = errors.New("the upgrade was followed by silence")
	ErrCutShort     = errors.New("the socket ended before it was agreed on")
	ErrNoRoom       = errors.New("the peer takes nothing any more")
)

// News is what Run tells of.
type News struct {
	// Frame is a packet as it was on the wire, Sent one of ours that Run sent by itself.
	Frame []byte
	Sent  bool
	// Packet is what was read. Err says why it makes no sense.
	Packet Packet
	Err    error
	// Missed says that the answer to a ping is overdue; there is no packet then.
	Missed bool
}

// socket is what a Conn needs of a websocket.
type socket interface {
	Read(context.Context) ([]byte, error)
	Write(context.Context, []byte) error
	Close(ws.Status, string) error
	CloseNow() error
}

// Conn is a socket that both sides have agreed on.
type Conn struct {
	ws   socket
	eio3 bool
	// serves tells that the other side is the client.
	serves   bool
	interval time.Duration

	// alive is when Run was last ready to read or had read, in nanoseconds; busy is set while what was
	// read is not taken yet.
	alive atomic.Int64
	busy  atomic.Bool
	// answered tells that the peer answers our pings, open that the last one is not answered.
	answered, open atomic.Bool
}

// handshake is what an Open packet says. Times are in milliseconds.
type handshake struct {
	SID          string   `json:"sid"`
	Upgrades     []string `json:"upgrades"`
	PingInterval int64    `json:"pingInterval"`
	PingTimeout  int64    `json:"pingTimeout"`
	MaxPayload   int64    `json:"maxPayload,omitempty"`
}

// Emit sends an event without asking for an acknowledgement.
func (c *Conn) Emit(ctx context.Context, name string, args ...any) ([]byte, error) {
	p := Packet{Kind: Event, ID: -1, Name: name}
	for _, a := range args {
		data, err := marshal(a)
		if err != nil {
			return nil, err
		}
		p.Args = append(p.Args, data)
	}
	return c.write(ctx, p)
}

// Acknowledge answers an event that asked for it.
func (c *Conn) Acknowledge(ctx context.Context, id int) ([]byte, error) {
	return c.write(ctx, Packet{Kind: Ack, ID: id})
}

// write sends a packet and gives it as it went.
func (c *Conn) write(ctx context.Context, p Packet) ([]byte, error) {
	frame, err := p.Bytes()
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	if err := c.ws.Write(limited, frame); err != nil {
		if ctx.Err() == nil && limited.Err() != nil {
			err = ErrNoRoom
		}
		return nil, err
	}
	return frame, nil
}

// Leave tells the other side that the link ends; it is dropped after that.
func (c *Conn) Leave(ctx context.Context) error {
	_, err := c.write(ctx, Packet{Kind: Disconnect, ID: -1})
	return err
}

// Drop closes the link without a word.
func (c *Conn) Drop() error { return c.ws.CloseNow() }

// Run reads until the link ends and says why. What comes is told on news; while that is full nothing is
// read, and no silence counts. Run does not close the link.
func (c *Conn) Run(ctx context.Context, news chan<- News) error {
	ctx, cancel := context.WithCancelCause(ctx)
	tell := func(n News) {
		select {
		case news <- n:
		case <-ctx.Done():
		}
	}
	c.alive.Store(time.Now().UnixNano())
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer fault.Catch(func(e *fault.Error) { cancel(e) })
		cancel(c.beat(ctx, tell))
	}()
	cancel(c.read(ctx, tell))
	<-done
	return context.Cause(ctx)
}

// read takes packets and answers what the engine wants answered.
func (c *Conn) read(ctx context.Context, tell func(News)) error {
	for {
		frame, err := c.ws.Read(ctx)
		if err != nil {
			return err
		}
		c.busy.Store(true)
		c.open.Store(false)
		p, err := Parse(frame)
		tell(News{Frame: frame, Packet: p, Err: err})
		if err == nil {
			err = c.react(ctx, p, tell)
		} else if !c.serves {
			err = nil
		}
		c.alive.Store(time.Now().UnixNano())
		c.busy.Store(false)
		if err != nil {
			return err
		}
	}
}

func (c *Conn) react(ctx context.Context, p Packet, tell func(News)) error {
	switch {
	case p.Kind == Ping && c.serves && !c.eio3: // there the server pings, and the original ends this
		return errMisbehaved
	case p.Kind == Ping:
		frame, err := c.write(ctx, Packet{Kind: Pong})
		if err == nil {
			tell(News{Frame: frame, Sent: true})
		}
		return err
	case p.Kind == Ack && p.ID >= 0 && !c.serves:
		c.answered.Store(true)
	case p.Kind == Close, p.Kind == Disconnect:
		return ErrDisconnected
	}
	return nil
}

// beat keeps the link alive and ends it when the peer is silent.
func (c *Conn) beat(ctx context.Context, tell func(News)) error {
	engine := time.NewTicker(c.interval)
	defer engine.Stop()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	if c.serves {
		ping.Stop()
	}
	for id := 0; ; {
		p := Packet{Kind: Ping, ID: -1}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-engine.C:
			if c.serves == c.eio3 {
				continue
			}
		case <-ping.C:
			if over, err := c.overdue(tell); over {
				return err
			}
			p = Packet{Kind: Event, ID: id, Name: "ping"}
			id = (id + 1) % maxID
			c.open.Store(true)
		}
		frame, err := c.write(ctx, p)
		if err != nil {
			return err
		}
		tell(News{Frame: frame, Sent: true})
	}
}

// overdue looks for the answer to the ping before. Silence is our own doing while nothing is read.
func (c *Conn) overdue(tell func(News)) (dead bool, err error) {
	if c.busy.Load() {
		return false, nil
	}
	limit := c.interval + engineGrace
	if c.answered.Load() {
		limit = silenceLimit
		if c.open.Load() {
			tell(News{Missed: true})
		}
	}
	silent := time.Duration(time.Now().UnixNano() - c.alive.Load())
	return silent >= limit, ErrSilent
}

// intervalOf reads the time between two pings of the engine.
func intervalOf(h handshake) time.Duration {
	d := time.Duration(h.PingInterval) * time.Millisecond
	if d < minInterval || d > maxInterval {
		return usualInterval
	}
	return d
}

// engineName is the number of the engine's protocol in the address.
func engineName(eio3 bool) string {
	if eio3 {
		return strconv.Itoa(3)
	}
	return strconv.Itoa(4)
}
