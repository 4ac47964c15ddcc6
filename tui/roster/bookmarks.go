package roster

import (
	"maps"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/phone"
)

// Bookmark is whom a person bookmarked, and on which page. The page without a name is the first.
type Bookmark struct {
	phone.Account
	Page string
}

// Mark is what becomes of an account: a bookmark on a page, or none where On is false.
type Mark struct {
	On   bool
	Page string
}

// Bookmarks are the pages of those whom a person bookmarked. A map is not changed once others see it.
type Bookmarks map[phone.Account]string

const (
	// MaxBookmarks bounds them: more than fit on a large screen are no choice any more.
	MaxBookmarks = 500
	// MaxPages bounds the pages with names, MaxPageName such a name in columns.
	MaxPages, MaxPageName = 20, 24
)

// BookmarksOf reads them from a list.
func BookmarksOf(list []Bookmark) Bookmarks {
	marks := Bookmarks{}
	for _, b := range list[:min(len(list), MaxBookmarks)] {
		marks[b.Account] = PageName(b.Page)
	}
	return marks
}

// PageName is what a page is called that a person, or a file, calls so.
func PageName(s string) string {
	return strings.TrimSpace(printable.Text(strings.TrimSpace(s), MaxPageName, false))
}

// Has tells whether an account is bookmarked.
func (b Bookmarks) Has(a phone.Account) bool {
	_, on := b[a]
	return on
}

// With are bookmarks with changes. It is a map of its own.
func (b Bookmarks) With(changes map[phone.Account]Mark) Bookmarks {
	marks := Bookmarks{}
	maps.Copy(marks, b)
	for a, m := range changes {
		if m.On {
			marks[a] = m.Page
		} else {
			delete(marks, a)
		}
	}
	return marks
}

// Pages are those that hold anybody, by name; the first comes first.
func (b Bookmarks) Pages() []string { return slices.Compact(slices.Sorted(maps.Values(b))) }

// page is the page of an entry that is bookmarked.
func (b Bookmarks) page(e *Entry) string {
	for _, a := range append([]phone.Account{e.Account}, e.Also()...) {
		if page, on := b[a]; on {
			return page
		}
	}
	return ""
}
