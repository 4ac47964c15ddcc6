package demopbx

import (
	"crypto/tls"
	"log/slog"
	"time"
)

// Who may sign in, and where.
const (
	// Domain is the only tenant.
	Domain = "demo.example"
	// Password is everybody's.
	Password = "demo"
	// Admin is the system administrator, whose password is Password too.
	Admin = "admin"
)

// Numbers with a character.
const (
	NumberEcho      = "600"
	NumberColleague = "601"
	NumberBusy      = "602"
	NumberSilent    = "603"
	NumberCallback  = "604"
	NumberEchoTest  = "605"
	// NumberOutside is a number outside that calls back as 604 does.
	NumberOutside = "+12025550199"
	// NumberMeeting is a conference: whoever calls it hears everybody else there.
	NumberMeeting = "90"
)

// Options of Start. The zero value is a PBX that stands still and behaves well.
type Options struct {
	// Addr to listen at, "" for 127.0.0.1 and a port that the system chooses.
	Addr string
	// TLS makes it https and wss.
	TLS *tls.Config
	// SelfSigned does that too, with a certificate that is made at the start; see Server.Pin.
	SelfSigned bool
	// Log is nil for silence. The journal is the better witness.
	Log *slog.Logger

	// Seed decides names, who is busy at the start and everything that happens after; two
	// servers with the same Seed live the same life.
	Seed uint64
	// ChangesPerSecond is how lively the crowd is; 0 stops it.
	ChangesPerSecond float64
	// Extensions is how many people there are from 200 on; 0 means 500.
	Extensions int

	// Dialect is the generation of PBX to play.
	Dialect Dialect
	// SessionInQuery lets a websocket be opened with the session in the query of its address,
	// as some clients try who cannot send a cookie.
	SessionInQuery bool
	// BasicUpgrade lets a websocket be opened by HTTP Basic, without a session.
	BasicUpgrade bool

	// The patience and haste of people; 0 means the default in parentheses.
	EchoAnswers      time.Duration // 600 picks up after this (600 ms)
	EchoTestListens  time.Duration // 605 compares so much at a time (5 s)
	ColleagueAnswers time.Duration // 601 picks up after this (2 s)
	ColleagueTalks   time.Duration // 601 hangs up after this (never)
	CrowdAnswers     time.Duration // anybody else picks up after this (4 s)
	AnswerGrace      time.Duration // and waits so much longer for a caller's sound to be agreed on (5 s)
	CrowdTalks       time.Duration // and hangs up after this (30 s)
	CallbackSpeaks   time.Duration // 604 promises to call back for so long (1.5 s)
	CallbackWaits    time.Duration // and calls back after this (3 s)
	NoAnswer         time.Duration // a call that nobody answers ends after this (60 s)
	DeskAnswers      time.Duration // a desk phone that its user dials with is lifted after this (1 s)
	ForwardAfter     time.Duration // a call that its callee forwards when not answered rings for so long (15 s)
	GreetingSpeaks   time.Duration // a mailbox greets for so long before it records (2 s)
	OrbitReturns     time.Duration // a parked call comes back to who parked it after this (60 s)

	// DeskPhones registers a desk phone for everybody who signs in, so that a client without a
	// sound device of its own calls with that.
	DeskPhones bool

	// Faults is what goes wrong.
	Faults Faults
}

// Faults are the ways of real PBXs that trouble clients. Each is off in the zero value.
type Faults struct {
	// RenameCalls hands a call that a client placed back under another callid.
	RenameCalls bool
	// OwnCallIDs names the calls in the call states by ids that have nothing to do with the
	// callids of the legs.
	OwnCallIDs bool
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
	// NationalNumbers gives a caller from outside in E.164 in the SIP headers and in national form
	// everywhere else.
	NationalNumbers bool
	// AbandonByBye tells a client whose phone rings in vain by bye instead of cancel.
	AbandonByBye bool
	// RefuseBySDP refuses a placed call by an sdp with the code instead of bye.
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
	// NoDirectory pushes no directory and no news of accounts: there are lamps, calls and the
	// web side for those who ask.
	NoDirectory bool
	// HideVersion leaves the Server header away but on the front page.
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
	// DeafDesk takes orders for the desk phone and does nothing.
	DeafDesk bool
	// NoVoicemail leaves everybody without a mailbox: who is not there is refused with code
	// 480, who does not answer with 408.
	NoVoicemail bool
	// RegistrationExpires ends a registration that is not refreshed; calls then find nobody.
	// 0 means that 3600 s are announced and nothing expires.
	RegistrationExpires time.Duration
	// OrphansDie ends the calls of a socket with the socket. Otherwise they live on for
	// OrphanGrace, waiting for their client to come back.
	OrphansDie bool
	// OrphanGrace is how long a call outlives its socket; 0 means 30 s.
	OrphanGrace time.Duration
	// UpgradeStatus answers every websocket upgrade with this HTTP status; 302 points to "/".
	UpgradeStatus int
	// ClosePolicy upgrades and closes at once with status 1008.
	ClosePolicy bool
	// IdleClose closes a socket that sent nothing for this long.
	IdleClose time.Duration
	// DropAfter breaks every socket without a goodbye when it is so old, in mid-call too.
	DropAfter time.Duration
	// Silent takes everything on the socket and says nothing.
	Silent bool
	// Delay holds back every frame to a client by this much, and Jitter by up to so much more.
	// Frames keep their order.
	Delay, Jitter time.Duration
}

func (o Options) withDefaults() Options {
	orText(&o.Addr, "127.0.0.1:0")
	if o.Extensions <= 0 {
		o.Extensions = 500
	}
	orTime(&o.EchoAnswers, 600*time.Millisecond)
	orTime(&o.EchoTestListens, 5*time.Second)
	orTime(&o.ColleagueAnswers, 2*time.Second)
	orTime(&o.CrowdAnswers, 4*time.Second)
	orTime(&o.AnswerGrace, 5*time.Second)
	orTime(&o.CrowdTalks, 30*time.Second)
	orTime(&o.CallbackSpeaks, 1500*time.Millisecond)
	orTime(&o.CallbackWaits, 3*time.Second)
	orTime(&o.NoAnswer, time.Minute)
	orTime(&o.DeskAnswers, time.Second)
	orTime(&o.ForwardAfter, 15*time.Second)
	orTime(&o.GreetingSpeaks, 2*time.Second)
	orTime(&o.OrbitReturns, time.Minute)
	orTime(&o.Faults.OrphanGrace, 30*time.Second)
	o.Faults = o.Faults.withDialect(o.Dialect)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orText(s *string, otherwise string) {
	if *s == "" {
		*s = otherwise
	}
}

func orTime(d *time.Duration, otherwise time.Duration) {
	if *d <= 0 {
		*d = otherwise
	}
}
