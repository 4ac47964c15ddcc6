// Package vodia speaks the websocket of the Vodia PBX, the signalling that Vodia's own web
// phone uses (doc.vodia.com/docs/websocket).
//
// Layers, from the wire up:
//
//	Message, Request   the wire's words, one type each; Decode* and Encode* both ways
//	errand             what the websocket has no word for: a visit to the PBX's web side
//	switchboard        words and replies <-> pbxws events and commands; ids, legs, calls; no I/O
//	Conn               the socket, the schedule and the goroutines
//	Dialer             one link after another, and the calls that outlive one
//
// A frame is one JSON object. What a client sends carries its name in "action"; call
// signalling of the PBX carries none and is told by which key is present. The PBX has two
// habits of making a call: up to version 68 (legacy) it answers our SDP offer, from 69 on
// (modern) it sends an offer of its own. Every description is judged by itself and a guess is
// marked as one, see pbxws.LegDescribed.
//
// The goroutines of a link:
//
//	loop       owns the switchboard, the schedule and all writing
//	reader     hands over one frame at a time; while the loop does not take it, TCP pushes back
//	pinger     one ping at a time
//	orders     visits the web side in order, 16 waiting; one more is refused in words
//	questions  the same for what is only asked, so that it holds up no order
//
// The web side is documented from version 69 on; for an older PBX the words of its old portal
// stand in where there are any. An order that either way may have come about is not repeated
// the other way. Park, retrieve and pickup are star codes, which the PBX may tell.
//
// The practice PBX uses the same words from the other end. Nothing of the wire leaves this
// package but these words.
package vodia
