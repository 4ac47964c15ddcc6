// Package sessions keeps many named AppWebsocket clients and a bounded record of all they say, for a
// person to look at; secrets in it are hidden unless asked for.
package sessions

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/notice"
)

// viewPause is the shortest time between two views for a watcher.
const viewPause = 50 * time.Millisecond

// Errors of Sessions.
var (
	ErrNoSession = errors.New("there is no such session")
	// ErrNoKey says that no session key is known for an entry: it came before a login, or from a record.
	ErrNoKey     = errors.New("no session key is known for this message")
	ErrNoEntry   = errors.New("there is no such entry, or no longer")
	ErrNameTaken = errors.New("another session has this name")
	// ErrBusy says that too many texts wait to be sent on a session.
	ErrBusy = errors.New("too much waits to be sent")
)

// Options are those of the record of each session.
type Options struct {
	record.Options
	Log *slog.Logger
}

// Config is one session.
type Config struct {
	// Name is unique among the sessions.
	Name string
	// System is what a person calls the PBX that the session belongs to, empty for none.
	System string
	appws.Config
	// Via names the session with a PBX that gives the login, by the Services API; App is then the name
	// of the app object. Empty if Config gives it.
	Via string
	// OnLogin are messages that are sent after each login, so that subscriptions outlive a loss.
	OnLogin []string
	// Serve is the address at which to listen as an app service with the password of Secret, instead of
	// connecting to URL; empty for not. Answers are messages that are sent for a request whose mt and
	// "Result" is theirs, with its api and src.
	Serve   string
	Answers []string
	// ServeTLS has the certificate of the service, nil for none: then it speaks ws:.
	ServeTLS *tls.Config
}

// List is many clients for a person to look at, each of which reconnects by itself.
type List struct {
	log     *slog.Logger
	changed *notice.Notice

	mu       sync.Mutex
	options  record.Options
	list     []*session // in the order of their opening
	lastID   int
	closed   bool
	watchers sync.WaitGroup
	stop     chan struct{}
}

// New makes an empty set.
func New(cfg Options) *List {
	return &List{log: cfg.Log, options: cfg.Options, changed: notice.New(), stop: make(chan struct{})}
}

// Open starts a session and returns its id. It does not wait for the connection.
func (s *List) Open(c Config) (int, error) {
	if c.Serve != "" {
		return s.serve(c)
	}
	cfg := c.Config
	if c.Via != "" {
		cfg.Authenticator = via{s, c.Via}
	}
	if cfg.Log == nil {
		cfg.Log = s.log
	}
	if err := cfg.Check(); err != nil {
		return 0, err
	}
	for _, text := range c.OnLogin {
		if err := appws.CheckMessage([]byte(text)); err != nil {
			return 0, &appws.DialError{Step: appws.StepConfig, Err: err}
		}
	}
	n, err := s.add(c.Name, func(n *session) { n.view.System, n.onLogin = c.System, c.OnLogin; n.begin(cfg) })
	if err != nil {
		return 0, err
	}
	return n.id, nil
}

// Bound gives all records other bounds, and has other secrets hidden in what comes from now on. Saved records
// that were loaded stay whole.
func (s *List) Bound(o record.Options) {
	s.mu.Lock()
	s.options = o
	list := slices.Clone(s.list)
	s.mu.Unlock()
	for _, n := range list {
		n.change(func() {
			if n.view.State != Replayed {
				n.history.Bound(o)
			}
		})
	}
}

// Load shows a saved record as a session without a connection, and returns its id.
func (s *List) Load(name string, l record.Log) (int, error) {
	n, err := s.add(name, func(n *session) {
		n.view.URL, n.view.App, n.view.State = l.URL, l.App, Replayed
		whole := s.options // a file is bounded where it is read
		whole.MaxEntries, whole.MaxBytes = len(l.Entries), math.MaxInt
		n.history = record.New(whole)
		for _, e := range l.Entries {
			n.restore(e)
		}
	})
	if err != nil {
		return 0, err
	}
	return n.id, nil
}

func (s *List) add(name string, begin func(*session)) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, appws.ErrClosed
	case slices.ContainsFunc(s.list, func(n *session) bool { return n.name == name }):
		return nil, ErrNameTaken
	}
	s.lastID++
	n := newSession(s, s.lastID, name)
	begin(n)
	s.list = append(s.list, n)
	s.changed.Signal()
	return n, nil
}

// find is a session by its id, nil for none.
func (s *List) find(id int) *session {
	return s.first(func(n *session) bool { return n.id == id })
}

func (s *List) first(want func(*session) bool) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.list, want); i >= 0 {
		return s.list[i]
	}
	return nil
}

// End closes a session's connection for good. Its record stays until Forget.
func (s *List) End(id int) error {
	n := s.find(id)
	if n == nil {
		return ErrNoSession
	}
	n.end()
	return nil
}

// Retry lets a session that is not connected try at once.
func (s *List) Retry(id int) error {
	n := s.find(id)
	switch {
	case n == nil:
		return ErrNoSession
	case n.over():
		return appws.ErrClosed
	}
	n.client.Retry()
	return nil
}

// Forget ends a session and drops its record.
func (s *List) Forget(id int) error {
	if err := s.End(id); err != nil {
		return err
	}
	s.mu.Lock()
	s.list = slices.DeleteFunc(s.list, func(n *session) bool { return n.id == id })
	s.mu.Unlock()
	s.changed.Signal()
	return nil
}

// Send sends a message on a session without waiting for the network: the record shows the outcome.
// An error in its JSON is a *SyntaxError.
func (s *List) Send(id int, text []byte) error {
	n := s.find(id)
	if n == nil {
		return ErrNoSession
	}
	if err := appws.CheckMessage(text); err != nil {
		return err
	}
	return n.enqueue(text)
}

// Reveal is one entry with its secrets.
func (s *List) Reveal(id int, n uint64) (record.Entry, error) {
	found := s.find(id)
	if found == nil {
		return record.Entry{}, ErrNoSession
	}
	return found.reveal(n)
}

// Key is the session key of the connection that an entry belongs to.
func (s *List) Key(id int, n uint64) (appws.SessionKey, error) {
	found := s.find(id)
	if found == nil {
		return "", ErrNoSession
	}
	return found.keyOf(n)
}

// Record is the whole record of a session, with its secrets if reveal is set.
func (s *List) Record(id int, reveal bool) (record.Log, error) {
	n := s.find(id)
	if n == nil {
		return record.Log{}, ErrNoSession
	}
	return n.log(reveal), nil
}

// Save writes a session's record as JSON lines for record.Read, with its secrets if reveal is set.
func (s *List) Save(id int, w io.Writer, reveal bool) error {
	l, err := s.Record(id, reveal)
	if err != nil {
		return err
	}
	return l.Write(w)
}

// Views is what Watch gives, now.
func (s *List) Views() []View {
	s.mu.Lock()
	list := slices.Clone(s.list)
	s.mu.Unlock()
	views := make([]View, len(list))
	for i, n := range list {
		views[i] = n.look()
	}
	return views
}

// Watch gives the newest views whenever there are newer ones, until ctx ends or Close; then it
// closes the channel. A slow reader misses views, but never the last.
func (s *List) Watch(ctx context.Context) <-chan []View {
	views := make(chan []View, 1) // when full, the newest replaces
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(views)
		return views
	}
	s.watchers.Go(func() { s.watch(ctx, views) })
	return views
}

func (s *List) watch(ctx context.Context, views chan []View) {
	defer close(views)
	for {
		more := s.changed.Wait()
		shown := time.Now()
		newest.Put(views, s.Views())
		if !s.wait(ctx, more) || backoff.Wait(ctx, viewPause-time.Since(shown)) != nil {
			return
		}
	}
}

// wait waits for a change; false means that the end came first.
func (s *List) wait(ctx context.Context, more <-chan struct{}) bool {
	select {
	case <-more:
		return true
	case <-ctx.Done():
	case <-s.stop:
	}
	return false
}

// Close ends all sessions and watches and waits until nothing is running any more.
func (s *List) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.stop)
	}
	list := slices.Clone(s.list)
	s.mu.Unlock()
	var ends sync.WaitGroup
	for _, n := range list {
		ends.Go(n.end)
	}
	ends.Wait()
	s.watchers.Wait()
	return nil
}

// via is the Authenticator of a session that gets its login from another session.
type via struct {
	sessions *List
	name     string
}

// viaTimeout is how long a login waits for the other session, for example at the start, when all
// connect at once.
const viaTimeout = 5 * time.Second

// Login asks the PBX on the other session's connection. Since that one reconnects, the
// authenticator is gone only when the session has ended.
func (v via) Login(ctx context.Context, app, challenge string) (appws.Login, error) {
	conn, err := v.conn(ctx)
	if err != nil {
		return appws.Login{}, err
	}
	login, err := appws.NewServices(conn).Login(ctx, app, challenge)
	if errors.Is(err, appws.ErrAuthenticatorGone) {
		err = fmt.Errorf("the session %q lost its connection", v.name)
	}
	return login, err
}

// conn waits up to viaTimeout for the other session and its connection.
func (v via) conn(ctx context.Context) (*appws.Conn, error) {
	timeout := time.NewTimer(viaTimeout)
	defer timeout.Stop()
	for late := false; ; {
		more := v.sessions.changed.Wait()
		pbx := v.sessions.first(func(n *session) bool { return n.name == v.name })
		switch {
		case pbx == nil && late:
			return nil, fmt.Errorf("%w: there is no session %q", appws.ErrAuthenticatorGone, v.name)
		case pbx == nil:
		case pbx.over():
			return nil, fmt.Errorf("%w: the session %q has ended", appws.ErrAuthenticatorGone, v.name)
		default:
			if conn, err := pbx.client.Conn(); err == nil {
				return conn, nil
			}
			if late {
				return nil, fmt.Errorf("the session %q is not connected", v.name)
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timeout.C:
			late = true
		}
	}
}
