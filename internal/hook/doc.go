// Package hook runs a person's own programs when a call rings, is answered or ends: a command, or
// a URL that is posted to.
//
// What is known of the call goes to a command in its environment and as JSON on its standard
// input, to a URL as the body of a POST. Nothing goes into an argument, where a name from a wire
// could pass for an option or be seen by every user of the machine.
//
// A hook has ten seconds. One that is not done by then is killed with the children it started (its
// process group), and reported. The first line of its output is kept, at most 4 KiB; the rest is read
// and thrown away, so that a talkative hook does not hang on a full pipe. At most four run at once and
// 32 wait; more are not run, which is reported too.
//
// Runner has one goroutine for each hook that may run at once; Start leaves a note for them and
// never blocks, Close waits for them. The package knows no telephone and no screen.
package hook
