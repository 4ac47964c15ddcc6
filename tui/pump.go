package tui

import (
	"context"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
)

// The messages of the event loop, besides keys. All but dueMsg come from the one wait command.
type (
	phoneMsg struct{ snapshot phone.Snapshot }
	sizeMsg  struct {
		w, h int
		// anew asks for everything to be drawn again.
		anew bool
	}
	// tickMsg comes once a second, for the clock and what counts up.
	tickMsg struct{}
	// dueMsg says that a delay asked for by the screen is over.
	dueMsg struct{}
	// closedMsg ends the screen: the phone is gone, the terminal is, or a command failed.
	closedMsg struct{ err error }
)

// frameGap is the least time between two frames that nobody pressed a key for.
const frameGap = 50 * time.Millisecond

// pump is the screen's only source besides the keyboard. The screen pulls: wait gives one
// message and is asked for again when that has been dealt with, so nothing can pile up.
type pump struct {
	snapshots <-chan phone.Snapshot
	// signals tell that the window changed its size or that the process was continued.
	signals <-chan os.Signal
	resized func(os.Signal) sizeMsg
	// lost ends the screen.
	lost []<-chan error
	// drawn is when the last snapshot was handed out. Only one wait runs at a time.
	drawn time.Time
}

// wait is the command that gives the next message.
func (p *pump) wait(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		now := time.Now()
		tick := time.NewTimer(now.Truncate(time.Second).Add(time.Second).Sub(now))
		defer tick.Stop()
		snapshots := p.snapshots
		var open <-chan time.Time
		if gap := frameGap - now.Sub(p.drawn); gap > 0 {
			gate := time.NewTimer(gap)
			defer gate.Stop()
			snapshots, open = nil, gate.C
		}
		for {
			select {
			case <-ctx.Done():
				return closedMsg{}
			case <-open:
				snapshots = p.snapshots
			case s, ok := <-snapshots:
				if !ok {
					return closedMsg{}
				}
				p.drawn = time.Now()
				return phoneMsg{s}
			case sig := <-p.signals:
				return p.resized(sig)
			case err := <-p.lost[0]:
				return closedMsg{err}
			case err := <-p.lost[1]:
				return closedMsg{err}
			case <-tick.C:
				return tickMsg{}
			}
		}
	}
}

// due is a command that comes back after a delay.
func due(ctx context.Context, d time.Duration) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		return dueMsg{}
	}
}
