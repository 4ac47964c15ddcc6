// Package socketio speaks the part of socket.io that PBXs use, as a client and as a
// server: one namespace, the websocket transport alone, text. Engine.IO 4 with Socket.IO 5, which is
// that of socket.io 3 and 4, is spoken unless EIO3 is asked for, which is that of socket.io 1 and 2.
// Binary packets and everything of other namespaces are passed over.
//
// A Conn has one Run, which reads and keeps the link alive, and any number of goroutines that Emit.
package socketio
