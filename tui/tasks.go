package tui

import (
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/fault"
)

// tasks are the commands that run. Bubble Tea starts them on goroutines and does not wait for them; this does.
type tasks struct {
	mu      sync.Mutex
	off     bool
	running sync.WaitGroup
}

// guard makes a command that is waited for. If a fault of ours ends it, lost makes a message of the fault.
func (c *tasks) guard(log *faultLog, cmd tea.Cmd, lost func(error) tea.Msg) tea.Cmd {
	return func() (msg tea.Msg) {
		if !c.join() {
			return nil
		}
		defer c.running.Done()
		defer fault.Catch(func(e *fault.Error) {
			log.add("a command of the screen", e)
			msg = lost(e)
		})
		return cmd()
	}
}

// commandLost is for commands that nobody waits for.
func commandLost(err error) tea.Msg { return commandFailedMsg{err} }

func (c *tasks) join() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.off {
		c.running.Add(1)
	}
	return !c.off
}

// wait lets no command begin any more and returns when all have ended.
func (c *tasks) wait() {
	c.mu.Lock()
	c.off = true
	c.mu.Unlock()
	c.running.Wait()
}
