// Package wire is the language of the Vodia PBX: the frames of its websocket, and the bodies of
// what its web server asks and answers. The dialect and the practice PBX share it.
//
// A frame is one JSON object. Message is a frame of the PBX, Request one of a client. What a client
// sends carries its name in "action"; call signalling of the PBX carries none and is told by which
// member is present.
//
// Decoding takes every form that a known system or client uses (docs/vodia.md) and bounds what it
// takes. Encoding writes one form of each.
//
// Nothing here knows a connection: what a frame means for a call is the dialect's part.
package wire
