package appws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// Login is the proof of who logs in: the parameters of the vendor's auth function. Digest and Key
// do not print.
type Login struct {
	// Domain, SIP, GUID and DN (display name) describe who logs in.
	Domain, SIP, GUID, DN string
	// PbxObj is the name of the PBX object for the remote app. It is not part of the digest.
	PbxObj string
	// App is the remote end's name for the app, which may differ from the app of the Config: the name
	// of a PBX object there, of an HTML file here.
	App string
	// Info is a JSON object, nil for none. It is sent unchanged, since the digest covers its text.
	Info json.RawMessage
	// Digest is 64 hex digits. If it is empty it is made from the password; only a login by
	// Config.Password does that.
	Digest string
	// Key is the session key of the connection.
	Key SessionKey
}

// String names the login without its secrets.
func (l Login) String() string { return fmt.Sprintf("%q@%q for app %q", l.SIP, l.Domain, l.App) }

// User is who logs in, for a person to read: the app if no user is named.
func (l Login) User() string {
	name := l.SIP
	if name == "" {
		name = l.App
	}
	if l.Domain == "" {
		return name
	}
	return name + "@" + l.Domain
}

// GoString is String, so that no format prints the secrets.
func (l Login) GoString() string { return l.String() }

// LogValue is String, so that no log prints the secrets.
func (l Login) LogValue() slog.Value { return slog.StringValue(l.String()) }

// digest is the proof for a challenge under a password. info is nil when the message has none.
func (l Login) digest(info []byte, challenge, password string) string {
	if info == nil {
		return hexSum(l.App, ":", l.Domain, ":", l.SIP, ":", l.GUID, ":", l.DN, ":", challenge, ":", password)
	}
	return hexSum(l.App, ":", l.Domain, ":", l.SIP, ":", l.GUID, ":", l.DN, ":", string(info), ":", challenge, ":", password)
}

// Signed is the login with digest and key from a password.
func (l Login) Signed(challenge, password string) Login {
	l.Digest = l.digest(l.Info, challenge, password)
	l.Key = NewSessionKey(challenge, password)
	return l
}

// message is the AppLogin, its members in the order of the vendor's browser client.
func (l Login) message() []byte {
	b := []byte(`{"mt":"AppLogin"`)
	text := func(name, value string) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		b = appendQuoted(b, value)
	}
	text("app", l.App)
	text("domain", l.Domain)
	text("sip", l.SIP)
	text("guid", l.GUID)
	text("dn", l.DN)
	if l.Info != nil {
		b = append(append(b, `,"info":`...), l.Info...)
	}
	text("digest", l.Digest)
	text("pbxObj", l.PbxObj)
	return append(b, '}')
}

// Authenticator gives the login for a challenge where the password is known elsewhere. It is called
// for each connection and may take its time; ctx ends when the connection does. *Services and
// *Paused are authenticators.
type Authenticator interface {
	// Login gets the app of the Config and the server's challenge. After ErrAuthenticatorGone a
	// reconnecting Client ends; after any other error it tries again.
	Login(ctx context.Context, app, challenge string) (Login, error)
}

// Errors of authenticators.
var (
	// ErrAuthenticatorGone says that an authenticator will never answer again, for example because its
	// connection to the PBX has ended.
	ErrAuthenticatorGone = errors.New("the authenticator is gone")
	// ErrNotPaused refuses a call of Auth or Refuse while no login waits: before the challenge, or a
	// second time.
	ErrNotPaused = errors.New("no login waits to be continued")
)

// Challenge is a login that waits in a Paused.
type Challenge struct{ App, Challenge string }

// Paused is the Authenticator for the vendor's onauth and auth: a login waits after the challenge
// until Auth is called, from anywhere at any time. It serves one connection at a time.
type Paused struct {
	challenges chan Challenge // holds the one that waits

	mu      sync.Mutex
	waiting chan verdict // nil while no login waits
}

type verdict struct {
	login Login
	err   error
}

// NewPaused makes one without a waiting login.
func NewPaused() *Paused { return &Paused{challenges: make(chan Challenge, 1)} }

// Challenges gives the challenge of each waiting login. A new one replaces one that nobody took.
func (p *Paused) Challenges() <-chan Challenge { return p.challenges }

// Auth continues the waiting login. l is sent to the server unchanged.
func (p *Paused) Auth(l Login) error { return p.decide(verdict{login: l}) }

// Refuse ends the waiting login with err.
func (p *Paused) Refuse(err error) error { return p.decide(verdict{err: err}) }

func (p *Paused) decide(v verdict) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == nil {
		return ErrNotPaused
	}
	p.waiting <- v // has room for the one
	p.waiting = nil
	return nil
}

// Login implements Authenticator.
func (p *Paused) Login(ctx context.Context, app, challenge string) (Login, error) {
	answer := make(chan verdict, 1)
	p.mu.Lock()
	p.waiting = answer
	p.mu.Unlock()
	p.offer(Challenge{app, challenge})
	select {
	case v := <-answer:
		return v.login, v.err
	case <-ctx.Done():
		p.withdraw(answer)
		return Login{}, ctx.Err()
	}
}

func (p *Paused) offer(c Challenge) {
	for {
		select {
		case p.challenges <- c:
			return
		default:
		}
		select {
		case <-p.challenges:
		default:
		}
	}
}

// withdraw ends a wait that was not answered.
func (p *Paused) withdraw(answer chan verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == answer {
		p.waiting = nil
	}
}
