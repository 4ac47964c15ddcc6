package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
	"github.com/patchcord/patchcord/tui/roster"
)

// TestBookmarksAreShared: what one screen bookmarks the others show, and none takes away what another added.
func TestBookmarksAreShared(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	systems := []attach.System{{Kind: "a", Link: "one"}, {Kind: "b", Link: "two"}}
	mine, theirs := bookmarksOf(systems), bookmarksOf(systems)
	shown := theirs.read()
	ctx, leave := context.WithCancel(t.Context())
	news, ended := make(chan tui.News), make(chan struct{})
	go func() { defer close(ended); watch(ctx, news, theirs.paths(), theirs.changes(shown)) }()
	one, two := phone.Account{Link: "one", ID: "203"}, phone.Account{Link: "two", ID: "203"}
	on := func(a phone.Account) roster.Bookmark { return roster.Bookmark{Account: a, Page: "night"} }
	if err := mine.change(map[phone.Account]roster.Mark{one: {On: true, Page: "night"}, two: {On: true, Page: "night"}}); err != nil {
		t.Fatal(err)
	}
	sees := func(want ...roster.Bookmark) {
		t.Helper()
		deadline := time.After(20 * time.Second)
		for {
			select {
			case n := <-news:
				if n.Bookmarks == nil {
					t.Errorf("none is not said: %+v", n)
				}
				if slices.Equal(n.Bookmarks, want) { // it may have looked between two files
					return
				}
			case <-deadline:
				t.Fatalf("not told: %+v", want)
			}
		}
	}
	sees(on(one), on(two))
	third := phone.Account{Link: "one", ID: "204"}
	if err := theirs.change(map[phone.Account]roster.Mark{third: {On: true}}); err != nil {
		t.Fatal(err)
	}
	if err := mine.change(map[phone.Account]roster.Mark{one: {}, two: {}}); err != nil {
		t.Fatal(err)
	}
	sees(roster.Bookmark{Account: third})
	if err := mine.change(map[phone.Account]roster.Mark{third: {}}); err != nil {
		t.Fatal(err)
	}
	sees()
	leave()
	<-ended
}
