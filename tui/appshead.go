package tui

import (
	"fmt"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// drawSessions lists the sessions, and why the marked one is not connected.
func (a *appsPane) drawSessions(c *canvas, r *rect, sc *scene, current appws.SessionView) {
	p := c.on(r.rows(1), 0).gap(1)
	p.put(title, "APPWEBSOCKET").gap(2).put(plain, strconv.Itoa(len(sc.apps))+" sessions")
	if a.unlocked {
		p.right(warn, "UNLOCKED")
	} else {
		p.right(faint, "read only")
	}
	at := 0
	for i, s := range sc.apps {
		if s.ID == current.ID {
			at = i
		}
	}
	room := max(1, min(len(sc.apps), r.h/5))
	top := max(0, min(at-room/2, len(sc.apps)-room))
	for _, s := range sc.apps[top : top+room] {
		drawSession(c, r.rows(1), sc, s, s.ID == current.ID)
	}
	if current.Why != "" && r.h > 8 {
		why := current.Why
		if !current.RetryAt.IsZero() {
			why = fmt.Sprintf("again in %s. %s", minutes(current.RetryAt.Sub(sc.now)), why)
		}
		lines := wrap(why, r.w-4, c.ascii)
		for _, line := range lines[:min(2, len(lines))] {
			c.on(r.rows(1), 0).gap(3).put(warn, line)
		}
	}
}

func drawSession(c *canvas, line rect, sc *scene, s appws.SessionView, isMarked bool) {
	p := c.on(line, 0)
	if isMarked {
		p.put(marked, ">")
	} else {
		p.gap(1)
	}
	st := warn
	switch s.State {
	case appws.Open:
		st = done
	case appws.Ended, appws.Refused:
		st = failed
	case appws.Replayed:
		st = faint
	}
	p.cell(strong, 10, s.Name).gap(1).cell(st, 10, string(s.State)).gap(1)
	p.cell(plain, 7, minutes(sc.since(s.Since))).gap(1)
	if s.Pending > 0 {
		p.put(warn, fmt.Sprintf("pending %d", s.Pending)).gap(2)
	}
	p.put(faint, s.App+" at "+s.URL)
}

// drawSessionHead is what there is to count of the marked session: two lines.
func drawSessionHead(c *canvas, r rect, sc *scene, s appws.SessionView) {
	p := c.on(r, 0).gap(1)
	if s.User != "" {
		p.put(plain, "user "+s.User).gap(3)
	}
	switch {
	case s.State == appws.Replayed:
		p.put(plain, "a saved record: there is no connection")
	case s.KeepAlive == 0:
		p.put(plain, "no keepalive")
	case s.KeptAlive.IsZero():
		p.put(plain, fmt.Sprintf("keepalive %d s (none yet)", int(s.KeepAlive/time.Second)))
	default:
		p.put(plain, fmt.Sprintf("keepalive %d s (last %s ago)", int(s.KeepAlive/time.Second), minutes(sc.since(s.KeptAlive))))
	}
	drawTraffic(c.on(r, 1).gap(1), s)
}

// drawTraffic is how many messages there were, and losses.
func drawTraffic(p *pen, s appws.SessionView) {
	isWide := p.room() >= 100
	for _, n := range []struct {
		way             string
		messages, bytes uint64
	}{{"rx", s.Received, s.BytesIn}, {"tx", s.Sent, s.BytesOut}} {
		p.put(plain, fmt.Sprintf("%s %d", n.way, n.messages))
		if isWide {
			p.put(faint, sized(n.bytes))
		}
		p.gap(2)
	}
	p.put(plain, fmt.Sprintf("reconnects %d", s.Reconnects))
	if !s.BackAt.IsZero() && p.room() >= 32 {
		p.put(plain, fmt.Sprintf(" (%s, took %s)", s.BackAt.Format("15:04"), lasted(s.Away)))
	}
	st := plain
	if s.Pending > 0 {
		st = warn
	}
	p.gap(2).put(st, fmt.Sprintf("pending %d", s.Pending))
}

// sized is how many bytes messages had, in brackets.
func sized(n uint64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf(" (%d B)", n)
	case n < 1_000_000:
		return fmt.Sprintf(" (%.1f kB)", float64(n)/1e3)
	}
	return fmt.Sprintf(" (%.1f MB)", float64(n)/1e6)
}

// lasted is how long something lasted.
func lasted(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return minutes(d)
}
