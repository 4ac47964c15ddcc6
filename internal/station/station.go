// Package station is one running telephone: a phone with its links to one PBX or several, the devices it sounds on,
// the record of its calls, the programs that are run for them, the socket by which other programs work
// it, and its AppWebsocket sessions. It knows no screen: whoever shows it takes snapshots of Phone and
// is told the rest in notes.
package station

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/control"
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
	// Version is that of this program.
	Version string
	// Practice is the dialect of the practice PBX, the usual one where it is empty.
	Practice string
	// Down ends the phone, Renew ends it and begins one with a profile; both return at once. They are nil
	// where the phone ends with its screen.
	Down  func()
	Renew func(profile string) (refusal string)
	// Socket is that of the phone where it was taken already; nil has the phone take it, or wait for it, while
	// it runs.
	Socket *control.Socket
	Log    *slog.Logger
}

// Station is a phone tied to one PBX or several. Close ends it once Run is back.
type Station struct {
	Phone *phone.Phone
	// Records are the calls kept of all PBXs; nil for a station that For made.
	Records *Records
	// Profile is what it was opened by: the name of a profile in config.toml, those of several with
	// commas between them, or empty for the practice PBX.
	Profile string
	// Screens are those of other processes; nil for a station that For made.
	Screens *attach.Desk
	// Hint is shown while the practice PBX is in use, and EchoTest is the number there that measures the
	// echo of its caller; both are empty for a real PBX.
	Hint, EchoTest string

	log      *slog.Logger
	settings atomic.Pointer[config.Config]
	sound    *soundChoice
	sessions *sessions.List
	systems  []*System
	// down ends the phone, nil where it ends with its screen.
	down   func()
	socket *control.Socket
	// closing ends what is behind the links.
	closing func()
}

// System is one PBX of a station.
type System struct {
	// Profile is its name in config.toml, empty for the practice PBX.
	Profile string
	// Plain tells that the link is not encrypted.
	Plain bool
	// Dial signs in, for those who want a link and no telephone.
	Dial pbxws.DialFunc

	link  phone.LinkConfig
	media rtc.Config
	// kept is our own record of its calls, nil where none is kept.
	kept *kept
}

// ID is the link's in snapshots; the only system needs none.
func (s *System) ID() phone.LinkID { return s.link.ID }

// Kind tells practice PBXs apart that are open at once; it is empty for all others.
func (s *System) Kind() string {
	if s.Profile != "" {
		return ""
	}
	return string(s.link.ID)
}

// Systems are the PBXs, in the order in which they are shown.
func (s *Station) Systems() []*System { return s.systems }

// Pick is what a station is opened by: the profiles that were named, else those of config.toml, with commas
// between them, else practice, which is empty.
func Pick(c config.Config, name string, practice bool) (string, error) {
	if practice || name == "" && c.Default == "" && len(c.Profiles) == 0 {
		return "", nil
	}
	profiles, err := c.Choose(name)
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return strings.Join(names, ","), err
}

// New makes the station that Pick names.
func New(o Options, name string, practice bool) (*Station, error) {
	name, err := Pick(o.Settings, name, practice)
	if err != nil {
		return nil, err
	}
	var s *Station
	if name == "" {
		s, err = newPractice(o)
	} else {
		s, err = ofProfiles(o, name)
	}
	if err == nil {
		s.Records = openRecords(s.systems, o.Log)
		s.letScreensIn(o)
	}
	return s, err
}

// ofProfiles ties a station to the PBXs of config.toml that a name stands for.
func ofProfiles(o Options, name string) (*Station, error) {
	profiles, err := o.Settings.Choose(name)
	if err != nil {
		return nil, err
	}
	var systems []*System
	for _, p := range profiles {
		system, err := systemOf(o, p, p.Secret, dialer)
		switch {
		case err != nil && len(profiles) > 1: // the others are there all the same
			system = unusable(p, err)
		case err != nil:
			return nil, err
		}
		systems = append(systems, system)
	}
	return tie(&Station{Profile: name}, o, systems...)
}

// letScreensIn makes what screens of other processes attach to.
func (s *Station) letScreensIn(o Options) {
	host, _ := os.Hostname() // without a name it has none on the screens
	about := attach.About{
		Program: o.Version, Profile: s.Profile, Host: host, Since: time.Now().Round(0), Process: os.Getpid(), Stays: o.Down != nil, Hint: s.Hint, EchoTest: s.EchoTest,
	}
	if s.Profile == "" {
		about.Practice = PracticeDialect(o)
	}
	for _, system := range s.systems {
		about.Systems = append(about.Systems, attach.System{Profile: system.Profile, Kind: system.Kind(), Link: system.ID()})
	}
	c := attach.Config{Phone: s.Phone, About: about, Renew: o.Renew, Log: o.Log}
	if apps := s.Sessions(); apps != nil {
		c.About.Sessions, c.Sessions = true, apps
	}
	s.Screens, s.down, s.socket = attach.NewDesk(c), o.Down, o.Socket
}

// Secret fetches a password.
type Secret func(context.Context) (string, error)

// For ties a phone to the PBX of a profile, with a password that may come from elsewhere than the
// profile says. It is for a trial: only Phone is to be run.
func For(o Options, p config.Profile, secret Secret) (*Station, error) {
	system, err := systemOf(o, p, secret, Dialer)
	if err != nil {
		return nil, err
	}
	return tie(&Station{Profile: p.Name}, o, system)
}

// systemOf is the PBX of a profile.
func systemOf(o Options, p config.Profile, secret Secret, dialer dialerFunc) (*System, error) {
	dial, err := dialer(o, p, secret)
	if err != nil {
		return nil, err
	}
	signIn := state.SignInOf(p.Name, p.URL+" "+p.User+"@"+p.Realm)
	return &System{
		Profile: p.Name, Plain: strings.HasPrefix(p.URL, "http:") || strings.HasPrefix(p.URL, "ws:"),
		Dial:  keepSignIn(dial, signIn, o.Log),
		media: rtc.Config{ICEServers: iceServers(o.Settings, p, ""), RelayDial: relayDial(p)},
		link: phone.LinkConfig{
			Known: signIn.Known(), Label: p.Name, User: p.User, Relayed: relayed(o, p), Country: p.Country,
			Plan: planOf(p.Dial),
		},
	}, nil
}

// unusable is the PBX of a profile that nobody can sign in with, for a reason that its link says.
func unusable(p config.Profile, why error) *System {
	return &System{
		Profile: p.Name,
		Dial: func(context.Context) (pbxws.Conn, error) {
			return nil, &pbxws.DialError{Step: pbxws.StepAddress, Permanent: true, Err: why, What: why.Error(), Next: "Correct it in config.toml, then sign in again"}
		},
		link: phone.LinkConfig{Label: p.Name, User: p.User},
	}
}

// planOf is which numbers go out by a link. The links of several profiles have their names.
func planOf(d config.DialPlan) phone.Plan {
	p := phone.Plan{Prefixes: d.Prefixes, Lengths: d.Lengths}
	for profile, prefix := range d.Reach {
		if p.Reach == nil {
			p.Reach = map[phone.LinkID]string{}
		}
		p.Reach[phone.LinkID(profile)] = prefix
	}
	return p
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
func tie(s *Station, o Options, systems ...*System) (*Station, error) {
	s.log, s.closing, s.systems = o.Log, func() {}, systems
	s.settings.Store(&o.Settings)
	var links []phone.LinkConfig
	for _, system := range systems {
		media := system.media
		media.Codecs, media.Log, media.Opus = codecs(o.Settings), o.Log, opus(o)
		k := system.link
		var err error
		if k.Media, err = rtc.NewEngine(media); err != nil {
			return nil, err
		}
		k.Dial, k.LeftBehind = system.Dial, system.leftBehind
		links = append(links, k)
	}
	if len(systems) > 1 {
		for i, system := range systems {
			links[i].ID = phone.LinkID(links[i].Label)
			system.link.ID = links[i].ID
		}
	}
	var err error
	if s.sessions, err = newSessions(s.ownSessions(o.Settings), o.Log); err != nil {
		return nil, err
	}
	s.sound = chooseSound(o.Settings.Sound, o.Log)
	intercom, _ := phone.IntercomOf(o.Settings.Intercom.Answer) // the file is checked
	s.Phone = phone.New(s.sound.into(phone.Config{Links: links, Log: o.Log, Intercom: intercom}, o.Settings.Tones, s.Profile == ""))
	return s, nil
}

// leftBehind tells that an earlier run ended in the middle of a call.
func (s *System) leftBehind(p pbxws.Party, began time.Time) bool {
	if s.kept == nil {
		return false
	}
	past := s.kept.past.Load()
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
	rest := before
	rest.Default, rest.Profiles, rest.Sessions, rest.Hold = after.Default, after.Profiles, after.Sessions, after.Hold
	rest.Screen, rest.Hooks, rest.Control, rest.Record = after.Screen, after.Hooks, after.Control, after.Record
	rest.Sound, rest.Together, rest.Same, rest.SameNumbers = after.Sound, after.Together, after.Same, after.SameNumbers
	rest.OnClose, rest.Intercom = after.OnClose, after.Intercom
	if before.Intercom != after.Intercom {
		to, _ := phone.IntercomOf(after.Intercom.Answer) // the file is checked
		_, _ = s.Phone.Do(phone.SetIntercom{To: to})     // one that is too busy keeps the old one until the next start
	}
	anew = !reflect.DeepEqual(rest, after)
	for _, system := range s.systems {
		now, there := after.Profiles[system.Profile]
		anew = anew || there && !reflect.DeepEqual(before.Profiles[system.Profile], now)
	}
	before, after = s.ownSessions(before), s.ownSessions(after)
	if s.Sessions() == nil && len(after.Sessions) > 0 {
		return true, nil
	}
	return anew, reloadSessions(s.sessions, before, after)
}

// Close ends the record, the sessions and the practice PBX.
func (s *Station) Close() {
	if s.Records != nil {
		s.Records.Close()
	}
	s.sound.close()
	_ = s.sessions.Close()
	s.closing()
}
