package appws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/ws"
)

// defaultReadLimit bounds a message from the peer. Apps send at most MaxMessage; answers of PBXs
// may be longer.
const defaultReadLimit = 1 << 20

// The topics of log records, after the vendor's diagnostic flags.
const (
	TopicAppWebsocket    = "LOG_APP_WEBSOCKET"
	TopicWebsocketClient = "LOG_WEBSOCKET_CLIENT"
)

// Direction of a Frame.
type Direction string

// Directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Frame is a message on the wire, its secrets included.
type Frame struct {
	At  time.Time
	Dir Direction
	// Text must not be changed. Of a message above the read limit it is the first KiB.
	Text []byte
	// Size is that of the message in bytes.
	Size int
}

// link is one websocket: the common part of connections at a client and at a service.
type link struct {
	sock     *ws.Conn
	log      *slog.Logger
	trace    func(Frame) // nil for nobody
	key      SessionKey  // set before anybody else gets the link
	in       *inbox
	requests requests

	// turn has the token of whoever writes, since the fragments of two messages must not mix.
	// keepAliveDue says that a KeepAlive has to follow.
	turn         chan struct{}
	keepAliveDue atomic.Bool

	// The rest are nanoseconds after born; readingSince is 0 while the socket is not read.
	born                             time.Time
	sentAt, receivedAt, readingSince atomic.Int64

	// sendLimit is how long the peer may take for a message, 0 for as long as it likes. overdue drops the
	// socket then; it belongs to whoever has the turn, nil before the first message.
	sendLimit time.Duration
	overdue   *time.Timer
	// asked is when a KeepAlive was sent that no other has followed, 0 for none.
	asked atomic.Int64

	// pings has the one that waits for its pong, nil for none.
	pings struct {
		mu    sync.Mutex
		now   *pong
		tasks sync.WaitGroup
	}

	endOnce sync.Once
	ended   chan struct{}
	err     error // why, once ended is closed
}

func newLink(sock *ws.Conn, log *slog.Logger, trace func(Frame)) *link {
	return &link{
		sock: sock, log: log, trace: trace, in: newInbox(), requests: newRequests(),
		turn: make(chan struct{}, 1), born: time.Now(), ended: make(chan struct{}),
	}
}

// end marks the link as ended; the first reason counts.
func (l *link) end(err error) {
	l.endOnce.Do(func() {
		l.err = err
		close(l.ended)
		l.in.finish(err)
	})
}

// over is why the link ended, nil while it is up.
func (l *link) over() error {
	select {
	case <-l.ended:
		return l.err
	default:
		return nil
	}
}

// onEnd runs f when the link ends, unless unhook is called before.
func (l *link) onEnd(f func()) (unhook func()) {
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-l.ended:
			f()
		case <-stop:
		}
	})
	return func() { close(stop); watch.Wait() }
}

// close ends the link from our side.
func (l *link) close(status ws.Status, reason string) {
	l.end(ErrClosed)
	_ = l.sock.Close(status, reason)
}

// refuse ends the link because of what the peer did, and sends the reason.
func (l *link) refuse(v *ProtocolError) {
	l.end(v)
	_ = l.sock.Close(ws.Status(v.Code), shortened(v.Err.Error()))
}

// fail ends the link after a panic, of the application's callbacks or ours.
func (l *link) fail(e *fault.Error) {
	e.Log(l.log, "an AppWebsocket connection")
	l.end(e)
	_ = l.sock.Close(ws.StatusInternal, "")
}

// shortened fits a reason into a close frame.
func shortened(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-3], "") + "..."
}

// read passes each message to handle until the socket or the link ends, or handle returns an error.
// bad says that the message is no JSON object, so that it has nothing but its Raw. On return the
// link has ended; whoever ended it closes the socket.
func (l *link) read(handle func(m Message, bad error) error) {
	for l.in.waitRoom(l.ended) {
		raw, err := l.receive()
		if err == nil {
			m, bad := ParseMessage(raw)
			l.note(In, m, len(raw))
			err = handle(m, bad)
		}
		if err != nil && !l.bears(err) {
			return
		}
	}
}

// bears reports whether the link goes on after an error of reading or handling; else it has ended.
func (l *link) bears(err error) bool {
	var v *ProtocolError
	var big *ws.BigError
	switch {
	case errors.As(err, &big):
		m, _ := ParseEnvelope(big.Head)
		l.note(In, m, int(big.Size))
		l.passOver(m)
		return true
	case errors.As(err, &v):
		l.refuse(v)
	case errors.Is(err, io.EOF): // there is nobody to send a close frame to
		_ = l.sock.CloseNow()
		l.awaitTurn()
		l.end(err)
	default:
		_ = l.sock.Close(ws.StatusProtocol, "")
		l.awaitTurn()
		l.end(err)
	}
	return false
}

// awaitTurn lets a writer whose time ran out report that first: the reader only sees that the
// socket is gone.
func (l *link) awaitTurn() {
	select {
	case l.turn <- struct{}{}:
		<-l.turn
	case <-l.ended:
	}
}

// receive waits for the next text. Its errors are in our words.
func (l *link) receive() ([]byte, error) {
	l.readingSince.Store(max(1, int64(time.Since(l.born))))
	raw, err := l.sock.Read(context.Background())
	l.receivedAt.Store(int64(time.Since(l.born)))
	l.readingSince.Store(0)
	if err == nil {
		return raw, nil
	}
	if status, reason := ws.StatusOf(err); status != 0 {
		return nil, &CloseError{int(status), reason}
	}
	var big *ws.BigError
	switch {
	case errors.As(err, &big):
		return nil, big
	case errors.Is(err, ws.ErrBinary):
		return nil, violation(ws.StatusUnsupported, err)
	case errors.Is(err, ws.ErrNotUTF8):
		return nil, violation(ws.StatusInvalid, err)
	case errors.Is(err, ws.ErrTooBig):
		return nil, violation(ws.StatusTooBig, err)
	case errors.Is(err, ws.ErrFrames):
		return nil, violation(ws.StatusProtocol, err)
	}
	return nil, fmt.Errorf("%w: %w", ErrLost, err)
}

// note passes a message to the tracer and the log.
func (l *link) note(dir Direction, m Message, size int) {
	if l.trace != nil {
		l.traced(Frame{time.Now(), dir, m.Raw, size})
	}
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug("message", "dir", string(dir), "mt", clipped(m.MT), "api", clipped(m.API), "src", clipped(m.Src),
			"bytes", size)
	}
}

// traced gives a frame to the application's tracer, from whatever goroutine reads or writes.
func (l *link) traced(f Frame) {
	defer fault.Catch(l.fail)
	l.trace(f)
}

// clipped bounds a word from the wire for the log.
func clipped(s string) string {
	const most = 64
	return s[:min(len(s), most)]
}

// withKey runs one of the session key's functions while the link is up.
func (l *link) withKey(f func(SessionKey) (string, error)) (string, error) {
	if err := l.over(); err != nil {
		return "", err
	}
	return f(l.key)
}

func (l *link) encrypt(seed, data string) (string, error) {
	return l.withKey(func(k SessionKey) (string, error) { return k.Encrypt(seed, data) })
}

func (l *link) decrypt(seed, data string) (string, error) {
	return l.withKey(func(k SessionKey) (string, error) { return k.Decrypt(seed, data) })
}

func (l *link) hash(seed, data string) (string, error) {
	return l.withKey(func(k SessionKey) (string, error) { return k.Hash(seed, data), nil })
}

// topicLog is a logger with a topic; it is never nil.
func topicLog(log *slog.Logger, topic string) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log.With("topic", topic)
}
