// Package guard keeps the terminal whole, whatever becomes of the program: a child that
// restores it after a death that left no time to, and a standard error that C libraries cannot
// write on the screen with.
package guard

// Config says what a guard leaves behind.
type Config struct {
	// Farewell puts the modes of the terminal right again.
	Farewell string
	// Dir is where the report of a crash goes, empty for none; Version is named in it.
	Dir, Version string
}
