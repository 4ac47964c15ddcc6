package app

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// apart has a process begin without our console: the end of that is not its end.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
