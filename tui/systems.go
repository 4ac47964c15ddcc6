package tui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// One board over several PBXs. What the scene says of the PBX is that of one link: of the
// first, or of the one that on chose.

// namedThere are the calls with the names that the far ends have at their own PBX: the same
// number is another person at another one.
func namedThere(s phone.Snapshot) []phone.Leg {
	if len(s.Links) < 2 {
		return s.Legs
	}
	legs := slices.Clone(s.Legs)
	for i := range legs {
		if l := &legs[i]; l.Peer.Name == "" && len(l.Peer.Number) < longNumber && l.Peer.Number != "" {
			l.Peer.Name = cmp.Or(s.On(l.Link).Name(l.Peer), l.Peer.Number)
		}
	}
	return legs
}

// several tells that the phone is linked to more than one PBX.
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

// named is an account with what its PBX knows of it.
func (sc *scene) named(at phone.Account) (pbxws.Account, bool) {
	a, ok := sc.on(at.Link).PBX.Accounts.Get(at.ID)
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

// farEnd names the far end of a call in a sentence, with its PBX where another of our calls is with
// somebody of that name elsewhere.
func (sc *scene) farEnd(l phone.Leg) string {
	name := sc.short(l.Peer)
	if sc.several() && slices.ContainsFunc(sc.live(), func(other phone.Leg) bool {
		return other.Link != l.Link && sc.short(other.Peer) == name
	}) {
		name += " at " + sc.label(l.Link)
	}
	return name
}

// label is what a person calls the PBX of a link.
func (sc *scene) label(id phone.LinkID) string {
	l := sc.on(id).Link
	return cmp.Or(cut(l.Label, 16), string(l.ID))
}

// at names the PBX of the chosen link in a sentence, where there are several.
func (sc *scene) at() string {
	if !sc.several() {
		return ""
	}
	return " at " + sc.label(sc.Link.ID)
}

// by says by which PBX a call goes, where there are several.
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
	return append([]phone.Account{e.Account}, e.Also()...)
}

// reachable is the account by which a person is called: the first that is not offline, of a telephone
// system that is up.
func (sc *scene) reachable(a phone.Account) phone.Account {
	all := sc.accounts(a)
	for _, a := range all {
		there := sc.on(a.Link)
		if there.Link.State == phone.LinkUp && there.PBX.Lamp(there.PBX.Accounts.At(a.ID)) != pbxws.LampOffline {
			return a
		}
	}
	return all[0]
}

// as is the number by which a PBX calls a person: their own there, else one of theirs
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

// signs are short names of the PBXs, all of one width; the zero value is for one alone.
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
	for wide := 1; ; wide++ {
		s, taken := signs{map[phone.LinkID]string{}, wide}, map[string]bool{}
		for _, b := range sc.Links {
			s.of[b.Link.ID] = beginning(sc.label(b.Link.ID), wide)
			taken[s.of[b.Link.ID]] = true
		}
		if len(taken) == len(sc.Links) {
			return s
		}
		if wide == longestSign {
			for id := range s.of {
				s.of[id] = sc.longSign(id)
			}
			return s
		}
	}
}

// longSign is as much of a label as a sign has room for: its beginning, but where others begin so too, less of
// that and then what differs.
func (sc *scene) longSign(id phone.LinkID) string {
	label := sc.label(id)
	sign, common := beginning(label, longestSign), len(label)
	for _, b := range sc.Links {
		if other := sc.label(b.Link.ID); other != label && strings.HasPrefix(other, sign) {
			common = min(common, len(commonBeginning(label, other)))
		}
	}
	differs := beginning(label[common:], longestSign/2)
	return beginning(sign, longestSign-term.Columns(differs, false)) + differs
}

// commonBeginning is what two texts both begin with.
func commonBeginning(a, b string) string {
	for i, letter := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(letter)) {
			return a[:i]
		}
	}
	return a
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

// sign is that of an entry, + for a person at several PBXs.
func (s signs) sign(e *roster.Entry) string {
	if len(e.Also()) > 0 {
		return "+"
	}
	return s.of[e.Link]
}

// staleAt tells that what is shown of a PBX is too old to be believed.
func (sc *scene) staleAt(id phone.LinkID) bool {
	for _, b := range sc.Links {
		if b.Link.ID == id {
			return sc.outdated(b.Link)
		}
	}
	return sc.stale()
}

// able tells whether any PBX can do something.
func (sc *scene) able(caps pbxws.Caps) bool {
	return slices.ContainsFunc(sc.boards(), func(b phone.LinkView) bool { return b.Caps.Has(caps) })
}

// atAll does something at all PBXs that can.
func (m *model) atAll(i phone.Intent) (refusal string) {
	if m.scene.several() {
		i = phone.AtLink(i, phone.Everywhere)
	}
	return m.do(i)
}

// doThere does something with an account that a person named by its number alone, at the PBX
// whose it is. A pause of all queues is for all systems.
func (m *model) doThere(i phone.Intent) string {
	sc := &m.scene
	if !sc.several() {
		return m.do(i)
	}
	switch i := i.(type) {
	case phone.JoinQueue:
		i.Queue = sc.meansAccount(string(i.Queue.ID))
		return m.do(i)
	case phone.TakeWaiting:
		i.Queue = sc.meansAccount(string(i.Queue.ID))
		return m.do(i)
	case phone.Listen:
		i.Account = sc.meansAccount(string(i.Account.ID))
		return m.do(i)
	case phone.Intrude:
		i.Account = sc.meansAccount(string(i.Account.ID))
		return m.do(i)
	case phone.PauseQueue:
		if i.Queue.ID != "" {
			i.Queue = sc.meansAccount(string(i.Queue.ID))
			return m.do(i)
		}
	}
	return m.atAll(i)
}

// atNamed does something at the PBX that a word after the value names. Without such a word it does it at every PBX.
func (m *model) atNamed(value string, intent func(value string) (phone.Intent, string)) string {
	value, name, _ := strings.Cut(value, " ")
	i, why := intent(value)
	if why != "" {
		return why
	}
	name = strings.TrimSpace(name)
	if name == "" || name == "all" {
		return m.atAll(i)
	}
	var labels []string
	for _, b := range m.scene.boards() {
		if label := m.scene.label(b.Link.ID); m.scene.several() {
			if labels = append(labels, label); label == name {
				return m.do(phone.AtLink(i, b.Link.ID))
			}
		}
	}
	if len(labels) == 0 {
		return "there is only one PBX, and no " + name
	}
	return "no PBX is called " + name + "; there are " + strings.Join(labels, ", ") + ", or all"
}

// systemName is what the chosen PBX is called, empty where it is the only one.
func (sc *scene) systemName() string {
	if !sc.several() {
		return ""
	}
	return sc.label(sc.Link.ID)
}

// everywhere are the rows of all PBXs, each with its own.
func (sc *scene) everywhere(rows func(*scene) []listRow) []listRow {
	if !sc.several() {
		return rows(sc)
	}
	var all []listRow
	for _, b := range sc.boards() {
		for _, row := range rows(sc.on(b.Link.ID)) {
			row.link, row.system = b.Link.ID, sc.label(b.Link.ID)
			row.id = string(b.Link.ID) + " " + row.id
			if row.of != "" {
				row.of = string(b.Link.ID) + " " + row.of
			}
			all = append(all, row)
		}
	}
	return all
}

// states are what an entry does at each of its PBXs, the first account first.
func (sc *scene) states(e *roster.Entry) (term.Style, string) {
	there := sc.on(e.Link)
	st, words := stateWords(there, there.PBX.Accounts.At(e.ID))
	if !sc.several() {
		return st, words
	}
	words = sc.label(e.Link) + ": " + words
	for _, a := range e.Also() {
		there := sc.on(a.Link)
		more, also := stateWords(there, there.PBX.Accounts.At(a.ID))
		words += "; " + string(a.ID) + there.at() + ": " + also
		if sc.on(a.Link).PBX.Lamp(there.PBX.Accounts.At(a.ID)) == e.Lamp {
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
