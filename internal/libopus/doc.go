// Package libopus is the Opus of the system (RFC 6716), loaded while the program runs. Nothing of it is
// needed to build the program, and the program starts where it is missing. It works with and without cgo.
//
// What the library does wrong can end the process, as in any program that links to it.
package libopus
