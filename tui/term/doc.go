// Package term brings a screen to a terminal: a canvas of cells to draw on, the painter that turns
// what has changed into bytes, the goroutines that write frames or lines, and the terminal itself in
// raw mode.
//
// The canvas is the only way to the terminal, and makes harmless whatever is put on it: names,
// numbers and reasons come from a wire. The package knows no telephone.
package term
