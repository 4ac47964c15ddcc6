package app

import (
	"errors"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// bookmarks are those at each PBX of a station.
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
	var marks []phone.Account
	for _, f := range b {
		for _, n := range f.Read() {
			marks = append(marks, phone.Account{Link: f.link, ID: pbxws.AccountID(n)})
		}
	}
	return marks
}

// write writes each to the file of its PBX.
func (b bookmarks) write(marks []phone.Account) error {
	var failed error
	for _, f := range b {
		var numbers []string
		for _, a := range marks {
			if a.Link == f.link {
				numbers = append(numbers, string(a.ID))
			}
		}
		failed = errors.Join(failed, f.Write(numbers))
	}
	return failed
}
