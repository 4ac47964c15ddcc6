package exchange

import (
	"context"
	"sync"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// mixerCatchUp is how many late frames the mixer still moves; older ones are skipped.
const mixerCatchUp = 5

// station is one end of a bridge: a client, a robot or a conference.
type station interface {
	// say fills the next frame of the station's sound.
	say(pcm []int16)
	// hear takes a frame of sound for the station.
	hear(pcm []int16)
}

// clientSound is a client, over its WebRTC session.
type clientSound struct{ media *rtc.Session }

func (l clientSound) say(pcm []int16) { l.media.ReadFrame(pcm) }

// hear drops the frame while the session is not connected.
func (l clientSound) hear(pcm []int16) { _ = l.media.WriteFrame(pcm) }

// bridge carries the sound between two stations.
type bridge struct {
	routing         // guarded by mixer.mu
	music     *tune // the mixer's own
	near, far [rtc.FrameSamples]int16
}

// routing is how the loop wants a bridge.
type routing struct {
	a, b         station
	aHeld, bHeld bool // this end has put the other on hold
	// quiet plays no music to who is on hold: the others of a conference.
	quiet bool
	// tape records both ends, nil for nothing.
	tape *tape
}

// mixer moves the sound of every call, a frame each 20 ms, in one goroutine: so a line can move to
// another bridge without being read by two goroutines.
type mixer struct {
	mu      sync.Mutex
	bridges map[*bridge]bool
	wake    chan struct{} // one place: there is something to mix
}

func newMixer() *mixer {
	return &mixer{bridges: map[*bridge]bool{}, wake: make(chan struct{}, 1)}
}

// connect makes a bridge, or changes the routing of an existing one.
func (m *mixer) connect(b *bridge, w routing) *bridge {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b == nil {
		b = &bridge{music: newMusic()}
	}
	b.routing = w
	m.bridges[b] = true
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return b
}

func (m *mixer) drop(b *bridge) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.bridges, b)
}

// run mixes until ctx ends. Without bridges it sleeps.
func (m *mixer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.wake:
			m.session(ctx)
		}
	}
}

// session mixes until there is nothing left to mix.
func (m *mixer) session(ctx context.Context) {
	ticker := time.NewTicker(rtc.FrameLen)
	defer ticker.Stop()
	began, done := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			due := int(now.Sub(began) / rtc.FrameLen)
			for done = max(done, due-mixerCatchUp); done < due; done++ {
				if !m.mix() {
					return
				}
			}
		}
	}
}

// mix moves one frame of every bridge; false when there is none.
func (m *mixer) mix() bool {
	type job struct {
		*bridge
		routing
	}
	m.mu.Lock()
	jobs := make([]job, 0, len(m.bridges))
	for b := range m.bridges {
		jobs = append(jobs, job{b, b.routing})
	}
	m.mu.Unlock()
	for _, j := range jobs {
		j.bridge.forth(j.routing)
	}
	for _, j := range jobs {
		j.bridge.back(j.routing)
	}
	return len(jobs) > 0
}

// forth moves the near end's sound. It comes first, so that an echo is back in the same frame and a
// conference has everybody's sound before it gives any.
func (b *bridge) forth(w routing) {
	near := b.near[:]
	w.a.say(near)
	switch {
	case w.aHeld && w.quiet:
		clear(near)
	case w.aHeld:
		b.music.next(near)
	}
	if !w.bHeld {
		w.b.hear(near)
	}
}

// back moves the far end's sound.
func (b *bridge) back(w routing) {
	far := b.far[:]
	w.b.say(far)
	if w.bHeld {
		b.music.next(far)
	}
	if !w.aHeld {
		w.a.hear(far)
	}
	if w.tape != nil {
		for i, v := range b.near {
			far[i] = int16((int(far[i]) + int(v)) / 2)
		}
		w.tape.record(far)
	}
}
