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

	mu   sync.Mutex
	pass credential
	// signedIn is when id was got.
	signedIn time.Time
}

// do makes a call in the session. One that the PBX no longer knows is replaced, once.
func (s *webSession) do(ctx context.Context, c call) (reply, error) {
	c.limit = maxArchive
	pass := s.current()
	c.prepare = pass.sign
	r, err := s.web.do(ctx, c)
	if err != nil || r.status != http.StatusUnauthorized || !s.renew(ctx, pass) {
		return r, err
	}
	c.prepare = s.current().sign
	return s.web.do(ctx, c)
}

func (s *webSession) current() credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pass
}

// renew signs in again when the given session has run out, and tells whether there is a new one.
// A password that is not taken will not be taken again either.
func (s *webSession) renew(ctx context.Context, expired credential) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pass != expired {
		return true
	}
	if s.cfg.Session != "" || s.cfg.Basic || time.Since(s.signedIn) < renewPause {
		return false
	}
	s.signedIn = time.Now()
	pass, err := s.web.signIn(ctx, s.cfg)
	if err != nil {
		s.cfg.Log.Debug("the web session has run out and there is no new one", "error", err)
		return false
	}
	s.pass = pass
	return true
}
