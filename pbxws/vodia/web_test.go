package vodia

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// canary is the password of all these tests: it may turn up nowhere.
const canary = "c4nary-pa55word"

func canarySecret(context.Context) (string, error) { return canary, nil }

func configFor(url string) config {
	return config{URL: url, Domain: "tenant.example.com", User: "501", Secret: canarySecret}
}

// dialFails signs in where it must fail and gives the error.
func dialFails(t *testing.T, cfg config) *pbxws.DialError {
	t.Helper()
	var logged strings.Builder
	cfg.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c, err := newDialer(cfg).dial(ctx)
	if err == nil {
		c.Close()
		t.Fatal("signed in")
	}
	var d *pbxws.DialError
	if !errors.As(err, &d) {
		t.Fatalf("%T is no DialError: %v", err, err)
	}
	for _, secret := range []string{canary, wire.AuthValue("", canary)[1:]} {
		if strings.Contains(fmt.Sprintf("%v %+v %v %s", err, d, d.Err, logged.String()), secret) {
			t.Errorf("the error holds the password: %v", err)
		}
	}
	if d.What == "" || d.Next == "" || strings.HasSuffix(d.What, ".") || strings.HasSuffix(d.Next, ".") {
		t.Errorf("not two sentences: %q, %q", d.What, d.Next)
	}
	return d
}

// serve is a web server with one answer to everything.
func serve(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s
}

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Server", "PBX/70.1")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// closedPort is an address at which nothing listens, nor will while other tests open ports: the system gives
// none below 1024.
const closedPort = "127.0.0.1:1"

// listen is a TCP server that greets whoever has said something, and then says nothing. What comes
// before the request is sometimes lost with the connection.
func listen(t *testing.T, greeting string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			if greeting != "" {
				_, _ = c.Read(make([]byte, 512))
				io.WriteString(c, greeting)
			}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

// TestFailuresTellApart: each trouble has its own step and its own words.
func TestFailuresTellApart(t *testing.T) {
	const welcome = "<html>Welcome to the router</html>"
	page := says(200, "text/html", welcome)
	// plain is a web server that is no PBX, such as everybody has one on some port.
	plain := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Server", "SimpleHTTP/0.6 Python/3.12.3")
			w.Header().Set("Content-Type", kind)
			if r.Method != http.MethodGet {
				w.WriteHeader(status)
			}
			io.WriteString(w, body)
		}
	}
	admin := func(c config) config { c.Admin = "admin"; return c }
	pasted := func(c config) config { c.Session, c.Secret = "0123456789", nil; return c }
	basic := func(c config) config { c.Basic = true; return c }
	seen := map[string]string{}
	for _, tt := range []struct {
		name  string
		cfg   config
		step  pbxws.Step
		stops bool
		what  string
	}{
		{"refused", configFor("http://" + closedPort), pbxws.StepReach, false, "nothing listens at 127.0.0.1:1"},
		{"unknown name", configFor("https://nowhere.invalid"), pbxws.StepReach, false, "nowhere.invalid"},
		{"smtp", configFor("http://" + listen(t, "220 mail.example.com ESMTP\r\n")), pbxws.StepLogin, true, "is not a web server"},
		{"smtp by tls", configFor("https://" + listen(t, "220 mail.example.com ESMTP\r\n")), pbxws.StepTLS, true, "does not speak TLS"},
		{"http by tls", configFor("https://" + strings.TrimPrefix(serve(t, page).URL, "http://")), pbxws.StepTLS, true, "does not speak TLS"},
		{"page", configFor(serve(t, plain(200, "text/html", welcome)).URL), pbxws.StepLogin, true, "is not a Vodia PBX"},
		{"unknown method", configFor(serve(t, plain(501, "text/html", "<html>Unsupported method ('PUT')")).URL), pbxws.StepLogin, true, "is not a Vodia PBX"},
		{"unknown path", configFor(serve(t, plain(404, "text/plain", "404 page not found")).URL), pbxws.StepLogin, true, "is not a Vodia PBX"},
		{"somebody else's login", configFor(serve(t, plain(401, "text/html", "<html>")).URL), pbxws.StepLogin, true, "refuses us (401) and does not look like a Vodia PBX"},
		{"unknown method for an administrator", admin(configFor(serve(t, plain(405, "text/plain", "")).URL)), pbxws.StepLogin, true, "is not a Vodia PBX"},
		{"page of a PBX", configFor(serve(t, page).URL), pbxws.StepLogin, true, "but gave no session"},
		{"redirect", configFor(serve(t, http.RedirectHandler("https://other.example.com/login?token=x", 302).ServeHTTP).URL), pbxws.StepLogin, true, "redirects us to https://other.example.com"},
		{"trouble", configFor(serve(t, says(503, "text/html", "<html>")).URL), pbxws.StepLogin, false, "503 Service Unavailable"},
		{"wrong password", configFor(serve(t, says(200, "application/json", `""`)).URL), pbxws.StepLogin, true, `does not accept extension "501" of the domain "tenant.example.com" with this password`},
		{"wrong password, said otherwise", configFor(serve(t, says(200, "application/json", `false`)).URL), pbxws.StepLogin, true, `does not accept extension "501"`},
		{"wrong admin password", admin(configFor(serve(t, says(200, "application/json", "false")).URL)), pbxws.StepLogin, true, `password of the administrator "admin"`},
		{"denied", admin(configFor(serve(t, says(401, "text/html", "<html>")).URL)), pbxws.StepLogin, true, `password of the administrator "admin"`},
		{"wrong extension", admin(configFor(serve(t, says(404, "text/html", "<html>")).URL)), pbxws.StepLogin, true, `no extension "501" in the domain "tenant.example.com"`},
		{"wrong tenant", configFor(serve(t, says(404, "text/html", "<html>")).URL), pbxws.StepLogin, true, `no extension "501" in the domain "tenant.example.com"`},
		{"no such login", configFor(serve(t, says(405, "text/plain", "")).URL), pbxws.StepLogin, true, "does not let an extension sign in"},
		{"gibberish", configFor(serve(t, says(200, "application/json", "[1,2")).URL), pbxws.StepLogin, true, "but gave no session"},
		{"endless", configFor(serve(t, says(200, "application/json", strings.Repeat("x", 2*maxReply))).URL), pbxws.StepLogin, true, "is not a Vodia PBX"},
		{"pasted session", pasted(configFor(serve(t, says(401, "text/plain", "")).URL)), pbxws.StepLink, true, "no longer accepts this session"},
		{"password alone", basic(configFor(serve(t, says(401, "text/plain", "")).URL)), pbxws.StepLink, true, "does not open the websocket to the name and password of 501@tenant.example.com"},
		{"two ways at once", basic(admin(configFor("https://pbx.example.com"))), pbxws.StepAddress, true, "more than one way to sign in"},
		{"no websocket", pasted(configFor(serve(t, page).URL)), pbxws.StepLink, true, "there is no websocket at"},
		{"session for somebody else", pasted(configFor(serve(t, plain(404, "text/html", welcome)).URL)), pbxws.StepLink, true, "is not a Vodia PBX"},
		{"address", configFor("pbx.example.com"), pbxws.StepAddress, true, "neither https:// nor http://"},
		{"password in the address", configFor("https://501:" + canary + "@pbx.example.com"), pbxws.StepAddress, true, "holds a user name or password"},
		{"no domain", config{URL: "https://pbx.example.com", User: "501", Secret: canarySecret}, pbxws.StepAddress, true, "no domain is given"},
		{"cookie injection", config{URL: "https://pbx.example.com", User: "501", Domain: "x", Session: "a; b=c"}, pbxws.StepAddress, true, "session id is not one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := dialFails(t, tt.cfg)
			if d.Step != tt.step || d.Final(false) != tt.stops || !strings.Contains(d.What, tt.what) {
				t.Errorf("got %s, stops %t: %s. %s.\nwant %s, stops %t: ...%s...", d.Step, d.Final(false), d.What, d.Next, tt.step, tt.stops, tt.what)
			}
			if strings.Contains(d.Error(), "token=x") {
				t.Error("it tells what may be private in a redirect")
			}
			t.Log(d)
			seen[tt.name] = d.What
		})
	}
	words := map[string]string{}
	for _, name := range []string{"refused", "wrong password", "wrong extension", "page", "smtp"} {
		what := portless.ReplaceAllString(seen[name], "")
		if other := words[what]; other != "" {
			t.Errorf("%s and %s have the same words: %s", name, other, what)
		}
		words[what] = name
	}
}

var portless = regexp.MustCompile(`:\d+`)

func TestDialStopsWhenTold(t *testing.T) {
	stuck := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	asked := configFor(stuck.URL)
	asked.Secret = func(context.Context) (string, error) {
		defer cancel()
		return canary, nil
	}
	_, err := newDialer(asked).dial(ctx)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "was stopped") {
		t.Errorf("got %v", err)
	}
}

func TestSilentServer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := newDialer(configFor("http://" + listen(t, ""))).dial(ctx)
	if err == nil || !strings.Contains(err.Error(), "accepted the connection and then said nothing") {
		t.Errorf("got %v", err)
	}
}

func TestPasswordThatCannotBeRead(t *testing.T) {
	cfg := configFor("https://pbx.example.com")
	cfg.Secret = func(context.Context) (string, error) { return "", errors.New("no such entry in the keyring") }
	if d := dialFails(t, cfg); d.Step != pbxws.StepLogin || !strings.Contains(d.What, "no such entry in the keyring") {
		t.Errorf("got %v", d)
	}
}

// authority makes certificates.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	own := a.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, time.Hour)
	a.cert, a.key = own.Leaf, own.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

// issue signs a certificate that is good until the given time from now; by itself while the
// authority has no key.
func (a *authority) issue(template *x509.Certificate, until time.Duration) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotAfter = time.Now().Add(until)
	if template.NotBefore.IsZero() {
		template.NotBefore = template.NotAfter.Add(-24 * time.Hour)
	}
	parent, signer := template, key
	if a.key != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (a *authority) serve(cert tls.Certificate) string {
	s := httptest.NewUnstartedServer(says(200, "application/json", `""`))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s.URL
}

// TestCertificates: each flaw of a certificate has its own words, and the password is sent to
// none of these servers.
func TestCertificates(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	here := func() *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: "pbx"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	future := here()
	future.NotBefore = time.Now().Add(time.Hour)
	for _, tt := range []struct {
		name, url, what string
	}{
		{"self-signed", ca.serve((&authority{t: t}).issue(here(), time.Hour)), "is self-signed"},
		{"unknown authority", ca.serve(stranger.issue(here(), time.Hour)), "from an authority that this machine does not trust"},
		{"expired", ca.serve(ca.issue(here(), -time.Hour)), "expired on"},
		{"not yet", ca.serve(ca.issue(future, 2*time.Hour)), "not valid before"},
		{"other host", ca.serve(ca.issue(&x509.Certificate{DNSNames: []string{"other.example.com"}}, time.Hour)), "is for another host, not for 127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := configFor(tt.url)
			cfg.TLS = &tls.Config{RootCAs: roots}
			d := dialFails(t, cfg)
			if d.Step != pbxws.StepTLS || !d.Final(false) || !strings.Contains(d.What, tt.what) {
				t.Errorf("got %s: %s. %s.", d.Step, d.What, d.Next)
			}
			t.Log(d)
		})
	}
	t.Run("good", func(t *testing.T) { // trusted, so that it comes as far as the wrong password
		cfg := configFor(ca.serve(ca.issue(here(), time.Hour)))
		cfg.TLS = &tls.Config{RootCAs: roots}
		if d := dialFails(t, cfg); d.Step != pbxws.StepLogin {
			t.Errorf("got %v", d)
		}
	})
	t.Run("pin", func(t *testing.T) {
		cfg := configFor(ca.serve(ca.issue(here(), time.Hour)))
		cfg.TLS = &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(tls.ConnectionState) error { return errors.New("the key is another one") }}
		if d := dialFails(t, cfg); d.Step != pbxws.StepTLS || !strings.Contains(d.What, "the key is another one") {
			t.Errorf("got %v", d)
		}
	})
}
