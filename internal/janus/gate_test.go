package janus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// gate is a gateway without a network, for tests in fake time. It makes sessions and handles, registers
// them, and acknowledges all else; what follows is the test's to say.
type gate struct {
	*testing.T
	mu       sync.Mutex
	sessions int
	last     uint64 // id of a session or a handle
	session  uint64 // the one that is known
	live     map[uint64]bool
	asked    []request            // all that came
	answers  map[string]string    // by the word of a request: what is said instead of "ack"
	follows  map[string][]string  // and the events that follow it, of that handle
	fails    map[string]error     // and what becomes of the way there
	down     error                // of all
	deaf     bool                 // nothing is answered
	odd      func(request) string // what is said instead, empty for the usual
	silent   error                // what becomes of polls
	underWay []context.Context    // polls
	messages chan []byte
	socket   bool // messages come by themselves, and replies among them
}

func newGate(t *testing.T) *gate {
	return &gate{
		T: t, last: 1000, live: map[uint64]bool{}, answers: map[string]string{}, follows: map[string][]string{
			"register": {`{"event":"registering"}`, `{"event":"registered","username":"201","register_sent":true,"master_id":77}`},
		}, fails: map[string]error{}, messages: make(chan []byte, 100),
	}
}

var errReset = errors.New("connection reset by peer")

// way is one carrier to the gate.
type way struct{ *gate }

func (w way) polls() bool { return !w.socket }
func (w way) close()      {}

func (w way) open(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.socket {
		return w.down
	}
	return nil
}

func (w way) send(ctx context.Context, r request) ([]byte, error) {
	w.mu.Lock()
	word := wordOf(r)
	w.asked = append(w.asked, r)
	deaf, err := w.deaf, errors.Join(w.down, w.fails[word])
	if deaf || err != nil {
		w.mu.Unlock()
		if deaf {
			select {
			case <-time.After(postTimeout):
				return nil, context.DeadlineExceeded
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		return nil, err
	}
	defer w.mu.Unlock()
	reply := w.reply(r, word)
	if w.socket {
		w.messages <- []byte(reply)
		return nil, ctx.Err()
	}
	return []byte(reply), ctx.Err()
}

func wordOf(r request) string {
	if word, ok := r.Body["request"].(string); ok {
		return word
	}
	return r.Janus
}

func (g *gate) reply(r request, word string) string {
	if r.Janus != "create" && r.Session != g.session {
		return fmt.Sprintf(`{"janus":"error","transaction":%q,"error":{"code":458,"reason":"No such session"}}`, r.Transaction)
	}
	special := g.answers[word]
	if g.odd != nil && special == "" {
		special = g.odd(r)
	}
	if special != "" {
		return strings.ReplaceAll(special, "TX", r.Transaction)
	}
	for _, result := range g.follows[word] {
		g.messages <- event(r.Handle, r.Transaction, result, "")
	}
	switch r.Janus {
	case "create":
		g.sessions++
		g.last++
		g.session = g.last
		return fmt.Sprintf(`{"janus":"success","transaction":%q,"data":{"id":%d}}`, r.Transaction, g.session)
	case "attach":
		g.last++
		g.live[g.last] = true
		return fmt.Sprintf(`{"janus":"success","transaction":%q,"data":{"id":%d}}`, r.Transaction, g.last)
	case "detach":
		delete(g.live, r.Handle)
		return fmt.Sprintf(`{"janus":"success","transaction":%q}`, r.Transaction)
	case "destroy":
		g.session = 0
		return fmt.Sprintf(`{"janus":"success","transaction":%q}`, r.Transaction)
	}
	return fmt.Sprintf(`{"janus":"ack","transaction":%q}`, r.Transaction)
}

// event is a message of the SIP plugin. description is "offer" or "answer" and an SDP, or empty.
func event(handle uint64, transaction, result, description string) []byte {
	if kind, sdp, ok := strings.Cut(description, " "); ok {
		content, _ := json.Marshal(jsep{kind, sdp})
		description = `,"jsep":` + string(content)
	}
	return fmt.Appendf(nil, `{"janus":"event","sender":%d,"transaction":%q,"plugindata":{"plugin":"janus.plugin.sip","data":{"sip":"event","result":%s,"call_id":"sip-%d"}}%s}`,
		handle, transaction, result, handle, description)
}

func (w way) receive(ctx context.Context, session uint64) ([][]byte, error) {
	w.mu.Lock()
	known, down := session == w.session || w.socket, errors.Join(w.down, w.silent)
	w.underWay = slices.DeleteFunc(w.underWay, func(poll context.Context) bool { return poll.Err() != nil }) // given up, and about to return
	if w.underWay = append(w.underWay, ctx); len(w.underWay) > 1 {
		w.Errorf("%d polls at a time", len(w.underWay))
	}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.underWay = slices.DeleteFunc(w.underWay, func(poll context.Context) bool { return poll == ctx })
	}()
	if down != nil {
		return nil, down
	}
	if !known {
		return nil, statusError(404)
	}
	select {
	case m := <-w.messages:
		if m == nil {
			return nil, errReset
		}
		return [][]byte{m}, nil
	case <-w.after(30 * time.Second):
		return [][]byte{[]byte(`{"janus":"keepalive"}`)}, nil
	case <-time.After(pollTimeout):
		return nil, context.DeadlineExceeded
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// after is the answer to a poll, which does not come while the gate is deaf.
func (g *gate) after(d time.Duration) <-chan time.Time {
	over := make(chan time.Time, 1)
	time.AfterFunc(d, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if !g.deaf {
			over <- time.Now()
		}
	})
	return over
}

// change does something to the gate while nobody looks.
func (g *gate) change(f func()) { g.mu.Lock(); defer g.mu.Unlock(); f() }

// says is an event of the plugin's for a handle.
func (g *gate) says(handle uint64, result string, description ...string) {
	g.messages <- event(handle, "", result, strings.Join(description, " "))
	synctest.Wait()
}

// core is a message of the gateway's own for a handle.
func (g *gate) core(handle uint64, word string) {
	g.messages <- fmt.Appendf(nil, `{"janus":%q,"sender":%d,"reason":"Close PC"}`, word, handle)
	synctest.Wait()
}

// took are the words of the requests since the last look, with their handles where they have one.
func (g *gate) took() string {
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	var words []string
	for _, r := range g.asked {
		word := wordOf(r)
		if r.Handle != 0 {
			word += fmt.Sprintf("@%d", r.Handle)
		}
		if kind, ok := r.Body["type"]; ok {
			word += fmt.Sprintf(":%v", kind)
		}
		if r.JSEP != nil {
			word += "+" + r.JSEP.Type
		}
		words = append(words, word)
	}
	g.asked = nil
	return strings.Join(words, " ")
}

// desk is a client at a gate.
type desk struct {
	*gate
	*Client
	log strings.Builder
}

func newDesk(t *testing.T, g *gate) *desk {
	d := &desk{gate: g}
	d.Client = open(Config{
		Account: Account{URI: "sip:201@pbx.example.com", Name: "Alice", Secret: "quite-a-secret", Proxy: "sip:127.0.0.1:5060"},
		Log:     slog.New(slog.NewTextHandler(&d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, func() carrier { return way{g} })
	synctest.Wait()
	return d
}

// inBubble is a test in fake time, with a client that is registered: the master is handle 1002, a
// helper 1003 is ready.
func inBubble(t *testing.T, f func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, newGate(t))
		defer d.Close()
		d.events("Registered{}")
		d.took()
		f(d)
	})
}

func (d *desk) do(orders ...Order) {
	d.Helper()
	for _, o := range orders {
		if err := d.Do(o); err != nil {
			d.Fatal(err)
		}
		synctest.Wait()
	}
}

// news is what has been told since the last look.
func (d *desk) news() []string {
	synctest.Wait()
	var all []string
	for {
		select {
		case e := <-d.Events():
			all = append(all, strings.TrimPrefix(fmt.Sprintf("%T%+v", e, e), "janus."))
			synctest.Wait()
		default:
			return all
		}
	}
}

// events compares the news.
func (d *desk) events(want ...string) {
	d.Helper()
	got := d.news()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		d.Errorf("told\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// requests compares the requests.
func (d *desk) requests(want string) {
	d.Helper()
	if got := d.took(); got != want {
		d.Errorf("asked %q, want %q", got, want)
	}
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
