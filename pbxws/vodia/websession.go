package vodia

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// renewPause is the least time between two sign-ins for the sake of the web session alone.
const renewPause = time.Minute

// webSession is a session at the PBX's web server, and how to get another one: the PBX forgets
// a session after an hour, while the websocket that it opened lives on.
type webSession struct {
	web *web
	cfg Config

	mu sync.Mutex
	id string
	// signedIn is when id was got.
	signedIn time.Time
}

// do makes a call in the session. One that the PBX no longer knows is replaced, once.
func (s *webSession) do(ctx context.Context, c call) (reply, error) {
	c.limit = maxArchive
	id := s.current()
	c.prepare = withSession(id)
	r, err := s.web.do(ctx, c)
	if err != nil || r.status != http.StatusUnauthorized || !s.renew(ctx, id) {
		return r, err
	}
	c.prepare = withSession(s.current())
	return s.web.do(ctx, c)
}

func withSession(id string) func(*http.Request) {
	return func(req *http.Request) { req.AddCookie(&http.Cookie{Name: SessionCookie, Value: id}) }
}

func (s *webSession) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// renew signs in again when the session with the given id has run out, and tells whether there
// is a new one.
func (s *webSession) renew(ctx context.Context, expired string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id != expired {
		return true
	}
	if s.cfg.Session != "" || time.Since(s.signedIn) < renewPause {
		return false
	}
	s.signedIn = time.Now()
	id, err := s.web.signIn(ctx, s.cfg)
	if err != nil {
		s.cfg.Log.Debug("the web session has run out and there is no new one", "error", err)
		return false
	}
	s.id = id
	return true
}
