package reach

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/internal/proxytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// silenceTimeout is how long a server may say nothing.
const silenceTimeout = time.Second

// get requests the front page and explains the result.
func get(t *testing.T, address string, o Options) *Error {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	server := At(u, "PBX", "Vodia PBX", "profile", silenceTimeout)
	transport := Transport(o)
	defer transport.CloseIdleConnections()
	limited, cancel := context.WithTimeout(t.Context(), silenceTimeout)
	defer cancel()
	ctx, trail := Follow(limited)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := Client(transport).Do(req)
	if err != nil {
		return Explain(server, trail.Mark(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Explain(server, trail.Mark(err))
	}
	return Answer(server, resp.StatusCode, resp.Header, IsPage(resp.Header, body), nil)
}

// readSome waits for the client's first bytes.
func readSome(c *net.TCPConn) { _, _ = c.Read(make([]byte, 512)) }

// TestWordsOfFailures: the sentences for a server that was never reached, and for one that was
// reached before, and whether they are a verdict on its address. They contain no words of a
// library.
func TestWordsOfFailures(t *testing.T) {
	const page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
	says := func(answer string) func(*net.TCPConn) {
		return func(c *net.TCPConn) { readSome(c); io.WriteString(c, answer) }
	}
	reset := func(c *net.TCPConn) { readSome(c); _ = c.SetLinger(0) }
	gone := func(*net.TCPConn) {}
	foreign := httptest.NewUnstartedServer(http.NotFoundHandler())
	foreign.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	foreign.StartTLS()
	defer foreign.Close()
	pinned := Options{TLS: &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(tls.ConnectionState) error {
		return errors.New("the PBX shows another key")
	}}}
	const odd, portal = "answered, but not like a PBX", "this network may want you to sign in first"
	for _, tt := range []struct {
		name, scheme string
		serve        func(*net.TCPConn)
		step         Step
		what, later  string
		verdict      bool
	}{
		{"accepted and closed", "http", gone, StepAnswer, "closes the connection without an answer", odd, true},
		{"accepted and reset", "http", reset, StepAnswer, "closes the connection without an answer", odd, true},
		{"TLS handshake closed", "https", gone, StepTLS, "closed the connection during the TLS handshake", odd, true},
		{"TLS handshake reset", "https", reset, StepTLS, "closed the connection during the TLS handshake", odd, true},
		{"TLS handshake cut short", "https", says("\x16\x03\x03\x00\x40\x02"), StepTLS, "closed the connection during the TLS handshake", odd, true},
		{"TLS alert", "https", says("\x15\x03\x03\x00\x02\x02\x28"), StepTLS, "could not agree on TLS", odd, true},
		{"no TLS", "https", says(page), StepTLS, "does not speak TLS", portal, true},
		{"header cut short", "http", says("HTTP/1.1 200 O"), StepAnswer, "closes the connection without an answer", odd, true},
		{"body cut short", "http", says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\"q7"), StepAnswer, "closes the connection without an answer", odd, true},
		{"no HTTP", "http", says("220 mail ESMTP\r\n"), StepAnswer, "is not a web server", odd, true},
		{"404", "http", says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), StepAnswer, "not a Vodia PBX", odd, true},
		{"401", "http", says("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"), StepAnswer, "refuses us (401) and does not look like a Vodia PBX", odd, true},
		{"a page", "http", says(page), StepAnswer, "not a Vodia PBX", portal, true},
		{"302 to another host", "http", says("HTTP/1.1 302 Found\r\nLocation: http://login.hotel.example/?mac=x\r\nContent-Length: 0\r\n\r\n"),
			StepAnswer, "redirects us to http://login.hotel.example", portal, true},
		{"302 relative", "http", says("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n"), StepAnswer, "redirects us", portal, true},
		{"511", "http", says("HTTP/1.1 511 X\r\nContent-Length: 0\r\n\r\n"), StepAnswer, "this network wants you to sign in first", "", false},
		{"429", "http", says("HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n"), StepAnswer, "asks us to wait", "", false},
		{"503", "http", says("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"), StepAnswer, "an error of its own (503 Service Unavailable)", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, get(t, tt.scheme+"://"+proxytest.Listen(t, tt.serve), Options{}), tt.step, tt.what, tt.later, tt.verdict)
		})
	}
	t.Run("certificate of somebody else", func(t *testing.T) {
		check(t, get(t, foreign.URL, Options{}), StepTLS, "is self-signed", portal, true)
	})
	t.Run("another key than the pinned", func(t *testing.T) {
		check(t, get(t, foreign.URL, pinned), StepTLS, "is not trusted: the PBX shows another key", portal, true)
	})
	t.Run("silent", func(t *testing.T) {
		silent := func(c *net.TCPConn) { readSome(c); readSome(c) }
		check(t, get(t, "http://"+proxytest.Listen(t, silent), Options{}), StepAnswer, "accepted the connection and then said nothing", "said nothing", false)
	})
	t.Run("nothing listens", func(t *testing.T) {
		closed := httptest.NewServer(nil)
		closed.Close()
		check(t, get(t, closed.URL, Options{}), StepHost, "nothing listens at", "nothing listens at", false)
	})
}

func check(t *testing.T, e *Error, step Step, what, later string, verdict bool) {
	t.Helper()
	if e.Step != step || !strings.Contains(e.What, what) || e.Verdict != verdict ||
		!strings.Contains(e.Later, later) || later == "" && e.Later != "" {
		t.Errorf("step %d, verdict %t: %s. %s.\nlater: %s", e.Step, e.Verdict, e.What, e.Next, e.Later)
	}
	if strings.Contains(e.LaterNext, "profile") {
		t.Errorf("its address was right once, and yet: %s", e.LaterNext)
	}
	for _, text := range []string{e.What, e.Next, e.Later, e.LaterNext} {
		for _, word := range []string{"tls:", "x509", "EOF", "read tcp", "dial tcp", "malformed", "net/http", "mac=x"} {
			if strings.Contains(text, word) {
				t.Errorf("%q holds %q", text, word)
			}
		}
	}
}

// TestRetryAfter reads seconds and dates, and lets no server keep us away for long.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0": 0, "-3": 0, "86400": maxRetryAfter, "99999999999999999999": maxRetryAfter, "soon": 0,
		"Sun, 29 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sun, 29 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}
