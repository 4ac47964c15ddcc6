// Package setup is the code behind the form of the set-up, without a screen, and the doctor: it
// reads links, tests the way to a PBX, the login and the sound, makes a test call, and writes the
// profile. Both use the same words for the same trouble, in findings of package form.
package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// storeLimit is how long a keyring may take to ask a person.
const storeLimit = time.Minute

// Steps are the steps of the form: they test what was typed, and read and write config.toml. The
// form calls them from several goroutines.
type Steps struct {
	path    string
	options station.Options
	// work counts what was started for the form and may outlast it for a moment.
	work sync.WaitGroup
}

// New makes the steps for the config.toml at path. Its settings are read when they are needed and
// replace those of the options.
func New(path string, o station.Options) *Steps { return &Steps{path: path, options: o} }

// Wait returns when everything that was started has ended. It ends with the contexts of the form.
func (s *Steps) Wait() { s.work.Wait() }

// with are the options for stations with these settings.
func (s *Steps) with(c config.Config) station.Options {
	o := s.options
	o.Settings = c
	return o
}

// Systems are the dialects with what they ask for.
func (s *Steps) Systems() []form.System {
	var all []form.System
	for _, kind := range s.options.Kinds {
		system := form.System{ID: kind.ID, Name: kind.Name}
		for _, asked := range kind.Fields {
			f := form.Field{
				ID: asked.ID, Label: asked.Label, Help: asked.Help, Columns: asked.Columns, Required: asked.Required,
				Account: asked.Role == pbxws.RoleUser,
			}
			switch {
			case asked.Role == pbxws.RoleSecret:
				system.Secret = f
			case isAsked(asked):
				system.Fields = append(system.Fields, f)
			}
		}
		all = append(all, system)
	}
	return all
}

// isAsked tells that the form asks for a setting.
func isAsked(s pbxws.Setting) bool {
	return s.Label != "" && s.Kind == pbxws.SettingText && s.Role != pbxws.RoleSecret
}

// kind is the dialect of a draft.
func (s *Steps) kind(d form.Draft) pbxws.Dialect {
	kind, ok := s.options.Kinds.Find(d.System)
	if !ok {
		return s.options.Kinds[0]
	}
	return kind
}

// Begin is the first draft of the form: a profile of the file, or a new one.
func (s *Steps) Begin(_ context.Context, profile string) (form.Draft, form.Finding) {
	c, err := config.Load(s.path, s.options.Kinds)
	if err != nil {
		return form.Draft{}, broken(err, "Correct config.toml, then open the form again")
	}
	d := form.Draft{System: s.options.Kinds[0].ID}
	if d.WatchOnly = c.Sound.Microphone == audioNone && c.Sound.Speaker == audioNone; !d.WatchOnly {
		d.Microphone, d.Speaker, d.Ringer = c.Sound.Microphone, c.Sound.Speaker, c.Sound.Ringer
	}
	if profile == "" {
		return d, form.Finding{}
	}
	p, err := c.Profile(profile)
	if err != nil {
		return form.Draft{}, form.Finding{Grade: phone.GradeFailed, Text: err.Error()}
	}
	d.From, d.Profile, d.System, d.Server = profile, profile, p.Dialect, strings.TrimPrefix(p.URL, "https://")
	d.Pin = p.TLSPin
	for _, asked := range s.kind(d).Fields {
		if isAsked(asked) {
			d = d.With(asked.ID, p.Value(asked))
		}
	}
	switch {
	case len(p.PasswordCommand) > 0:
		d.Keep, d.Command = form.ByCommand, joinWords(p.PasswordCommand)
	case p.PasswordEnv != "":
		d.Keep, d.Variable = form.ByVariable, p.PasswordEnv
	case p.PasswordFile != "":
		d.Keep, d.Stored = form.InFile, true
	case p.PasswordKeyring:
		d.Stored = true
	}
	return d, form.Finding{}
}

func broken(err error, next string) form.Finding {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return form.Finding{Grade: phone.GradeFailed, Short: "not possible", Text: first, Next: next}
}

// profile turns a draft into a profile. Keys that the form does not know are taken from the profile that the
// draft began as.
func (s *Steps) profile(d form.Draft) (config.Profile, error) {
	c, err := config.Load(s.path, s.options.Kinds)
	if err != nil {
		return config.Profile{}, err
	}
	p := c.Profiles[d.From]
	if p.Dialect != d.System { // whose settings are no use to another one
		p.User, p.Realm, p.Settings = "", "", nil
	}
	url, err := serverURL(d.Server)
	if err != nil {
		return config.Profile{}, err
	}
	p.Name, p.Dialect, p.URL, p.Variables = d.Profile, d.System, url, nil
	for _, asked := range s.kind(d).Fields {
		if isAsked(asked) {
			p.Set(asked, d.Value(asked.ID))
		}
	}
	if p.TLSPin = d.Pin; d.Pin != "" {
		p.TLSCA = ""
	}
	if strings.HasPrefix(url, "http:") || strings.HasPrefix(url, "ws:") {
		p.TLSPin, p.TLSCA = "", ""
	}
	file := p.PasswordFile
	p.PasswordKeyring, p.PasswordCommand, p.PasswordEnv, p.PasswordFile = false, nil, "", ""
	switch d.Keep {
	case form.ByCommand:
		p.PasswordCommand = splitWords(d.Command)
	case form.ByVariable:
		p.PasswordEnv = d.Variable
	case form.InFile:
		p.PasswordFile = cmp.Or(file, filepath.Join(filepath.Dir(s.path), fileName(d.Profile)+".password"))
	default:
		p.PasswordKeyring = true
	}
	return p, nil
}

// secret is the source of a draft's password before it is stored.
func (s *Steps) secret(d form.Draft, p config.Profile) func(context.Context) (string, error) {
	if d.Password != "" {
		return func(context.Context) (string, error) { return string(d.Password), nil }
	}
	if d.Stored && (p.PasswordKeyring || p.PasswordFile != "") {
		return func(ctx context.Context) (string, error) {
			c, err := config.Load(s.path, s.options.Kinds)
			if err != nil {
				return "", err
			}
			return c.Profiles[d.From].Secret(ctx)
		}
	}
	return p.Secret
}

// Keyring tells whether there is one.
func (s *Steps) Keyring(ctx context.Context) form.Finding {
	ctx, cancel := context.WithTimeout(ctx, keyringLimit)
	defer cancel()
	if err := config.KeyringTrouble(ctx); err != nil {
		return form.Finding{Grade: phone.GradeFailed, Short: "no keyring here", Text: "there is no keyring on this machine",
			Next: "Keep the password in a file that only you can read, or choose a command or a variable"}
	}
	return form.Finding{Grade: phone.GradeDone, Short: "there is one"}
}

// keyringLimit is how long a keyring may take to be found.
const keyringLimit = 2 * time.Second

// Save stores the password and then writes the profile, which is the default from then on.
func (s *Steps) Save(ctx context.Context, d form.Draft) form.Finding {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	if taken, err := s.isTaken(d); taken || err != nil {
		return nameTaken(d.Profile, err)
	}
	p, err := s.profile(d)
	if err != nil {
		return broken(err, "")
	}
	if err := s.store(ctx, d, p); err != nil {
		if p.PasswordKeyring {
			err = errors.New("the keyring did not accept the password")
		}
		return broken(err, "Go back to step 2 and keep it somewhere else, or try again")
	}
	r := config.Revision{Default: p.Name, Profile: p, Sound: &config.Sound{Microphone: d.Microphone, Speaker: d.Speaker, Ringer: d.Ringer}}
	if d.WatchOnly {
		r.Sound = &config.Sound{Microphone: audioNone, Speaker: audioNone}
	}
	if err := config.Save(s.path, r, s.options.Kinds); err != nil {
		return broken(err, "Nothing was changed")
	}
	return form.Finding{Grade: phone.GradeDone, Short: "saved", Text: "saved to " + s.path}
}

// isTaken tells that another profile has this name already.
func (s *Steps) isTaken(d form.Draft) (bool, error) {
	c, err := config.Load(s.path, s.options.Kinds)
	_, there := c.Profiles[d.Profile]
	return there && d.Profile != d.From, err
}

func nameTaken(name string, err error) form.Finding {
	if err != nil {
		return broken(err, "Correct config.toml, then save again")
	}
	return form.Finding{Grade: phone.GradeFailed, Short: "name is taken", Text: fmt.Sprintf("there is a profile %q already", name),
		Next: "Choose another name"}
}

// store keeps a password that was typed, or moves one that was kept elsewhere.
func (s *Steps) store(ctx context.Context, d form.Draft, p config.Profile) error {
	if !p.PasswordKeyring && p.PasswordFile == "" {
		return nil
	}
	secret := string(d.Password)
	if secret == "" {
		var err error
		if secret, err = s.secret(d, p)(ctx); err != nil {
			return fmt.Errorf("there is no password to store: %w", err)
		}
	}
	return p.Store(ctx, secret)
}
