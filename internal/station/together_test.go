package station

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
	"github.com/patchcord/patchcord/phone"
)

// TestTogether: a station of two profiles, one of which cannot be used. The other is there all the same, and
// the link of the first says why. Sessions of a profile that is not there are left out.
func TestTogether(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	hq := config.Profile{Name: "hq", Dialect: "vodia", URL: "https://hq.example", User: "201", Realm: "hq.example", PasswordEnv: "X",
		Dial: config.DialPlan{Prefixes: []string{"0"}, Reach: map[string]string{"branch": "8"}}}
	branch := hq
	branch.Name, branch.User, branch.TLSCA = "branch", "31", filepath.Join(t.TempDir(), "missing.pem")
	o := Options{Kinds: pbxws.Dialects{vodia.Dialect}, Log: slog.New(slog.DiscardHandler), Settings: config.Config{
		Profiles: map[string]config.Profile{"hq": hq, "branch": branch}, Together: []string{"hq", "branch"},
	}}
	s, err := New(o, "", false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Profile != "hq,branch" || len(s.Systems()) != 2 || s.Systems()[1].ID() != "branch" {
		t.Fatalf("a station of %q with %d systems", s.Profile, len(s.Systems()))
	}
	if plan := s.Systems()[0].link.Plan; plan.Prefixes[0] != "0" || plan.Reach[phone.LinkID("branch")] != "8" {
		t.Errorf("hq dials by %+v", plan)
	}
	var failed *pbxws.DialError
	if _, err := s.Systems()[1].Dial(context.Background()); !errors.As(err, &failed) || !failed.Permanent || !strings.Contains(failed.What, "missing.pem") {
		t.Errorf("branch fails with %v", err)
	}
	own := s.ownSessions(config.Config{Sessions: map[string]config.Session{"a": {}, "b": {Profile: "hq"}, "c": {Profile: "hotel"}}})
	if _, there := own.Sessions["c"]; there || len(own.Sessions) != 2 {
		t.Errorf("sessions %v", own.Sessions)
	}
	one, err := New(o, "hq", false)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if one.Systems()[0].ID() != "" {
		t.Errorf("the only link is called %q", one.Systems()[0].ID())
	}
	if _, err := New(o, "branch", false); err == nil {
		t.Error("a profile alone that cannot be used is no station")
	}
}
