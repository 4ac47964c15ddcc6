package sessions

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
)

// outboxRoom is how many texts may wait to be sent; when it is full Send returns ErrBusy.
const outboxRoom = 32

// session is one named client and the record of its messages. One goroutine takes the client's
// events, one sends; the frames come from the client's own goroutines.
type session struct {
	id       int
	name     string
	sessions *List
	client   *appws.Client // nil for one that was loaded
	onLogin  []string
	// listener is the service of a session that is one, nil for others; service, password and answers
	// belong to a connection to it.
	listener *listener
	service  *appws.Service
	password func(context.Context) (string, error)
	answers  map[string]answer
	outbox   chan string
	stop     chan struct{} // closed when the client has ended
	tasks    sync.WaitGroup

	mu      sync.Mutex
	view    View // without its entries
	history *record.History
	opens   int
	// keys are those of the newest connections, oldest first; challenged is the entry with which the login
	// of the present one began.
	keys       []keySince
	challenged uint64
	// challenge and known are what the login of a client of ours is about, served tells that it was right.
	challenge, known string
	served           bool
	lostAt           time.Time      // zero while connected and before the first connection
	entries          []record.Entry // of the last view, nil if there was news since
}

func newSession(s *List, id int, name string) *session {
	return &session{
		id: id, name: name, sessions: s, outbox: make(chan string, outboxRoom), stop: make(chan struct{}),
		view:    View{ID: id, Name: name, State: Connecting, Since: time.Now()},
		history: record.New(s.options),
	}
}

// begin starts the client.
func (s *session) begin(cfg appws.Config) {
	s.view.URL, s.view.App, s.view.KeepAlive = bareURL(cfg.URL), cfg.App, cfg.KeepAlive
	cfg.SkipBig = true
	trace := cfg.Trace
	cfg.Trace = func(f appws.Frame) {
		s.record(f)
		if trace != nil {
			trace(f)
		}
	}
	s.client = appws.NewClient(cfg)
	s.tasks.Go(s.follow)
	s.tasks.Go(s.sendAll)
}

// bareURL is a URL without its private parts.
func bareURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// end closes the client and waits. The record stays.
func (s *session) end() {
	if s.listener != nil {
		s.listener.end()
		s.tasks.Wait()
	}
	if s.service != nil {
		_ = s.service.Close()
		s.tasks.Wait()
	}
	if s.client == nil {
		return
	}
	_ = s.client.Close()
	s.tasks.Wait()
}

// over reports whether no connection will come any more.
func (s *session) over() bool {
	select {
	case <-s.stop:
		return true
	default:
		return s.client == nil
	}
}

// change runs f with the lock and notifies the watchers.
func (s *session) change(f func()) {
	defer s.sessions.changed.Signal()
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.entries = nil
}

// record adds a message. The client calls it in the order of the wire.
func (s *session) record(f appws.Frame) {
	s.change(func() {
		e := s.history.Message(f)
		if f.Dir == appws.In {
			if e.Handshake && e.MT == "AppChallengeResult" {
				s.challenged = s.history.Last()
			}
			s.view.Received++
			s.view.AskedAt = time.Time{}
			s.view.BytesIn += uint64(f.Size)
			return
		}
		s.view.Sent++
		s.view.BytesOut += uint64(f.Size)
		if string(f.Text) == appws.KeepAliveText {
			s.view.KeptAlive = f.At
			if s.view.AskedAt.IsZero() {
				s.view.AskedAt = f.At
			}
		}
	})
}

// follow takes the client's events until it is closed. Messages have been recorded before.
func (s *session) follow() {
	defer close(s.stop)
	for {
		event, err := s.client.Next(context.Background())
		if err != nil {
			return
		}
		switch e := event.(type) {
		case appws.Opened:
			s.change(func() { s.opened(e) })
			for _, text := range s.onLogin {
				_ = e.Conn.SendText(context.Background(), text) // an error ends the connection, which is told
			}
		case appws.Failed:
			state := Retrying
			if e.Again == 0 {
				state = Refused
			}
			s.change(func() { s.away(state, e.Err, e.Again) })
		case appws.Disconnected:
			s.change(func() { s.away(Retrying, e.Err, e.Again) })
		case appws.Closed:
			s.change(func() { s.away(Ended, e.Err, 0) })
		}
	}
}

// opened needs the lock, and so does away.
func (s *session) opened(e appws.Opened) {
	s.keys = append(s.keys[max(0, len(s.keys)-maxKeys+1):], keySince{s.challenged, e.Conn.Login().Key})
	s.opens++
	s.view.Reconnects = s.opens - 1
	if !s.lostAt.IsZero() {
		s.view.BackAt = time.Now()
		s.view.Away = s.view.BackAt.Sub(s.lostAt)
		s.lostAt = time.Time{}
	}
	s.view.User, s.view.Domain = e.Conn.Login().User(), e.Conn.Domain()
	s.view.Why, s.view.RetryAt = "", time.Time{}
	s.turn(Open)
	s.history.Note(time.Now(), "Connected and logged in.")
}

func (s *session) away(state State, err error, again time.Duration) {
	now := time.Now()
	if s.view.State == Open {
		s.lostAt = now
	}
	s.view.Why, s.view.RetryAt = s.explain(err), time.Time{}
	switch state {
	case Retrying:
		s.view.RetryAt = now.Add(again)
	case Refused:
		s.view.Why += " Nothing is tried again before you say so, so that nobody is locked out."
	}
	if errors.Is(err, appws.ErrClosed) {
		s.view.Why = "You closed it."
	}
	s.turn(state)
	s.history.Lose()
	s.history.Note(now, s.view.Why)
}

// explain says why there is no connection. An address that worked before is right.
func (s *session) explain(err error) string {
	if s.opens > 0 {
		return appws.ExplainLoss(err)
	}
	return appws.Explain(err)
}

// keySince is the session key of the connection whose login began with an entry.
type keySince struct {
	n   uint64
	key appws.SessionKey
}

// maxKeys is of how many connections a session remembers the key.
const maxKeys = 100

// keyOf is the key of the connection that an entry belongs to.
func (s *session) keyOf(n uint64) (appws.SessionKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range slices.Backward(s.keys) {
		if n >= k.n {
			return k.key, nil
		}
	}
	return "", ErrNoKey
}

func (s *session) turn(state State) {
	if s.view.State != state {
		s.view.State, s.view.Since = state, time.Now()
	}
}

// sendAll sends what is in the outbox, one after the other, until the client is closed.
func (s *session) sendAll() {
	for {
		select {
		case text := <-s.outbox:
			if err := s.client.SendText(context.Background(), text); err != nil {
				s.change(func() { s.history.Note(time.Now(), "Not sent: "+appws.Explain(err)) })
			}
		case <-s.stop:
			return
		}
	}
}

// connected is why nothing can be sent, nil where it can.
func (s *session) connected() error {
	if s.service != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.view.State != Open || !s.served {
			return appws.ErrNotConnected
		}
		return nil
	}
	if s.client == nil {
		return appws.ErrNotConnected
	}
	_, err := s.client.Conn()
	return err
}

// enqueue gives a text to sendAll.
func (s *session) enqueue(text []byte) error {
	if err := s.connected(); err != nil {
		return err
	}
	select {
	case s.outbox <- string(text):
		return nil
	default:
		return ErrBusy
	}
}

// look is the session's view.
func (s *session) look() View {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries == nil {
		s.entries = s.history.Entries(false)
	}
	v := s.view
	v.Entries, v.Pending, v.Forgotten = s.entries, s.history.Pending(), s.history.Forgotten()
	return v
}

// reveal is an entry with its secrets.
func (s *session) reveal(n uint64) (record.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.history.Reveal(n)
	if !known {
		return record.Entry{}, ErrNoEntry
	}
	return e, nil
}

// log is the whole record.
func (s *session) log(reveal bool) record.Log {
	s.mu.Lock()
	defer s.mu.Unlock()
	return record.Log{Name: s.view.Name, URL: s.view.URL, App: s.view.App, Entries: s.history.Entries(reveal)}
}

// restore adds an entry of a saved record.
func (s *session) restore(e record.Entry) {
	s.history.Restore(e)
	switch e.Dir {
	case appws.In:
		s.view.Received++
		s.view.BytesIn += uint64(e.Bytes)
	case appws.Out:
		s.view.Sent++
		s.view.BytesOut += uint64(e.Bytes)
	}
}
