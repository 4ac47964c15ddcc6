package janus

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
)

const (
	// outRoom is how many requests wait to be sent; when it is full the next one fails.
	outRoom = 128
	// pollRest is between a poll that failed and the next.
	pollRest = time.Second
)

// inbound is what a link hands to the loop: messages, or a failure.
type inbound struct {
	link   *link
	frames [][]byte
	// asked is the transaction of the request that frames reply to, or that failed; empty for what
	// comes by itself.
	asked string
	err   error
	// broken says that the link is of no use any more.
	broken bool
}

// link is one use of a carrier: a goroutine that sends, and one that receives.
type link struct {
	carrier carrier
	out     chan request
	listen  chan uint64 // the session to poll for, once
	inbox   chan<- inbound
	cancel  context.CancelFunc
	log     *slog.Logger
}

// run lives until the link is cancelled.
func (k *link) run(ctx context.Context) {
	var readers sync.WaitGroup
	defer readers.Wait()
	defer k.carrier.close()
	defer k.cancel()
	defer fault.Catch(k.failed(ctx))
	if err := k.carrier.open(ctx); err != nil {
		k.tell(ctx, inbound{err: err, broken: true})
		return
	}
	if !k.carrier.polls() {
		readers.Go(func() { k.read(ctx, 0) })
	}
	for {
		select {
		case <-ctx.Done():
			return
		case session := <-k.listen:
			if k.carrier.polls() {
				readers.Go(func() { k.read(ctx, session) })
			}
		case r := <-k.out:
			reply, err := k.carrier.send(ctx, r)
			in := inbound{asked: r.Transaction, err: err, broken: err != nil && !k.carrier.polls()}
			if reply != nil {
				in.frames = [][]byte{reply}
			}
			k.tell(ctx, in)
		}
	}
}

// read receives until the link is cancelled or broken.
func (k *link) read(ctx context.Context, session uint64) {
	defer fault.Catch(k.failed(ctx))
	for {
		frames, err := k.carrier.receive(ctx, session)
		broken := err != nil && !k.carrier.polls()
		if !k.tell(ctx, inbound{frames: frames, err: err, broken: broken}) || broken {
			return
		}
		if err == nil {
			continue
		}
		select {
		case <-time.After(pollRest):
		case <-ctx.Done():
			return
		}
	}
}

// failed makes a fault of ours the end of the link and of nothing else.
func (k *link) failed(ctx context.Context) func(*fault.Error) {
	return func(e *fault.Error) {
		e.Log(k.log, "the link to the gateway")
		k.tell(ctx, inbound{err: e, broken: true})
	}
}

func (k *link) tell(ctx context.Context, in inbound) bool {
	in.link = k
	select {
	case k.inbox <- in:
		return true
	case <-ctx.Done():
		return false
	}
}
