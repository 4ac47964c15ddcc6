//go:build !race

package main

// sideBySide is how many tests run at once: more than there are processors, because most of them
// wait for sound and for people.
const sideBySide = 16
