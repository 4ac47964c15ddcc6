package disk

import "os"

// TryLock marks an open file as in use by this process and reports whether it could: false means that
// another process holds it. The mark ends with Unlock, with the file's Close, or with the process. It
// keeps nobody from reading or writing who does not ask for it too.
func TryLock(f *os.File) (bool, error) { return tryLock(f) }

// Unlock takes the mark of TryLock away.
func Unlock(f *os.File) error { return unlock(f) }
