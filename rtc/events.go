package rtc

import (
	"log/slog"
	"sync"
	"time"
)

// Event is what happened to a Session. The set is closed: LocalCandidate, EndOfCandidates, Connected,
// Lost, PathChanged, Silent, SilenceEnded, DTMFReceived.
type Event interface{ event() }

// LocalCandidate is an address of ours, to be sent to the far end unchanged (trickle ICE, RFC
// 8838).
type LocalCandidate struct {
	Line  string // "candidate:842163049 1 udp 1677729535 192.0.2.3 46154 typ host"
	Mid   string // of the audio section, as the last description on the wire has it
	MLine uint16 // index of that section
}

// EndOfCandidates says that no more candidates follow (RFC 8838 §8.2), until an ICE restart.
type EndOfCandidates struct{}

// Connected says that ICE and DTLS are up and media can flow. It comes again when a Lost path
// recovers.
type Connected struct{}

// Lost says that the media path is gone: the far end closed it, or nothing was heard for about
// 30 s, or it never came up. Err is a sentence for a person.
type Lost struct{ Err error }

// PathChanged says that media takes another network path, after an ICE restart or because the old
// one died. New ports between the same two hosts are reported only after an ICE restart of ours or
// half a second without packets.
type PathChanged struct {
	// Gap is how long no packet came around the change; 0 if none was expected, as on hold.
	Gap time.Duration
}

// Silent says that no packet has come for two seconds, although by its descriptions the far end
// sends and has not announced a pause. It comes long before Lost, and only after the first
// Connected.
type Silent struct{ Since time.Time }

// SilenceEnded follows Silent: packets come again, or none are expected any more.
type SilenceEnded struct{}

// DTMFReceived is one key that the far end pressed (RFC 4733), reported when it was released.
type DTMFReceived struct {
	Digit    rune // one of 0123456789*#ABCD
	Duration time.Duration
}

func (LocalCandidate) event()  {}
func (EndOfCandidates) event() {}
func (Connected) event()       {}
func (Lost) event()            {}
func (PathChanged) event()     {}
func (Silent) event()          {}
func (SilenceEnded) event()    {}
func (DTMFReceived) event()    {}

const (
	// outboxSize is generous: a session has as many candidates as the host has addresses, then one
	// event for each key. When it is full, nobody reads; then the newest event is dropped.
	outboxSize = 256
	// outboxReserve is kept free for events about the path, so that key presses cannot crowd them out.
	outboxReserve = 16
)

// outbox is the sending side of Session.Events. put never blocks, so that callbacks of pion
// and the reader of media never wait for the phone.
type outbox struct {
	mu     sync.Mutex
	ch     chan Event
	closed bool
	log    *slog.Logger
}

func newOutbox(log *slog.Logger) *outbox {
	return &outbox{ch: make(chan Event, outboxSize), log: log}
}

func (o *outbox) put(e Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	room := outboxSize
	switch e.(type) {
	case LocalCandidate, EndOfCandidates, DTMFReceived:
		room -= outboxReserve
	}
	if len(o.ch) >= room {
		o.log.Warn("an event of a media session was dropped because nobody reads them")
		return
	}
	o.ch <- e
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed = true
		close(o.ch)
	}
}
