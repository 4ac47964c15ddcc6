package state

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
)

// maxBookmarkFile bounds the file in bytes; the screen bounds how many it takes of it.
const maxBookmarkFile = 1 << 16

// Bookmarks is the file with a person's bookmarks at one telephone system, a number for each line.
// Those of the practice PBX are separate, since its people are not real. The zero value keeps
// nothing.
type Bookmarks struct{ path string }

// BookmarksOf is the file for a profile, or for the practice PBX where the name is empty; kind is as with
// HistoryFile.
func BookmarksOf(profile, kind string) (Bookmarks, error) {
	name := "bookmarks"
	switch {
	case profile != "":
		name += "-" + url.PathEscape(profile)
	case kind != "":
		name = own(profile, kind) + "-" + name
	}
	path, err := inDir(name)
	return Bookmarks{path}, err
}

// Read returns no bookmarks if there is no readable file.
func (b Bookmarks) Read() []string {
	data, err := disk.Read(b.path, maxBookmarkFile)
	if err != nil {
		return nil
	}
	return strings.Fields(string(data))
}

// Change adds numbers and takes others away, whatever other screens of the person did to the file meanwhile. It is
// replaced in one step, so that a crash leaves the old one.
func (b Bookmarks) Change(add, remove []string) error {
	if b.path == "" {
		return errors.New("there is no home directory to keep them in")
	}
	return disk.Explain(disk.Locked(b.path, func() error {
		numbers := slices.DeleteFunc(b.Read(), func(n string) bool { return slices.Contains(remove, n) || slices.Contains(add, n) })
		numbers = append(numbers, add...)
		return disk.Replace(b.path, []byte(strings.Join(numbers, "\n")+"\n"))
	}))
}
