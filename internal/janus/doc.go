// Package janus is a client of the Janus gateway and its SIP plugin: it registers one SIP account,
// and places and takes calls whose sound goes by WebRTC between us and the gateway. It knows SIP's
// words and no PBX; descriptions and candidates pass through it as text.
//
// # Use
//
//	c := janus.Open(config)              // never fails; what becomes of it arrives as events
//	c.Do(janus.Call{ID: "1", To: "sip:202@pbx.example.com", SDP: offer})
//	for e := range c.Events() { ... }    // until Close
//
// Registered says that calls can come, Unregistered that they cannot and why. A call of ours has the
// ID that its order gave, one of theirs a new one in Offered; an ID is in use until Ended. An order
// that fails is Refused. An order is no promise: what came of it is an event.
//
// # Sessions, handles, calls
//
// The gateway knows a session, which lives as long as it is heard of once a minute, and handles in it,
// each with room for one call. One handle is the master: it is registered at the PBX and rings first.
// The others are helpers of the master: they place our calls, and ring while the master is busy. One
// that is free is kept ready. A helper is given back when its call is over, never used again: a handle
// that the gateway has not freed yet refuses the next call (490).
//
// Over HTTP one poll is open at any time, and never given up before the gateway must have answered
// it: the answer to a poll that nobody waits for is lost. A session that the gateway no longer knows is
// replaced by a new one with a new registration. The gateway ends the calls of a lost session; those
// that were up are Orphaned, and their sound tells when they are over.
//
// Everything that comes is bounded: a megabyte at once, 64 kB of SDP, ten calls.
package janus
