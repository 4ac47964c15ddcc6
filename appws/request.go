package appws

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
)

// ErrSrcInUse refuses a request because another one with the same src still waits.
var ErrSrcInUse = errors.New("another request waits under this src")

var errEmptySrc = errors.New("an answer cannot be known by an empty src")

// maxAbandoned is how many given-up requests are remembered.
const maxAbandoned = 256

// requests are the requests whose answers somebody waits for, by src.
type requests struct {
	mu   sync.Mutex
	byID map[string]*mailbox
	last uint64
	// abandoned are the requests of Do that were given up before their answer.
	abandoned map[string]struct{}
}

// find is the mailbox for a message, nil for none. unwanted is the first late answer to a request
// that was given up: perhaps nobody receives it, and it would hold up the connection.
func (r *requests) find(m Message) (box *mailbox, unwanted bool) {
	if m.Src == "" {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, unwanted = r.abandoned[m.Src]
	delete(r.abandoned, m.Src)
	return r.byID[m.Src], unwanted
}

// abandon gives a request up for good.
func (r *requests) abandon(src string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.abandoned == nil {
		r.abandoned = map[string]struct{}{}
	}
	for old := range r.abandoned {
		if len(r.abandoned) < maxAbandoned {
			break
		}
		delete(r.abandoned, old)
	}
	r.abandoned[src] = struct{}{}
}

// fresh is an unused src.
func (r *requests) fresh() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.last++
		src := "~" + strconv.FormatUint(r.last, 10)
		if r.byID[src] == nil {
			return src
		}
	}
}

func (r *requests) add(src string, box *mailbox) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID[src] != nil {
		return ErrSrcInUse
	}
	r.byID[src] = box
	delete(r.abandoned, src)
	return nil
}

func (r *requests) remove(src string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, src)
}

// Subscription is a request and all messages with its src. Messages that wait in it hold up the
// whole connection like any others: receive or stop.
type Subscription struct {
	src  string
	link *link
	box  *mailbox
}

// Src is the src of the request.
func (s *Subscription) Src() string { return s.src }

// Recv waits for the next message with the src: the result of the request first, then what it
// causes.
func (s *Subscription) Recv(ctx context.Context) (Message, error) { return s.box.take(ctx) }

// Stop gives up the src; later messages with it are ordinary messages. The peer is not notified:
// each API has its own way to unsubscribe.
func (s *Subscription) Stop() {
	s.link.requests.remove(s.src)
	s.box.close()
}

// subscribe sends a request with its own src, or one of ours.
func (l *link) subscribe(ctx context.Context, request any) (*Subscription, error) {
	text, err := marshal(request)
	if err != nil {
		return nil, err
	}
	m, err := ParseMessage(text)
	switch {
	case err != nil:
		return nil, err
	case m.MT == "":
		return nil, ErrNoType
	case m.src != nil && m.Src == "":
		return nil, errEmptySrc
	case m.src == nil:
		m.Src = l.requests.fresh()
		if text, err = spliced(fmt.Appendf(nil, `{"src":%q`, m.Src), text); err != nil {
			return nil, err
		}
	}
	s := &Subscription{m.Src, l, l.in.open()}
	if err := l.requests.add(m.Src, s.box); err != nil {
		s.box.close()
		return nil, err
	}
	if err := l.send(ctx, text); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// do sends a request and waits for the first message with its src.
func (l *link) do(ctx context.Context, request any) (Message, error) {
	s, err := l.subscribe(ctx, request)
	if err != nil {
		return Message{}, err
	}
	defer s.Stop()
	m, err := s.Recv(ctx)
	if err != nil {
		l.requests.abandon(s.src)
	}
	return m, err
}
