package roster

import (
	"maps"

	"github.com/patchcord/patchcord/phone"
)

// Bookmarks are whom a person bookmarked. A map is not changed once others see it.
type Bookmarks map[phone.Account]bool

// MaxBookmarks bounds them: more than fit on a large screen are no choice any more.
const MaxBookmarks = 500

// BookmarksOf reads them from a list.
func BookmarksOf(accounts []phone.Account) Bookmarks {
	marks := Bookmarks{}
	for _, a := range accounts[:min(len(accounts), MaxBookmarks)] {
		marks[a] = true
	}
	return marks
}

// With are bookmarks with changes: who came is true, who went is false. It is a map of its own.
func (b Bookmarks) With(changes map[phone.Account]bool) Bookmarks {
	marks := Bookmarks{}
	maps.Copy(marks, b)
	for a, on := range changes {
		if on {
			marks[a] = true
		} else {
			delete(marks, a)
		}
	}
	return marks
}
