// Package vodia speaks the websocket of the Vodia PBX, the signalling that Vodia's own web
// phone uses (doc.vodia.com/docs/websocket).
//
// Three layers, from the wire up:
//
//	Message, Request   the wire's words, one type each; Decode* and Encode* both ways
//	switchboard        words <-> pbxws events and commands; ids, legs and calls; no I/O
//	Conn               the socket, the schedule and the goroutines
//
// A frame is one JSON object. What a client sends carries its name in "action"; call
// signalling of the PBX carries none and is told by which key is present. The PBX has two
// habits of making a call: up to version 68 (legacy) it answers our SDP offer, from 69 on
// (modern) it sends an offer of its own. Every description is judged by itself and a guess is
// marked as one, see pbxws.LegDescribed.
//
// The practice PBX uses the same words from the other end. Nothing of the wire leaves this
// package but these words.
package vodia
