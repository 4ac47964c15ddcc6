package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/internal/station"
)

// WriteHistory writes the calls kept of a profile, or of the practice PBX, as history.WriteCSV does, the newest
// first. Calls that only the PBX has on record are not among them, unless they have a note.
func (p Program) WriteHistory(profile string, practice bool, out io.Writer) error {
	own, err := p.readFiles()
	if err != nil {
		return err
	}
	name, err := station.Pick(own.settings, profile, practice)
	if err != nil {
		return err
	}
	if strings.Contains(name, ",") {
		return fmt.Errorf("each profile has a record of its own: name one of %s", strings.ReplaceAll(name, ",", ", "))
	}
	path, err := state.HistoryFile(name, "")
	if err != nil {
		return err
	}
	kept, err := history.Read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // without a file there are no calls yet
		return err
	}
	return history.WriteCSV(out, kept.Calls)
}
