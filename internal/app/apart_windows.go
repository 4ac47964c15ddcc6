package app

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"
)

// apart has a process begin without our console: the end of that is not its end.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}

// passing is a file that is gone when all processes that have it open have ended. A name in use cannot be taken
// away here, so the system does it then.
func passing() (*os.File, error) {
	name := filepath.Join(os.TempDir(), "patchcord-up-"+rand.Text())
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	const shared = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	handle, err := windows.CreateFile(path, windows.GENERIC_READ|windows.GENERIC_WRITE, shared, nil, windows.CREATE_NEW,
		windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: name, Err: err}
	}
	return os.NewFile(uintptr(handle), name), nil
}
