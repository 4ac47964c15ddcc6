// Package control lets other programs of the same person work the running telephone: a socket in
// the file system that takes one request a line and answers in JSON lines, and the client for it.
//
// A request is a verb and what it is about, {"verb":"dial","to":"203"}. The answer to one is one
// Reply, given when the PBX has confirmed what was asked or refused it, not before.
// The verb "events" is answered by Events without an end instead: first how things are, then each
// change. Docs/scripting.md tells all of it to the person who writes the script; the shapes of
// Status, Call and Event are kept, fields may be added.
//
// The socket is a door into a telephone, so it is guarded. It lies in a directory of its owner's
// alone (0700) and is itself 0600; the kernel is asked who calls, and other users are sent away.
// Requests, clients and what waits for a slow reader are bounded. Names from a wire
// leave it as printable ASCII.
//
// A lock beside the socket (flock) says whether a Patchcord is behind it. The lock ends with the process,
// however that ends: a socket that a killed one left behind is replaced, one in use never is.
//
// A Server runs one goroutine to accept and one or two for each client, all of which Run waits
// for. It knows the telephone by Do and Watch, as a screen does, and no screen.
package control
