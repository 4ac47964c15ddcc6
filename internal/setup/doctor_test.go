package setup

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/desktest"
)

// examine has the doctor look at a profile.
func examine(t *testing.T, url, domain, password string) (string, error) {
	t.Helper()
	t.Setenv("DOCTOR_TEST", password)
	settings := config.Config{Profiles: map[string]config.Profile{"p": {
		Name: "p", Dialect: "vodia", URL: url, Realm: domain, User: "202", PasswordEnv: "DOCTOR_TEST",
	}}}
	var out bytes.Buffer
	err := Doctor(t.Context(), options(settings), "p", &out)
	return out.String(), err
}

func TestDoctorFindsAllWell(t *testing.T) {
	pbx := desktest.Serve(t, desktest.Quick())
	out, err := examine(t, pbx.URL(), exchange.Domain, exchange.Password)
	if err != nil || !strings.Contains(out, "ok      the directory: 5") || !strings.Contains(out, "not encrypted") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDoctorNamesTheStep(t *testing.T) {
	pbx := desktest.Serve(t, desktest.Quick())
	for name, c := range map[string]struct{ url, password, want string }{
		"wrong password": {pbx.URL(), "canary-9431", "FAILED  signing in: "},
		"closed port":    {"http://" + desktest.ClosedPort, "canary-9431", "FAILED  reaching the server: "},
	} {
		out, err := examine(t, c.url, exchange.Domain, c.password)
		if !errors.Is(err, ErrUnwell) || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if strings.Contains(out, "canary-9431") {
			t.Errorf("%s: the password is in the report", name)
		}
	}
}
