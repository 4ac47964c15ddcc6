package appws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

const (
	challengeText = `{"mt":"AppChallenge"}`
	// maxChallenge is the longest challenge accepted, in bytes; the vendor's have 16.
	maxChallenge = 256
)

// Step of connecting.
type Step string

// Steps, in their order.
const (
	StepConfig       Step = "configuration"
	StepConnect      Step = "connect"
	StepChallenge    Step = "challenge"
	StepAuthenticate Step = "authenticate"
	StepLogin        Step = "login"
)

// DialError says why connecting failed. Explain makes a sentence for people of it.
type DialError struct {
	Step Step
	Err  error
}

func (e *DialError) Error() string { return fmt.Sprintf("appws: %s: %v", e.Step, e.Err) }

func (e *DialError) Unwrap() error { return e.Err }

// RefusedError says that the server refused the login.
type RefusedError struct {
	// Text is the server's reason, often empty. It comes from the wire.
	Text string
}

func (e *RefusedError) Error() string {
	if e.Text == "" {
		return "the server refused the login"
	}
	return fmt.Sprintf("the server refused the login: %q", clipped(e.Text))
}

// secretError says that the password could not be read.
type secretError struct{ err error }

func (e *secretError) Error() string { return "the password could not be read: " + e.err.Error() }

func (e *secretError) Unwrap() error { return e.err }

// UpgradeError says that a server did not open a websocket when asked to.
type UpgradeError struct {
	// Status is its HTTP status, Location the target of a redirect. Redirects are not followed: a
	// login belongs to the server it was made for.
	Status   int
	Location string
}

func (e *UpgradeError) Error() string {
	return fmt.Sprintf("the server answered %d instead of switching to websocket", e.Status)
}

// Dial connects and logs in. Errors are *DialError. After it has returned, ctx has no effect on the
// connection.
func Dial(ctx context.Context, c Config) (*Conn, error) {
	c, err := c.checked()
	if err != nil {
		return nil, &DialError{StepConfig, err}
	}
	step := StepConnect
	conn, err := open(ctx, c)
	if err == nil {
		step, err = conn.logIn(ctx, c)
	}
	if err != nil {
		if conn != nil {
			_ = conn.Close()
		}
		topicLog(c.Log, TopicAppWebsocket).Info("not connected", "app", c.App, "step", string(step), "err", err)
		return nil, &DialError{step, err}
	}
	conn.link.log.Info("connected", "app", c.App, "domain", clipped(conn.domain))
	return conn, nil
}

// open opens the websocket and starts to read it.
func open(ctx context.Context, c Config) (*Conn, error) {
	log := topicLog(c.Log, TopicWebsocketClient)
	to, err := url.Parse(c.URL)
	if err != nil { // checked before
		return nil, err
	}
	if c.Insecure {
		log.Warn("the server's certificate is not checked", "app", c.App)
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	ctx, trail := reach.Follow(ctx)
	sock, err := ws.Dial(ctx, c.URL, ws.Options{
		Header: c.Header, ReadLimit: c.ReadLimit, SkipBig: c.SkipBig,
		Transport: reach.Transport(reach.Options{TLS: c.Trust(), DialContext: c.dialer(log), To: to, Proxy: c.Proxy, Socket: true}),
	})
	if err != nil {
		return nil, unreached(c, trail.Mark(err))
	}
	log.Debug("websocket open", "app", c.App)
	return startConn(sock, c), nil
}

// dialer is DialContext, which runs in a goroutine of the library for HTTP: a panic there is an error.
func (c Config) dialer(log *slog.Logger) func(ctx context.Context, network, addr string) (net.Conn, error) {
	if c.DialContext == nil {
		return nil
	}
	return func(ctx context.Context, network, addr string) (conn net.Conn, err error) {
		defer fault.Catch(func(e *fault.Error) {
			e.Log(log, "the dialling of an AppWebsocket connection")
			err = e
		})
		return c.DialContext(ctx, network, addr)
	}
}

// unreached explains why there is no websocket.
func unreached(c Config, err error) error {
	u, bad := url.Parse(c.URL)
	if bad != nil { // checked before
		return err
	}
	server := reach.At(u, "app server", "app server", "session", c.Timeout)
	var other *ws.UpgradeError
	if !errors.As(err, &other) {
		return reach.Explain(server, err)
	}
	refused := &UpgradeError{Status: other.Status, Location: other.Header.Get("Location")}
	e := reach.Answer(server, other.Status, other.Header, reach.IsPage(other.Header, nil), refused)
	if e.Verdict && other.Status/100 != 3 {
		e.What = fmt.Sprintf("%s answered %d instead of opening a websocket", u.Host, other.Status)
		e.Next = "Check the path of the address"
	}
	return e
}

// logIn runs the handshake. The step is where it stopped.
func (c *Conn) logIn(ctx context.Context, cfg Config) (Step, error) {
	challenge, sysClient, err := c.challenge(ctx, cfg)
	if err != nil {
		return StepChallenge, err
	}
	if sysClient && cfg.AllowSysClient {
		cfg.Authenticator, cfg.Secret, cfg.Password, cfg.AllowEmptyPassword = nil, nil, "", true
	}
	login, err := c.authenticate(ctx, cfg, challenge)
	if err != nil {
		return StepAuthenticate, err
	}
	return StepLogin, c.submit(ctx, cfg, login)
}

func (c *Conn) challenge(ctx context.Context, cfg Config) (challenge string, sysClient bool, _ error) {
	m, err := c.exchange(ctx, cfg.Timeout, []byte(challengeText), "AppChallengeResult")
	if err != nil {
		return "", false, err
	}
	if challenge = ChallengeOf(m); challenge == "" {
		return "", false, violation(ws.StatusProtocol, errors.New("the AppChallengeResult has no challenge that can be used"))
	}
	return challenge, saysYes(m.Raw, "sysClient"), nil
}

// ChallengeOf is the challenge of an AppChallengeResult, empty where there is none that can be used.
func ChallengeOf(m Message) string {
	v := member(m.Raw, "challenge")
	challenge, ok := unquote(v)
	if !ok && len(v) > 0 && isDigit(v[0]) {
		challenge, ok = string(v), true // an early PBX sent a number
	}
	if !ok || len(challenge) > maxChallenge {
		return ""
	}
	return challenge
}

// authenticate gets the login for a challenge. It stops waiting when the connection ends.
func (c *Conn) authenticate(ctx context.Context, cfg Config, challenge string) (Login, error) {
	if cfg.fetchesLogin() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, cfg.AuthTimeout)
		defer cancel()
		defer c.link.onEnd(cancel)()
	}
	login, err := cfg.askedLogin(ctx, c.link, challenge)
	if over := c.link.over(); over != nil {
		return Login{}, over
	}
	if err == nil && login.Info != nil {
		err = checkInfo(login.Info)
	}
	return login, err
}

// askedLogin is the login of the application's callbacks. A panic of theirs is an error.
func (c Config) askedLogin(ctx context.Context, l *link, challenge string) (login Login, err error) {
	defer fault.Catch(func(e *fault.Error) {
		e.Log(l.log, "the login of an AppWebsocket connection")
		err = e
	})
	return c.login(ctx, challenge)
}

// fetchesLogin reports whether the login comes from elsewhere, which may take time.
func (c Config) fetchesLogin() bool { return c.Authenticator != nil || c.Secret != nil }

// login is the login that the Config gives for a challenge.
func (c Config) login(ctx context.Context, challenge string) (Login, error) {
	if c.Authenticator != nil {
		return c.Authenticator.Login(ctx, c.App, challenge)
	}
	password := c.Password
	if c.Secret != nil {
		p, err := c.Secret(ctx)
		if err != nil {
			return Login{}, &secretError{err}
		}
		password = p
	}
	if password == "" && !c.AllowEmptyPassword {
		return Login{}, ErrNoPassword
	}
	l := Login{Domain: c.Domain, SIP: c.SIP, GUID: c.GUID, DN: c.DN, PbxObj: c.PbxObj, App: c.App, Info: c.Info}
	if l.PbxObj == "" {
		l.PbxObj = c.App
	}
	return l.Signed(challenge, password), nil
}

// submit sends the login and waits for the result.
func (c *Conn) submit(ctx context.Context, cfg Config, login Login) error {
	m, err := c.exchange(ctx, cfg.Timeout, login.message(), "AppLoginResult")
	if err != nil {
		return err
	}
	if !saysYes(m.Raw, "ok") {
		return &RefusedError{Text: refusal(m.Raw)}
	}
	c.link.key = login.Key
	c.login = login
	c.app, _ = textMember(m.Raw, "app")
	c.domain, _ = textMember(m.Raw, "domain")
	c.opened.Store(true)
	c.handshake.close()
	return nil
}

// refusal is what a server says about a refused login: errorText or error, which may be a
// number.
func refusal(raw []byte) string {
	for _, name := range []string{"errorText", "error"} {
		v := member(raw, name)
		if text, ok := unquote(v); ok && text != "" {
			return text
		}
		if v = bytes.TrimSpace(v); len(v) > 0 && (v[0] == '-' || isDigit(v[0])) {
			return "error " + string(v)
		}
	}
	return ""
}

// exchange sends a message of the handshake and waits for its answer. Any other message of the
// handshake is a protocol error.
func (c *Conn) exchange(ctx context.Context, limit time.Duration, text []byte, answer string) (Message, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := c.link.send(ctx, text); err != nil {
		return Message{}, err
	}
	m, err := c.handshake.take(ctx)
	if err != nil {
		return Message{}, err
	}
	if m.MT != answer {
		v := violation(ws.StatusProtocol, fmt.Errorf("%s came where %s is due", m.MT, answer))
		c.link.refuse(v)
		return Message{}, v
	}
	return m, nil
}
