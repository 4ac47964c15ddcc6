// Package guard keeps the terminal usable whatever happens to the program. A child process restores
// it after a sudden death, and standard error is redirected so that C libraries cannot write on the
// screen.
package guard

// Config says what a guard does at the end.
type Config struct {
	// Farewell is written to the terminal to restore its modes.
	Farewell string
	// Dir is where the report of a crash goes, empty for none; Version is in the report.
	Dir, Version string
}
