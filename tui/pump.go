package tui

import (
	"context"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/beat"
	"github.com/patchcord/patchcord/internal/newest"
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
	// suspendedMsg says that the program goes on.
	suspendedMsg struct{ size sizeMsg }
	newsMsg      struct{ news News }
	// silentMsg says when a phone that stands still was alive last, zero when it goes on.
	silentMsg struct{ aliveAt time.Time }
	// tickMsg comes when the screen looks different by itself, see model.nextLook.
	tickMsg struct{}
	// dueMsg says that a delay asked for by the screen is over.
	dueMsg struct{}
	// savedMsg says where a report was written, or why not.
	savedMsg struct {
		path string
		err  error
	}
	// keptMsg says whether the bookmarks were written down.
	keptMsg struct{ err error }
	// closedMsg ends the screen: the phone is gone, or the terminal is.
	closedMsg struct{ err error }
	// commandFailedMsg says that a fault of ours ended a command, pumpFailedMsg that it was the
	// one that waits for messages.
	commandFailedMsg struct{ err error }
	pumpFailedMsg    struct{}
)

const (
	// frameGap is the average time between frames that no key asked for.
	frameGap = 50 * time.Millisecond
	// frameCredit is how much earlier a frame may come after a pause, so that the answer to the first
	// change is drawn at once.
	frameCredit = 3 * frameGap
)

// pump is the screen's only source besides the keyboard. The screen pulls: wait gives one
// message and is asked for again when that has been dealt with, so nothing can pile up.
type pump struct {
	snapshots <-chan phone.Snapshot
	news      <-chan News
	// past is the record of calls, nil where there is none.
	past <-chan map[phone.LinkID]history.View
	// apps are the views of the AppWebsocket sessions, nil where there are none.
	apps <-chan []sessions.View
	// silence is the phone's, nil where it is in this process.
	silence <-chan time.Time
	// signals tell that the window changed its size or that the process was continued.
	signals <-chan os.Signal
	resized func(os.Signal) sizeMsg
	// lost ends the screen.
	lost []<-chan error
	// looks has the newest answer to when a tickMsg has to come; look is the last that was taken.
	looks chan time.Time
	look  time.Time
	// due is when the next snapshot would come at an even pace. Only one wait runs at a time.
	due time.Time
}

// wakeAt says when a tickMsg has to come at the latest. One goroutine calls it.
func (p *pump) wakeAt(at time.Time) {
	newest.Put(p.looks, at)
}

// wait is the command that gives the next message.
func (p *pump) wait(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		now := time.Now()
		select {
		case p.look = <-p.looks:
		default:
		}
		tick := time.NewTimer(p.look.Sub(now))
		defer tick.Stop()
		snapshots := p.snapshots
		var open <-chan time.Time
		if gap := p.due.Sub(now.Add(frameCredit)); gap > 0 {
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
				p.took(time.Now())
				return phoneMsg{s}
			case v, ok := <-p.past:
				if !ok {
					p.past = nil
					continue
				}
				return pastMsg{v}
			case views, ok := <-p.apps:
				if !ok {
					p.apps = nil
					continue
				}
				return appsMsg{views}
			case aliveAt, ok := <-p.silence:
				if !ok {
					p.silence = nil
					continue
				}
				return silentMsg{aliveAt}
			case n := <-p.news:
				return newsMsg{n}
			case sig := <-p.signals:
				return p.resized(sig)
			case err := <-p.lost[0]:
				return closedMsg{err}
			case err := <-p.lost[1]:
				return closedMsg{err}
			case p.look = <-p.looks:
				tick.Reset(time.Until(p.look))
			case <-tick.C:
				p.look = time.Now().Add(beat.Until(time.Second)) // until the screen says something else
				return tickMsg{}
			}
		}
	}
}

// took notes that a snapshot was handed out.
func (p *pump) took(now time.Time) {
	if p.due.Before(now) {
		p.due = now
	}
	p.due = p.due.Add(frameGap)
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
