package nethcti

import "time"

// Options are the peculiarities and faults of the front. The zero value is a PBX of today without faults.
type Options struct {
	// OldSocket speaks Engine.IO 3, as servers did until December 2020.
	OldSocket bool
	// NoMiddleware leaves the newer side out: sign-in is by nonce.
	NoMiddleware bool
	// TwoFactor makes the newer side ask everybody for oneTimeCode.
	TwoFactor bool
	// Masks hides the numbers and names of calls that are not the user's.
	Masks bool
	// NoRights takes the permissions for queues, parking places, recording, past calls and the phone book away.
	NoRights bool
	// ForeignTokens answers no login on the websocket, as if its token belonged to another session.
	ForeignTokens bool
	// BackendDown refuses every sign-in as a wrong password and drops every websocket.
	BackendDown bool
	// GatewayDown answers 503 in place of the gateway.
	GatewayDown bool
	// LosePolls has the gateway forget a session with its first poll that brings something.
	LosePolls bool
	// NoUpdates has the gateway say nothing of another offer in mid-call, as when the PBX refuses it.
	NoUpdates bool
	// SlowFree is how long the gateway refuses the next call on a handle (490) after a call has ended.
	SlowFree time.Duration
	// ReloadAfter tells everybody that the server has reloaded its settings, once after this time.
	ReloadAfter time.Duration
}

// oneTimeCode is what TwoFactor asks for.
const oneTimeCode = "123456"

// usualFree is SlowFree where none is given.
const usualFree = 20 * time.Millisecond
