package audio

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	checkEvery = 200 * time.Millisecond
	listEvery  = 2 * time.Second
	// listLimit is how long a list of devices may take. A server that hangs for longer shows as
	// a lost device anyway.
	listLimit = time.Second
)

// request is a change of device that a person wants.
type request struct {
	slot  *slot
	name  string
	reply chan error // holds 1, so that the supervisor need not wait for a caller that went away
}

func (s *Switch) use(ctx context.Context, at *slot, name string) error {
	a := request{at, name, make(chan error, 1)}
	select {
	case s.requests <- a:
	case <-s.done:
		return errClosed
	case <-ctx.Done():
		return errNoAnswer
	}
	select {
	case err := <-a.reply:
		return err
	case <-ctx.Done():
		return errNoAnswer
	}
}

// supervise owns the slots until ctx ends. Opening a device may take it up to openLimit.
func (s *Switch) supervise(ctx context.Context) {
	defer close(s.done)
	checks, list := time.NewTicker(checkEvery), time.NewTicker(listEvery)
	defer checks.Stop()
	defer list.Stop()
	listed := make(chan Listing, 1) // at most one listing is under way, so never full
	busy := s.startListing(ctx, listed)
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-s.requests:
			a.reply <- s.change(a.slot, a.name)
		case <-checks.C:
			s.check()
		case <-list.C:
			if !busy {
				busy = s.startListing(ctx, listed)
			}
		case l := <-listed:
			busy = false
			s.review(l)
		}
	}
}

// startListing lists the devices in a goroutine of its own, unless no device is wanted. A list that
// fails counts as empty.
func (s *Switch) startListing(ctx context.Context, listed chan<- Listing) bool {
	if s.mic.wanted == None && s.speaker.wanted == None {
		return false
	}
	s.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, listLimit)
		defer cancel()
		l, err := s.system.list(ctx)
		if err != nil {
			s.cfg.log().Debug("list of devices", "err", err)
		}
		listed <- l
	})
	return true
}

// change puts the device that a person chose into a slot.
func (s *Switch) change(at *slot, name string) error {
	p := standInFor(at.role, s.cfg)
	if name != None {
		var err error
		if p, err = s.system.open(s.cfg, choice{role: at.role, name: name, exact: true}); err != nil {
			return err
		}
	}
	at.wanted, at.offered = name, false
	if at.role == Microphone && !at.used.Load().stale(0.5) {
		p.warmUp()
	}
	s.install(at, p)
	return nil
}

// install puts a port in the place of another one, which plays out and is closed.
func (s *Switch) install(at *slot, p *port) {
	old := at.used.Load()
	p.past = old.meter()
	at.used.Store(p)
	if p.watched != nil {
		at.monitor = p.used().Monitor
	}
	linger := time.Duration(0)
	if at.role != Microphone {
		linger = old.linger()
	}
	s.retire(old, linger)
}

// retire closes a port that is no longer used, in a goroutine of its own: closing a dead one takes
// closeLimit.
func (s *Switch) retire(p *port, linger time.Duration) {
	s.helpers.Go(func() {
		if linger > 0 {
			<-time.After(linger)
		}
		if err := p.Close(); err != nil {
			s.cfg.log().Debug("close a device", "err", err)
		}
	})
}

// check replaces what has stopped. When one port is dead and the other has been silent for half the
// limit, both are replaced, so that a dead server makes one event.
func (s *Switch) check() {
	mic, speaker := s.mic.used.Load(), s.speaker.used.Load()
	if !mic.stale(1) && !speaker.stale(1) {
		return
	}
	micLost, speakerLost := mic.stale(0.5), speaker.stale(0.5)
	var micEvent, speakerEvent Event
	var both sync.WaitGroup // at once, so that a server that does not answer is waited for once
	if micLost {
		both.Go(func() { micEvent = s.replace(&s.mic) })
	}
	if speakerLost {
		both.Go(func() { speakerEvent = s.replace(&s.speaker) })
	}
	both.Wait()
	if micEvent.Kind == Lost && speakerEvent.Kind == Lost {
		s.emit(lostBoth(micEvent, speakerEvent))
		return
	}
	for _, e := range []Event{micEvent, speakerEvent} {
		if e.Kind != 0 {
			s.emit(e)
		}
	}
}

// replace puts the next device into a slot whose device is lost. There is no event when what
// stopped was silent and what follows is too.
func (s *Switch) replace(at *slot) Event {
	old := at.used.Load()
	p := s.next(at)
	s.install(at, p)
	at.offered = false
	switch {
	case !old.silent():
		return lost(at.role, old.used().Name, p.shown().Name)
	case !p.silent():
		return restored(at.role, p.used().Name)
	}
	return Event{}
}

// next is the wanted device if it opens, else the default one if that may be used, else none.
func (s *Switch) next(at *slot) *port {
	if at.wanted != "" {
		p, err := s.system.open(s.cfg, choice{role: at.role, name: at.wanted, exact: true, probed: true})
		if err == nil {
			return p
		}
		if errors.Is(err, errNoAnswer) { // the server will not answer for another device either
			return standInFor(at.role, s.cfg)
		}
	}
	p, _ := s.system.open(s.cfg, choice{role: at.role, probed: true}) // the event says why not
	switch {
	case p == nil:
		return standInFor(at.role, s.cfg)
	case p.used().Monitor && !at.monitor:
		s.retire(p, 0)
		return standInFor(at.role, s.cfg)
	}
	return p
}

// emit never waits: if events is full it drops the oldest.
func (s *Switch) emit(e Event) {
	for {
		select {
		case s.events <- e:
			return
		default:
		}
		select {
		case <-s.events:
		default:
		}
	}
}
