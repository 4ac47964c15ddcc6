//go:build race

package main

// Sound takes most of a processor under the race detector, so that one test runs at a time, and a scenario is played
// once.
const (
	sideBySide = 1
	bothKinds  = false
)
