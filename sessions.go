package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/tui"
)

const (
	// practiceKeepAlive is short, for people who want to see one.
	practiceKeepAlive = 30 * time.Second
	// keepAlive is that of the vendor's client in the browser.
	keepAlive = time.Minute
)

// appSessions are the AppWebsocket sessions as the screen uses them.
type appSessions struct{ *appws.Sessions }

// apps is what the screen is given; nothing where the pane would always be empty.
func (l *line) apps() tui.Apps {
	if l.hint == "" && len(l.sessions.Views()) == 0 {
		return nil
	}
	return appSessions{l.sessions}
}

// newSessions opens the sessions of the configuration. Each connects in its own time.
func newSessions(c config.Config, log *slog.Logger) (*appws.Sessions, error) {
	sessions := appws.NewSessions(appws.SessionsConfig{Log: log})
	for _, name := range slices.Sorted(maps.Keys(c.Sessions)) {
		if err := openSession(sessions, c.Sessions[name]); err != nil {
			return nil, errors.Join(fmt.Errorf("session %q: %w", name, err), sessions.Close())
		}
	}
	return sessions, nil
}

func openSession(sessions *appws.Sessions, s config.Session) error {
	trust, err := s.TLS()
	if err != nil {
		return err
	}
	cfg := appws.SessionConfig{Name: s.Name, Via: s.Via, Config: appws.Config{
		URL: s.URL, App: s.App, Domain: s.Domain, SIP: s.User, TLS: trust, KeepAlive: keepAlive,
	}}
	if s.Via == "" {
		cfg.Secret = s.Secret
	}
	_, err = sessions.Open(cfg)
	return err
}

// openPractice opens a session with the practice PBX and, by way of it, one with its echo.
func openPractice(sessions *appws.Sessions, url string) error {
	_, err := sessions.Open(appws.SessionConfig{Name: "practice", Config: appws.Config{
		URL: url + demopbx.AppsPath, App: demopbx.AppObject, Password: demopbx.Password,
		Domain: demopbx.Domain, KeepAlive: practiceKeepAlive,
	}})
	if err != nil {
		return err
	}
	_, err = sessions.Open(appws.SessionConfig{Name: "echo", Via: "practice", Config: appws.Config{
		URL: url + demopbx.EchoPath, App: demopbx.EchoApp, KeepAlive: practiceKeepAlive,
	}})
	return err
}

// recordsDir is where records are saved.
func recordsDir() string { return filepath.Join(filepath.Dir(recordings()), "sessions") }

// recordSuffix ends the names of saved records.
const recordSuffix = ".jsonl"

// Save writes a session's record as JSON lines to a new file beside the recordings, for its
// owner's eyes alone, and gives its path.
func (a appSessions) Save(id int, reveal bool) (string, error) {
	record, err := a.Record(id, reveal)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	if err := record.Write(&text); err != nil {
		return "", err
	}
	dir := recordsDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	name := strings.Map(fileLetter, record.Name) + time.Now().Format("-20060102-150405-*") + recordSuffix
	f, err := os.CreateTemp(dir, name)
	if err != nil {
		return "", err
	}
	_, err = f.Write(text.Bytes())
	return f.Name(), errors.Join(err, f.Close())
}

// fileLetter leaves of a name what every file system takes.
func fileLetter(r rune) rune {
	if r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z' {
		return r
	}
	return '_'
}

// Saved are the names of the records that were saved, the newest first.
func (a appSessions) Saved() ([]string, error) {
	files, err := os.ReadDir(recordsDir())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	type record struct {
		name  string
		saved time.Time
	}
	var records []record
	for _, f := range files {
		if info, err := f.Info(); err == nil && strings.HasSuffix(f.Name(), recordSuffix) {
			records = append(records, record{f.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(records, func(a, b record) int {
		return cmp.Or(b.saved.Compare(a.saved), strings.Compare(b.name, a.name))
	})
	names := make([]string, len(records))
	for i, r := range records {
		names[i] = r.name
	}
	return names, nil
}

// Load shows a saved record, or any file with one, as a session. A path has a separator in it.
func (a appSessions) Load(name string) (int, error) {
	path := name
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path, "~/") {
		path = filepath.Join(home, path[2:])
	}
	if filepath.Base(path) == path {
		path = filepath.Join(recordsDir(), path)
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	record, err := appws.ReadLog(f)
	if err != nil {
		return 0, err
	}
	for n := 1; ; n++ {
		name := "log:" + record.Name
		if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		id, err := a.Sessions.Load(name, record)
		if !errors.Is(err, appws.ErrNameTaken) {
			return id, err
		}
	}
}

// Replay sends on one session what was sent in the record of another, or of itself.
func (a appSessions) Replay(ctx context.Context, to, from int) (int, error) {
	record, err := a.Record(from, true)
	if err != nil {
		return 0, err
	}
	return a.Sessions.Replay(ctx, to, record, 1)
}
