package vodia

import (
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

var discard = slog.New(slog.DiscardHandler)

// TestWhoRefusesThePassword: only the PBX's own no is final, be it behind a proxy that hides its
// name. Others' answers pass in a profile that worked before.
func TestWhoRefusesThePassword(t *testing.T) {
	answer := func(status int, header map[string]string, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for name, value := range header {
				w.Header().Set(name, value)
			}
			if r.Method == http.MethodGet { // the front page, or the websocket of one with a session
				status = http.StatusOK
			}
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	type header = map[string]string
	nginx := header{"Server": "nginx/1.26", "Content-Type": "text/html", "Www-Authenticate": `Basic realm="lobby"`}
	for _, tt := range []struct {
		name  string
		serve http.HandlerFunc
		final bool
	}{
		{"200 and the empty text", answer(200, header{"Server": "PBX/70.1"}, `""`), true},
		{"200 and false, named on the front page alone", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				w.Header().Set("Server", "PBX/70.1")
			}
			io.WriteString(w, `false`)
		}, true},
		{"200 and false of a stranger without a name", answer(200, header{"Content-Type": "application/json"}, `false`), false},
		{"200 and false, by nginx", answer(200, header{"Server": "nginx"}, `false`), true},
		{"401 of the PBX", answer(401, header{"Server": "PBX/70.1"}, ``), true},
		{"403 of the PBX", answer(403, header{"Server": "PBX/70.1", "Content-Type": "text/html"}, `<html>`), true},
		{"401 and false, by nginx", answer(401, header{"Server": "nginx", "Content-Type": "application/json"}, `false`), true},
		{"401 of nginx", answer(401, nginx, `<html><center>nginx`), false},
		{"401 without a name", answer(401, nil, ``), false},
		{"401 of a hotel", answer(401, header{"Content-Type": "text/html"}, `<html>Welcome to our lobby`), false},
		{"403 of a firewall", answer(403, nil, "Forbidden\n"), false},
		{"407", answer(407, nil, ``), false},
		{"200 and a page", answer(200, header{"Content-Type": "text/html"}, `<html>`), false},
		{"200 and half a session", answer(200, nil, `"q7Zk2m`), false},
		{"404 of the PBX", answer(404, header{"Server": "PBX/70.1"}, ``), false},
		{"405 of the PBX", answer(405, header{"Server": "PBX/70.1"}, ``), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := dialFails(t, configFor(serve(t, tt.serve).URL))
			if d.Final(true) != tt.final || !d.Final(false) {
				t.Errorf("final %t: %v", d.Final(true), d)
			}
		})
	}
}

// TestRefusedBesideTheLinkIsRefusedOnTheNext: a password that the web session was refused with is
// not tried again, neither for the web session nor by the next link; then a person may.
func TestRefusedBesideTheLinkIsRefusedOnTheNext(t *testing.T) {
	var logins atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "PBX/70.1")
		if r.URL.Path == wire.SessionPath {
			logins.Add(1)
			io.WriteString(w, `""`)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	})
	cfg := configFor(s.URL)
	cfg.Log = discard
	d := newDialer(cfg)
	at, err := cfg.check()
	if err != nil {
		t.Fatal(err)
	}
	session := &webSession{web: newWeb(at, nil, "none"), cfg: cfg, refusals: &d.refused, pass: credential{session: "old"}}
	defer session.web.close()
	for range 3 {
		session.signedIn = time.Now().Add(-2 * renewPause)
		if r, err := session.do(t.Context(), call{method: http.MethodGet, path: "/rest/x"}); err != nil || r.status != http.StatusUnauthorized {
			t.Errorf("got %d, %v", r.status, err)
		}
	}
	if logins.Load() != 1 {
		t.Errorf("the web session asked %d times", logins.Load())
	}
	for n, want := range []int32{1, 2} {
		_, err := d.dial(t.Context())
		if e, ok := err.(*pbxws.DialError); !ok || !e.Permanent || logins.Load() != want {
			t.Errorf("link %d: %d sign-ins, %v", n, logins.Load(), err)
		}
	}
}

// TestRefusedBasicIsShownOnce: name and password that go along with every call stop going along once
// the PBX refuses them.
func TestRefusedBasicIsShownOnce(t *testing.T) {
	var shown atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		shown.Add(1)
		w.Header().Set("Server", "PBX/70.1")
		w.WriteHeader(http.StatusUnauthorized)
	})
	cfg := configFor(s.URL)
	cfg.Basic, cfg.Log = true, discard
	at, err := cfg.check()
	if err != nil {
		t.Fatal(err)
	}
	session := &webSession{web: newWeb(at, nil, "none"), cfg: cfg, refusals: &refusals{}, pass: credential{name: "501", password: "x"}}
	defer session.web.close()
	for range 3 {
		if r, err := session.do(t.Context(), call{method: http.MethodGet, path: "/rest/x"}); err != nil || r.status != http.StatusUnauthorized {
			t.Errorf("got %d, %v", r.status, err)
		}
	}
	if shown.Load() != 1 {
		t.Errorf("shown %d times", shown.Load())
	}
}
