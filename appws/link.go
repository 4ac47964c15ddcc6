package appws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

const (
	// maxFrame is the most that older C++ peers take in one websocket frame; longer messages
	// go out in several.
	maxFrame = 16384
	// defaultReadLimit bounds a message from the peer. Apps keep to MaxMessage among each
	// other, answers of PBXs may be longer.
	defaultReadLimit = 1 << 20
	// ownPatience is how long the peer may take for a message that we send on our own account.
	ownPatience = time.Minute
)

// The topics of log records, after the vendor's diagnostic flags.
const (
	TopicAppWebsocket    = "LOG_APP_WEBSOCKET"
	TopicWebsocketClient = "LOG_WEBSOCKET_CLIENT"
)

// Errors of connections that ended.
var (
	// ErrClosed is a connection that we closed, or none yet.
	ErrClosed = errors.New("the connection is closed")
	// ErrSilent is a peer that said nothing for Config.DeadAfter.
	ErrSilent = errors.New("the peer is silent")
)

// CloseError is a connection that the peer closed.
type CloseError struct {
	// Code is its reason in a number (RFC 6455 §7.4), 1005 for none.
	Code int
	// Reason is text from the wire, at most 123 bytes.
	Reason string
}

func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("the peer closed the connection with code %d", e.Code)
	}
	return fmt.Sprintf("the peer closed the connection with code %d: %q", e.Code, e.Reason)
}

// ProtocolError is a connection that we ended because of what the peer sent.
type ProtocolError struct {
	// Code is what the peer was told (RFC 6455 §7.4).
	Code int
	Err  error
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("the peer broke the protocol: %v", e.Err) }

func (e *ProtocolError) Unwrap() error { return e.Err }

func violation(code ws.Status, err error) *ProtocolError { return &ProtocolError{int(code), err} }

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
	// Text must not be changed.
	Text []byte
}

// link is one websocket: what the client's and the service's side of a connection share.
type link struct {
	sock  *ws.Conn
	log   *slog.Logger
	trace func(Frame) // nil for nobody
	key   SessionKey  // set before anybody else gets the link
	in    *inbox
	asks  asks

	// turn has the token of whoever writes; the fragments of two messages must not mix. owed
	// is a KeepAlive that is to follow.
	turn chan struct{}
	owed atomic.Bool

	// The rest are nanoseconds after born; readingSince is 0 while the socket is not read.
	born                       time.Time
	wrote, heard, readingSince atomic.Int64

	endOnce sync.Once
	ended   chan struct{}
	err     error // why, once ended is closed
}

func newLink(sock *ws.Conn, log *slog.Logger, trace func(Frame)) *link {
	return &link{
		sock: sock, log: log, trace: trace, in: newInbox(), asks: asks{byID: map[string]*mailbox{}},
		turn: make(chan struct{}, 1), born: time.Now(), ended: make(chan struct{}),
	}
}

// end marks the link as over; the first reason counts.
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

// refuse ends the link because of what the peer did, and tells it.
func (l *link) refuse(v *ProtocolError) {
	l.end(v)
	_ = l.sock.Close(ws.Status(v.Code), shortened(v.Err.Error()))
}

// shortened fits a reason into a close frame.
func shortened(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}

// read hands each message to hear until the socket or the link ends, or hear refuses one. With
// bad the message is no JSON object but for its Raw. On return the link has ended; whoever
// ended it closes the socket.
func (l *link) read(hear func(m Message, bad error) error) {
	for l.in.waitRoom(l.ended) {
		raw, err := l.receive()
		if err == nil {
			m, bad := parseMessage(raw)
			l.note(In, m)
			err = hear(m, bad)
		}
		var v *ProtocolError
		switch {
		case err == nil:
			continue
		case errors.As(err, &v):
			l.refuse(v)
		default:
			l.end(err)
			_ = l.sock.Close(ws.StatusProtocol, "")
		}
		return
	}
}

// receive waits for the next text. Why there is none is said in our words.
func (l *link) receive() ([]byte, error) {
	l.readingSince.Store(max(1, int64(time.Since(l.born))))
	raw, err := l.sock.Read(context.Background())
	l.heard.Store(int64(time.Since(l.born)))
	l.readingSince.Store(0)
	if err == nil {
		return raw, nil
	}
	if status, reason := ws.StatusOf(err); status != 0 {
		return nil, &CloseError{int(status), reason}
	}
	switch {
	case errors.Is(err, ws.ErrBinary):
		return nil, violation(ws.StatusUnsupported, err)
	case errors.Is(err, ws.ErrNotUTF8):
		return nil, violation(ws.StatusInvalid, err)
	case errors.Is(err, ws.ErrTooBig):
		return nil, violation(ws.StatusTooBig, err)
	}
	return nil, fmt.Errorf("the connection was lost: %w", err)
}

// note tells the tracer and the log of a message.
func (l *link) note(dir Direction, m Message) {
	if l.trace != nil {
		l.trace(Frame{time.Now(), dir, m.Raw})
	}
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug("message", "dir", string(dir), "mt", clipped(m.MT), "api", clipped(m.API), "src", clipped(m.Src),
			"bytes", len(m.Raw))
	}
}

// clipped bounds a word from the wire for the log.
func clipped(s string) string {
	const most = 64
	return s[:min(len(s), most)]
}

// send writes one message when it is its turn. If ctx ends while the message is on its way,
// the connection ends too: half a message cannot be taken back.
func (l *link) send(ctx context.Context, text []byte) error {
	if err := checkText(text); err != nil {
		return err
	}
	select {
	case l.turn <- struct{}{}:
	case <-l.ended:
		return l.err
	case <-ctx.Done():
		return ctx.Err()
	}
	defer l.yield()
	return l.write(ctx, text)
}

// sendKeepAlive sends a KeepAlive without waiting for the turn: if another has it, that one
// sends it, one for all that were asked for meanwhile.
func (l *link) sendKeepAlive() {
	l.owed.Store(true)
	l.settle()
}

// settle sends the KeepAlive that is owed unless another has the turn.
func (l *link) settle() {
	for l.owed.Load() {
		select {
		case l.turn <- struct{}{}:
		default:
			return
		}
		if l.owed.Swap(false) {
			ctx, cancel := context.WithTimeout(context.Background(), ownPatience)
			_ = l.write(ctx, []byte(keepAliveText)) // its error has ended the link
			cancel()
		}
		<-l.turn
	}
}

// yield gives the turn back.
func (l *link) yield() {
	<-l.turn
	l.settle()
}

// write needs the turn.
func (l *link) write(ctx context.Context, text []byte) error {
	if err := l.over(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.noteOut(text)
	var err error
	if len(text) > maxFrame {
		err = l.sock.WriteFragments(ctx, text, maxFrame)
	} else {
		err = l.sock.Write(ctx, text)
	}
	l.wrote.Store(int64(time.Since(l.born)))
	if err == nil {
		return nil
	}
	l.end(fmt.Errorf("the connection was lost while sending: %w", err))
	_ = l.sock.CloseNow()
	return l.err
}

// noteOut reads the envelope of what we send only for those who want to know.
func (l *link) noteOut(text []byte) {
	if l.trace == nil && !l.log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	m, _ := parseMessage(text)
	l.note(Out, m)
}

// sendValue sends what v encodes to.
func (l *link) sendValue(ctx context.Context, v any) error {
	text, err := marshal(v)
	if err != nil {
		return err
	}
	if err := CheckMessage(text); err != nil {
		return err
	}
	return l.send(ctx, text)
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

// topicLog is a logger that carries a topic; it is never nil.
func topicLog(log *slog.Logger, topic string) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log.With("topic", topic)
}
