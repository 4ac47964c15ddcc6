// Package messages shows messages of a wire, most of them JSON: a filter finds some among many, and a
// layout makes one readable. Messages are taken as they came; they may be cut off or malformed.
package messages
