// Package guard keeps the terminal whole, whatever becomes of the program: a child that
// restores it after a death that left no time to, and a standard error that C libraries cannot
// write on the screen with.
package guard
