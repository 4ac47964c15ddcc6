package appws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/internal/proxytest"
	"github.com/patchcord/patchcord/internal/ws"
)

func TestURLs(t *testing.T) {
	for _, tt := range []struct {
		url, want string
		err       error
	}{
		{"ws://h/p", "ws://h/p", nil},
		{"wss://h:1/p?q=1", "wss://h:1/p?q=1", nil},
		{"http://h/p", "ws://h/p", nil},
		{"HTTPS://h/p#f", "wss://h/p", nil},
		{"conn://h/p", "", ErrConnScheme},
		{"conn:anything", "", ErrConnScheme},
		{"ftp://h/p", "", ErrScheme},
		{"h/p", "", ErrScheme},
	} {
		c, err := Config{URL: tt.url, App: "a", Password: "p"}.checked()
		if !errors.Is(err, tt.err) || err == nil && c.URL != tt.want {
			t.Errorf("%s: %q, %v", tt.url, c.URL, err)
		}
	}
	for _, bad := range []string{"ws://", "wss:///p", "ws://user:secret@h/", "ws://h:port/"} {
		if _, err := (Config{URL: bad, Password: "p"}).checked(); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for name, c := range map[string]Config{
		"no password":         {},
		"dead, no keep-alive": {Password: "p", DeadAfter: 1},
		"dead too early":      {Password: "p", DeadAfter: 1, KeepAlive: 1},
		"info no JSON":        {Password: "p", Info: []byte("{")},
		"info no object":      {Password: "p", Info: []byte("1")},
		"info no UTF-8":       {Password: "p", Info: []byte("{\"\xff\":1}")},
		"pin":                 {Password: "p", Pin: "sha256/abc"},
	} {
		c.URL = "ws://h/"
		_, err := Dial(t.Context(), c)
		var d *DialError
		if !errors.As(err, &d) || d.Step != StepConfig {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSecret reads the password when it is needed, and says when that fails.
func TestSecret(t *testing.T) {
	url := serve(t, newTestService(ServiceConfig{}))
	dial(t, Config{URL: url, App: "a", Secret: func(context.Context) (string, error) { return "pw", nil }})
	locked := errors.New("the keyring is locked")
	for secret, want := range map[error]error{locked: locked, nil: ErrNoPassword} {
		_, err := Dial(deadline(t), Config{URL: url, App: "a", Secret: func(context.Context) (string, error) { return "", secret }})
		var d *DialError
		if !errors.As(err, &d) || d.Step != StepAuthenticate || !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// TestExplainDial explains attempts that fail for a reason in the network.
func TestExplainDial(t *testing.T) {
	elsewhere := httptest.NewServer(http.RedirectHandler("https://other.example/", http.StatusFound))
	defer elsewhere.Close()
	nothing := httptest.NewServer(http.NotFoundHandler())
	defer nothing.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer silent.Close()
	mute := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sock, err := ws.Accept(w, r, ws.AcceptOptions{}); err == nil {
			_ = sock.CloseNow()
		}
	}))
	defer mute.Close()
	for url, want := range map[string]string{
		elsewhere.URL: "redirects us to https://other.example", nothing.URL: "answered 404 instead", closed.URL: "nothing listens",
		silent.URL: "closes the connection without an answer", mute.URL: "hung up during the login",
	} {
		_, err := Dial(deadline(t), Config{URL: url, App: "a", Password: "pw"})
		if err == nil || !strings.Contains(Explain(err), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
	for failure, want := range map[error]string{
		syscall.ENETUNREACH: "cannot be reached from here", syscall.EHOSTUNREACH: "cannot be reached from here", syscall.ETIMEDOUT: "Pbx does not answer within",
	} {
		dial := func(context.Context, string, string) (net.Conn, error) { return nil, failure }
		_, err := Dial(deadline(t), Config{URL: "ws://pbx/", App: "a", Password: "pw", DialContext: dial})
		if s := Explain(err); !strings.Contains(s, want) || strings.HasSuffix(s, failure.Error()+".") {
			t.Errorf("%v: %s", failure, s)
		}
	}
	var upgrade *UpgradeError
	if _, err := Dial(deadline(t), Config{URL: elsewhere.URL, App: "a", Password: "pw"}); !errors.As(err, &upgrade) ||
		upgrade.Status != http.StatusFound || upgrade.Location != "https://other.example/" {
		t.Errorf("a redirect is %v", err)
	}
	for step, want := range map[Step]string{
		StepAuthenticate: "did not come in time", StepLogin: "did not answer the login",
	} {
		if s := Explain(&DialError{step, context.DeadlineExceeded}); !strings.Contains(s, want) {
			t.Errorf("%s: %s", step, s)
		}
	}
}

// TestTLS connects to a server with a self-made certificate: not by default, but by its root, by
// its pin, and with Insecure.
// TestThroughAProxy connects to a name that only an HTTP proxy knows, without TLS too. An error of the
// choice of the proxy is explained.
func TestThroughAProxy(t *testing.T) {
	service, err := url.Parse(serve(t, newTestService(ServiceConfig{})))
	if err != nil {
		t.Fatal(err)
	}
	p := proxytest.Start(t, map[string]string{"app.corp:80": service.Host})
	at := Config{URL: "ws://app.corp/", App: "a", Password: "pw", Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: p.Address})}
	conn, err := Dial(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if tunnels := p.Tunnels(); len(tunnels) != 1 || tunnels[0] != "app.corp:80" {
		t.Errorf("tunnels %q", tunnels)
	}
	at.Proxy = http.ProxyURL(&url.URL{Scheme: "ftp", Host: p.Address})
	if _, err := Dial(t.Context(), at); !strings.Contains(Explain(err), "The proxy set for app.corp is not a valid address") {
		t.Errorf("%v: %s", err, Explain(err))
	}
}

func TestTLS(t *testing.T) {
	s := newTestService(ServiceConfig{})
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS()
	defer server.Close()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	sum := sha256.Sum256(server.Certificate().RawSubjectPublicKeyInfo)
	pin := certificate.PinPrefix + base64.StdEncoding.EncodeToString(sum[:])
	other := certificate.PinPrefix + base64.StdEncoding.EncodeToString(make([]byte, 32))
	for _, tt := range []struct {
		name string
		c    Config
		want string // a part of the explanation, empty for success
	}{
		{"default", Config{}, "is self-signed"},
		{"root", Config{TLS: &tls.Config{RootCAs: roots}}, ""},
		{"root, other name", Config{TLS: &tls.Config{RootCAs: roots, ServerName: "other.example"}}, "for another host"},
		{"root, expired", Config{TLS: &tls.Config{RootCAs: roots, Time: func() time.Time {
			return server.Certificate().NotAfter.Add(time.Hour)
		}}}, "expired on"},
		{"pin", Config{Pin: pin}, ""},
		{"other pin", Config{Pin: other}, "is pinned"},
		{"other pin, trusted root", Config{Pin: other, TLS: &tls.Config{RootCAs: roots}}, "is pinned"},
		{"insecure", Config{Insecure: true}, ""},
		{"no TLS there", Config{URL: strings.Replace(serve(t, newTestService(ServiceConfig{})), "http:", "wss:", 1)}, "does not speak TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.App, tt.c.Password = "a", "pw"
			if tt.c.URL == "" {
				tt.c.URL = server.URL
			}
			conn, err := Dial(deadline(t), tt.c)
			if err == nil {
				defer conn.Close()
			}
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("%v", err)
			case tt.want != "" && (err == nil || !strings.Contains(Explain(err), tt.want)):
				t.Errorf("%v: want %q", err, tt.want)
			}
		})
	}
}

// TestSecretsDoNotPrint prints keys and logins in every format, and logs a whole connection.
func TestSecretsDoNotPrint(t *testing.T) {
	l := Login{App: "a", SIP: "s"}.Signed("1", "the password")
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{l, l.Key, &l} {
			s := fmt.Sprintf(format, v)
			if strings.Contains(s, l.Digest) || strings.Contains(s, string(l.Key)) {
				t.Errorf("%s prints %s", format, s)
			}
		}
	}
	if text, err := json.Marshal(l.Key); err != nil || strings.Contains(string(text), string(l.Key)) {
		t.Errorf("as JSON the key is %s, %v", text, err)
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := newTestService(ServiceConfig{Log: logger})
	conn, err := Dial(deadline(t), Config{URL: serve(t, s), App: "a", Password: "pw", Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	logger.Info("login", "login", conn.Login(), "key", conn.Login().Key)
	digest, key := conn.Login().Digest, string(conn.Login().Key)
	_ = conn.Close()
	_ = s.Close()
	for _, secret := range []string{digest, key} {
		if strings.Contains(log.String(), secret) {
			t.Error("the log holds a secret")
		}
	}
	for _, want := range []string{"topic=LOG_APP_WEBSOCKET", "topic=LOG_WEBSOCKET_CLIENT", "mt=AppLogin", "dir=out"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}

func TestNewBuildURL(t *testing.T) {
	for _, tt := range []struct{ url, build, want string }{
		{"https://h/d/i/100/app.htm", "101", "https://h/d/i/101/app.htm"},
		{"https://h/d/i/101/app.htm", "101", ""},
		{"https://h/d/inst/app.htm?x=1", "101", "https://h/d/inst/101/app.htm?x=1"},
		{"https://h/d/i/DEAD/app.htm", "101", "https://h/d/i/101/app.htm"},
		{"https://h/app.htm", "101", "https://h/101/app.htm"},
		{"https://h/d/100/app.htm", "", ""},
		{"nonsense", "101", ""},
		{"", "101", ""},
		{"http://[", "101", ""},
	} {
		if got := newBuildURL(tt.url, tt.build); got != tt.want {
			t.Errorf("%s at build %s: %q, want %q", tt.url, tt.build, got, tt.want)
		}
	}
}
