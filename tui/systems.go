package tui

import (
	"cmp"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// One board over several telephone systems. What the scene says of the PBX is that of one link: of the
// first, or of the one that on chose.

// several tells that the phone is linked to more than one telephone system.
func (sc *scene) several() bool { return len(sc.Links) > 1 }

// boards are the links with what came over them; at least one.
func (sc *scene) boards() []phone.LinkView {
	if len(sc.Links) > 0 {
		return sc.Links
	}
	return []phone.LinkView{{Link: sc.Link, Caps: sc.Caps, PBX: sc.PBX, Watched: sc.Watched}}
}

// here is an account of the chosen link.
func (sc *scene) here(id pbxws.AccountID) phone.Account {
	return phone.Account{Link: sc.Link.ID, ID: id}
}

// named is an account with what its telephone system knows of it.
func (sc *scene) named(at phone.Account) (pbxws.Account, bool) {
	a, ok := sc.on(at.Link).PBX.Accounts[at.ID]
	return a, ok
}

// whoIs is the number and the name of an account.
func (sc *scene) whoIs(at phone.Account) string { return sc.on(at.Link).who(string(at.ID)) }

// whoHas is the account with a number: at the chosen link, else at the first that knows it.
func (sc *scene) whoHas(number string) (phone.Account, bool) {
	if a := sc.here(pbxws.AccountID(number)); sc.directory.Place(a) >= 0 {
		return a, true
	}
	for _, b := range sc.boards() {
		if a := (phone.Account{Link: b.Link.ID, ID: pbxws.AccountID(number)}); sc.directory.Place(a) >= 0 {
			return a, true
		}
	}
	return phone.Account{}, false
}

// meansAccount is the account that a typed number means.
func (sc *scene) meansAccount(text string) phone.Account {
	if a, known := sc.whoHas(text); known {
		return a
	}
	return sc.here(pbxws.AccountID(text))
}

// ourselves are our accounts at all links.
func (sc *scene) ourselves() []phone.Account {
	var all []phone.Account
	for _, b := range sc.boards() {
		all = append(all, phone.Account{Link: b.Link.ID, ID: b.PBX.Self})
	}
	return all
}

// label is what a person calls the telephone system of a link.
func (sc *scene) label(id phone.LinkID) string {
	l := sc.on(id).Link
	return cmp.Or(cut(l.Label, 16), string(l.ID))
}

// at names the telephone system of the chosen link in a sentence, where there are several.
func (sc *scene) at() string {
	if !sc.several() {
		return ""
	}
	return " at " + sc.label(sc.Link.ID)
}

// by says by which telephone system a call goes, where there are several.
func (sc *scene) by() string {
	if !sc.several() {
		return ""
	}
	return " by " + sc.label(sc.Link.ID)
}

// accounts are all of whoever has an account.
func (sc *scene) accounts(a phone.Account) []phone.Account {
	place := sc.directory.Place(a)
	if place < 0 {
		return []phone.Account{a}
	}
	e := &sc.directory.Entries[place]
	return append([]phone.Account{e.Account}, e.Also...)
}

// reachable is the account by which a person is called: the first that is not offline, of a telephone
// system that is up.
func (sc *scene) reachable(a phone.Account) phone.Account {
	all := sc.accounts(a)
	for _, a := range all {
		there := sc.on(a.Link)
		if there.Link.State == phone.LinkUp && there.PBX.Lamp(there.PBX.Accounts[a.ID]) != pbxws.LampOffline {
			return a
		}
	}
	return all[0]
}

// as is the number by which a telephone system calls a person: their own there, else one of theirs
// elsewhere. why says in words that it cannot.
func (sc *scene) as(link phone.LinkID, a phone.Account) (dial, why string) {
	all := sc.accounts(a)
	for _, own := range all {
		if own.Link == link {
			return string(own.ID), ""
		}
	}
	for _, other := range all {
		if dial, no := sc.As(link, other); no == "" {
			return dial, ""
		} else if why == "" {
			why = no
		}
	}
	return string(a.ID), why
}

// signs are short names of the telephone systems, all of one width; the zero value is for one alone.
type signs struct {
	of   map[phone.LinkID]string
	wide int
}

// longestSign bounds a sign in columns.
const longestSign = 6

// signsOf are the beginnings of the labels, as long as it takes to tell them apart.
func (sc *scene) signsOf() signs {
	if !sc.several() {
		return signs{}
	}
	s := signs{}
	for s.wide < longestSign && len(s.of) < len(sc.Links) || s.wide == 0 {
		s.wide++
		s.of = map[phone.LinkID]string{}
		taken := map[string]bool{}
		for _, b := range sc.Links {
			sign := beginning(sc.label(b.Link.ID), s.wide)
			if !taken[sign] || s.wide == longestSign {
				s.of[b.Link.ID], taken[sign] = sign, true
			}
		}
	}
	return s
}

// beginning is as much of a text as fits so many columns.
func beginning(text string, columns int) string {
	letters := []rune(text)
	for len(letters) > 0 && term.Columns(string(letters), false) > columns {
		letters = letters[:len(letters)-1]
	}
	return string(letters)
}

// room is how many columns a sign takes with the gap after it.
func (s signs) room() int {
	if s.wide == 0 {
		return 0
	}
	return s.wide + 1
}

// sign is that of an entry, + for a person at several telephone systems.
func (s signs) sign(e *roster.Entry) string {
	if len(e.Also) > 0 {
		return "+"
	}
	return s.of[e.Link]
}

// staleAt tells that what is shown of a telephone system is too old to be believed.
func (sc *scene) staleAt(id phone.LinkID) bool {
	for _, b := range sc.Links {
		if b.Link.ID == id {
			return b.Link.State != phone.LinkUp && !b.Link.AliveAt.IsZero()
		}
	}
	return sc.stale()
}

// states are what an entry does at each of its telephone systems, the first account first.
func (sc *scene) states(e *roster.Entry) (term.Style, string) {
	there := sc.on(e.Link)
	st, words := stateWords(there, there.PBX.Accounts[e.ID])
	if !sc.several() {
		return st, words
	}
	words = sc.label(e.Link) + ": " + words
	for _, a := range e.Also {
		there := sc.on(a.Link)
		more, also := stateWords(there, there.PBX.Accounts[a.ID])
		words += "; " + string(a.ID) + there.at() + ": " + also
		if sc.on(a.Link).PBX.Lamp(there.PBX.Accounts[a.ID]) == e.Lamp {
			st = more
		}
	}
	return st, words
}

// on is the scene as it is seen from a link. It is for one frame or one key.
func (sc *scene) on(id phone.LinkID) *scene {
	if !sc.several() || sc.Link.ID == id {
		return sc
	}
	there := *sc
	there.Snapshot = sc.On(id)
	there.past = sc.pastOf(there.Link.ID)
	return &there
}
