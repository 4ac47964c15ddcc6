// Package config reads config.toml: which PBXs a person signs in to, which sound
// devices are used, and where each password comes from. A password never stands in the file;
// Profile.Secret fetches it from the keyring, a command, the environment or a file of its own when
// it is needed. Save changes the file for the form of the first run.
//
// The file is read strictly. An unknown key, a wrong type, a profile that cannot work: each is
// reported as "config.toml:12:5: ..." with the line and the column, and nothing of the file is
// used. Errors do not repeat a value that may be a password.
//
// The package reads and writes the file and the sources of passwords, and opens no connection. The keys
// of a profile come from pbxws.Dialects, which has at least one dialect, the usual one first. What the
// package returns is plain data; any goroutine may use it.
package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/pbxws"
)

// maxName bounds the name of a profile or a session in bytes.
const maxName = 40

// Config is what config.toml says. The zero value is that of a machine without the file.
type Config struct {
	// Default names the profile to sign in with; empty when the file names none.
	Default string
	// Together names the profiles to sign in with at once, at least two; empty when the file names none.
	Together []string
	// Same has the accounts of each person who is at several of them; SameNumbers means that a number is
	// the same person's at all.
	Same        [][]Account
	SameNumbers bool
	// OnClose is what becomes of the phone when its terminal is closed: StayOnClose, or empty for its end.
	OnClose string
	// Profiles are the PBXs by their names.
	Profiles map[string]Profile
	// Sessions are the AppWebsocket connections by their names.
	Sessions map[string]Session
	Sound    Sound
	// Codecs are those of [sound] that calls may use, the preferred one first; empty is all.
	Codecs []string
	// Opus is whose Opus calls use: OpusInGo, OpusOfSystem, or empty for the system's where it has one.
	Opus     string
	ICE      ICE
	Hold     Hold
	Tones    Tones
	Screen   Screen
	Intercom Intercom
	Hooks    Hooks
	Control  Control
	Trace    Trace
	Record   Record
}

// Whose Opus calls use: the one that is built in, or the system's libopus.
const (
	OpusInGo     = "go"
	OpusOfSystem = "system"
)

// When the echo canceller of this program works; empty is where the system has none.
const (
	EchoOn  = "on"
	EchoOff = "off"
)

// StayOnClose has the phone go on without its terminal.
const StayOnClose = "stay"

// Sound names the devices. Empty means the system's own choice, "none" no device at all.
type Sound struct {
	Microphone string
	Speaker    string
	// Ringer is the device that calls ring on; empty is the speaker.
	Ringer string
	// Echo is when our echo canceller works: EchoOn, EchoOff, or empty for where the system has none.
	Echo string
}

// Hold says what becomes of calls on hold.
type Hold struct {
	// Reminder is the time after which a call on hold is mentioned, again and again: 0 if the file does
	// not say, negative for never.
	Reminder time.Duration
}

// Intercom says what becomes of calls that ask to be answered without a hand.
type Intercom struct {
	// Answer is "off", "muted" or "open"; empty is off.
	Answer string
}

// Screen says how the screen looks.
type Screen struct {
	// Theme is "dark" or "light", empty for the terminal's own.
	Theme string
	// Mouse asks the terminal to report it.
	Mouse bool
}

// Trace says what the trace of messages, the AppWebsocket pane and the log hide.
type Trace struct {
	// Hide are names of members with secret values, besides the usual ones.
	Hide []string
}

// Record bounds the record of each AppWebsocket session. 0 is the usual of the first two.
type Record struct {
	// Messages and Bytes are how much is kept in memory, Disk is how many bytes are kept on the disk.
	Messages, Bytes, Disk int
}

// Profile is the profile with a name. The error lists the existing ones.
func (c Config) Profile(name string) (Profile, error) {
	p, ok := c.Profiles[name]
	names := strings.Join(slices.Sorted(maps.Keys(c.Profiles)), ", ")
	switch {
	case ok:
		return p, nil
	case name == "":
		return Profile{}, fmt.Errorf("config.toml has profiles (%s) but no default; add default = \"NAME\" or start with -profile NAME", names)
	case names == "":
		return Profile{}, fmt.Errorf("there is no profile %q in config.toml, and no other; patchcord setup makes one", name)
	}
	return Profile{}, fmt.Errorf("there is no profile %q in config.toml; there are: %s", name, names)
}

// Choose are the profiles of a start. The name may be that of one profile or several with commas between
// them; empty is what the file says: those that belong together, else the default one.
func (c Config) Choose(name string) ([]Profile, error) {
	names := []string{name}
	_, one := c.Profiles[name]
	switch {
	case name == "" && len(c.Together) > 0:
		names = c.Together
	case name == "":
		names = []string{c.Default}
	case !one:
		names = strings.Split(name, ",")
	}
	var profiles []Profile
	for i, n := range names {
		n = strings.TrimSpace(n)
		if len(names) > 1 && n == "" {
			return nil, fmt.Errorf("%q names several profiles, and one of the names is empty; write them like hq,branch", name)
		}
		if slices.Contains(names[:i], names[i]) {
			return nil, fmt.Errorf("%q names the profile %q twice", name, n)
		}
		p, err := c.Profile(n)
		if err != nil {
			return nil, err
		}
		profiles = append(profiles, p)
	}
	if len(profiles) > maxTogether {
		return nil, fmt.Errorf("%d profiles are more than can be shown at once; name up to %d", len(profiles), maxTogether)
	}
	return profiles, nil
}

// Path is where config.toml belongs: patchcord/config.toml in XDG_CONFIG_HOME, or else in the
// system's directory for configuration. It fails on a machine that has neither.
func Path() (string, error) {
	dir, err := disk.Config()
	if err != nil {
		return "", fmt.Errorf("config.toml has no place: %w", err)
	}
	return filepath.Join(dir, "patchcord", "config.toml"), nil
}

// Load reads the file; profiles in it may be of these kinds of PBX. A missing file is a zero Config and
// no error. All problems are told at once, up to ten, one to a line.
func Load(path string, kinds pbxws.Dialects) (Config, error) {
	data, err := readFile(path)
	if data == nil || err != nil {
		return Config{}, err
	}
	c, err := decode(path, data, kinds)
	if err != nil {
		return Config{}, err
	}
	return c, nil
}
