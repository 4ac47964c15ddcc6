package state

import (
	"errors"
	"net/url"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
)

// maxBookmarkFile bounds the file in bytes; the screen bounds how many it takes of it.
const maxBookmarkFile = 1 << 16

// Bookmarks is the file of whom a person bookmarked at one telephone system, a number a line. Those of
// the practice PBX are kept apart: its people are not real. The zero value keeps nothing.
type Bookmarks struct{ path string }

// BookmarksOf is the file for a profile, or for the practice PBX where the name is empty.
func BookmarksOf(profile string) (Bookmarks, error) {
	name := "bookmarks"
	if profile != "" {
		name += "-" + url.PathEscape(profile)
	}
	path, err := inDir(name)
	return Bookmarks{path}, err
}

// Read gives none where there is no file, or none that can be read: nothing hangs on them.
func (b Bookmarks) Read() []string {
	data, err := disk.Read(b.path, maxBookmarkFile)
	if err != nil {
		return nil
	}
	return strings.Fields(string(data))
}

// Write replaces the file in one step, so that a crash leaves the old one.
func (b Bookmarks) Write(numbers []string) error {
	if b.path == "" {
		return errors.New("there is no home directory to keep them in")
	}
	return disk.Explain(disk.Replace(b.path, []byte(strings.Join(numbers, "\n")+"\n")))
}
