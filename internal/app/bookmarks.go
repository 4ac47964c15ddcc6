package app

import (
	"context"
	"errors"
	"slices"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
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

func (b bookmarks) read() []phone.Account {
	marks := []phone.Account{}
	for _, f := range b {
		for _, n := range f.Read() {
			marks = append(marks, phone.Account{Link: f.link, ID: pbxws.AccountID(n)})
		}
	}
	return marks
}

// change writes what came and went to the file of its PBX.
func (b bookmarks) change(changes map[phone.Account]bool) error {
	var failed error
	for _, f := range b {
		var add, remove []string
		for a, on := range changes {
			switch {
			case a.Link != f.link:
			case on:
				add = append(add, string(a.ID))
			default:
				remove = append(remove, string(a.ID))
			}
		}
		if len(add)+len(remove) > 0 {
			slices.Sort(add)
			failed = errors.Join(failed, f.Change(add, remove))
		}
	}
	return failed
}

// watch brings what other screens change, until ctx ends.
func (b bookmarks) watch(ctx context.Context, news chan<- tui.News, shown []phone.Account) {
	eachLook(ctx, func() bool {
		now := b.read()
		if !slices.Equal(now, shown) && !tell(ctx, news, tui.News{Bookmarks: now}) {
			return false
		}
		shown = now
		return true
	})
}
