package guard

import "os"

// Stderr sends what anything in this process writes to standard error into the log
// while the screen is up: C libraries write there without asking (ALSA does), and a dying Go
// program does too. The returned function gives standard error back.
func Stderr(log *os.File) (restore func()) {
	if log == nil {
		var err error
		if log, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return func() {}
		}
	}
	return redirectStderr(log)
}
