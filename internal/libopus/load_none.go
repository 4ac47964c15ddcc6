//go:build !(((darwin && !ios) || (linux && !android) || windows) && (amd64 || arm64))

package libopus

// On other systems no library has a name, and so nothing is loaded.
func fileNames() []string { return nil }

func load(string) (uintptr, error) { return 0, ErrAbsent }

func symbol(uintptr, string) (uintptr, error) { return 0, ErrAbsent }

func callC(uintptr, []uintptr) uintptr { return 0 }
