package audio

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	watchEvery = 200 * time.Millisecond
	listEvery  = 2 * time.Second
	// listLimit is how long a list of devices may take. A server that hangs for longer shows as
	// a lost device anyway.
	listLimit = time.Second
)

// ask is a change of device that a person wants.
type ask struct {
	seat  *seat
	name  string
	reply chan error // holds 1, so that nobody waits for one who went away
}

func (s *Switch) use(ctx context.Context, at *seat, name string) error {
	a := ask{at, name, make(chan error, 1)}
	select {
	case s.asks <- a:
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

// supervise owns the seats until ctx ends. Opening a device may keep it for openLimit.
func (s *Switch) supervise(ctx context.Context) {
	defer close(s.done)
	watch, list := time.NewTicker(watchEvery), time.NewTicker(listEvery)
	defer watch.Stop()
	defer list.Stop()
	listed := make(chan Listing, 1) // at most one listing is under way, so never full
	busy := s.startListing(ctx, listed)
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-s.asks:
			a.reply <- s.change(a.seat, a.name)
		case <-watch.C:
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

// startListing lists the devices beside the supervisor, unless no device is wanted. What cannot be
// listed is an empty Listing.
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

// change puts the device that a person chose into a seat.
func (s *Switch) change(at *seat, name string) error {
	h := standInFor(at.part, s.cfg)
	if name != None {
		var err error
		if h, err = s.system.open(s.cfg, wish{part: at.part, name: name, exact: true}); err != nil {
			return err
		}
	}
	at.wanted, at.offered = name, false
	if at.part == Microphone && !at.used.Load().stale(0.5) {
		h.warmUp()
	}
	s.install(at, h)
	return nil
}

// install puts a half in the place of another one, which plays out and is closed.
func (s *Switch) install(at *seat, h *half) {
	old := at.used.Load()
	h.past = old.meter()
	at.used.Store(h)
	if h.watched != nil {
		at.monitor = h.used().Monitor
	}
	linger := time.Duration(0)
	if at.part != Microphone {
		linger = old.linger()
	}
	s.retire(old, linger)
}

// retire closes a half that is no longer used, beside whoever calls: closing one that is dead
// takes closeLimit.
func (s *Switch) retire(h *half, linger time.Duration) {
	s.helpers.Go(func() {
		if linger > 0 {
			<-time.After(linger)
		}
		if err := h.Close(); err != nil {
			s.cfg.log().Debug("close a device", "err", err)
		}
	})
}

// check replaces what has stopped. When one half is dead, the other one that is on its way there
// is taken along, so that a dead server makes one event.
func (s *Switch) check() {
	mic, speaker := s.mic.used.Load(), s.speaker.used.Load()
	if !mic.stale(1) && !speaker.stale(1) {
		return
	}
	micLost, speakerLost := mic.stale(0.5), speaker.stale(0.5)
	var micEvent, speakerEvent Event
	var both sync.WaitGroup // beside each other, so that a deaf server is waited for once
	if micLost {
		both.Go(func() { micEvent = s.replace(&s.mic) })
	}
	if speakerLost {
		both.Go(func() { speakerEvent = s.replace(&s.speaker) })
	}
	both.Wait()
	if micEvent.Kind == Lost && speakerEvent.Kind == Lost {
		s.tell(lostBoth(micEvent, speakerEvent))
		return
	}
	for _, e := range []Event{micEvent, speakerEvent} {
		if e.Kind != 0 {
			s.tell(e)
		}
	}
}

// replace puts the next device into a seat whose device is lost. There is nothing to tell when
// what stopped was silent and what follows is too.
func (s *Switch) replace(at *seat) Event {
	old := at.used.Load()
	h := s.next(at)
	s.install(at, h)
	at.offered = false
	switch {
	case !old.silent():
		return lost(at.part, old.used().Name, h.shown().Name)
	case !h.silent():
		return restored(at.part, h.used().Name)
	}
	return Event{}
}

// next is the wanted device if it opens, else the default one if it is fit, else none.
func (s *Switch) next(at *seat) *half {
	if at.wanted != "" {
		h, err := s.system.open(s.cfg, wish{part: at.part, name: at.wanted, exact: true, probed: true})
		if err == nil {
			return h
		}
		if errors.Is(err, errNoAnswer) { // nor will it for another device
			return standInFor(at.part, s.cfg)
		}
	}
	h, _ := s.system.open(s.cfg, wish{part: at.part, probed: true}) // why not is told by the event
	switch {
	case h == nil:
		return standInFor(at.part, s.cfg)
	case h.used().Monitor && !at.monitor:
		s.retire(h, 0)
		return standInFor(at.part, s.cfg)
	}
	return h
}

// tell never waits: the oldest event makes room.
func (s *Switch) tell(e Event) {
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
