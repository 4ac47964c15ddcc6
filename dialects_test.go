package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/setup"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/zalando/go-keyring"
)

// TestDialectsAreWhole checks that every dialect of the list has what the form and config.toml
// need.
func TestDialectsAreWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(config.Example(dialects)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(path, dialects); err != nil {
		t.Error(err)
	}
	for _, system := range setup.New("", station.Options{Kinds: dialects}).Systems() {
		kind, _ := dialects.Find(system.ID)
		if kind.Name == "" || kind.Check == nil || kind.Dialer == nil || len(system.Fields) > form.MaxFields {
			t.Errorf("%q is not whole: %+v", system.ID, kind)
		}
		for _, f := range append(system.Fields, system.Secret) {
			for _, word := range []string{"config.toml", "profile", "password_", "TOML"} {
				if strings.Contains(f.Help, word) {
					t.Errorf("%s: the form does not speak plainly: %q", f.Label, f.Help)
				}
			}
		}
	}
	if ids := dialects.IDs(); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
		t.Errorf("two dialects have one ID: %q", ids)
	}
}

// madeUp is a dialect without realms that asks for a login and a site. Its Login goes to taken.
func madeUp(taken *pbxws.Login) pbxws.Dialect {
	return pbxws.Dialect{
		ID: "made-up", Name: "Made-up Exchange",
		Fields: []pbxws.Setting{
			{ID: "login", Role: pbxws.RoleUser, Required: true, Label: "Login", Help: "Your name there.", Example: "login = \"anna\"\n"},
			{ID: "site", Required: true, Label: "Site", Help: "The branch.", Columns: 20, Example: "# The branch.\nsite = \"north\"\n"},
			{ID: "beta", Kind: pbxws.SettingFlag, Example: "#beta = true\n"},
			{Role: pbxws.RoleSecret, Label: "App token", Help: "From the web page."},
		},
		Check: func(_ context.Context, l pbxws.Login) (pbxws.Reached, error) {
			return pbxws.Reached{Version: "7 of " + l.URL}, nil
		},
		Dialer: func(l pbxws.Login) pbxws.DialFunc {
			*taken = l
			return func(ctx context.Context) (pbxws.Conn, error) {
				if token, err := l.Secret(ctx); err != nil || token != "geheim" {
					return nil, &pbxws.DialError{Step: pbxws.StepLogin, What: "the token is not taken", Next: "Make another one", Err: err}
				}
				c := &madeUpConn{events: make(chan pbxws.Event, 1)}
				c.events <- pbxws.DomainLoaded{Accounts: []pbxws.Account{{ID: pbxws.AccountID(l.User)}}}
				return c, nil
			}
		},
	}
}

// madeUpConn is a link on which the directory comes and nothing else.
type madeUpConn struct{ events chan pbxws.Event }

func (c *madeUpConn) Caps() pbxws.Caps                          { return 0 }
func (c *madeUpConn) Events() <-chan pbxws.Event                { return c.events }
func (c *madeUpConn) Send(context.Context, pbxws.Command) error { return pbxws.ErrUnsupported }
func (c *madeUpConn) Err() error                                { return nil }
func (c *madeUpConn) Close() error                              { return nil }

// TestMadeUpDialect takes an unknown dialect through the form, the file, the doctor and the
// sign-in.
func TestMadeUpDialect(t *testing.T) {
	keyring.MockInit()
	var login pbxws.Login
	kinds := append(slices.Clone(dialects), madeUp(&login))
	path := filepath.Join(t.TempDir(), "config.toml")
	o := station.Options{Kinds: kinds, Log: slog.New(slog.DiscardHandler)}
	s := setup.New(path, o)

	systems := s.Systems()
	if got := systems[len(systems)-1]; got.Name != "Made-up Exchange" || len(got.Fields) != 2 || got.Fields[1].Label != "Site" ||
		!got.Fields[0].Account || got.Secret.Label != "App token" {
		t.Fatalf("the form is given %+v", got)
	}
	d, f := s.Read("https://anna@pbx.acme.example/?site=north", form.Draft{System: "made-up"})
	if f.Grade != phone.GradeDone || d.Value("login") != "anna" || d.Value("site") != "north" || d.Profile != "acme" || len(d.Fields) != 2 {
		t.Fatalf("the link gives %+v, %+v", d, f)
	}
	d.Server, d.Password = "http://pbx.acme.example", "geheim"
	if f := s.Reach(t.Context(), d); !strings.Contains(f.Text, "version 7 of http://pbx.acme.example") {
		t.Errorf("its address gives %+v", f)
	}
	if f := s.SignIn(t.Context(), d); f.Short != "signed in" || login.User != "anna" || login.Settings["site"] != "north" {
		t.Errorf("signing in gives %+v with %+v", f, login)
	}
	if f := s.Save(t.Context(), d); f.Grade != phone.GradeDone {
		t.Fatalf("%+v", f)
	}
	text, err := os.ReadFile(path)
	if want := "[profile.acme]\ndialect = \"made-up\"\nurl = \"http://pbx.acme.example\"\nlogin = \"anna\"\nsite = \"north\"\n" +
		"password_keyring = true\n"; err != nil || !strings.HasSuffix(string(text), want) {
		t.Errorf("saved is\n%s", text)
	}
	if again, f := s.Begin(t.Context(), "acme"); f.Text != "" || again.System != "made-up" || again.Value("login") != "anna" || again.Value("site") != "north" {
		t.Errorf("taken up again it is %+v, %+v", again, f)
	}
	c, err := config.Load(path, kinds)
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Profiles["acme"]; p.User != "anna" || p.KeyringUser() != "acme/anna" {
		t.Errorf("read is %+v, its password is under %q", p, p.KeyringUser())
	}
	o.Settings = c
	var out bytes.Buffer
	if err := setup.Doctor(t.Context(), o, "acme", &out); err != nil || !strings.Contains(out.String(), "ok      signing in\n") ||
		!strings.Contains(out.String(), "ok      the directory: 1 accounts") {
		t.Errorf("the doctor says %v\n%s", err, out.String())
	}
	if err := keyring.Set(config.KeyringService, "acme/anna", "another"); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := setup.Doctor(t.Context(), o, "acme", &out); err != setup.ErrUnwell || !strings.Contains(out.String(), "FAILED  signing in: the token is not taken\n") ||
		!strings.Contains(out.String(), "Make another one") {
		t.Errorf("with another token the doctor says %v\n%s", err, out.String())
	}
}

// TestMadeUpProfile: the file of a dialect is as strict as that of any other, and names its keys.
func TestMadeUpProfile(t *testing.T) {
	t.Parallel()
	kinds := append(slices.Clone(dialects), madeUp(new(pbxws.Login)))
	path := filepath.Join(t.TempDir(), "config.toml")
	const whole = "[profile.a]\ndialect = \"made-up\"\nurl = \"https://h\"\nlogin = \"anna\"\nsite = \"north\"\n"
	const keys = "dialect, url, login, site, beta, password_keyring"
	for text, want := range map[string]string{
		whole + "beta = true\n":                                   "",
		whole + "domain = \"x\"\n":                                `:6:1: unknown key "domain"; known: ` + keys,
		whole + "beta = \"yes\"\n":                                `:6:1: "beta" is a text; write true or false`,
		strings.Replace(whole, "north", "", 1):                    `:5:8: "site" is empty`,
		strings.Replace(whole, "login = \"anna\"\n", "", 1):       `:1:10: profile "a" has no "login"`,
		"[profile.b]\nlogin = 1\n" + whole[len("[profile.a]\n"):]: `:2:1: "login" is a number`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(path, kinds)
		if want == "" && (err != nil || c.Profiles["a"].Settings["beta"] != "true") {
			t.Errorf("%s: %+v, %v", text, c.Profiles, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if text := config.Example(kinds); !strings.Contains(text, "# [profile.made-up]\n# dialect = \"made-up\"\n") || !strings.Contains(text, "# site = \"north\"\n") {
		t.Error("the example does not show it:\n" + text)
	}
}
