package station

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/redact"
)

const (
	// practiceKeepAlive is short, for people who want to see one.
	practiceKeepAlive = 30 * time.Second
	// keepAlive is that of the vendor's client in the browser.
	keepAlive = time.Minute
)

// Sessions are the AppWebsocket sessions of a station, with their records on the disk.
type Sessions struct{ *appws.Sessions }

// Sessions are those of the station, nil where there never will be one.
func (s *Station) Sessions() *Sessions {
	if s.Profile != "" && len(s.sessions.Views()) == 0 {
		return nil
	}
	return &Sessions{s.sessions}
}

// newSessions opens the sessions of the configuration, and does not wait for their connections.
func newSessions(c config.Config, log *slog.Logger) (*appws.Sessions, error) {
	sessions := appws.NewSessions(appws.SessionsConfig{Hide: redact.New(c.Trace.Hide...), Log: log})
	for _, name := range slices.Sorted(maps.Keys(c.Sessions)) {
		if err := openSession(sessions, c.Sessions[name]); err != nil {
			return nil, errors.Join(fmt.Errorf("session %q: %w", name, err), sessions.Close())
		}
	}
	return sessions, nil
}

// reloadSessions closes the sessions that are gone or changed and opens new ones. Unchanged ones
// stay.
func reloadSessions(sessions *appws.Sessions, before, after config.Config) error {
	same := func(name string) bool { return reflect.DeepEqual(before.Sessions[name], after.Sessions[name]) }
	for _, v := range sessions.Views() {
		if _, ours := before.Sessions[v.Name]; ours && !same(v.Name) {
			_ = sessions.Forget(v.ID)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after.Sessions)) {
		if same(name) {
			continue
		}
		if err := openSession(sessions, after.Sessions[name]); err != nil {
			return fmt.Errorf("session %q: %w", name, err)
		}
	}
	return nil
}

func openSession(sessions *appws.Sessions, s config.Session) error {
	trust, err := s.TLS()
	if err != nil {
		return err
	}
	cfg := appws.SessionConfig{Name: s.Name, Via: s.Via, Config: appws.Config{
		URL: s.URL, App: s.App, Domain: s.Domain, SIP: s.User, TLS: trust, Proxy: s.Proxy(), KeepAlive: keepAlive,
	}}
	if s.Via == "" {
		cfg.Secret = s.Secret
	}
	_, err = sessions.Open(cfg)
	return err
}

// openPractice opens a session with the practice PBX and, through it, one with its echo.
func openPractice(sessions *appws.Sessions, url string) error {
	_, err := sessions.Open(appws.SessionConfig{Name: "practice", Config: appws.Config{
		URL: url + demopbx.AppsPath, App: demopbx.AppObject, Password: exchange.Password,
		Domain: exchange.Domain, KeepAlive: practiceKeepAlive,
	}})
	if err != nil {
		return err
	}
	_, err = sessions.Open(appws.SessionConfig{Name: "echo", Via: "practice", Config: appws.Config{
		URL: url + demopbx.EchoPath, App: demopbx.EchoApp, KeepAlive: practiceKeepAlive,
	}})
	return err
}
