// Package config reads config.toml: which telephone systems a person signs in to, which sound
// devices are used, and where each password comes from. A password never stands in the file;
// Profile.Secret fetches it from the keyring, a command or the environment when it is needed.
//
// The file is read strictly. An unknown key, a wrong type, a profile that cannot work: each is
// told as "config.toml:12:5: ..." with the line and the column, and nothing of the file is used.
// Values are not repeated in errors where a password could stand in them.
//
// The package reads the file and the sources of passwords, opens no connection and knows no
// dialect but by its name. What it returns is plain data; any goroutine may use it.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds config.toml in bytes.
const maxFile = 64 << 10

// Config is what config.toml says. The zero value is that of a machine without the file.
type Config struct {
	// Default names the profile to sign in with; empty when the file names none.
	Default string
	// Profiles are the telephone systems by their names.
	Profiles map[string]Profile
	// Sessions are the AppWebsocket connections by their names.
	Sessions map[string]Session
	Sound    Sound
	ICE      ICE
}

// Sound names the devices. Empty means the system's own choice, "none" no device at all.
type Sound struct {
	Microphone string
	Speaker    string
	// Ringer is the device that calls ring on; empty is the speaker.
	Ringer string
}

// ICE names the servers that help media through a NAT.
type ICE struct {
	// Servers are STUN URLs (RFC 7064), such as "stun:stun.example:3478".
	Servers []string
}

// Path is where config.toml belongs: patchcord/config.toml in XDG_CONFIG_HOME, or else in the
// system's directory for configuration (os.UserConfigDir). It fails on a machine that has
// neither.
func Path() (string, error) {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return "", errors.New("there is no home directory that could hold config.toml; set HOME or XDG_CONFIG_HOME")
		}
	}
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("XDG_CONFIG_HOME is %q, which is not an absolute path; correct it or unset it", dir)
	}
	return filepath.Join(dir, "patchcord", "config.toml"), nil
}

// Load reads the file. A file that is not there is a zero Config and no error. All problems
// are told at once, up to ten, one to a line.
func Load(path string) (Config, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, nil
	}
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	c, err := decode(path, data)
	if err != nil {
		return Config{}, err
	}
	return c, nil
}
