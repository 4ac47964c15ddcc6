package appws

import (
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

const keepAliveText = `{"mt":"KeepAlive"}`

// keepAlive sends a KeepAlive after each pause of that length and watches for silence. Pings
// of the websocket would not do: some of the vendor's peers never answer them.
func (l *link) keepAlive(pause, deadAfter time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-l.ended:
			return
		}
		if deadAfter > 0 && l.silence() >= deadAfter {
			l.end(ErrSilent)
			_ = l.sock.Close(ws.StatusAway, "silent for too long")
			return
		}
		if l.idle() >= pause {
			l.sendKeepAlive()
		}
		timer.Reset(l.nextCheck(pause, deadAfter))
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

// silence is how long the socket has been read in vain; 0 while it is not read, for then the
// silence is ours.
func (l *link) silence() time.Duration {
	if since := l.readingSince.Load(); since > 0 {
		return time.Since(l.born) - time.Duration(since)
	}
	return 0
}

// idle is how long nothing was said in either direction.
func (l *link) idle() time.Duration {
	return time.Since(l.born) - time.Duration(max(l.wrote.Load(), l.heard.Load()))
}
