// Package vodia speaks the websocket of the Vodia PBX, the signalling that Vodia's own web
// phone uses (doc.vodia.com/docs/websocket).
//
// Layers, from the wire up:
//
//	wire         messages, requests and REST bodies, read and written
//	restRequest  a request over HTTP, for what the websocket has no message for
//	translator   messages and replies <-> pbxws events and commands; ids, legs, calls; no I/O
//	conn         the socket, the schedule and the goroutines
//	dialer       one link after another, and the calls that outlive one
//
// There are two ways in which a PBX takes a call of ours: up to version 68 (legacy) it answers our
// SDP offer, from 69 on (modern) it sends an offer of its own. Every description is judged by itself
// and a guess is marked as one, see pbxws.LegDescribed.
//
// The goroutines of a link:
//
//	loop       owns the translator, the schedule and all writing
//	reader     hands over one frame at a time; while the loop does not take it, TCP pushes back
//	pinger     one ping at a time
//	orders     makes REST requests one after the other, 16 waiting; one more is refused in words
//	queries    the same for GET, so that it holds up no order
//
// REST is documented from version 69 on; for an older PBX the messages of its old portal stand in
// where there are any. An order that may have been carried out is not repeated the other way. Park,
// retrieve and pickup are star codes, which the PBX may list.
//
// Nothing of the wire leaves this package and wire. Its one export is Dialect.
package vodia
