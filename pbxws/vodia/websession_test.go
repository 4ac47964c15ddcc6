package vodia

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// forgetful is a PBX that knows only the newest of its web sessions, or none.
type forgetful struct {
	sessions int
	knowsNone,
	refuses bool
	visits []string
}

func (p *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "PBX/70.1")
	if r.URL.Path == wire.SessionPath {
		if p.refuses {
			_, _ = io.WriteString(w, `""`)
			return
		}
		p.sessions++
		fmt.Fprintf(w, `"session%d"`, p.sessions)
		return
	}
	p.visits = append(p.visits, r.Header.Get("Cookie"))
	if p.knowsNone || r.Header.Get("Cookie") != fmt.Sprintf("session=session%d", p.sessions) {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// TestWebSessionIsRenewed: a session that the PBX has forgotten is replaced by another, but not
// again and again, and never one that a person brought.
func TestWebSessionIsRenewed(t *testing.T) {
	for _, tt := range []struct {
		name    string
		pbx     forgetful
		age     time.Duration
		brought bool
		status  int
		visits  int
	}{
		{"forgotten after an hour", forgetful{}, time.Hour, false, http.StatusOK, 2},
		{"forgotten at once", forgetful{}, renewPause / 2, false, http.StatusUnauthorized, 1},
		{"never known", forgetful{knowsNone: true}, time.Hour, false, http.StatusUnauthorized, 2},
		{"password changed", forgetful{refuses: true}, time.Hour, false, http.StatusUnauthorized, 1},
		{"a browser's", forgetful{}, time.Hour, true, http.StatusUnauthorized, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := configFor(serve(t, tt.pbx.ServeHTTP).URL)
			cfg.Log = slog.New(slog.DiscardHandler)
			if tt.brought {
				cfg.Session = "old"
			}
			at, err := cfg.check()
			if err != nil {
				t.Fatal(err)
			}
			s := &webSession{web: newWeb(at, nil, "none"), cfg: cfg, refusals: &refusals{}, pass: credential{session: "old"}, signedIn: time.Now().Add(-tt.age)}
			defer s.web.close()
			r, err := s.do(t.Context(), call{method: http.MethodGet, path: "/rest/x"})
			if err != nil || r.status != tt.status || len(tt.pbx.visits) != tt.visits {
				t.Errorf("got %d, %v after visits with %q", r.status, err, tt.pbx.visits)
			}
			if _, err := s.do(t.Context(), call{method: http.MethodGet, path: "/rest/x"}); err != nil || tt.pbx.sessions > 1 {
				t.Errorf("signed in %d times, %v", tt.pbx.sessions, err)
			}
		})
	}
}
