//go:build !nolibopus && windows && (amd64 || arm64)

package libopus

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

func fileNames() []string { return []string{"opus.dll", "libopus-0.dll"} }

// load looks beside the program and in the folders of the system, never where the program was started.
func load(name string) (uintptr, error) {
	handle, err := windows.LoadLibraryEx(name, 0, windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS)
	return uintptr(handle), err
}

// missing tells an absent file from one that is there and broken.
func missing(err error) bool { return errors.Is(err, windows.ERROR_MOD_NOT_FOUND) }

func symbol(handle uintptr, name string) (uintptr, error) {
	return windows.GetProcAddress(windows.Handle(handle), name)
}

func callC(function uintptr, arguments []uintptr) uintptr {
	result, _, _ := syscall.SyscallN(function, arguments...)
	return result
}
