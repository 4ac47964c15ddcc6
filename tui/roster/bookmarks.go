package roster

import (
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// Bookmarks are whom a person bookmarked. A map is not changed once others see it.
type Bookmarks map[pbxws.AccountID]bool

// MaxBookmarks bounds them: more than fit on a large screen are no choice any more.
const MaxBookmarks = 500

// BookmarksOf reads them from a list.
func BookmarksOf(ids []string) Bookmarks {
	marks := Bookmarks{}
	for _, id := range ids[:min(len(ids), MaxBookmarks)] {
		marks[pbxws.AccountID(id)] = true
	}
	return marks
}

// List are the numbers in order.
func (b Bookmarks) List() []string {
	ids := make([]string, 0, len(b))
	for id := range b {
		ids = append(ids, string(id))
	}
	slices.SortFunc(ids, func(a, b string) int { return byNumber(Entry{ID: pbxws.AccountID(a)}, pbxws.AccountID(b)) })
	return ids
}
