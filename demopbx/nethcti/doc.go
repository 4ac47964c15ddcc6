// Package nethcti is the practice PBX's front for clients of NethVoice CTI: its websocket, its REST and
// the gateway by which browsers telephone.
//
// A user is named as the extension is. Everybody has two telephones, a desk phone with the number of the
// extension and one at the gateway, whose number is that with webRTCPrefix before it.
//
// # Who owns what
//
// All state belongs to the PBX loop; handlers reach it by PBX.Do. The handler of a websocket reads; it owns
// a goroutine that writes what is queued, up to socketQueue events, and one that keeps the link alive. A
// client that leaves the queue full loses its socket. A poll of the gateway waits in its handler until the
// session has messages, for pollWaits at most.
package nethcti
