package vodia

import "time"

// Options say which PBX the front plays, and its faults. The zero value is a PBX of today without
// faults.
type Options struct {
	// Dialect is the generation of PBX to play.
	Dialect Dialect
	// SessionInQuery lets a websocket be opened with the session in the query of its address, as some
	// clients try who cannot send a cookie.
	SessionInQuery bool
	// BasicUpgrade lets a websocket be opened by HTTP Basic, without a session.
	BasicUpgrade bool

	// The rest are faults and peculiarities of real PBXs.

	// RenameCalls gives a call that a client placed another callid.
	RenameCalls bool
	// DropMid leaves a=mid out of every SDP of the PBX.
	DropMid bool
	// AddressPairs spreads a candidate over two addresses in adr, one of them unreachable.
	AddressPairs bool
	// MislabelAnswers says a=setup:actpass in answers, though the PBX is the passive side. No
	// client may take that for an answer as it stands (RFC 5763 §5).
	MislabelAnswers bool
	// SecondSDP repeats the PBX's own offer once the client has agreed to it and the call still
	// rings.
	SecondSDP bool
	// NationalNumbers gives an external caller in E.164 in the SIP headers and in national form
	// everywhere else.
	NationalNumbers bool
	// AbandonByBye ends the ringing of a call that the caller gave up by bye instead of cancel.
	AbandonByBye bool
	// RefuseBySDP refuses an outgoing call by an sdp with the code instead of bye.
	RefuseBySDP bool
	// NoCallIDs leaves the id out of every call in the call states.
	NoCallIDs bool
	// OwnCallsFirst puts the user's own calls before all others in a call state.
	OwnCallsFirst bool
	// PickupByStateOnly leaves out the sdp with code 200 where the dialect has one.
	PickupByStateOnly bool
	// NoReoffer refuses with code 488 every new offer that a client makes in mid-call, be it to
	// resume or for another path through the network.
	NoReoffer bool
	// NoDirectory sends no directory and no changes of accounts: clients have lamps, calls and REST.
	NoDirectory bool
	// HideVersion leaves the Server header out except on the front page.
	HideVersion bool
	// HideVersionAtSignIn leaves the Server header out of the replies to a sign-in.
	HideVersionAtSignIn bool
	// NoRegisterReply takes registrations and says nothing.
	NoRegisterReply bool
	// NoPasswordLogin lets nobody sign in with an account and the MD5 of its password.
	NoPasswordLogin bool
	// HoldClosesMedia closes the media connection with every hold; it takes a new offer of the
	// client to get another.
	HoldClosesMedia bool
	// ResumeNeedsOffer sends nothing to a client that resumed a call until it makes a new offer,
	// as the vendor's example does.
	ResumeNeedsOffer bool
	// RegistrationExpires ends a registration that is not refreshed; calls then find nobody.
	// 0 means that 3600 s are announced and nothing expires.
	RegistrationExpires time.Duration
	// UpgradeStatus answers every websocket upgrade with this HTTP status; 302 points to "/".
	UpgradeStatus int
	// ClosePolicy upgrades and closes at once with status 1008.
	ClosePolicy bool
	// IdleClose closes a socket that sent nothing for this long.
	IdleClose time.Duration
	// DropAfter breaks every socket without a close frame when it is so old, in mid-call too.
	DropAfter time.Duration
	// Silent reads everything on the socket and sends nothing.
	Silent bool
	// Delay holds back every frame to a client by this much, and Jitter by up to so much more.
	// Frames keep their order.
	Delay, Jitter time.Duration
}
