package audio

import (
	"sync/atomic"
	"time"
)

// port is one direction of a Switch: a card that was opened for it alone, or its stand-in. The other
// direction of its Device is not used.
type port struct {
	Device
	stream   *stream
	watched  *level // of a card, whose callbacks may stop; nil for a stand-in, which cannot stop
	endpoint atomic.Pointer[Endpoint]
	follows  bool // opened as the default, and moved by the server with it
	past     Meter
}

// choice is what a port shall be.
type choice struct {
	role   Role
	name   string // as in Config
	exact  bool   // nothing but that one, not the default in its place
	probed bool   // look first whether there is a server, because this is not the first time
}

// restoreLimit is how long opening may take when nobody asked for it: there is no sound meanwhile.
const restoreLimit = time.Second

func (want choice) limit() time.Duration {
	if want.probed {
		return restoreLimit
	}
	return openLimit
}

func newPort(d Device, s *stream, used Endpoint) *port {
	p := &port{Device: d, stream: s}
	p.endpoint.Store(&used)
	return p
}

// standInFor is the port without a card. Nobody hears a speaker of that kind.
func standInFor(role Role, cfg Config) *port {
	s := newStream(cfg.frame())
	mic := role == Microphone
	return newPort(&null{stream: s, card: newStandIn(s, mic, !mic, cfg.Quiet)}, s, Endpoint{})
}

func (p *port) used() Endpoint { return *p.endpoint.Load() }

// silent reports whether there is no person at the other end of the port.
func (p *port) silent() bool { return p.watched == nil || isStandIn(p.used()) }

// shown is what a person sees as the device in use.
func (p *port) shown() Endpoint {
	if p.silent() {
		return Endpoint{}
	}
	return p.used()
}

const (
	// staleAfter is the age of the last callback at which a card counts as lost.
	staleAfter = 600 * time.Millisecond
	// settling is how long after its start a card may still stop for a while: PulseAudio rewinds some
	// sinks when a stream joins them, and then fetches nothing for up to two seconds.
	settling     = 300 * time.Millisecond
	settledAfter = 2500 * time.Millisecond
	// warmLimit is how long a new microphone is waited for.
	warmLimit = 300 * time.Millisecond
)

// stale reports whether the callbacks have stopped for a share of the usual limit.
func (p *port) stale(share float64) bool {
	if p.watched == nil {
		return false
	}
	limit := staleAfter
	if p.watched.lived() < settling {
		limit = settledAfter
	}
	return p.watched.age() > time.Duration(share*float64(limit))
}

// warmUp waits until a microphone has captured a frame, so that it can take over in the middle of
// another one's stream. It gives up after warmLimit.
func (p *port) warmUp() {
	if p.watched == nil {
		return
	}
	look := time.NewTicker(period * time.Second / Rate / 2)
	defer look.Stop()
	for limit := time.Now().Add(warmLimit); p.stream.mic.buffered() < p.stream.frame && time.Now().Before(limit); {
		<-look.C
	}
}

// linger is how long a speaker that is being replaced still needs to play what is queued, with the
// time that the last samples take through the server.
func (p *port) linger() time.Duration {
	if p.watched == nil || p.stale(1) {
		return 0
	}
	return time.Duration(p.stream.speaker.buffered()+4*period) * time.Second / Rate
}

// meter is what this device and those before it in its slot have counted.
func (p *port) meter() Meter {
	m := p.Meter()
	m.Overruns += p.past.Overruns
	m.Underruns += p.past.Underruns
	return m
}
