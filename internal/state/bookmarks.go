package state

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
)

const (
	// maxBookmarkFile bounds the file in bytes; the screen bounds how many it takes of it.
	maxBookmarkFile = 1 << 16
	// pageWord begins a line that names the page of the numbers after it. The first page, which has no name, comes
	// last: there a version that knows no pages adds its numbers.
	pageWord = "page="
)

// Bookmark is a number that a person bookmarked, and the page that it is on; the first page has no name.
type Bookmark struct{ Number, Page string }

// Bookmarks is the file with a person's bookmarks at one PBX, a number for each line, under the names
// of their pages. Those of the practice PBX are separate, since its people are not real. The zero value keeps
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

// Path is the file, which need not exist; empty where nothing is kept.
func (b Bookmarks) Path() string { return b.path }

// Read returns no bookmarks if there is no readable file.
func (b Bookmarks) Read() []Bookmark {
	data, err := disk.Read(b.path, maxBookmarkFile)
	if err != nil {
		return nil
	}
	var marks []Bookmark
	page := ""
	for word := range strings.FieldsSeq(string(data)) {
		if name, ok := strings.CutPrefix(word, pageWord); ok {
			page, _ = url.PathUnescape(name) // one that cannot be read has no name
			continue
		}
		marks = append(marks, Bookmark{word, page})
	}
	return marks
}

// Change adds numbers, or puts them on other pages, and takes others away, whatever other screens of the person did
// to the file meanwhile. It is replaced in one step, so that a crash leaves the old one.
func (b Bookmarks) Change(add []Bookmark, remove []string) error {
	if b.path == "" {
		return errors.New("there is no home directory to keep them in")
	}
	return disk.Explain(disk.Locked(b.path, func() error {
		marks := slices.DeleteFunc(b.Read(), func(m Bookmark) bool {
			return slices.Contains(remove, m.Number) || slices.ContainsFunc(add, func(a Bookmark) bool { return a.Number == m.Number })
		})
		return disk.Replace(b.path, text(append(marks, add...)))
	}))
}

// text is the file with bookmarks, each page in the order of its numbers.
func text(marks []Bookmark) []byte {
	slices.SortStableFunc(marks, func(a, b Bookmark) int {
		return -strings.Compare(a.Page, b.Page) // the first page last
	})
	var lines strings.Builder
	page := ""
	for _, m := range marks {
		if m.Page != page {
			page = m.Page
			lines.WriteString(pageWord + url.PathEscape(page) + "\n")
		}
		lines.WriteString(m.Number + "\n")
	}
	if page != "" { // for what an older version adds
		lines.WriteString(pageWord + "\n")
	}
	return []byte(lines.String())
}
