package apps

import (
	"fmt"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/term"
)

// drawSessions lists the sessions, and why the selected one is not connected.
func (a *Pane) drawSessions(c *term.Canvas, r *term.Rect, sh Shown, current sessions.View) {
	p := c.On(r.Rows(1), 0).Gap(1)
	p.Put(term.Title, "APPWEBSOCKET").Gap(2).Put(term.Plain, term.Count(len(sh.Sessions), "session"))
	if a.unlocked {
		p.Right(term.Warn, "UNLOCKED")
	} else {
		p.Right(term.Faint, "read only")
	}
	at := 0
	for i, s := range sh.Sessions {
		if s.ID == current.ID {
			at = i
		}
	}
	room := max(1, min(len(sh.Sessions), r.H/5))
	if current.ID == allID {
		drawSession(c, r.Rows(1), sh, current, true)
		room = max(0, room-1)
	}
	top := max(0, min(at-room/2, len(sh.Sessions)-room))
	for _, s := range sh.Sessions[top : top+room] {
		drawSession(c, r.Rows(1), sh, s, s.ID == current.ID)
	}
	if current.Why != "" && r.H > 8 {
		why := current.Why
		if !current.RetryAt.IsZero() {
			when := "trying again now"
			if wait := current.RetryAt.Sub(sh.Now); wait > 0 {
				when = "again in " + term.Minutes(wait)
			}
			why = when + ". " + why
		}
		lines := term.Wrap(why, r.W-4, c.ASCII)
		here := r.Rows(min(2, len(lines)))
		c.Paragraph(term.NewRect(here.X+3, here.Y, here.W-4, here.H), term.Warn, lines)
	}
}

func drawSession(c *term.Canvas, line term.Rect, sh Shown, s sessions.View, isMarked bool) {
	p := c.On(line, 0)
	p.Mark(isMarked)
	st := term.Warn
	switch s.State {
	case sessions.Open, sessions.Serving:
		st = term.Done
	case sessions.Ended, sessions.Refused:
		st = term.Failed
	case sessions.Replayed:
		st = term.Faint
	}
	p.Cell(term.Strong, 10, s.Name).Gap(1).Cell(st, 10, string(s.State)).Gap(1)
	p.Cell(term.Plain, 7, term.Minutes(sh.since(s.Since))).Gap(1)
	if silent := s.Unanswered(sh.Now); silent > 0 {
		p.Put(term.Alert, "KEEPALIVE UNANSWERED "+term.Minutes(silent)).Gap(2)
	}
	if s.Pending > 0 {
		p.Put(term.Warn, fmt.Sprintf("pending %d", s.Pending)).Gap(2)
	}
	p.Put(term.Faint, strings.TrimPrefix(s.App+" at "+s.URL, " at "))
}

// drawSessionHead draws the figures of the selected session in two lines.
func drawSessionHead(c *term.Canvas, r term.Rect, sh Shown, s sessions.View) {
	p := c.On(r, 0).Gap(1)
	if s.User != "" {
		p.Put(term.Plain, "user "+s.User).Gap(3)
	}
	switch {
	case s.State == sessions.Replayed:
		p.Put(term.Plain, "a saved record: there is no connection")
	case s.ID == allID:
		p.Put(term.Plain, "all sessions in the order of time; session=NAME filters one")
	case s.State == sessions.Serving:
		p.Put(term.Plain, "an app service of yours: each connection is a session of its own")
	case s.KeepAlive == 0:
		p.Put(term.Plain, "no keepalive")
	case s.KeptAlive.IsZero():
		p.Put(term.Plain, fmt.Sprintf("keepalive %d s (none yet)", int(s.KeepAlive/time.Second)))
	default:
		p.Put(term.Plain, fmt.Sprintf("keepalive %d s (last %s ago)", int(s.KeepAlive/time.Second), term.Minutes(sh.since(s.KeptAlive))))
	}
	drawTraffic(c.On(r, 1).Gap(1), s)
}

// drawTraffic is how many messages there were, and losses.
func drawTraffic(p *term.Pen, s sessions.View) {
	isWide := p.Room() >= 100
	for _, n := range []struct {
		way             string
		messages, bytes uint64
	}{{"rx", s.Received, s.BytesIn}, {"tx", s.Sent, s.BytesOut}} {
		p.Put(term.Plain, fmt.Sprintf("%s %d", n.way, n.messages))
		if isWide {
			p.Put(term.Faint, " ("+sized(n.bytes)+")")
		}
		p.Gap(2)
	}
	p.Put(term.Plain, fmt.Sprintf("reconnects %d", s.Reconnects))
	if !s.BackAt.IsZero() && p.Room() >= 32 {
		p.Put(term.Plain, fmt.Sprintf(" (%s, took %s)", s.BackAt.Format("15:04"), lasted(s.Away)))
	}
	st := term.Plain
	if s.Pending > 0 {
		st = term.Warn
	}
	p.Gap(2).Put(st, fmt.Sprintf("pending %d", s.Pending))
}

// sized is how many bytes messages had.
func sized(n uint64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// lasted is how long something lasted.
func lasted(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return term.Minutes(d)
}
