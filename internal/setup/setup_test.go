package setup

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
	"github.com/patchcord/patchcord/phone"
	"github.com/zalando/go-keyring"
)

// options are those of the program, with the settings of a test.
func options(c config.Config) station.Options {
	return station.Options{Kinds: pbxws.Dialects{vodia.Dialect}, Settings: c, Log: slog.New(slog.DiscardHandler)}
}

func newSteps(t *testing.T) *Steps {
	s := New(filepath.Join(t.TempDir(), "patchcord", "config.toml"), options(config.Config{}))
	t.Cleanup(s.Wait)
	return s
}

// account is what a draft says of who signs in.
func account(domain, user string) map[string]string {
	return map[string]string{"domain": domain, "user": user}
}

// inTime tries once more if this machine was too busy to answer in time.
func inTime(ask func() form.Finding) form.Finding {
	f := ask()
	for tries := 0; f.Short == "no answer" && tries < 5; tries++ {
		f = ask()
	}
	return f
}

// TestFormNamesWhatIsWrong: each trouble has words of its own, the failing step and what to do, and
// the doctor says the same.
func TestFormNamesWhatIsWrong(t *testing.T) {
	self, old := desktest.Certificate(t, time.Now().Add(time.Hour)), desktest.Certificate(t, time.Now().Add(-time.Hour))
	plain, page := desktest.ServeDesk(t, nil), httptest.NewServer(http.NotFoundHandler())
	defer page.Close()
	const canary = "canary-9431"
	for name, c := range map[string]struct {
		server, domain, password string
		short, text, next        string
	}{
		"no such host":   {"https://no-such-host.invalid", "d", canary, "no such host", "reaching the server: ", "Check the spelling"},
		"closed port":    {"http://" + desktest.ClosedPort, "d", canary, "nothing listens there", "reaching the server: ", "Check the port"},
		"self-signed":    {desktest.ServeDesk(t, &self).URL(), "d", canary, "not a known signer", "checking its certificate: ", "authority"},
		"expired":        {desktest.ServeDesk(t, &old).URL(), "d", canary, "certificate expired", "checking its certificate: ", "Renew"},
		"no PBX":         {page.URL, "d", canary, "no PBX there", "is not a", "Check host and port"},
		"no TLS":         {strings.Replace(plain.URL(), "http:", "https:", 1), "d", canary, "no TLS there", "does not speak TLS", "http://"},
		"wrong password": {plain.URL(), exchange.Domain, canary, "refused by the PBX", "signing in: ", "password"},
		"wrong domain":   {plain.URL(), "acme.example", exchange.Password, "not known there (404)", `in the domain "acme.example"`, "tenant's name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSteps(t)
			d := form.Draft{System: "vodia", Server: c.server, Fields: account(c.domain, "202"), Profile: "p", Password: form.Secret(c.password)}
			f := inTime(func() form.Finding { return s.SignIn(t.Context(), d) })
			if f.Grade != phone.GradeFailed || f.Short != c.short || !strings.Contains(f.Text, c.text) || !strings.Contains(f.Next, c.next) {
				t.Errorf("signing in gives %+v", f)
			}
			if reach := inTime(func() form.Finding { return s.Reach(t.Context(), d) }); strings.HasPrefix(name, "wrong") == (reach.Grade == phone.GradeFailed) {
				t.Errorf("the server gives %+v", reach)
			} else if reach.Grade == phone.GradeFailed && reach.Short != c.short {
				t.Errorf("the server gives %+v", reach)
			}
			t.Setenv("FORM_TEST", c.password)
			p := config.Profile{Name: "p", Dialect: "vodia", URL: c.server, Realm: c.domain, User: "202", PasswordEnv: "FORM_TEST"}
			var out bytes.Buffer
			err := Doctor(t.Context(), options(config.Config{Profiles: map[string]config.Profile{"p": p}}), "p", &out)
			for tries := 0; strings.Contains(out.String(), "said nothing for") && tries < 5; tries++ {
				out.Reset()
				err = Doctor(t.Context(), options(config.Config{Profiles: map[string]config.Profile{"p": p}}), "p", &out)
			}
			if !errors.Is(err, ErrUnwell) || !strings.Contains(out.String(), "FAILED  "+f.Text) || !strings.Contains(formWords.Replace(out.String()), f.Next) {
				t.Errorf("the doctor says something else: %v\n%s", err, out.String())
			}
			if strings.Contains(f.Text+f.Next, "profile") {
				t.Errorf("there is no profile yet: %s", f.Next)
			}
			if strings.Contains(out.String()+f.Text+f.Next, canary) {
				t.Error("the password is in the words")
			}
		})
	}
}

// TestFormCallEnds: the test call is over by itself where nobody is called, and where the call is over before
// anybody looked.
func TestFormCallEnds(t *testing.T) {
	at := desktest.ServeDesk(t, nil)
	for _, silent := range []bool{false, true} {
		for number, want := range map[string]string{"abc": "not a number", "602": "usy"} {
			s := newSteps(t)
			d := form.Draft{System: "vodia", Server: at.URL(), Fields: account(exchange.Domain, "202"), Profile: "p", Password: exchange.Password, WatchOnly: silent}
			limited, cancel := context.WithTimeout(t.Context(), 45*time.Second)
			said := ""
			for shown := range s.Call(limited, d, number) {
				for _, n := range shown.Notices {
					said += n.Text + "\n"
				}
			}
			if limited.Err() != nil || !strings.Contains(said, want) {
				t.Errorf("%s, watching only %t: %v, %s", number, silent, limited.Err(), said)
			}
			cancel()
		}
	}
}

// TestFormTrustsAKey offers the key of a certificate that signs itself, and takes it.
func TestFormTrustsAKey(t *testing.T) {
	self := desktest.Certificate(t, time.Now().Add(100*24*time.Hour))
	s := newSteps(t)
	d := form.Draft{System: "vodia", Server: desktest.ServeDesk(t, &self).URL(), Fields: account(exchange.Domain, "202"), Profile: "p", Password: exchange.Password}
	f := inTime(func() form.Finding { return s.Reach(t.Context(), d) })
	if f.Pin == "" || f.Of != "pbx" {
		t.Fatalf("nothing is offered: %+v", f)
	}
	d.Pin = f.Pin
	if f := s.Reach(t.Context(), d); f.Grade != phone.GradeDone || f.Short != "reached, TLS ok" || !strings.Contains(f.Text, "good for 99 days") {
		t.Errorf("with the key: %+v", f)
	}
	if f := s.SignIn(t.Context(), d); f.Grade != phone.GradeDone || f.Short != "signed in" {
		t.Errorf("with the key: %+v", f)
	}
}

// TestFormGivesUp: a person who leaves waits for nothing.
func TestFormGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newSteps(t)
	d := form.Draft{System: "vodia", Server: "http://" + desktest.ClosedPort, Fields: account("d", "1"), Profile: "p", Password: "x"}
	if f := s.SignIn(ctx, d); f.Grade != phone.GradeFailed {
		t.Errorf("%+v", f)
	}
}

// TestFormSaves writes a profile, opens it again and changes it: the password stays where it is,
// and moves with its name.
func TestFormSaves(t *testing.T) {
	keyring.MockInit()
	s := newSteps(t)
	d := form.Draft{System: "vodia", Server: "pbx.acme.example", Fields: account("acme.example", "201"), Profile: "acme",
		Password: "geheim", Microphone: "Jabra"}
	if f := s.Save(t.Context(), d); f.Grade != phone.GradeDone {
		t.Fatalf("%+v", f)
	}
	again, f := s.Begin(t.Context(), "acme")
	want := d
	want.Password, want.Stored, want.From = "", true, "acme"
	if !reflect.DeepEqual(again, want) || f != (form.Finding{}) {
		t.Fatalf("taken up again it is %+v, %+v", again, f)
	}
	if f := s.Save(t.Context(), d); f.Grade != phone.GradeFailed || f.Short != "name is taken" {
		t.Errorf("the other profile was lost: %+v", f)
	}
	again.WatchOnly = true
	again = again.With("user", "202")
	if f := s.Save(t.Context(), again); f.Grade != phone.GradeDone {
		t.Fatalf("%+v", f)
	}
	c, err := config.Load(s.path, s.options.Kinds)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Profiles["acme"]
	if secret, err := p.Secret(t.Context()); secret != "geheim" || err != nil || p.User != "202" || c.Default != "acme" {
		t.Errorf("%+v has the password %q, %v", p, secret, err)
	}
	if c.Sound.Microphone != "none" || c.Sound.Speaker != "none" {
		t.Errorf("watching gives %+v", c.Sound)
	}
	text, err := os.ReadFile(s.path)
	if err != nil || strings.Contains(string(text), "geheim") {
		t.Errorf("the file is %s, %v", text, err)
	}
	if _, f := s.Begin(t.Context(), "none"); f.Grade != phone.GradeFailed || !strings.Contains(f.Text, "there are: acme") {
		t.Errorf("%+v", f)
	}
}

func TestLinks(t *testing.T) {
	for link, want := range map[string][3]string{ // server, domain, user
		"https://pbx.acme.example/reg/welcome.htm?user=201@acme.example": {"https://pbx.acme.example", "acme.example", "201"},
		"https://pbx.acme.example:8443/#x":                               {"https://pbx.acme.example:8443", "pbx.acme.example", ""},
		"https://201@pbx.acme.example/":                                  {"https://pbx.acme.example", "pbx.acme.example", "201"},
		"http://192.0.2.1":                                               {"http://192.0.2.1", "", ""},
		"sip:201@acme.example":                                           {"acme.example", "acme.example", "201"},
		"sips:201@acme.example:5061;transport=tls?x=y":                   {"acme.example", "acme.example", "201"},
		"201@acme.example":                                               {"acme.example", "acme.example", "201"},
		"201@acme.example:8443":                                          {"acme.example:8443", "acme.example", "201"},
		"201@acme.example:5060":                                          {"acme.example", "acme.example", "201"},
		"https://201@pbx.acme.example:8443/":                             {"https://pbx.acme.example:8443", "pbx.acme.example", "201"},
		"pbx.acme.example:8443":                                          {"pbx.acme.example:8443", "pbx.acme.example", ""},
		"pbx.acme.example":                                               {"pbx.acme.example", "pbx.acme.example", ""},
		" 10.0.0.1:8080 ":                                                {"10.0.0.1:8080", "", ""},
	} {
		d, f := New("", options(config.Config{})).Read(link, form.Draft{})
		if got := [3]string{d.Server, d.Value("domain"), d.Value("user")}; got != want || f.Grade != phone.GradeDone {
			t.Errorf("%s gives %q, %+v", link, got, f)
		}
	}
	for _, bad := range []string{"ftp://x", "201@", "@x", "tel:123", "https://", "a b", "sip:x", "https://a:b:c", "201@a/b"} {
		if d, f := New("", options(config.Config{})).Read(bad, form.Draft{}); f.Grade != phone.GradeFailed {
			t.Errorf("%s gives %+v", bad, d)
		}
	}
	for server, want := range map[string]string{"192.0.2.1:8443": "office", "http://192.0.2.1": "office", "https://[2001:db8::1]:8443": "office", "https://pbx.acme.example:8443": "acme", "pbx:8443": "pbx"} {
		if got := New("", options(config.Config{})).profileName(form.Draft{Server: server}); got != want {
			t.Errorf("%s is called %q", server, got)
		}
	}
	d, _ := New("", options(config.Config{})).Read("https://201:geheim@pbx.acme.example", form.Draft{})
	if d.Password != "geheim" || strings.Contains(d.Server, "geheim") || d.Profile != "acme" {
		t.Errorf("%q %q", d.Server, d.Profile)
	}
}

func FuzzLinks(f *testing.F) {
	f.Add("https://201:x@pbx.acme.example:1/?user=2@3")
	f.Add("sip:201@[::1]:5060")
	f.Fuzz(func(t *testing.T, link string) {
		d, finding := New("", options(config.Config{})).Read(link, form.Draft{})
		if finding.Grade == phone.GradeDone && d.Server != "" {
			if _, err := serverURL(d.Server); err != nil {
				t.Errorf("%q gives the server %q", link, d.Server)
			}
		}
	})
}

func TestCommandWords(t *testing.T) {
	for line, want := range map[string][]string{
		"pass show pbx": {"pass", "show", "pbx"}, `  sh -c "echo 'a b'" `: {"sh", "-c", "echo 'a b'"},
		`a\ b '' "\""`: {"a b", "", `"`}, "": nil,
	} {
		if got := splitWords(line); !slices.Equal(got, want) {
			t.Errorf("%q gives %q", line, got)
		}
		if again := splitWords(joinWords(want)); !slices.Equal(again, want) {
			t.Errorf("%q is written so that it gives %q", want, again)
		}
	}
}
