//go:build linux && !pulse

package main

import "go.uber.org/goleak"

// abandoned are goroutines that may outlive the tests: none, where no sound server is killed.
func abandoned() []goleak.Option { return nil }
