//go:build unix

package app

import (
	"os"
	"syscall"
)

// apart has a process begin in a session of its own: the end of our terminal is not its end.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// passing is a file that is gone when all processes that have it open have ended.
func passing() (*os.File, error) {
	f, err := os.CreateTemp("", "patchcord-up-*")
	if err == nil {
		_ = os.Remove(f.Name()) // else it stays, and is small
	}
	return f, err
}
