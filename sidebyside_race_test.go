//go:build race

package main

// sideBySide is two under the race detector: sound needs the processors that it takes.
const sideBySide = 2
