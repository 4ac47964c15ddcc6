package appws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ErrSrcInUse refuses a request because another one with the same src still waits: two subscriptions,
// or two Do of the same type.
var ErrSrcInUse = errors.New("another request waits under this src")

var errEmptySrc = errors.New("an answer cannot be known by an empty src")

// maxAbandoned is how many given-up requests are remembered.
const maxAbandoned = 256

// call is a Do that waits. answer has room for the one.
type call struct {
	mt     string
	answer chan outcome
}

type outcome struct {
	m   Message
	err error
}

// ErrBigAnswer says that an answer was above Config.ReadLimit and passed over.
var ErrBigAnswer = errors.New("the answer is above the read limit")

// answeredBy reports whether a message with the src of the call is its answer: the result or an error.
func (c *call) answeredBy(m Message) bool {
	if isResultOf(c.mt, m.MT) || m.MT == "Error" {
		return true
	}
	e := member(m.Raw, "error")
	return e != nil && !isNothing(string(e))
}

// isResultOf knows both ways of naming results: X and XResult, XRequest and XResult.
func isResultOf(request, mt string) bool {
	stem, ok := strings.CutSuffix(mt, "Result")
	return ok && stem != "" && (stem == request || stem+"Request" == request)
}

// requests are the requests whose answers somebody waits for, by src.
type requests struct {
	mu    sync.Mutex
	calls map[string][]*call // oldest first
	subs  map[string]*mailbox
	last  uint64
	// abandoned are the calls that were given up before their answer, by src.
	abandoned map[string]*call
}

func newRequests() requests {
	return requests{calls: map[string][]*call{}, subs: map[string]*mailbox{}, abandoned: map[string]*call{}}
}

// find says who waits for a message: a Do, a subscription or nobody. unwanted is the late answer to a
// call that was given up.
func (r *requests) find(m Message) (asked *call, sub *mailbox, unwanted bool) {
	if m.Src == "" {
		return nil, nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls[m.Src] {
		if c.answeredBy(m) {
			r.removeCall(m.Src, c)
			return c, nil, false
		}
	}
	if c := r.abandoned[m.Src]; c != nil && c.answeredBy(m) {
		delete(r.abandoned, m.Src)
		return nil, nil, true
	}
	return nil, r.subs[m.Src], false
}

// removeCall needs the lock and reports whether the call still waited.
func (r *requests) removeCall(src string, c *call) bool {
	i := slices.Index(r.calls[src], c)
	if i < 0 {
		return false
	}
	if r.calls[src] = slices.Delete(r.calls[src], i, i+1); len(r.calls[src]) == 0 {
		delete(r.calls, src)
	}
	return true
}

// abandon gives a call up, unless its answer has come.
func (r *requests) abandon(src string, c *call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.removeCall(src, c) {
		return
	}
	for old := range r.abandoned {
		if len(r.abandoned) < maxAbandoned {
			break
		}
		delete(r.abandoned, old)
	}
	r.abandoned[src] = c
}

// fresh is an unused src.
func (r *requests) fresh() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.last++
		src := "~" + strconv.FormatUint(r.last, 10)
		if r.subs[src] == nil && r.calls[src] == nil {
			return src
		}
	}
}

func (r *requests) addCall(src string, c *call) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(r.calls[src], func(o *call) bool { return o.mt == c.mt }) {
		return ErrSrcInUse
	}
	r.calls[src] = append(r.calls[src], c)
	delete(r.abandoned, src)
	return nil
}

func (r *requests) addSub(src string, box *mailbox) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.subs[src] != nil {
		return ErrSrcInUse
	}
	r.subs[src] = box
	delete(r.abandoned, src)
	return nil
}

func (r *requests) removeSub(src string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.subs, src)
}

// Subscription is a request and all messages with its src, but those that answer a Do with that src.
// Messages that wait in it hold up the whole connection like any others: receive or stop.
type Subscription struct {
	src  string
	link *link
	box  *mailbox
}

// Src is the src of the request.
func (s *Subscription) Src() string { return s.src }

// Recv waits for the next message with the src: the result of the request and what it causes, in the
// order of the wire.
func (s *Subscription) Recv(ctx context.Context) (Message, error) { return s.box.take(ctx) }

// Stop gives up the src; later messages with it are ordinary messages. The peer is not notified:
// each API has its own way to unsubscribe.
func (s *Subscription) Stop() {
	s.link.requests.removeSub(s.src)
	s.box.close()
}

// prepared is a request with its src, or one of ours.
func (l *link) prepared(request any) (text []byte, m Message, err error) {
	text, err = marshal(request)
	if err != nil {
		return nil, m, err
	}
	m, err = ParseMessage(text)
	switch {
	case err != nil:
	case m.MT == "":
		err = ErrNoType
	case m.src != nil && m.Src == "":
		err = errEmptySrc
	case m.src == nil:
		m.Src = l.requests.fresh()
		text, err = spliced(fmt.Appendf(nil, `{"src":%q`, m.Src), text)
	}
	return text, m, err
}

// subscribe sends a request and opens a mailbox for its src.
func (l *link) subscribe(ctx context.Context, request any) (*Subscription, error) {
	text, m, err := l.prepared(request)
	if err != nil {
		return nil, err
	}
	s := &Subscription{m.Src, l, l.in.open()}
	if err := l.requests.addSub(m.Src, s.box); err != nil {
		s.box.close()
		return nil, err
	}
	if err := l.send(ctx, text); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// do sends a request and waits for its answer. The socket is read on meanwhile.
func (l *link) do(ctx context.Context, request any) (Message, error) {
	text, m, err := l.prepared(request)
	if err != nil {
		return Message{}, err
	}
	c := &call{mt: m.MT, answer: make(chan outcome, 1)}
	if err := l.requests.addCall(m.Src, c); err != nil {
		return Message{}, err
	}
	flooded := l.in.readOn()
	defer l.in.answered()
	if err = l.send(ctx, text); err == nil {
		select {
		case answer := <-c.answer:
			return answer.m, answer.err
		case <-flooded:
			err = ErrUnread
		case <-l.ended:
			err = l.err
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	l.requests.abandon(m.Src, c)
	select {
	case answer := <-c.answer: // came at the same time
		return answer.m, answer.err
	default:
		return Message{}, err
	}
}

// passOver ends the Do whose answer was too big to be read; head is how that begins.
func (l *link) passOver(head Message) {
	if asked, _, _ := l.requests.find(head); asked != nil {
		asked.answer <- outcome{err: ErrBigAnswer}
	}
}

// pass gives a message to who asked for it: a Do or a subscription. false means that nobody did.
func (l *link) pass(m Message) bool {
	asked, sub, unwanted := l.requests.find(m)
	switch {
	case asked != nil:
		asked.answer <- outcome{m: m}
	case sub != nil:
		sub.put(m)
	case unwanted:
		l.log.Debug("late answer dropped", "mt", clipped(m.MT), "src", clipped(m.Src))
	default:
		return false
	}
	return true
}
