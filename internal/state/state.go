// Package state knows where the program keeps what outlives a run, by the XDG Base Directory
// Specification, and keeps the small things there: bookmarks, reports, and whether a profile has
// signed in before. How a file is read and replaced is package disk's.
package state

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/patchcord/patchcord/internal/disk"
)

// program is our directory below each of the XDG directories.
const program = "patchcord"

// Dir is the directory for the program's state. Whoever writes there creates it.
func Dir() (string, error) {
	dir, err := disk.State()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, program), nil
}

// inDir is a file in Dir.
func inDir(name ...string) (string, error) {
	dir, err := Dir()
	if err != nil {
		return "", err
	}
	return filepath.Join(append([]string{dir}, name...)...), nil
}

// LogFile is the log.
func LogFile() (string, error) { return inDir("patchcord.log") }

// SoundFile has the devices that a person chose on the screen.
func SoundFile() (string, error) { return inDir("sound.json") }

// HistoryFile is the record of calls of a profile, or of the practice PBX if the name is empty; kind then
// tells practice PBXs apart that are open at once. Each PBX has its own file: the same number
// is another person there.
func HistoryFile(profile, kind string) (string, error) {
	return inDir("history", own(profile, kind)+".jsonl")
}

// own is a name for what is kept of a profile, or of a practice PBX.
func own(profile, kind string) string {
	switch {
	case profile != "":
		return "profile-" + url.PathEscape(profile)
	case kind != "":
		return "practice-" + url.PathEscape(kind)
	}
	return "practice"
}

// Recordings is the directory for recorded calls, under the XDG data directory; without a home it is
// the working directory's.
func Recordings() string { return data("recordings") }

// Sessions is the directory for what AppWebsocket sessions said.
func Sessions() string { return data("sessions") }

func data(name string) string {
	dir, err := disk.Data()
	if err != nil {
		return name
	}
	return filepath.Join(dir, program, name)
}

// Sockets is the directory of the control sockets: in XDG_RUNTIME_DIR, else below Dir.
func Sockets() (string, error) {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return filepath.Join(dir, program), nil
	}
	dir, err := inDir("run")
	if err != nil {
		return "", errors.New("there is no directory for the control socket; set XDG_RUNTIME_DIR or HOME")
	}
	return dir, nil
}
