package app

import (
	"errors"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
	"github.com/patchcord/patchcord/tui/roster"
)

// bookmarks are those at each PBX of a station. Other screens of the person change the same files.
type bookmarks []bookmarkFile

type bookmarkFile struct {
	state.Bookmarks
	link phone.LinkID
}

// bookmarksOf are those of a phone; without a home they last as long as the screen.
func bookmarksOf(systems []attach.System) bookmarks {
	var all bookmarks
	for _, s := range systems {
		file, _ := state.BookmarksOf(s.Profile, s.Kind)
		all = append(all, bookmarkFile{file, s.Link})
	}
	return all
}

func (b bookmarks) read() []roster.Bookmark {
	marks := []roster.Bookmark{}
	for _, f := range b {
		for _, m := range f.Read() {
			at := phone.Account{Link: f.link, ID: pbxws.AccountID(m.Number)}
			marks = append(marks, roster.Bookmark{Account: at, Page: roster.PageName(m.Page)})
		}
	}
	return marks
}

// change writes what came and went to the file of its PBX.
func (b bookmarks) change(changes map[phone.Account]roster.Mark) error {
	var failed error
	for _, f := range b {
		var add []state.Bookmark
		var remove []string
		for a, m := range changes {
			switch {
			case a.Link != f.link:
			case m.On:
				add = append(add, state.Bookmark{Number: string(a.ID), Page: m.Page})
			default:
				remove = append(remove, string(a.ID))
			}
		}
		if len(add)+len(remove) > 0 {
			slices.SortFunc(add, func(a, b state.Bookmark) int { return strings.Compare(a.Number, b.Number) })
			failed = errors.Join(failed, f.Change(add, remove))
		}
	}
	return failed
}

// paths are their files.
func (b bookmarks) paths() []string {
	var all []string
	for _, f := range b {
		if path := f.Path(); path != "" {
			all = append(all, path)
		}
	}
	return all
}

// changes is a look for what other screens changed, when some were shown already.
func (b bookmarks) changes(shown []roster.Bookmark) func() []tui.News {
	return func() []tui.News {
		now := b.read()
		if slices.Equal(now, shown) {
			return nil
		}
		shown = now
		return []tui.News{{Bookmarks: now}}
	}
}
