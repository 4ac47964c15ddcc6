//go:build !race

package main

const (
	// sideBySide is how many tests run at once: more than there are processors, because most of them
	// wait for sound and for people.
	sideBySide = 12
	// bothKinds plays a scenario at both its kinds of PBX.
	bothKinds = true
)
