// Package phone is the softphone: it owns the links to PBXs, our calls and their sound, and
// knows no terminal.
//
// One goroutine, the desk of Phone.Run, owns every piece of state: a link for each PBX with its
// State, our legs over all of them, the notices, the timers. Everything else posts to it:
//
//	intents  (Do)    what a person wants; 32 deep, full means ErrBusy
//	posted           what the PBXs told us, and results of work done elsewhere; the poster waits its turn
//
// The desk answers with effects, carried out by goroutines it started and waits for: one
// worker a leg for the media (order within a leg matters), one sound loop while there is
// anything to hear, one dialler for each link that is down and one listener for each that is up.
// The desk itself never blocks.
//
// A leg is a state machine without I/O: leg.step takes an input and gives the next leg and
// its effects. machine.go dispatches by state, unanswered.go, alerting.go, connected.go and
// ending.go hold what each state does; testdata/machine.txt decides every cell.
//
// Front ends hold the phone by Do and Watch alone. Snapshots are conflated: a slow watcher
// sees fewer of them and always the newest.
package phone
