package vodia

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// renewPause is the shortest time between two sign-ins for the web session alone.
const renewPause = time.Minute

// webSession is a session at the PBX's web server, and how to get a new one: the PBX drops a
// session after an hour, while the websocket that it opened stays.
type webSession struct {
	web *web
	cfg config

	refusals *refusals

	mu   sync.Mutex
	pass credential
	// signedIn is when pass was got.
	signedIn time.Time
	// refused is true once the PBX refused the password; it is not tried again on this link.
	refused bool
}

// do makes a request in the session. A session that the PBX does not know any more is replaced,
// once.
func (s *webSession) do(ctx context.Context, c call) (reply, error) {
	c.limit = maxArchive
	pass, barred := s.current()
	if barred {
		return reply{status: http.StatusUnauthorized}, nil
	}
	c.prepare = pass.sign
	r, err := s.web.do(ctx, c)
	if err != nil || r.status != http.StatusUnauthorized || !s.renew(ctx, pass, r) {
		return r, err
	}
	pass, _ = s.current()
	c.prepare = pass.sign
	return s.web.do(ctx, c)
}

// current is the credential for the PBX; barred says that it would be a refused password.
func (s *webSession) current() (pass credential, barred bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pass, s.refused && s.cfg.Basic
}

// renew signs in again after the given session was denied, and reports whether there is a new one.
func (s *webSession) renew(ctx context.Context, expired credential, denied reply) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.pass != expired:
		return true
	case s.cfg.Basic: // every call shows the password
		s.refused = isPBX(denied.header)
		return false
	case s.refused, s.cfg.Session != "", time.Since(s.signedIn) < renewPause:
		return false
	}
	s.signedIn = time.Now()
	var password string
	cfg := s.cfg
	cfg.Secret = func(ctx context.Context) (_ string, err error) {
		password, err = s.cfg.Secret(ctx)
		return password, err
	}
	pass, err := s.web.signIn(ctx, cfg, func(string) bool { return false })
	var d *pbxws.DialError
	switch {
	case err == nil:
		s.pass = pass
		return true
	case errors.As(err, &d) && d.Permanent:
		s.refused = true
		s.refusals.note(password)
	}
	s.cfg.Log.Debug("the web session has expired and there is no new one", "err", err)
	return false
}
