// Package nethcti speaks the CTI dialect of NethVoice: a websocket of socket.io on which the PBX tells
// what changes, and REST for everything that is asked and ordered.
//
// There are two generations of it. The newer has a middleware at /api, which signs in by a JWT and may
// want a one-time code; the older is at /webrest, with a nonce and HMAC-SHA1. A Dialer tries the newer
// first and remembers which it was.
//
// The board holds what the PBX reported and knows neither socket nor clock; the loop of a link owns it.
package nethcti
