package app

import (
	"context"
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

// watch brings what other screens change, until ctx ends.
func (b bookmarks) watch(ctx context.Context, news chan<- tui.News, shown []roster.Bookmark) {
	eachLook(ctx, func() bool {
		now := b.read()
		if !slices.Equal(now, shown) && !tell(ctx, news, tui.News{Bookmarks: now}) {
			return false
		}
		shown = now
		return true
	})
}
