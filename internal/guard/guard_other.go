//go:build !linux

package guard

// Guard does not exist on this system; the normal exits restore the terminal.
type Guard struct{}

// Start gives nil here.
func Start(Config) *Guard { return nil }

// Dismiss does nothing.
func (g *Guard) Dismiss() {}

// Keep reports false: no process is a guard.
func Keep() bool { return false }
