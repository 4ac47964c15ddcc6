//go:build race

package main

// sideBySide is one under the race detector: sound needs the processors that it takes.
const sideBySide = 1
