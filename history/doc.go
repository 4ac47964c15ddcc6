// Package history is the record of calls on this machine: who called, whom we called, what came
// of it and how it sounded. It outlives the program.
//
// # The file
//
// A record is a line of JSON in a file that is only ever appended to; the last line with an id
// stands. A call is written when it begins, when it is answered and when it ends, so a program
// that dies in the middle of one leaves a record that says so. The file is its owner's alone
// (0600), and everything in it is printable ASCII whatever callers call themselves.
//
// Why not a database: SQLite in pure Go costs several megabytes of program and milliseconds of
// every start, and bbolt locks its file for one process, where two Patchcords may run at once. A
// few thousand short lines are read in the time that a database takes to open, any tool can read
// them, and the worst a power cut can do is to spoil the last one, which is then passed over.
//
// Two programs share a file by a lock (flock) held for the length of one write; each reads what
// the other appended before it writes. When the file holds much more than the records that are
// kept, a new one takes its place by a rename, so that at every moment there is a whole one.
//
// Notes that a person writes about calls are in a second file beside it, in the same form: the calls that have a
// note, each with it. So a version that knows no notes loses none when it rewrites the record, and a call with a
// note stays when the record drops it.
//
// # Who waits for what
//
// A Book has one goroutine, which alone touches the disk. Put, See and Clear leave a note for it
// and return; Watch gives the newest View whenever there is one. A disk that hangs stalls nobody
// but that goroutine. At a start it looks at the newest calls alone and reads all of them a moment
// later, so that ten thousand of them cost the first screen nothing. What cannot be kept on disk
// is kept in memory, and View.Trouble says why.
//
// The package knows no PBX and no screen.
package history
