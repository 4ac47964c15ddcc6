package setup

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
)

// Call is a phone of its own with the draft's profile and devices, for one call.
func (s *Steps) Call(ctx context.Context, d form.Draft, number string) <-chan phone.Snapshot {
	shots := make(chan phone.Snapshot, 1) // full: the older one goes
	s.work.Go(func() {
		defer close(shots)
		l, err := s.trialStation(d)
		if err != nil {
			newest.Put(shots, phone.Snapshot{Link: phone.Link{State: phone.LinkStopped, What: err.Error()}})
			return
		}
		defer l.Close()
		runTrial(ctx, l.Phone, number, shots)
	})
	return shots
}

func (s *Steps) trialStation(d form.Draft) (*station.Station, error) {
	d.Profile = cmp.Or(d.Profile, s.profileName(d))
	p, err := s.profile(d)
	if err != nil {
		return nil, err
	}
	c, err := config.Load(s.path, s.options.Kinds)
	if err != nil {
		return nil, err
	}
	c.Sessions = nil
	c.Sound.Microphone, c.Sound.Speaker, c.Sound.Ringer = d.Microphone, d.Speaker, d.Ringer
	if d.WatchOnly {
		c.Sound.Microphone, c.Sound.Speaker = audioNone, audioNone
	}
	return station.For(s.with(c), p, s.secret(d, p))
}

// hangUpTimeout is how long hanging up may take when the test call is over.
const hangUpTimeout = time.Second

// confirmTimeout is how long a test call waits for the PBX to confirm that we are registered. Not
// every PBX does.
const confirmTimeout = 2 * time.Second

// runTrial calls the number as soon as the phone is signed in, and ends with the call: by itself,
// or hung up when ctx ends. A phone without sound uses the desk phone, which is hung up too.
func runTrial(ctx context.Context, p *phone.Phone, number string, shots chan phone.Snapshot) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ran := make(chan error, 1) // the one result
	watch := p.Watch(work)
	go func() { ran <- p.Run(work) }()
	var last phone.Snapshot
	var order phone.Receipt
	called := false // there was a call
	placed := false
	ready := false
	var late, unconfirmed <-chan time.Time
	stop := ctx.Done()
	for over := false; !over; {
		select {
		case last = <-watch:
			newest.Put(shots, last)
			up := last.Live()
			called = called || placed && len(last.Legs) > 0 // a busy one may be over by now
			if last.Link.State == phone.LinkUp && unconfirmed == nil {
				unconfirmed = time.After(confirmTimeout)
			}
			ready = ready || last.PBX.Registered
			over = last.Link.State == phone.LinkStopped || up == 0 && (called || late != nil || placed && failed(last, order))
		case <-stop:
			stop, late = nil, time.After(hangUpTimeout)
			hangUp(p, last)
			over = last.Live() == 0
		case <-unconfirmed:
			ready = true
		case <-late:
			over = true
		}
		if !placed && late == nil && last.Link.State == phone.LinkUp && ready {
			var err error
			order, err = p.Do(phone.Dial{To: number})
			placed = err == nil
		}
	}
	cancel()
	<-ran
}

// failed tells that nothing came of an order.
func failed(s phone.Snapshot, order phone.Receipt) bool {
	return slices.ContainsFunc(s.Outcomes, func(o phone.Outcome) bool { return o.Of == order && (o.Refused || o.Grade == phone.GradeFailed) })
}

// hangUp ends every call of ours, on either phone.
func hangUp(p *phone.Phone, s phone.Snapshot) {
	_, _ = p.Do(phone.HangupAll{})
	for _, l := range s.Legs {
		if l.Place == phone.DeskPhone {
			_, _ = p.Do(phone.Hangup{Leg: l.ID})
		}
	}
}
