package guard

import "os"

// Stderr redirects standard error into the log while the screen is up: C libraries write there
// (ALSA does), and so does a dying Go program. The returned function restores it.
func Stderr(log *os.File) (restore func()) {
	if log == nil {
		var err error
		if log, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return func() {}
		}
	}
	return redirectStderr(log)
}
