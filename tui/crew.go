package tui

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	tea "github.com/charmbracelet/bubbletea"
)

// crew are the commands that run: Bubble Tea starts them on goroutines and forgets them, the
// crew does not.
type crew struct {
	mu      sync.Mutex
	off     bool
	running sync.WaitGroup
}

// guard makes a command that is waited for, and whose panic ends the screen in good order and
// not the program with the terminal in pieces.
func (c *crew) guard(log *slog.Logger, cmd tea.Cmd) tea.Cmd {
	return func() (msg tea.Msg) {
		if !c.join() {
			return nil
		}
		defer c.running.Done()
		defer func() {
			if r := recover(); r != nil {
				log.Error("the screen failed", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
				msg = closedMsg{fmt.Errorf("run the screen: panic: %v", r)}
			}
		}()
		return cmd()
	}
}

func (c *crew) join() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.off {
		c.running.Add(1)
	}
	return !c.off
}

// wait lets nobody begin any more and returns when everybody is done.
func (c *crew) wait() {
	c.mu.Lock()
	c.off = true
	c.mu.Unlock()
	c.running.Wait()
}
