package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

const userAgent = "Patchcord/" + version

// practiceUser is who signs in at the practice PBX.
const practiceUser = "201"

// practiceHint is the one line that says where the newcomer is and how to leave for a real
// PBX. It fits 78 columns.
const practiceHint = "Practice PBX: 600 echo, 601 talks, 604 calls you. A real one: :setup"

// line is a phone tied to a PBX.
type line struct {
	phone *phone.Phone
	dial  pbxws.DialFunc
	// profile is its name in config.toml, empty for the practice PBX. settings are what that file says
	// at the moment.
	profile  string
	settings *atomic.Pointer[config.Config]
	sounds   *soundChoice
	// plain tells that the link is not encrypted.
	plain bool
	// sessions are the AppWebsocket sessions, nil where there are none.
	sessions *appws.Sessions
	// hint is empty for a real PBX.
	hint string
	// echoTest is the practice PBX's number that measures the echo of its caller.
	echoTest string
	close    func()
}

// name is that of the profile, empty for the practice PBX and for no line at all.
func (l *line) name() string {
	if l == nil {
		return ""
	}
	return l.profile
}

// newLine picks the PBX: the profile that was named, else the default one, else practice.
func newLine(kinds pbxws.Dialects, c config.Config, name string, practice bool, log *slog.Logger) (*line, error) {
	if name == "" {
		name = c.Default
	}
	if practice || name == "" && len(c.Profiles) == 0 {
		return practiceLine(c, log)
	}
	p, ok := c.Profiles[name]
	if !ok {
		if name == "" {
			return nil, fmt.Errorf("config.toml has profiles (%s) but no default; add default = \"NAME\" or start with -profile NAME", profileNames(c))
		}
		return nil, noProfile(c, name)
	}
	return lineWith(kinds, c, p, p.Secret, log)
}

func profileNames(c config.Config) string {
	return strings.Join(slices.Sorted(maps.Keys(c.Profiles)), ", ")
}

// noProfile says which there are.
func noProfile(c config.Config, name string) error {
	if len(c.Profiles) == 0 {
		return fmt.Errorf("there is no profile %q in config.toml, and no other; patchcord setup makes one", name)
	}
	return fmt.Errorf("there is no profile %q in config.toml; there are: %s", name, profileNames(c))
}

// practiceLine starts the practice PBX at the first dial, so that the first screen does not
// wait for it.
func practiceLine(c config.Config, log *slog.Logger) (*line, error) {
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true, Codecs: codecs(c), Log: log})
	if err != nil {
		return nil, err
	}
	sessions, err := newSessions(c, log)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var server *demopbx.Server
	var signIn pbxws.DialFunc
	start := func() (pbxws.DialFunc, error) {
		mu.Lock()
		defer mu.Unlock()
		if signIn != nil {
			return signIn, nil
		}
		var err error
		if server, err = demopbx.Start(demopbx.Options{Seed: 1, ChangesPerSecond: 3, Log: log}); err != nil {
			return nil, &pbxws.DialError{
				Step: pbxws.StepReach, Err: err, What: "the practice PBX could not be started",
				Next: "Check that this machine lets programs listen on 127.0.0.1; the log has the details",
			}
		}
		if err := openPractice(sessions, server.URL()); err != nil {
			log.Error("the practice sessions were not opened", "err", err)
		}
		login := practiceLogin(server.URL(), practiceUser, log)
		login.Hide = c.Trace.Hide
		signIn = demopbx.Dialer(login)
		return signIn, nil
	}
	dial := func(ctx context.Context) (pbxws.Conn, error) {
		signIn, err := start()
		if err != nil {
			return nil, err
		}
		return signIn(ctx)
	}
	sounds := chooseSound(c.Sound, log)
	return &line{
		dial: dial, plain: true, sessions: sessions, sounds: sounds, settings: held(c),
		hint: practiceHint, echoTest: demopbx.NumberEchoTest,
		phone: phone.New(sounds.into(phone.Config{
			Dial: dial, Domain: demopbx.Domain, User: practiceUser, Practice: true,
			Media: engine, Log: log,
		}, c.Tones, true)),
		close: func() {
			sounds.close()
			_ = sessions.Close()
			mu.Lock()
			defer mu.Unlock()
			if server != nil {
				_ = server.Close()
			}
		},
	}, nil
}

func practiceLogin(url, user string, log *slog.Logger) pbxws.Login {
	return pbxws.Login{
		URL: url, Realm: demopbx.Domain, User: user, UserAgent: userAgent, Log: log,
		Secret: func(context.Context) (string, error) { return demopbx.Password, nil },
	}
}

// codecs are those of config.toml; nil is all.
func codecs(c config.Config) []string {
	if len(c.Codecs) == 0 {
		return nil
	}
	return c.Codecs
}

// secretFunc fetches a password.
type secretFunc func(context.Context) (string, error)

// dialerOf is how a profile signs in, with a password that may come from elsewhere.
func dialerOf(kinds pbxws.Dialects, c config.Config, p config.Profile, secret secretFunc, log *slog.Logger) (pbxws.DialFunc, error) {
	kind, ok := kinds.Find(p.Dialect)
	if !ok {
		return nil, fmt.Errorf("profile %q: there is no dialect %q; there are: %s", p.Name, p.Dialect, strings.Join(kinds.IDs(), ", "))
	}
	login, err := p.Login(kind)
	if err != nil {
		return nil, err
	}
	login.Secret, login.UserAgent, login.Hide, login.Log = secret, userAgent, c.Trace.Hide, log
	return kind.Dialer(login), nil
}

// lineWith ties a phone to a profile's PBX.
func lineWith(kinds pbxws.Dialects, c config.Config, p config.Profile, secret secretFunc, log *slog.Logger) (*line, error) {
	dial, err := dialerOf(kinds, c, p, secret, log)
	if err != nil {
		return nil, err
	}
	signIn := state.SignInOf(p.Name, p.URL+" "+p.User+"@"+p.Realm)
	known := signIn.Known()
	dial = keepSignIn(dial, signIn, log)
	engine, err := rtc.NewEngine(rtc.Config{ICEServers: iceServers(c, p, ""), RelayDial: relayDial(p), Codecs: codecs(c), Log: log})
	if err != nil {
		return nil, err
	}
	sessions, err := newSessions(c, log)
	if err != nil {
		return nil, err
	}
	sounds := chooseSound(c.Sound, log)
	return &line{
		profile: p.Name, sounds: sounds, settings: held(c), sessions: sessions,
		dial: dial, plain: strings.HasPrefix(p.URL, "http:") || strings.HasPrefix(p.URL, "ws:"),
		phone: phone.New(sounds.into(phone.Config{
			Dial: dial, Known: known, Label: p.Name, Domain: p.Realm, User: p.User,
			Media: engine, Relayed: relayed(c, p, log), Log: log,
		}, c.Tones, false)),
		close: func() {
			sounds.close()
			_ = sessions.Close()
		},
	}, nil
}

// keepSignIn writes the first sign-in down.
func keepSignIn(dial pbxws.DialFunc, signIn state.SignIn, log *slog.Logger) pbxws.DialFunc {
	var once sync.Once
	return func(ctx context.Context) (pbxws.Conn, error) {
		conn, err := dial(ctx)
		if err == nil {
			once.Do(func() {
				if err := signIn.Keep(); err != nil {
					log.Warn("the first sign-in was not noted", "err", err)
				}
			})
		}
		return conn, err
	}
}

// held is a configuration that may be replaced while others read it.
func held(c config.Config) *atomic.Pointer[config.Config] {
	var settings atomic.Pointer[config.Config]
	settings.Store(&c)
	return &settings
}

// reload takes a changed configuration in while the line is up, and reports whether something of
// it needs a new sign-in. The error is a session that could not be opened.
func (l *line) reload(before, after config.Config) (anew bool, err error) {
	l.settings.Store(&after)
	l.sounds.reload(l.phone.Do, before.Sound, after.Sound)
	old, now := before.Profiles[l.profile], after.Profiles[l.profile]
	rest := before
	rest.Default, rest.Profiles, rest.Sessions, rest.Hold = after.Default, after.Profiles, after.Sessions, after.Hold
	rest.Screen, rest.Hooks, rest.Control = after.Screen, after.Hooks, after.Control
	rest.Sound = after.Sound
	anew = now.Name != "" && !reflect.DeepEqual(old, now) || !reflect.DeepEqual(rest, after)
	if l.apps() == nil && len(after.Sessions) > 0 {
		return true, nil
	}
	return anew, reloadSessions(l.sessions, before, after)
}
