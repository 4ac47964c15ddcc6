package appws

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/certificate"
)

// Config is where a client connects and as whom.
type Config struct {
	// URL is ws:// or wss://, or with the same meaning http:// or https://, as a PBX shows the URLs of
	// app services.
	URL string
	// App is what to log in at: at a service the name of the app's HTML file without .htm, at a PBX
	// the name of the app object.
	App string

	// One of these gives the login; the first that is set counts. Authenticator gets the challenge;
	// Secret and Password are passwords.
	Authenticator Authenticator
	Secret        func(context.Context) (string, error)
	Password      string

	// Domain, SIP, GUID and DN (display name) describe who logs in with a password, PbxObj the
	// remote object, empty for App. All may be empty.
	Domain, SIP, GUID, DN, PbxObj string
	// Info is a JSON object that goes with a login by password, made by MarshalInfo; nil for
	// none.
	Info json.RawMessage
	// AllowEmptyPassword permits a login with an empty password. AllowSysClient permits it when the
	// server says that it knows us already (sysClient); then everybody can compute the session key.
	AllowEmptyPassword, AllowSysClient bool

	// TLS is nil for the system's trust. Pin trusts one public key instead of any authority:
	// "sha256/" and the base64 SHA-256 of the key (RFC 7469 §2.4). Insecure trusts everybody.
	TLS      *tls.Config
	Pin      string
	Insecure bool
	// Header is sent with the upgrade request. The vendor's clients send none of their own.
	Header http.Header
	// Proxy chooses the HTTP or SOCKS proxy, as that of http.Transport does, such as http.ProxyURL; nil is
	// http.ProxyFromEnvironment. A ws: address goes through a tunnel too.
	Proxy func(*http.Request) (*url.URL, error)
	// DialContext opens the TCP connection, nil for net.Dialer.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// Timeout is for each step of connecting, 0 for 30 s; AuthTimeout is how long the
	// authenticator may take, 0 for 5 minutes.
	Timeout, AuthTimeout time.Duration
	// KeepAlive is the silence in both directions after which a KeepAlive message is sent; 0 means never,
	// the vendor's browser client uses 60 s. DeadAfter ends a connection on which nothing came for so long
	// although it was read. It must be longer than KeepAlive, and the server must answer those.
	KeepAlive, DeadAfter time.Duration
	// Pings sends a ping of the websocket with each KeepAlive; its pong counts as a sign of life.
	Pings bool
	// ReadLimit bounds a message from the server in bytes, 0 for 1 MiB.
	ReadLimit int64
	// SkipBig passes over messages above ReadLimit, instead of ending the connection. Only Trace hears of
	// them.
	SkipBig bool
	// NoReconnect ends a Client with the first loss or failure. Dial makes one connection either way.
	NoReconnect bool
	// FlowControl begins the connection with SetFlowControl(true).
	FlowControl bool

	// Trace gets each message in the order of the wire, secrets included, from the goroutines that
	// read and write: it must not wait and must not call the connection.
	Trace func(Frame)
	Log   *slog.Logger
}

const (
	defaultTimeout     = 30 * time.Second
	defaultAuthTimeout = 5 * time.Minute
)

// Errors in a Config.
var (
	// ErrConnScheme refuses a conn: URI. The vendor's pages mention it; it works inside the vendor's
	// platform only.
	ErrConnScheme = errors.New("a conn: URI works inside innovaphone's platform only; use wss: or ws:")
	// ErrScheme refuses a URL of another scheme.
	ErrScheme     = errors.New("the URL begins with wss:, ws:, https: or http:")
	ErrNoPassword = errors.New("neither a password nor an authenticator is given")
)

// Check reports what is wrong with a Config, as a *DialError; Dial does so too.
func (c Config) Check() error {
	if _, err := c.checked(); err != nil {
		return &DialError{StepConfig, err}
	}
	return nil
}

// checked is the Config with defaults filled in, or an error.
func (c Config) checked() (Config, error) {
	u, err := websocketURL(c.URL)
	if err != nil {
		return c, err
	}
	c.URL = u
	switch {
	case c.Authenticator == nil && c.Secret == nil && c.Password == "" && !c.AllowEmptyPassword && !c.AllowSysClient:
		return c, ErrNoPassword
	case c.Pin != "" && !certificate.IsPin(c.Pin):
		return c, errors.New(`a pin is "sha256/" and the base64 SHA-256 of a public key`)
	}
	if err := checkLiveness(c.KeepAlive, c.DeadAfter); err != nil {
		return c, err
	}
	if c.Info != nil {
		if err := checkInfo(c.Info); err != nil {
			return c, err
		}
		c.Info = compactInfo(c.Info)
	}
	if c.Proxy == nil {
		c.Proxy = http.ProxyFromEnvironment
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.AuthTimeout == 0 {
		c.AuthTimeout = defaultAuthTimeout
	}
	if c.ReadLimit == 0 {
		c.ReadLimit = defaultReadLimit
	}
	return c, nil
}

func checkLiveness(keepAlive, deadAfter time.Duration) error {
	if deadAfter != 0 && (keepAlive == 0 || deadAfter <= keepAlive) {
		return errors.New("DeadAfter needs a KeepAlive that is shorter")
	}
	return nil
}

func checkInfo(info []byte) error {
	err := checkText(info)
	if err == nil {
		err = checkJSON(info)
	}
	if err == nil && !isObject(info) {
		err = errors.New("it is not an object")
	}
	if err != nil {
		return fmt.Errorf("the info of the login: %w", err)
	}
	return nil
}

func isObject(b []byte) bool {
	s := scanner{b: b}
	s.space()
	return s.peek() == '{'
}

// websocketURL is a URL with the scheme ws or wss. Its errors do not repeat the text, since people
// paste passwords into URLs.
func websocketURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", errors.New("the URL is malformed")
	}
	switch strings.ToLower(u.Scheme) {
	case "ws", "http":
		u.Scheme = "ws"
	case "wss", "https":
		u.Scheme = "wss"
	case "conn":
		return "", ErrConnScheme
	default:
		return "", ErrScheme
	}
	switch {
	case u.Hostname() == "":
		return "", errors.New("the URL names no host")
	case u.User != nil:
		return "", errors.New("the URL holds a user, which AppWebsocket does not know; take it out")
	}
	u.Fragment = ""
	return u.String(), nil
}

// Trust is TLS with Pin and Insecure applied.
func (c Config) Trust() *tls.Config {
	if c.Pin == "" && !c.Insecure {
		return c.TLS
	}
	t := c.TLS.Clone()
	if t == nil {
		t = &tls.Config{}
	}
	t.InsecureSkipVerify = true
	if c.Pin != "" {
		t.VerifyConnection = func(state tls.ConnectionState) error { return checkPin(c.Pin, state) }
	}
	return t
}

// PinError says that the server's public key is not the pinned one.
type PinError struct{ Shown, Pinned string }

func (e *PinError) Error() string {
	return fmt.Sprintf("the server shows the key %s, but %s is pinned", e.Shown, e.Pinned)
}

// checkPin also runs when a TLS session is resumed, as VerifyPeerCertificate would not.
func checkPin(pin string, state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server shows no certificate")
	}
	shown := certificate.Pin(state.PeerCertificates[0])
	if subtle.ConstantTimeCompare([]byte(shown), []byte(pin)) != 1 {
		return &PinError{Shown: shown, Pinned: pin}
	}
	return nil
}
