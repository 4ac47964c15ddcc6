// Package phone is the softphone: it owns the link to a PBX, our calls and their sound, and
// knows no terminal.
//
// One goroutine, the loop of Phone.Run, owns every piece of state: the PBX's State, the legs,
// the notices, the timers. Everything else posts to it:
//
//	intents  (Do)                 what a person wants; 32 deep, full means ErrBusy
//	events   (pbxws.Conn.Events)  what the PBX told us
//	inputs   (effects, media)     results of work done elsewhere; the poster waits its turn
//
// The loop answers with effects, carried out by goroutines it started and waits for: one
// worker a leg for the media (order within a leg matters), one sound loop while there is
// anything to hear, one dialler while there is no link. The loop itself never blocks.
//
// A leg is a state machine without I/O: leg.step takes an input and gives the next leg and
// its effects. machine.go dispatches by state, unanswered.go, alerting.go, connected.go and
// ending.go hold what each state does; testdata/machine.txt decides every cell.
//
// Front ends hold the phone by Do and Watch alone. Snapshots are conflated: a slow watcher
// sees fewer of them and always the newest.
package phone
