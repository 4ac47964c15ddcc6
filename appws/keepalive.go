package appws

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

// KeepAliveText is the message that keeps a connection alive, as this package sends it.
const KeepAliveText = `{"mt":"KeepAlive"}`

// AnswerLimit is how long a peer that answers KeepAlive messages may take for it.
const AnswerLimit = 10 * time.Second

// keepAliveWatch learns whether a peer answers KeepAlive messages: not all do, and it is documented
// nowhere. It is of use where no DeadAfter is set.
type keepAliveWatch struct {
	asked  time.Time // when the KeepAlive was sent that is not answered yet, zero for none
	streak int       // how many in a row were answered by anything in time
}

// missed checks whether the answer is overdue, and returns which kind of peer does not answer.
// silence is how long the peer has sent nothing, 0 while it is not read.
func (w *keepAliveWatch) missed(now time.Time, silence time.Duration) bool {
	if w.asked.IsZero() || now.Sub(w.asked) < AnswerLimit {
		return false
	}
	unanswered := silence > now.Sub(w.asked)
	w.asked = time.Time{}
	switch {
	case silence == 0:
		return false
	case !unanswered:
		w.streak++
		return false
	}
	used := w.streak >= 2
	w.streak = 0
	return used
}

// next is when to call missed again, after the given time at most.
func (w *keepAliveWatch) next(now time.Time, latest time.Duration) time.Duration {
	if w.asked.IsZero() {
		return latest
	}
	return min(latest, max(AnswerLimit-now.Sub(w.asked), time.Millisecond))
}

// keepAlive sends a KeepAlive after each pause and watches for silence: of any peer after
// deadAfter, if that is set, else of a peer that used to answer. Pings of the websocket would not
// do, because some of the vendor's peers never answer them.
func (l *link) keepAlive(pause, deadAfter time.Duration, pings bool) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	var peer keepAliveWatch
	for {
		select {
		case <-timer.C:
		case <-l.ended:
			return
		}
		if deadAfter > 0 && l.silence() >= deadAfter || deadAfter == 0 && peer.missed(time.Now(), l.silence()) {
			l.end(ErrSilent)
			_ = l.sock.Close(ws.StatusAway, "silent for too long")
			return
		}
		if l.idle() >= pause {
			l.asked.Store(int64(time.Since(l.born)))
			l.sendKeepAlive()
			if deadAfter == 0 && peer.asked.IsZero() {
				peer.asked = time.Now()
			}
			if pings {
				l.pingSoon()
			}
		}
		timer.Reset(peer.next(time.Now(), l.nextCheck(pause, deadAfter)))
	}
}

// pingSoon gives a peer a moment to answer a ping.
func (l *link) pingSoon() {
	ctx, cancel := context.WithTimeout(context.Background(), AnswerLimit)
	defer cancel()
	_ = l.ping(ctx, nil) // not all peers answer
}

// isAnswer reports whether a KeepAlive that came answers one of ours, so that two ends that answer each
// one do not go on for ever.
func (l *link) isAnswer() bool {
	asked := l.asked.Swap(0)
	return asked > 0 && time.Since(l.born)-time.Duration(asked) < AnswerLimit
}

// askPong is ping while the connection is read on, since the pong may stand behind messages.
func (l *link) askPong(ctx context.Context) error {
	flooded := l.in.readOn()
	defer l.in.answered()
	return l.ping(ctx, flooded)
}

// pong is a ping that waits for its answer.
type pong struct {
	done chan struct{}
	err  error // once done is closed
}

// ping waits for a pong, which is a sign of life, or until too much waits to be received. Those who ask at
// the same time wait for the same one: some peers never answer, and a ping that was given up cannot be
// taken back.
func (l *link) ping(ctx context.Context, flooded <-chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := l.pinging()
	if p == nil {
		return l.err
	}
	select {
	case <-p.done:
		return p.err
	case <-l.ended:
		return l.err
	case <-flooded:
		return ErrUnread
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pinging is the ping that is under way, or a new one; nil once the link has ended. An expired context
// would end the connection, so it has none but the link's.
func (l *link) pinging() *pong {
	l.pings.mu.Lock()
	defer l.pings.mu.Unlock()
	if l.over() != nil {
		return nil
	}
	if l.pings.now != nil {
		return l.pings.now
	}
	p := &pong{done: make(chan struct{})}
	l.pings.now = p
	l.pings.tasks.Go(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		defer l.onEnd(cancel)()
		err := l.sock.Ping(ctx)
		if err == nil {
			l.alive()
		}
		if over := l.over(); over != nil {
			err = over
		}
		l.pings.mu.Lock()
		l.pings.now = nil
		l.pings.mu.Unlock()
		p.err = err
		close(p.done)
	})
	return p
}

// awaitPings waits for the ping that the end of the link ends.
func (l *link) awaitPings() {
	l.pings.mu.Lock() // one that saw no end has been counted then
	defer l.pings.tasks.Wait()
	l.pings.mu.Unlock()
}

// alive notes a sign of life that is no message.
func (l *link) alive() {
	now := max(1, int64(time.Since(l.born)))
	l.receivedAt.Store(now)
	if since := l.readingSince.Load(); since > 0 {
		l.readingSince.CompareAndSwap(since, now)
	}
}

func (l *link) nextCheck(pause, deadAfter time.Duration) time.Duration {
	next := pause - l.idle()
	if next <= 0 { // another writes, or the peer takes nothing
		next = pause
	}
	if silence := l.silence(); deadAfter > 0 && silence > 0 {
		next = min(next, max(deadAfter-silence, time.Millisecond))
	}
	return next
}

// silence is how long the socket has been read without a message. It is 0 while we do not read,
// since then the silence is ours.
func (l *link) silence() time.Duration {
	if since := l.readingSince.Load(); since > 0 {
		return time.Since(l.born) - time.Duration(since)
	}
	return 0
}

// idle is how long nothing was sent in either direction.
func (l *link) idle() time.Duration {
	return time.Since(l.born) - time.Duration(max(l.sentAt.Load(), l.receivedAt.Load()))
}
