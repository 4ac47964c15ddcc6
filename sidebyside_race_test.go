//go:build race

package main

// Sound takes most of a processor under the race detector, so that few tests run at a time, and a scenario is played
// once. Tests that only read sources are left out altogether, by a build tag of their file.
const (
	sideBySide = 2
	bothKinds  = false
)
