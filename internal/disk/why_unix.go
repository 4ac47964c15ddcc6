//go:build unix

package disk

import "syscall"

// why gives the words for an error of the system, and what to do.
var why = map[syscall.Errno]string{
	syscall.ENOSPC:       "the disk is full; make room on it",
	syscall.EDQUOT:       "your share of the disk is used up; delete something or ask for more",
	syscall.EROFS:        "the file system is read-only",
	syscall.EACCES:       "you have no permission; check who owns it (ls -ld)",
	syscall.EPERM:        "you have no permission; check who owns it (ls -ld)",
	syscall.ENOTDIR:      "part of the path is not a directory",
	syscall.EISDIR:       "something else has the file's name; move it away",
	syscall.EEXIST:       "something else has the file's name; move it away",
	syscall.EIO:          "the disk reports an error",
	syscall.EMFILE:       "too many files are open",
	syscall.ENAMETOOLONG: "the name is too long",
}
