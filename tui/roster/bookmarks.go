package roster

import (
	"cmp"
	"slices"

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

// List are the accounts in the order of their numbers.
func (b Bookmarks) List() []phone.Account {
	accounts := make([]phone.Account, 0, len(b))
	for a := range b {
		accounts = append(accounts, a)
	}
	slices.SortFunc(accounts, func(a, b phone.Account) int { return cmp.Or(compareNumbers(a.ID, b.ID), cmp.Compare(a.Link, b.Link)) })
	return accounts
}
