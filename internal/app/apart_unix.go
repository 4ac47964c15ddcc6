//go:build unix

package app

import "syscall"

// apart has a process begin in a session of its own: the end of our terminal is not its end.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
