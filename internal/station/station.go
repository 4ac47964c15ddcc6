// Package station is one running telephone: a phone with its link to a PBX, the devices it sounds on,
// the record of its calls, the programs that are run for them, the socket by which other programs work
// it, and its AppWebsocket sessions. It knows no screen: whoever shows it takes snapshots of Phone and
// is told the rest in notes.
package station

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// Options are what every station is made with.
type Options struct {
	// Kinds are the kinds of PBX that a profile may be of.
	Kinds pbxws.Dialects
	// Settings are config.toml, as it was read and checked.
	Settings config.Config
	// UserAgent is what the PBX is told of us.
	UserAgent string
	// Practice is the dialect of the practice PBX, the usual one where it is empty.
	Practice string
	Log      *slog.Logger
}

// Station is a phone tied to a PBX. Close ends it once Run is back.
type Station struct {
	Phone *phone.Phone
	// History is the record of calls; nil for a station that For made.
	History *history.Book
	// Profile is its name in config.toml, empty for the practice PBX.
	Profile string
	// Hint is shown while the practice PBX is in use, and EchoTest is the number there that measures the
	// echo of its caller; both are empty for a real PBX.
	Hint, EchoTest string
	// Plain tells that the link is not encrypted.
	Plain bool
	// Dial signs in, for those who want a link and no telephone.
	Dial pbxws.DialFunc

	log      *slog.Logger
	settings atomic.Pointer[config.Config]
	sound    *soundChoice
	sessions *sessions.List
	// missed is the count of our own record.
	missed atomic.Int64
	// past is our own record, nil before it was read.
	past atomic.Pointer[history.View]
	// country is where the PBX is, empty if the profile does not say.
	country number.Country
	// closing ends what is behind the link.
	closing func()
}

// New picks the PBX: the profile that was named, else the default one, else practice.
func New(o Options, name string, practice bool) (*Station, error) {
	c := o.Settings
	if name == "" {
		name = c.Default
	}
	var s *Station
	var err error
	if practice || name == "" && len(c.Profiles) == 0 {
		s, err = newPractice(o)
	} else {
		var p config.Profile
		if p, err = c.Profile(name); err != nil {
			return nil, err
		}
		s, err = at(o, p, p.Secret, dialer)
	}
	if err == nil {
		s.History = openHistory(s.Profile, o.Log)
	}
	return s, err
}

// Secret fetches a password.
type Secret func(context.Context) (string, error)

// For ties a phone to the PBX of a profile, with a password that may come from elsewhere than the
// profile says. It is for a trial: only Phone is to be run.
func For(o Options, p config.Profile, secret Secret) (*Station, error) {
	return at(o, p, secret, Dialer)
}

func at(o Options, p config.Profile, secret Secret, dialer dialerFunc) (*Station, error) {
	dial, err := dialer(o, p, secret)
	if err != nil {
		return nil, err
	}
	signIn := state.SignInOf(p.Name, p.URL+" "+p.User+"@"+p.Realm)
	known := signIn.Known()
	return tie(&Station{
		Profile: p.Name, Dial: keepSignIn(dial, signIn, o.Log),
		Plain: strings.HasPrefix(p.URL, "http:") || strings.HasPrefix(p.URL, "ws:"),
	}, o, rtc.Config{ICEServers: iceServers(o.Settings, p, ""), RelayDial: relayDial(p)}, phone.LinkConfig{
		Known: known, Label: p.Name, Domain: p.Realm, User: p.User, Relayed: relayed(o, p), Country: p.Country,
	})
}

// dialerFunc makes the function by which a profile signs in.
type dialerFunc func(Options, config.Profile, Secret) (pbxws.DialFunc, error)

// Dialer is how a profile signs in for a trial: by the password, and not by what an earlier sign-in left.
func Dialer(o Options, p config.Profile, secret Secret) (pbxws.DialFunc, error) {
	p.KeepsNothing = true
	return dialer(o, p, secret)
}

func dialer(o Options, p config.Profile, secret Secret) (pbxws.DialFunc, error) {
	kind, ok := o.Kinds.Find(p.Dialect)
	if !ok {
		return nil, fmt.Errorf("profile %q: there is no dialect %q; there are: %s", p.Name, p.Dialect, strings.Join(o.Kinds.IDs(), ", "))
	}
	login, err := p.Login(kind)
	if err != nil {
		return nil, err
	}
	login.Secret, login.UserAgent, login.Hide, login.Log = secret, o.UserAgent, o.Settings.Trace.Hide, o.Log
	return kind.Dialer(login), nil
}

// tie gives a station its phone, with what all phones have.
func tie(s *Station, o Options, media rtc.Config, k phone.LinkConfig) (*Station, error) {
	var err error
	s.log, s.closing = o.Log, func() {}
	s.settings.Store(&o.Settings)
	media.Codecs, media.Log = codecs(o.Settings), o.Log
	if k.Media, err = rtc.NewEngine(media); err != nil {
		return nil, err
	}
	if s.sessions, err = newSessions(o.Settings, o.Log); err != nil {
		return nil, err
	}
	s.sound = chooseSound(o.Settings.Sound, o.Log)
	s.country = k.Country
	k.Dial, k.LeftBehind = s.Dial, s.leftBehind
	s.Phone = phone.New(s.sound.into(phone.Config{Links: []phone.LinkConfig{k}, Log: o.Log}, o.Settings.Tones, k.Practice))
	return s, nil
}

// leftBehind tells that an earlier run ended in the middle of a call.
func (s *Station) leftBehind(p pbxws.Party, began time.Time) bool {
	past := s.past.Load()
	return past != nil && past.Interrupted(p.Number, began)
}

// codecs are those of config.toml; nil is all.
func codecs(c config.Config) []string {
	if len(c.Codecs) == 0 {
		return nil
	}
	return c.Codecs
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

// Reload takes a changed configuration in while the station is up, and reports whether something of
// it needs a new sign-in. The error is a session that could not be opened.
func (s *Station) Reload(before, after config.Config) (anew bool, err error) {
	s.settings.Store(&after)
	s.sound.reload(s.Phone.Do, before.Sound, after.Sound)
	old, now := before.Profiles[s.Profile], after.Profiles[s.Profile]
	rest := before
	rest.Default, rest.Profiles, rest.Sessions, rest.Hold = after.Default, after.Profiles, after.Sessions, after.Hold
	rest.Screen, rest.Hooks, rest.Control = after.Screen, after.Hooks, after.Control
	rest.Sound = after.Sound
	anew = now.Name != "" && !reflect.DeepEqual(old, now) || !reflect.DeepEqual(rest, after)
	if s.Sessions() == nil && len(after.Sessions) > 0 {
		return true, nil
	}
	return anew, reloadSessions(s.sessions, before, after)
}

// Close ends the record, the sessions and the practice PBX.
func (s *Station) Close() {
	if s.History != nil {
		s.History.Close()
	}
	s.sound.close()
	_ = s.sessions.Close()
	s.closing()
}
