package appws

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
)

// ErrSrcInUse is a request with a src under which another still waits.
var ErrSrcInUse = errors.New("another request waits under this src")

var errEmptySrc = errors.New("an answer cannot be known by an empty src")

// maxAbandoned bounds how many requests are remembered whose answers nobody wants any more.
const maxAbandoned = 256

// requests are those whose answers somebody waits for, by src.
type requests struct {
	mu   sync.Mutex
	byID map[string]*mailbox
	last uint64
	// abandoned are the requests of Do that were given up before their answer.
	abandoned map[string]struct{}
}

// find is the mailbox for a message, nil for none. A late answer to a request that was given up
// is unwanted, once: it must not wait where perhaps nobody receives and hold up the connection.
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

// fresh is a src that no request has.
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

// Subscription is a request and everything that comes under its src. Messages that wait in it
// hold up the whole connection like any others: receive or stop.
type Subscription struct {
	src  string
	link *link
	box  *mailbox
}

// Src is the src of the request.
func (s *Subscription) Src() string { return s.src }

// Recv waits for the next message under the src: the result of the request first, then what
// it causes.
func (s *Subscription) Recv(ctx context.Context) (Message, error) { return s.box.take(ctx) }

// Stop gives up the src; what comes under it from now on is a message like any other. The peer
// is not told: how to unsubscribe is a matter of each API.
func (s *Subscription) Stop() {
	s.link.requests.remove(s.src)
	s.box.close()
}

// subscribe sends a request under a src of ours, or the one it has.
func (l *link) subscribe(ctx context.Context, request any) (*Subscription, error) {
	text, err := marshal(request)
	if err != nil {
		return nil, err
	}
	m, err := parseMessage(text)
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

// do sends a request and waits for the first message under its src.
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
