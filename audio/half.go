package audio

import (
	"sync/atomic"
	"time"
)

// Part is which of the sounds of a telephone something is about.
type Part int

const (
	Microphone Part = iota + 1
	Speaker
	// Ringer is the speaker of a Switch that OpenRinger made.
	Ringer
)

func (p Part) String() string {
	switch p {
	case Microphone:
		return "microphone"
	case Speaker:
		return "speaker"
	case Ringer:
		return "ringer"
	}
	return "sound"
}

// half is one direction of a Switch: a card that was opened for it alone, or what stands in for
// one. The other direction of its device is not used.
type half struct {
	Device
	stream   *stream
	watched  *level // of a card, whose callbacks may stop; nil for a stand-in, whose clock cannot
	endpoint atomic.Pointer[Endpoint]
	follows  bool // opened as the default, and moved by the server with it
	past     Meter
}

// wish is what a half shall be.
type wish struct {
	part   Part
	name   string // as in Config
	exact  bool   // nothing but that one, not the default in its place
	probed bool   // after a look whether there is a server, because it is not the first time
}

// restoreLimit is how long opening may take when nobody asked for it: the call has no sound then.
const restoreLimit = time.Second

func (w wish) limit() time.Duration {
	if w.probed {
		return restoreLimit
	}
	return openLimit
}

func newHalf(d Device, s *stream, used Endpoint) *half {
	h := &half{Device: d, stream: s}
	h.endpoint.Store(&used)
	return h
}

// standInFor is the half without a card. Nobody hears a speaker of that kind.
func standInFor(part Part, cfg Config) *half {
	s := newStream(cfg.frame())
	mic := part == Microphone
	return newHalf(&null{stream: s, card: newStandIn(s, mic, !mic, cfg.Quiet)}, s, Endpoint{})
}

func (h *half) used() Endpoint { return *h.endpoint.Load() }

// silent reports whether no person is at the other end of it.
func (h *half) silent() bool { return h.watched == nil || isStandIn(h.used()) }

// shown is what a person may be told is in use.
func (h *half) shown() Endpoint {
	if h.silent() {
		return Endpoint{}
	}
	return h.used()
}

const (
	// staleAfter is the age of the last callback at which a card counts as lost.
	staleAfter = 600 * time.Millisecond
	// settling is how long after its start a card may still stall for a while: PulseAudio rewinds
	// some sinks when a stream joins them, and then fetches nothing for up to two seconds.
	settling     = 300 * time.Millisecond
	settledAfter = 2500 * time.Millisecond
	// warmLimit is how long a new microphone is waited for.
	warmLimit = 300 * time.Millisecond
)

// stale reports whether the callbacks have stopped, at a share of the patience that is normal.
func (h *half) stale(share float64) bool {
	if h.watched == nil {
		return false
	}
	limit := staleAfter
	if h.watched.lived() < settling {
		limit = settledAfter
	}
	return h.watched.age() > time.Duration(share*float64(limit))
}

// warmUp waits until a microphone has captured a frame, so that it can take over in the middle of
// another one's stream. It gives up after warmLimit.
func (h *half) warmUp() {
	if h.watched == nil {
		return
	}
	look := time.NewTicker(period * time.Second / Rate / 2)
	defer look.Stop()
	for limit := time.Now().Add(warmLimit); h.stream.mic.buffered() < h.stream.frame && time.Now().Before(limit); {
		<-look.C
	}
}

// linger is how long a speaker that is being replaced still needs to play what it was given. The
// time for the last callback's samples on their way through the server is part of it.
func (h *half) linger() time.Duration {
	if h.watched == nil || h.stale(1) {
		return 0
	}
	return time.Duration(h.stream.speaker.buffered()+4*period) * time.Second / Rate
}

// meter is what the device counted, and what those before it in its place had.
func (h *half) meter() Meter {
	m := h.Meter()
	m.Overruns += h.past.Overruns
	m.Underruns += h.past.Underruns
	return m
}
