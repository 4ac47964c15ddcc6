//go:build nolibopus || !(((darwin && !ios) || (linux && !android) || windows) && (amd64 || arm64))

package libopus

// On other systems no library has a name, and so nothing is loaded. With the tag nolibopus that is so everywhere: without
// a C compiler a program that loads libraries needs glibc's loader, which Alpine has not.
func fileNames() []string { return nil }

func load(string) (uintptr, error) { return 0, ErrAbsent }

func missing(error) bool { return true }

func symbol(uintptr, string) (uintptr, error) { return 0, ErrAbsent }

func callC(uintptr, []uintptr) uintptr { return 0 }
