package main

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
)

// maxBookmarkFile bounds the file in bytes; the screen bounds how many it takes of it.
const maxBookmarkFile = 1 << 16

// bookmarks is the file of whom a person bookmarked at one telephone system, a number a line,
// beside the log. Those of the practice PBX are kept apart: its people are not real.
type bookmarks struct{ path string }

// bookmarksOf is the file for a profile, or for the practice PBX where the name is empty.
func bookmarksOf(profile string) (bookmarks, error) {
	log, err := logPath()
	if err != nil {
		return bookmarks{}, err
	}
	name := "bookmarks"
	if profile != "" {
		name += "-" + url.PathEscape(profile)
	}
	return bookmarks{filepath.Join(filepath.Dir(log), name)}, nil
}

// read gives none where there is no file, or none that can be read: nothing hangs on them.
func (b bookmarks) read() []string {
	data, err := disk.Read(b.path, maxBookmarkFile)
	if err != nil {
		return nil
	}
	return strings.Fields(string(data))
}

// write replaces the file in one step, so that a crash leaves the old one.
func (b bookmarks) write(numbers []string) error {
	if b.path == "" {
		return errors.New("there is no home directory to keep them in")
	}
	return disk.Explain(disk.Replace(b.path, []byte(strings.Join(numbers, "\n")+"\n")))
}
