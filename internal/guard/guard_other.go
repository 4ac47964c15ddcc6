//go:build !linux

package guard

// Guard is not built for this system; the screen's own exits restore the terminal.
type Guard struct{}

// Start gives nil here.
func Start(Config) *Guard { return nil }

// Dismiss does nothing.
func (g *Guard) Dismiss() {}

// Keep reports false: no process is a guard.
func Keep() bool { return false }
