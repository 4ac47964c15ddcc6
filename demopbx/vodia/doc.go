// Package vodia is the front of the practice PBX for clients of the Vodia wire, whose codec is package
// pbxws/vodia/wire.
//
// It follows the vendor's pages and not what our client does, so that any client of the same wire may
// sign in and call. A socket is a client of the exchange and the phone of its legs. What the pages leave
// open is chosen here; Options switch the variants and faults of real PBXs on, one by one.
//
//	goroutine      owns                              ends when
//	HTTP           nothing: web sessions are locked  the reply is written
//	socket reader  its socket's read side            the socket ends
//	socket writer  its socket's write side           the socket ends; a queue of 1024 frames that is full
//	                                                 ends it
//
// Everything else runs in the loop of the exchange.
package vodia
