package appws

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const (
	// maxFrame is the longest websocket frame that older C++ peers accept; longer messages are sent in
	// several.
	maxFrame = 16384
	// writeTimeout is how long the peer may take for a message that the package sends by itself.
	writeTimeout = time.Minute
)

// send writes one message when it is its turn. If ctx ends while the message is being sent, the
// connection ends too, because half a message cannot be undone.
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
	defer l.release()
	return l.write(ctx, text)
}

// sendKeepAlive sends a KeepAlive without waiting for the turn: whoever has it sends the KeepAlive
// afterwards, one for all that became due.
func (l *link) sendKeepAlive() {
	l.keepAliveDue.Store(true)
	l.sendDueKeepAlive()
}

// sendDueKeepAlive sends the KeepAlive that is due unless another has the turn.
func (l *link) sendDueKeepAlive() {
	for l.keepAliveDue.Load() {
		select {
		case l.turn <- struct{}{}:
		default:
			return
		}
		if l.keepAliveDue.Swap(false) {
			ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
			_ = l.write(ctx, []byte(KeepAliveText)) // its error has ended the link
			cancel()
		}
		<-l.turn
	}
}

// release gives the turn back.
func (l *link) release() {
	<-l.turn
	l.sendDueKeepAlive()
}

// write needs the turn.
func (l *link) write(ctx context.Context, text []byte) error {
	if err := l.over(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.startClock()
	l.noteOut(text)
	var err error
	if len(text) > maxFrame {
		err = l.sock.WriteFragments(ctx, text, maxFrame)
	} else {
		err = l.sock.Write(ctx, text)
	}
	l.sentAt.Store(int64(time.Since(l.born)))
	late := !l.stopClock()
	if err == nil {
		return nil
	}
	if bound := ctx.Err(); bound != nil {
		err = bound
	} else if late {
		err = context.DeadlineExceeded
	}
	l.end(sendError(err))
	_ = l.sock.CloseNow()
	return l.err
}

// startClock drops the socket if a message takes too long. stopClock reports whether it did not. A context for
// each message would cost five allocations.
func (l *link) startClock() {
	switch {
	case l.sendLimit == 0:
	case l.overdue == nil:
		l.overdue = time.AfterFunc(l.sendLimit, func() { _ = l.sock.CloseNow() })
	default:
		l.overdue.Reset(l.sendLimit)
	}
}

func (l *link) stopClock() bool { return l.overdue == nil || l.overdue.Stop() }

func sendError(err error) error {
	return fmt.Errorf("%w while sending: %w", ErrLost, err)
}

// noteOut traces a message that we send, and reads its envelope only if somebody wants to know.
func (l *link) noteOut(text []byte) {
	if l.trace == nil && !l.log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	m, _ := ParseMessage(text)
	l.note(Out, m, len(m.Raw))
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
