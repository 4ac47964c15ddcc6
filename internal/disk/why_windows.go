package disk

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// why gives the words for an error of the system, and what to do.
var why = map[syscall.Errno]string{
	windows.ERROR_DISK_FULL:            "the disk is full; make room on it",
	windows.ERROR_HANDLE_DISK_FULL:     "the disk is full; make room on it",
	windows.ERROR_DISK_QUOTA_EXCEEDED:  "your share of the disk is used up; delete something or ask for more",
	windows.ERROR_WRITE_PROTECT:        "the disk is read-only",
	windows.ERROR_ACCESS_DENIED:        "you have no permission, or something else is in its place; look at its properties",
	windows.ERROR_SHARING_VIOLATION:    "another program has the file open; close it there",
	windows.ERROR_LOCK_VIOLATION:       "another program has the file open; close it there",
	windows.ERROR_PATH_NOT_FOUND:       "there is no such directory",
	windows.ERROR_INVALID_NAME:         "Windows allows no such name",
	windows.ERROR_FILE_EXISTS:          "something else has the file's name; move it away",
	windows.ERROR_ALREADY_EXISTS:       "something else has the file's name; move it away",
	windows.ERROR_IO_DEVICE:            "the disk reports an error",
	windows.ERROR_TOO_MANY_OPEN_FILES:  "too many files are open",
	windows.ERROR_FILENAME_EXCED_RANGE: "the name is too long",
}
