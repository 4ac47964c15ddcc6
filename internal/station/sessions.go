package station

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/redact"
)

// practiceKeepAlive is short, for people who want to see one.
const practiceKeepAlive = 30 * time.Second

// Sessions are the AppWebsocket sessions of a station, with their records on the disk.
type Sessions struct{ *sessions.List }

// Sessions are those of the station, nil where there never will be one.
func (s *Station) Sessions() *Sessions {
	if s.Profile != "" && len(s.sessions.Views()) == 0 {
		return nil
	}
	return &Sessions{s.sessions}
}

// ownSessions is a configuration without the sessions that belong to a PBX that is not the station's.
func (s *Station) ownSessions(c config.Config) config.Config {
	sessions := maps.Clone(c.Sessions)
	maps.DeleteFunc(sessions, func(_ string, v config.Session) bool {
		return v.Profile != "" && !slices.ContainsFunc(s.systems, func(own *System) bool { return own.Profile == v.Profile })
	})
	c.Sessions = sessions
	return c
}

// newSessions opens the sessions of the configuration, and does not wait for their connections.
func newSessions(c config.Config, log *slog.Logger) (*sessions.List, error) {
	list := sessions.New(sessions.Options{Options: recordOptions(c), Log: log})
	for _, name := range slices.Sorted(maps.Keys(c.Sessions)) {
		if _, err := openSession(list, c.Sessions[name], nil); err != nil {
			return nil, errors.Join(fmt.Errorf("session %q: %w", name, err), list.Close())
		}
	}
	return list, nil
}

// recordOptions are those of the records of all sessions.
func recordOptions(c config.Config) record.Options {
	return record.Options{Hide: redact.New(c.Trace.Hide...), MaxEntries: c.Record.Messages, MaxBytes: c.Record.Bytes}
}

// reloadSessions closes the sessions that are gone or changed and opens new ones. Unchanged ones
// stay.
func reloadSessions(list *sessions.List, before, after config.Config) error {
	list.Bound(recordOptions(after))
	same := func(name string) bool { return reflect.DeepEqual(before.Sessions[name], after.Sessions[name]) }
	for _, v := range list.Views() {
		if _, ours := before.Sessions[v.Name]; ours && !same(v.Name) {
			_ = list.Forget(v.ID)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after.Sessions)) {
		if same(name) {
			continue
		}
		if _, err := openSession(list, after.Sessions[name], nil); err != nil {
			return fmt.Errorf("session %q: %w", name, err)
		}
	}
	return nil
}

// OpenSession opens a session of the configuration, and before it those that bring its login. trace gets
// its messages.
func OpenSession(list *sessions.List, c config.Config, name string, trace func(appws.Frame)) (id int, err error) {
	s, known := c.Sessions[name]
	if !known {
		return 0, fmt.Errorf("config.toml has no session %q", name)
	}
	opened := slices.ContainsFunc(list.Views(), func(v sessions.View) bool { return v.Name == s.Via })
	if s.Via != "" && !opened && len(list.Views()) < len(c.Sessions) {
		if _, err := OpenSession(list, c, s.Via, nil); err != nil {
			return 0, err
		}
	}
	return openSession(list, s, trace)
}

func openSession(list *sessions.List, s config.Session, trace func(appws.Frame)) (id int, err error) {
	trust, err := s.TLS()
	if err != nil {
		return 0, err
	}
	cfg := sessions.Config{Name: s.Name, System: s.Profile, Via: s.Via, OnLogin: s.Send, Serve: s.Serve, Answers: s.Answers, Config: appws.Config{
		NoReconnect: s.Once,
		URL:         s.URL, App: s.App, Domain: s.Domain, SIP: s.User, GUID: s.GUID, DN: s.DN, PbxObj: s.PbxObj, Header: s.Header,
		TLS: trust, Proxy: proxies.Of(s.Proxy()), KeepAlive: s.Pause(), DeadAfter: s.DeadAfter, ReadLimit: int64(s.ReadLimit),
	}}
	if s.Info != "" {
		if cfg.Info, err = appws.MarshalInfo(json.RawMessage(s.Info)); err != nil {
			return 0, err
		}
	}
	if s.Via == "" {
		cfg.Secret = s.Secret
	}
	if cfg.ServeTLS, err = s.Certificate(); err != nil {
		return 0, err
	}
	cfg.Trace = trace
	return list.Open(cfg)
}

// openPractice opens a session with the practice PBX and, through it, one with its echo.
func openPractice(list *sessions.List, url string) error {
	_, err := list.Open(sessions.Config{Name: "practice", Config: appws.Config{
		URL: url + demopbx.AppsPath, App: demopbx.AppObject, Password: exchange.Password,
		Domain: exchange.Domain, KeepAlive: practiceKeepAlive,
	}})
	if err != nil {
		return err
	}
	_, err = list.Open(sessions.Config{Name: "echo", Via: "practice", Config: appws.Config{
		URL: url + demopbx.EchoPath, App: demopbx.EchoApp, KeepAlive: practiceKeepAlive,
	}})
	return err
}
