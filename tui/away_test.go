package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/roster"
)

// TestAWatcherIsOfferedWhatWorks: a screen that only watches offers the keys that do something there, and says of
// any other what it would have been.
func TestAWatcherIsOfferedWhatWorks(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.sees("h hold", "t transfer")
	r.m.scene.away = &Away{Watches: true}
	r.show(with(able(), talkingTo(mario)))
	r.sees("TALKING", "WATCHING", "D leave the screen", "/ find").seesNot("hold", "transfer", "hang up", "0-9", "m mute", "d dial")
	for key, says := range map[string]string{"h": "hold: ", "m": "mute: ", "5": "digits: ", "d": "dial: ", "x": "hang up: ", "o": "devices: ", ">": "louder: "} {
		r.press(key).expect()
		r.sees(says + watchesOnly)
	}
	r.press("?")
	r.sees("KEYS THAT WORK HERE", "search people").seesNot("on hold", "do-not-disturb", "microphone")
	r.press("esc", ":")
	r.sees("COMMANDS", "sort by name").seesNot("hang up", "profile NAME", "forward")
	r.press("set", "space", "dnd", "space", "on", "enter").expect()
	r.sees(watchesOnly)
	r.press("/", "2", "0").sees("find: ").seesNot("Enter call")
}

// TestBarredKeys: what the last line offers while nothing can be changed is not refused for that reason, in any
// situation, and does not reach the phone.
func TestBarredKeys(t *testing.T) {
	snapshots := map[string]phone.Snapshot{"idle": able(), "talking": with(able(), talkingTo(mario)), "ringing": with(able(), ringingFrom(mario))}
	for name, s := range snapshots {
		for _, open := range []string{"", "down", "down enter", "g h", "g b", "g p", "g w", "g a", "i", "/"} {
			watcher := func() *robot {
				r := newRobot(t, s)
				r.m.scene.away = &Away{Watches: true}
				r.show(s)
				return r.press(strings.Fields(open)...)
			}
			r := watcher()
			offered := r.m.view.hints(&r.m.scene)
			if len(offered) == 0 {
				t.Errorf("%s, %q: nothing is offered", name, open)
			}
			for _, h := range offered {
				key, _, _ := strings.Cut(h.keys, " ")
				if named := strings.ToLower(key); keyTypes[named] != 0 {
					key = named
				} else if key == "arrows" {
					key = "down"
				}
				r := watcher().press(key)
				if text := r.m.view.message.text; len(r.did()) > 0 || strings.Contains(text, watchesOnly) {
					t.Errorf("%s, %q: %s %s is offered, and says %q", name, open, h.keys, h.words, text)
				}
			}
		}
	}
}

// TestAPhoneThatStandsStill: its screen says so with the age and what to do, gives it no order, can be left, and
// takes it back when it goes on.
func TestAPhoneThatStandsStill(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.m.scene.away = &Away{Process: 4711, Stays: true}
	r.sees("LIVE")
	r.send(silentMsg{r.now.Add(-3 * time.Second)})
	r.sees("STALE 3 s", "The phone (process 4711) does not answer", "kill -9 4711", "D leaves this screen").seesNot("LIVE", "h hold")
	r.wait(4 * time.Second)
	r.sees("STALE 7 s")
	r.press("h").expect()
	r.sees("hold: " + standsStill)
	r.send(silentMsg{})
	r.sees("LIVE", "answers again", "h hold").seesNot("STALE", "4711")
	r.press("h").expect(phone.Hold{Leg: talkingTo(mario).ID})
	r.m.scene.away.Stays = false
	r.send(silentMsg{r.now})
	r.sees("type fg in its").seesNot("kill")
	r.press("q")
	if r.m.view.leaving != gone {
		t.Error("the screen cannot be left")
	}
}

// TestOthersBookmark: what another screen bookmarked is shown without a word, and takes nothing away that is not
// written down yet.
func TestOthersBookmark(t *testing.T) {
	r := newRobot(t, able())
	var kept []map[phone.Account]roster.Mark
	r.m.keep = func(changes map[phone.Account]roster.Mark) tea.Cmd {
		kept = append(kept, changes)
		return nil
	}
	mark := func(ids ...pbxws.AccountID) {
		for _, id := range ids {
			r.m.view.roster.mark = phone.Account{ID: id}
			r.press("b")
		}
	}
	r.m.say(phone.GradeInfo, "a word")
	r.send(newsMsg{News{Bookmarks: []roster.Bookmark{{Account: at("202")}}}})
	r.sees("a word")
	mark("203", "204")
	r.send(newsMsg{News{Bookmarks: []roster.Bookmark{{Account: at("205"), Page: "night"}}}})
	if got := r.m.scene.marks; len(got) != 3 || !got.Has(at("203")) || !got.Has(at("204")) || got[at("205")] != "night" {
		t.Errorf("%v", got)
	}
	r.send(keptMsg{errors.New("the disk is full")})
	r.sees("could not be saved: the disk is full")
	mark("203")
	if len(kept) != 2 || len(kept[0]) != 1 || len(kept[1]) != 2 || kept[1][at("203")].On || !kept[1][at("204")].On {
		t.Errorf("%v", kept)
	}
	r.send(keptMsg{})
	if len(kept) != 2 || r.m.keeping != nil {
		t.Errorf("%v", kept)
	}
}

// TestSoundIsElsewhere: who sits at another machine reads whose microphone and speaker the phone has, also where
// there is little room.
func TestSoundIsElsewhere(t *testing.T) {
	r := newRobot(t, able())
	r.m.scene.away = &Away{Host: "kiosk.acme.example", Remote: true}
	r.show(able())
	r.sees("sound at kiosk.acme.examp")
	r.m.scene.away.Remote = false
	r.show(able())
	r.seesNot("sound at")
}
