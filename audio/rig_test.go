package audio

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// rig is a sound system where the test plugs cards in and out.
type rig struct {
	mu      sync.Mutex
	listing Listing
	cards   []*rigCard   // all that were ever opened
	hang    atomic.Int64 // nanoseconds that closing takes
	threads sync.WaitGroup
	// air carries what speakers play to microphones, which then hear that alone.
	air *ringBuffer
}

// rigCard is a card of a rig. Its callbacks come every 10 ms for as long as it is plugged in.
type rigCard struct {
	*stream
	rig      *rig
	role     Role
	endpoint Endpoint
	closed   bool
	loudest  atomic.Int64 // what its speaker played
	sounding atomic.Int64 // samples of it that were not silent
}

func (c *rigCard) Name() string { return c.endpoint.Name }
func (c *rigCard) Silent() bool { return false }

func (c *rigCard) Close() error {
	<-time.After(time.Duration(c.rig.hang.Load()))
	c.rig.mu.Lock()
	defer c.rig.mu.Unlock()
	c.closed = true
	return nil
}

// run is the card's audio thread. A microphone hears a constant: 100 times the length of its ID.
func (c *rigCard) run() {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	in, out := filled(period, int16(100*len(c.endpoint.ID))), make([]int16, period)
	for range tick.C {
		c.rig.mu.Lock()
		alive := !c.closed && slices.ContainsFunc(c.rig.of(c.role), func(e Endpoint) bool { return e.ID == c.endpoint.ID })
		if alive && c.role == Microphone {
			if c.rig.air != nil {
				c.rig.air.take(in)
			}
			c.captured(in)
		} else if alive {
			c.play(out)
			c.hear(out)
			if c.rig.air != nil {
				c.rig.air.put(out)
			}
		}
		c.rig.mu.Unlock()
		if !alive {
			return
		}
	}
}

func (c *rigCard) hear(pcm []int16) {
	c.loudest.Store(max(c.loudest.Load(), int64(loudest(pcm))))
	for _, v := range pcm {
		if v != 0 {
			c.sounding.Add(1)
		}
	}
}

func (r *rig) of(role Role) []Endpoint {
	if role == Microphone {
		return r.listing.Mics
	}
	return r.listing.Speakers
}

// plug sets which cards there are; the first of each kind is the default.
func (r *rig) plug(mics, speakers []Endpoint) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listing = Listing{Mics: slices.Clone(mics), Speakers: slices.Clone(speakers), pulse: true}
	for _, list := range [][]Endpoint{r.listing.Mics, r.listing.Speakers} {
		if len(list) > 0 {
			list[0].Default = true
		}
	}
}

func (r *rig) open(cfg Config, want choice) (*port, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := named(r.of(want.role), want.name)
	var err error
	if !ok && want.name != "" {
		if err = (absentError{role: want.role, name: want.name, exact: want.exact}); want.exact {
			return nil, err
		}
		found, ok = named(r.of(want.role), "")
	}
	if !ok {
		return nil, ErrNoCard
	}
	c := &rigCard{stream: newStream(cfg.frame()), rig: r, role: want.role, endpoint: found}
	r.cards = append(r.cards, c)
	r.threads.Go(c.run)
	p := newPort(c, c.stream, found)
	p.watched, p.follows = &c.stream.speakerLevel, want.name == "" || err != nil
	if want.role == Microphone {
		p.watched = &c.micLevel
	}
	return p, err
}

func (r *rig) list(context.Context) (Listing, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.listing
	l.Mics = slices.DeleteFunc(slices.Clone(l.Mics), isStandIn)
	l.Speakers = slices.DeleteFunc(slices.Clone(l.Speakers), isStandIn)
	return l, nil
}

func (r *rig) system() system { return system{r.open, r.list} }

// card is the one opened last under a name.
func (r *rig) card(name string) *rigCard {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range slices.Backward(r.cards) {
		if c.endpoint.Name == name {
			return c
		}
	}
	return nil
}

// inUse counts cards that were not closed.
func (r *rig) inUse() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, c := range r.cards {
		if !c.closed {
			n++
		}
	}
	return n
}
