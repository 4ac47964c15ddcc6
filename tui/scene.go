package tui

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
)

// scene is everything that is true and may be shown: the phone's last snapshot and what is
// derived from it once per snapshot. Panes read it and keep no copy.
type scene struct {
	phone.Snapshot
	// order are the calls that have not ended, see live.
	order []phone.Leg
	// now is the screen's clock at this frame; w and h are its size, ascii what it can show.
	now   time.Time
	w, h  int
	ascii bool
	// wake is when the frame that is being drawn looks different by itself.
	wake *wake
	// browse shows the grid on a small screen though a call is up.
	browse bool
	// call is the selected call, empty where it is left to the screen which one is meant.
	call pbxws.LegID
	// directory is the snapshot's accounts in the order in which people look for them.
	directory *roster.Directory
	// signs are those of the PBXs in the grid.
	signs signs
	// past is who called before, and who is in the phone book, at the chosen link; pasts are those of all
	// links. seen is when a person last looked at the history.
	past     *archive
	pasts    map[phone.LinkID]*archive
	pastRows pastRows
	seen     time.Time
	keys     *keymap.Map
	// actions are what keys do.
	actions *actionTable
	// marks are whom the person bookmarked.
	marks roster.Bookmarks
	// same tells which accounts at several PBXs are one person's.
	same roster.Same
	// apps are the AppWebsocket sessions.
	apps []sessions.View
	// notes are what programs of the person said of calls.
	notes map[pbxws.LegID]string
	// mentions are events that the phone knows nothing of, such as what a program of the person did.
	mentions []phone.Notice
	// trends are what the screen remembers of how our calls sounded.
	trends trends
	// reminder is the time after which a call on hold is mentioned, 0 for reminderEvery, negative for
	// never.
	reminder time.Duration
	// echoTest is the number that measures an echo, empty where there is none.
	echoTest string
	// away is where the phone is, nil for in this process.
	away *Away
	// silent is when the phone was heard last, where it stands still; zero else.
	silent time.Time
	// practice says what the practice PBX offers.
	practice string
}

// take puts a new snapshot in place.
func (sc *scene) take(s phone.Snapshot) {
	s.Legs = namedThere(s)
	sc.Snapshot, sc.order = s, phone.InOrder(s.Legs)
	sc.directory = sc.directory.Next(sc.boards(), sc.marks, sc.same)
	sc.signs = sc.signsOf()
	sc.trends = sc.trends.follow(s)
	for _, b := range sc.boards() {
		past := sc.pastOf(b.Link.ID)
		past.take(b)
		past.seenThere = min(past.seenThere, b.PBX.Missed)
	}
	sc.past = sc.pastOf(s.Link.ID)
}

// live are our calls that have not ended, in the order in which they are shown: what rings
// first, then what talks, then the rest as they began.
func (sc *scene) live() []phone.Leg { return slices.Clip(sc.order) }

// name is what a person calls the party in a sentence.
func (sc *scene) name(p pbxws.Party) string {
	if p.Withheld() {
		return pbxws.WithheldName
	}
	if name := sc.Name(p, sc.inBook, sc.past.called); name != "" {
		return name
	}
	if p.Number != "" {
		return p.Number
	}
	return p.String()
}

// short is a name for sentences.
func (sc *scene) short(p pbxws.Party) string {
	return cut(phone.ShortName(sc.name(p)), 24)
}

// full is a party with everything known of it: name and number.
func (sc *scene) full(p pbxws.Party) string {
	if name := sc.name(p); name != p.Number {
		p.Name = name
	}
	return partyWords(sc, p)
}

// who is the number and the name of a number that is about to be called.
func (sc *scene) who(number string) string {
	a, ok := sc.PBX.AccountAt(number)
	if c, known := sc.contact(number); known && !ok {
		a.Name = c.Name
	}
	return pbxws.Party{Name: a.Name, Number: number}.String()
}

// stale tells that what is shown of others is too old to be believed.
func (sc *scene) stale() bool { return sc.outdated(sc.Link) }

func (sc *scene) outdated(l phone.Link) bool {
	return !l.AliveAt.IsZero() && (l.State != phone.LinkUp || !sc.silent.IsZero())
}
