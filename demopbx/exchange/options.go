package exchange

import (
	"cmp"
	"log/slog"
	"time"
)

// Who may sign in, and where.
const (
	// Domain is the only tenant.
	Domain = "demo.example"
	// Password is everybody's.
	Password = "demo"
)

// Special numbers.
const (
	NumberEcho      = "600"
	NumberColleague = "601"
	numberBusy      = "602"
	numberSilent    = "603"
	NumberCallback  = "604"
	NumberEchoTest  = "605"
	numberIntercom  = "606"
	NumberTaken     = "607"
	// NumberExternal is an external number that calls back as 604 does.
	NumberExternal = "+12025550199"
	// NumberConference is a conference: whoever calls it hears everybody else there.
	NumberConference = "90"
)

// Options of a PBX. The zero value is a PBX without activity and without faults.
type Options struct {
	// Log is nil for silence. The journal says more.
	Log *slog.Logger

	// Seed decides names, who is busy at the start and everything that happens after; two PBXs with the
	// same Seed live the same life.
	Seed uint64
	// ChangesPerSecond is how lively the crowd is; with 0 nothing happens.
	ChangesPerSecond float64
	// Extensions is how many people there are from 200 on; 0 means 500.
	Extensions int

	// How long people take; 0 means the default in parentheses.
	EchoAnswers      time.Duration // 600 picks up after this (600 ms)
	EchoTestListens  time.Duration // 605 compares so much at a time (5 s)
	ColleagueAnswers time.Duration // 601 picks up after this (2 s)
	ColleagueTalks   time.Duration // 601 hangs up after this (never)
	CrowdAnswers     time.Duration // anybody else picks up after this (4 s)
	AnswerGrace      time.Duration // and waits up to this much longer for the caller's media to be agreed (5 s)
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

	// OwnCallIDs gives calls ids that have nothing to do with those of their legs.
	OwnCallIDs bool
	// DeafDesk accepts orders for the desk phone and does nothing.
	DeafDesk bool
	// NoVoicemail leaves everybody without a mailbox: calls to somebody who is not there are refused
	// with code 480, who does not answer with 408.
	NoVoicemail bool
	// OrphansDie ends the calls of a client with its connection. Otherwise they wait for the client
	// for OrphanGrace.
	OrphansDie bool
	// OrphanGrace is how long a call outlives its client; 0 means 30 s.
	OrphanGrace time.Duration
}

// WithDefaults fills in what is not set.
func (o Options) WithDefaults() Options {
	if o.Extensions <= 0 {
		o.Extensions = 500
	}
	for _, t := range []struct {
		of        *time.Duration
		otherwise time.Duration
	}{
		{&o.EchoAnswers, 600 * time.Millisecond},
		{&o.EchoTestListens, 5 * time.Second},
		{&o.ColleagueAnswers, 2 * time.Second},
		{&o.CrowdAnswers, 4 * time.Second},
		{&o.AnswerGrace, 5 * time.Second},
		{&o.CrowdTalks, 30 * time.Second},
		{&o.CallbackSpeaks, 1500 * time.Millisecond},
		{&o.CallbackWaits, 3 * time.Second},
		{&o.NoAnswer, time.Minute},
		{&o.DeskAnswers, time.Second},
		{&o.ForwardAfter, 15 * time.Second},
		{&o.GreetingSpeaks, 2 * time.Second},
		{&o.OrbitReturns, time.Minute},
		{&o.OrphanGrace, 30 * time.Second},
	} {
		if *t.of <= 0 {
			*t.of = t.otherwise
		}
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return o
}
