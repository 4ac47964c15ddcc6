//go:build race

package demopbx

// sideBySide is small under the race detector, where sound takes much of a processor.
const sideBySide = 2
