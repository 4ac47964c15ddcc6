package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// call is both ends of a call in this process, connected.
type call struct {
	from, to *rtc.Session
	followed sync.WaitGroup
}

// connectLimit is how long a call on one machine may take to come up.
const connectLimit = 10 * time.Second

// connect makes a call, through r unless that is nil. use is given each end before there is a path.
func connect(ctx context.Context, e *rtc.Engine, r *relay, use func(*rtc.Session)) (*call, error) {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	from, offer, err := e.Offer(ctx)
	if err != nil {
		return nil, err
	}
	to, answer, err := e.Answer(ctx, offer)
	if err != nil {
		return nil, errors.Join(err, from.Close())
	}
	c := &call{from: from, to: to}
	if use != nil {
		use(from)
		use(to)
	}
	up := make(chan error, 2) // what each end says first
	c.follow(from, to, up, func(line string) string { return r.standIn(line, true) })
	c.follow(to, from, up, func(line string) string { return r.standIn(line, false) })
	err = from.SetAnswer(answer)
	for range 2 {
		if err == nil {
			select {
			case err = <-up:
			case <-ctx.Done():
				err = fmt.Errorf("the call did not come up: %w", ctx.Err())
			}
		}
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// follow passes the candidates of one end to the other, and reports once whether the end came up.
func (c *call) follow(end, other *rtc.Session, up chan<- error, stand func(string) string) {
	c.followed.Go(func() {
		reported := false
		tell := func(err error) {
			if !reported {
				reported = true
				up <- err
			}
		}
		for e := range end.Events() {
			switch e := e.(type) {
			case rtc.LocalCandidate:
				if err := other.AddCandidate(stand(e.Line), e.Mid, e.MLine); err != nil {
					tell(err)
				}
			case rtc.Connected:
				tell(nil)
			case rtc.Lost:
				tell(e.Err)
			}
		}
	})
}

func (c *call) close() error {
	err := errors.Join(c.from.Close(), c.to.Close())
	c.followed.Wait()
	return err
}

// beat calls step at regular times from begin on, until it returns false or ctx ends. A late step
// does not move the next ones.
func beat(ctx context.Context, begin time.Time, every time.Duration, step func(i int) bool) error {
	timer := time.NewTimer(time.Until(begin))
	defer timer.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		if !step(i) {
			return nil
		}
		timer.Reset(time.Until(begin.Add(time.Duration(i+1) * every)))
	}
}
