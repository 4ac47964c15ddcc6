// Package quiet keeps libraries from talking to the terminal before the program does.
//
// Bubble Tea v1 asks the terminal for its background colour while its package is being
// initialised: OSC 11 and a cursor report go out, and the program waits for up to five
// seconds for an answer, over ssh a round trip, and whatever was typed meanwhile is lost. The
// asking is left out where the environment says that this is an unattended run (termenv
// isTTY), so that is what it says until Restore.
//
// The Go specification orders initialisation by import path among packages that are ready
// (§Package initialization). This package needs nothing but os and is therefore always
// initialised before termenv, which Bubble Tea needs. A test of package tui starts a program
// on a terminal and fails if a byte is asked of it.
package quiet

import "os"

const unattended = "CI"

var before = hush()

type setting struct {
	value string
	known bool
}

func hush() setting {
	value, known := os.LookupEnv(unattended)
	os.Setenv(unattended, "1")
	return setting{value, known}
}

// Restore gives the environment back as it was. Whoever imports Bubble Tea calls it while it
// is being initialised itself, before anything else can look. It reports true.
func Restore() bool {
	if before.known {
		return os.Setenv(unattended, before.value) == nil
	}
	return os.Unsetenv(unattended) == nil
}
