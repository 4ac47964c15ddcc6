package roster

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Entry is one line of the directory: a person or a place at a PBX, or a person at several. Its text is as
// it came from the wire.
type Entry struct {
	phone.Account
	// also are the person's accounts at other PBXs, nil for nearly everybody.
	also  *[]phone.Account
	Name  string
	Words []string // of the name, folded, for searching
	wide  int32    // columns of the name
	board uint8    // the place of the PBX
	Lamp  pbxws.Lamp
	desk  bool // it is an extension
	// Chosen tells that a person bookmarked it, on a page.
	Chosen bool
	page   string
}

// Directory is the accounts of all PBXs in one snapshot: extensions, then queues, attendants and the
// like, both sorted by number, and where that is the same, in the order of the PBXs. It remembers its last
// search and the order of names.
type Directory struct {
	Entries []Entry
	// Extensions is how many of the entries are some, Counts how many of those have each lamp.
	Extensions int
	Counts     [pbxws.LampRinging + 1]int
	// Digits is how many columns a number needs.
	Digits int
	// Widest is how many columns the longest name needs.
	Widest int
	// Chosen is how many are bookmarked.
	Chosen int
	// At is how many of the extensions each PBX has, in their order.
	At []int
	// order is the place of each PBX, people has whom each account at a further PBX is joined with.
	order  map[phone.LinkID]int
	people map[phone.Account]phone.Account
	// seen is what each PBX told when the entries were made, nil while they are being changed; marks are whom the
	// person had bookmarked.
	seen  []pbxws.State
	marks Bookmarks
	// rank is the place of each entry among the names; nil until somebody sorts by them.
	rank []int

	asked Search
	found []int
}

// Search is what people look for: a text, a state of the line and a group, in an order.
type Search struct {
	Text  string
	State StateFilter
	Group Group
	// Page is the one of the bookmarks that Group lets through.
	Page  string
	Order Order
	// At lets through whoever is at one PBX; empty is all.
	At phone.LinkID
}

// Group is a part of the directory. A PBX tells of no groups; these are a person's own choice, and
// what is no person.
type Group uint8

const (
	Everybody Group = iota
	Bookmarked
	Places
	Groups
)

var GroupNames = [Groups]string{"all", "bookmarks", "queues and rooms"}

func (s Search) lets(e *Entry) bool {
	return s.Group == Everybody || s.Group == Bookmarked && e.Chosen && e.page == s.Page || s.Group == Places && !e.desk
}

// Order is how the directory is sorted.
type Order uint8

const (
	ByNumbers Order = iota
	ByNames
)

// String is what it is sorted by, in a word.
func (o Order) String() string { return [...]string{ByNumbers: "number", ByNames: "name"}[o] }

// StateFilter lets all accounts through, or those of one state.
type StateFilter uint8

const AnyState StateFilter = 0

// Only lets accounts of one state through.
func Only(l pbxws.Lamp) StateFilter { return StateFilter(l) + 1 }

// filterOrder is the order in which one key walks through the states.
var filterOrder = [...]StateFilter{
	AnyState, Only(pbxws.LampFree), Only(pbxws.LampBusy), Only(pbxws.LampRinging),
	Only(pbxws.LampDND), Only(pbxws.LampOffline), Only(pbxws.LampCalling), Only(pbxws.LampUnknown),
}

// Next is the filter after this one.
func (f StateFilter) Next() StateFilter {
	return filterOrder[(slices.Index(filterOrder[:], f)+1)%len(filterOrder)]
}

// String is the state that it lets through.
func (f StateFilter) String() string {
	if f == AnyState {
		return "-"
	}
	return pbxws.Lamp(f - 1).String()
}

func (f StateFilter) lets(l pbxws.Lamp) bool { return f == AnyState || Only(l) == f }

// Next is the directory of newer states of the PBXs; d itself, if there is one, is not to be used any more.
// It takes the time of what has changed, as long as accounts do not come, go or get other names.
func (d *Directory) Next(boards []phone.LinkView, marks Bookmarks, same Same) *Directory {
	if d == nil || !d.isOf(boards) || !d.follow(boards) {
		d = &Directory{order: map[phone.LinkID]int{}}
		for i, b := range boards {
			d.order[b.Link.ID] = i
		}
		d.list(boards, same)
		d.count(marks)
	} else if !maps.Equal(d.marks, marks) {
		d.count(marks)
	}
	d.seen = make([]pbxws.State, len(boards))
	for i, b := range boards {
		d.seen[i] = b.PBX
	}
	return d
}

// isOf tells whether a directory is complete and of the same PBXs.
func (d *Directory) isOf(boards []phone.LinkView) bool {
	if len(d.seen) != len(boards) {
		return false
	}
	for i, b := range boards {
		if at, known := d.order[b.Link.ID]; !known || at != i {
			return false
		}
	}
	return true
}

// follow brings the entries up to what the PBXs told. It gives up where accounts of several PBXs came or went,
// which may be of one person, and where a whole directory came.
func (d *Directory) follow(boards []phone.LinkView) bool {
	seen := d.seen
	d.seen = nil // a fault on the way has all made again
	for i, b := range boards {
		if b.PBX.Accounts.Len() > 2*seen[i].Accounts.Len() {
			return false
		}
		came, gone, renamed := d.moves(uint8(i), b, seen[i])
		if len(came)+len(gone) > 0 {
			if len(boards) > 1 {
				return false
			}
			d.merge(came, gone)
		}
		if len(came)+len(gone) > 0 || renamed {
			d.count(d.marks)
			d.rank = nil
		}
	}
	for i, b := range boards {
		for id := range b.PBX.Accounts.Since(seen[i].Accounts) {
			d.relight(boards, phone.Account{Link: b.Link.ID, ID: id})
		}
		for id := range b.PBX.Calls.Since(seen[i].Calls) {
			for _, call := range []pbxws.Call{seen[i].Calls.At(id), b.PBX.Calls.At(id)} {
				for _, m := range call.Members {
					d.relight(boards, phone.Account{Link: b.Link.ID, ID: m})
				}
			}
		}
	}
	return true
}

// moves are the entries that a PBX has more than before, in order, and the accounts that have none any more. It
// gives the others their new names.
func (d *Directory) moves(board uint8, b phone.LinkView, seen pbxws.State) (came []Entry, gone map[pbxws.AccountID]bool, renamed bool) {
	for id := range b.PBX.Accounts.Since(seen.Accounts) {
		was, known := seen.Accounts.Get(id)
		a, there := b.PBX.Accounts.Get(id)
		known, there = known && listed(was), there && listed(a)
		if known && there && isDesk(was) == isDesk(a) {
			if was.Name == a.Name {
				continue
			}
			account := phone.Account{Link: b.Link.ID, ID: id}
			if at := d.Place(account); at >= 0 && d.Entries[at].Account == account {
				also := d.Entries[at].also
				d.Entries[at] = entryOf(b.Link.ID, board, a, b.PBX.Lamp(a))
				d.Entries[at].also, renamed = also, true
			}
			continue
		}
		if known {
			if gone == nil {
				gone = map[pbxws.AccountID]bool{}
			}
			gone[id] = true
		}
		if there {
			came = append(came, entryOf(b.Link.ID, board, a, b.PBX.Lamp(a)))
		}
	}
	slices.SortFunc(came, d.compare)
	return came, gone, renamed
}

// merge puts entries among the others and takes some out.
func (d *Directory) merge(came []Entry, gone map[pbxws.AccountID]bool) {
	all := make([]Entry, 0, len(d.Entries)+len(came))
	for _, e := range d.Entries {
		for len(came) > 0 && d.compare(came[0], e) < 0 {
			all, came = append(all, came[0]), came[1:]
		}
		if !gone[e.ID] {
			all = append(all, e)
		}
	}
	d.Entries = append(all, came...)
}

// relight gives the entry of an account the lamp that it has now.
func (d *Directory) relight(boards []phone.LinkView, a phone.Account) {
	at := d.Place(a)
	if at < 0 {
		return
	}
	e := &d.Entries[at]
	lamp := lampOf(boards[e.board].PBX, e.ID)
	for _, more := range e.Also() {
		lamp = telling(lamp, lampOf(boards[d.order[more.Link]].PBX, more.ID))
	}
	was := e.Lamp
	if was == lamp {
		return
	}
	e.Lamp = lamp
	if e.desk {
		d.Counts[was]--
		d.Counts[lamp]++
	}
	if s := d.asked.State; d.found != nil && s.lets(was) != s.lets(lamp) {
		d.refind(at)
	}
}

// refind puts an entry among those found last, or takes it out.
func (d *Directory) refind(entry int) {
	at, there := d.Among(d.found, entry, d.asked.Order)
	switch among, wanted := d.sought(d.asked); {
	case there:
		d.found = slices.Delete(d.found, at, at+1)
	case entry < among && d.Entries[entry].suits(d.asked, wanted):
		d.found = slices.Insert(d.found, at, entry)
	}
}

func lampOf(st pbxws.State, id pbxws.AccountID) pbxws.Lamp { return st.Lamp(st.Accounts.At(id)) }

// count counts the entries, and marks those that are bookmarked.
func (d *Directory) count(marks Bookmarks) {
	d.marks, d.found = marks, nil
	d.Extensions, d.Counts, d.Digits, d.Widest, d.Chosen = 0, [len(d.Counts)]int{}, 3, 0, 0
	d.At = make([]int, len(d.order))
	entries := d.Entries
	for i := range entries {
		e := &entries[i]
		if e.Chosen = len(marks) > 0 && e.any(marks.Has); e.Chosen {
			e.page = marks.page(e)
			d.Chosen++
		}
		if e.desk {
			d.Extensions++
			d.Counts[e.Lamp]++
			d.At[e.board]++
			for _, a := range e.Also() {
				d.At[d.order[a.Link]]++
			}
		}
		d.Digits = max(d.Digits, min(8, len(e.ID)))
		d.Widest = max(d.Widest, int(e.wide))
	}
}

// Also are the person's accounts at other PBXs.
func (e *Entry) Also() []phone.Account {
	if e.also == nil {
		return nil
	}
	return *e.also
}

// Is tells whether an account is the entry's.
func (e *Entry) Is(account phone.Account) bool {
	return e.any(func(a phone.Account) bool { return a == account })
}

// any tests each account of an entry.
func (e *Entry) any(ok func(phone.Account) bool) bool {
	return ok(e.Account) || slices.ContainsFunc(e.Also(), ok)
}

// list makes all entries. Of the accounts of one person the first makes the entry.
func (d *Directory) list(boards []phone.LinkView, same Same) {
	first := map[phone.Account]int{} // the entry of a person
	for i, b := range boards {
		d.Entries = slices.Grow(d.Entries, b.PBX.Accounts.Len())
		for id, a := range b.PBX.Accounts.All() {
			at := phone.Account{Link: b.Link.ID, ID: id}
			if !listed(a) {
				continue
			}
			if len(boards) > 1 && isDesk(a) {
				person := same.person(at)
				if i, known := first[person]; known && d.Entries[i].Link != at.Link {
					d.join(i, at, b.PBX.Lamp(a))
					continue
				}
				first[person] = len(d.Entries)
			}
			d.Entries = append(d.Entries, entryOf(b.Link.ID, uint8(i), a, b.PBX.Lamp(a)))
		}
	}
	slices.SortFunc(d.Entries, d.compare)
}

// compare is the order of entries.
func (d *Directory) compare(a, b Entry) int {
	switch {
	case a.desk == b.desk:
		return d.byNumber(a, b.Account)
	case a.desk:
		return -1
	}
	return 1
}

// join adds an account to the entry of its person.
func (d *Directory) join(i int, a phone.Account, l pbxws.Lamp) {
	e := &d.Entries[i]
	all := append(slices.Clip(e.Also()), a)
	e.also = &all
	e.Lamp = telling(e.Lamp, l)
	if d.people == nil {
		d.people = map[phone.Account]phone.Account{}
	}
	d.people[a] = e.Account
}

// tells is how much a lamp tells of a person who has several.
var tells = [...]int{
	pbxws.LampOffline: 0, pbxws.LampUnknown: 1, pbxws.LampFree: 2, pbxws.LampDND: 3, pbxws.LampCalling: 4, pbxws.LampBusy: 5, pbxws.LampRinging: 6,
}

// telling is the lamp of a person who has two.
func telling(a, b pbxws.Lamp) pbxws.Lamp {
	if tells[b] > tells[a] {
		return b
	}
	return a
}

func (d *Directory) byNumber(e Entry, a phone.Account) int {
	if c := compareNumbers(e.ID, a.ID); c != 0 {
		return c
	}
	return cmp.Compare(d.order[e.Link], d.order[a.Link])
}

func compareNumbers(a, b pbxws.AccountID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// listed leaves out the accounts that nobody calls.
func listed(a pbxws.Account) bool { return a.Kind != pbxws.KindOrbit && a.Kind != pbxws.KindTrunk }

func isDesk(a pbxws.Account) bool { return a.Kind == pbxws.KindExtension }

func entryOf(link phone.LinkID, board uint8, a pbxws.Account, l pbxws.Lamp) Entry {
	return Entry{Account: phone.Account{Link: link, ID: a.ID}, board: board, Name: a.Name, Lamp: l, wide: int32(printable.Columns(a.Name, false)), Words: Words(a.Name), desk: isDesk(a)}
}

// Words are those of a text as they are searched for: small letters without their marks.
func Words(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// Matches are the indices of the entries that the search lets through, in order. Without a
// text it is extensions alone: whoever wants a queue looks for it.
func (d *Directory) Matches(q Search) []int {
	if d.found != nil && d.asked == q {
		return d.found
	}
	among, wanted := d.sought(q)
	d.asked, d.found = q, make([]int, 0, among)
	for i := range among {
		if d.Entries[i].suits(q, wanted) {
			d.found = append(d.found, i)
		}
	}
	if rank := d.ranks(q.Order); rank != nil {
		slices.SortFunc(d.found, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	}
	return d.found
}

// sought is among how many of the entries somebody looks, and for which words.
func (d *Directory) sought(q Search) (among int, wanted []string) {
	if q.Text == "" && q.Group == Everybody {
		return d.Extensions, nil
	}
	return len(d.Entries), Words(q.Text)
}

// suits tells whether a search lets an entry through.
func (e *Entry) suits(q Search, wanted []string) bool {
	return q.lets(e) && q.State.lets(e.Lamp) && e.isAt(q.At) && e.Meets(wanted, q.Text)
}

// ranks are the places of the entries in an order, nil where that is the one they stand in.
func (d *Directory) ranks(o Order) []int {
	if o == ByNumbers {
		return nil
	}
	if d.rank == nil {
		sorted := make([]int, len(d.Entries))
		for i := range sorted {
			sorted[i] = i
		}
		slices.SortStableFunc(sorted, func(a, b int) int {
			return slices.Compare(d.Entries[a].Words, d.Entries[b].Words)
		})
		d.rank = make([]int, len(sorted))
		for place, i := range sorted {
			d.rank[i] = place
		}
	}
	return d.rank
}

// Among finds an entry, or the gap that it left, among the found ones.
func (d *Directory) Among(found []int, entry int, o Order) (at int, there bool) {
	rank := d.ranks(o)
	if rank == nil {
		return slices.BinarySearch(found, entry)
	}
	return slices.BinarySearchFunc(found, entry, func(i, entry int) int { return cmp.Compare(rank[i], rank[entry]) })
}

// isAt tells whether an entry is at a PBX; empty is any.
func (e *Entry) isAt(link phone.LinkID) bool {
	return link == "" || e.any(func(a phone.Account) bool { return a.Link == link })
}

// Meets: each word that was typed begins a word of the name, or the text begins the number.
func (e *Entry) Meets(wanted []string, text string) bool {
	if e.any(func(a phone.Account) bool { return strings.HasPrefix(string(a.ID), text) }) {
		return true
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(e.Words, func(s string) bool { return strings.HasPrefix(s, w) }) {
			return false
		}
	}
	return len(wanted) > 0
}

// Place finds an account in the directory, or the person it belongs to, -1 where it is not.
func (d *Directory) Place(a phone.Account) int {
	if d == nil || a.ID == "" {
		return -1
	}
	if first, joined := d.people[a]; joined {
		a = first
	}
	if i, ok := slices.BinarySearchFunc(d.Entries[:d.Extensions], a, d.byNumber); ok {
		return i
	}
	if i, ok := slices.BinarySearchFunc(d.Entries[d.Extensions:], a, d.byNumber); ok {
		return d.Extensions + i
	}
	return -1
}
