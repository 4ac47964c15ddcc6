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
	// Chosen tells that a person bookmarked it.
	Chosen bool
}

// Directory is the accounts of all PBXs in one snapshot: extensions, then queues, attendants and the
// like, both sorted by number, and where that is the same, in the order of the PBXs. It does not change once
// made, apart from the memory of its last search and of the order of names.
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
	// others are the accounts that nobody calls.
	others []phone.Account
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

func (g Group) lets(e *Entry) bool {
	return g == Everybody || g == Bookmarked && e.Chosen || g == Places && !e.desk
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

// Next makes the directory of newer states of the PBXs. The order, and what was worked out of a name, are
// kept while the accounts are the same ones: nearly always.
func (d *Directory) Next(boards []phone.LinkView, marks Bookmarks, same Same) *Directory {
	n := &Directory{Digits: 3, At: make([]int, len(boards)), order: map[phone.LinkID]int{}}
	for i, b := range boards {
		n.order[b.Link.ID] = i
	}
	kept, renamed := false, false
	if d != nil && maps.Equal(d.order, n.order) {
		n.Entries, kept, renamed = d.refresh(boards)
		n.others, n.people = d.others, d.people
	}
	if !kept {
		n.list(boards, same)
	} else if !renamed {
		n.rank = d.rank
	}
	n.count(marks)
	return n
}

// count counts the entries, and marks those that are bookmarked.
func (d *Directory) count(marks Bookmarks) {
	entries := d.Entries
	for i := range entries {
		e := &entries[i]
		if e.Chosen = len(marks) > 0 && e.any(func(a phone.Account) bool { return marks[a] }); e.Chosen {
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

// refresh takes over an order; same is false where accounts came or went. They are the same where
// as many are there and all of those before are.
func (d *Directory) refresh(boards []phone.LinkView) (entries []Entry, same, renamed bool) {
	all := 0
	for _, b := range boards {
		all += b.PBX.Accounts.Len()
	}
	if all != len(d.Entries)+len(d.people)+len(d.others) {
		return nil, false, false
	}
	for _, other := range d.others {
		if a, ok := boards[d.order[other.Link]].PBX.Accounts.Get(other.ID); !ok || listed(a) {
			return nil, false, false
		}
	}
	entries = make([]Entry, len(d.Entries))
	for i, e := range d.Entries {
		st := &boards[e.board].PBX
		a, ok := st.Accounts.Get(e.ID)
		if !ok || !listed(a) || e.desk != isDesk(a) {
			return nil, false, false
		}
		if a.Name != e.Name {
			also := e.also
			e, renamed = entryOf(e.Link, e.board, a), true
			e.also = also
		}
		e.Lamp = st.Lamp(a)
		for _, more := range e.Also() {
			st := &boards[d.order[more.Link]].PBX
			a, ok := st.Accounts.Get(more.ID)
			if !ok || !listed(a) || !isDesk(a) {
				return nil, false, false
			}
			e.Lamp = telling(e.Lamp, st.Lamp(a))
		}
		entries[i] = e
	}
	return entries, true, renamed
}

// list makes the entries anew. Of the accounts of one person the first makes the entry.
func (d *Directory) list(boards []phone.LinkView, same Same) {
	all := 0
	for _, b := range boards {
		all += b.PBX.Accounts.Len()
	}
	d.Entries, d.others, d.people = make([]Entry, 0, all), nil, nil
	first := map[phone.Account]int{} // the entry of a person
	for i, b := range boards {
		for id, a := range b.PBX.Accounts.All() {
			at := phone.Account{Link: b.Link.ID, ID: id}
			if !listed(a) {
				d.others = append(d.others, at)
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
			e := entryOf(b.Link.ID, uint8(i), a)
			e.Lamp = b.PBX.Lamp(a)
			d.Entries = append(d.Entries, e)
		}
	}
	slices.SortFunc(d.Entries, func(a, b Entry) int {
		if a.desk != b.desk {
			return map[bool]int{true: -1, false: 1}[a.desk]
		}
		return d.byNumber(a, b.Account)
	})
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
	return cmp.Or(compareNumbers(e.ID, a.ID), cmp.Compare(d.order[e.Link], d.order[a.Link]))
}

func compareNumbers(a, b pbxws.AccountID) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// listed leaves out the accounts that nobody calls.
func listed(a pbxws.Account) bool { return a.Kind != pbxws.KindOrbit && a.Kind != pbxws.KindTrunk }

func isDesk(a pbxws.Account) bool { return a.Kind == pbxws.KindExtension }

func entryOf(link phone.LinkID, board uint8, a pbxws.Account) Entry {
	return Entry{Account: phone.Account{Link: link, ID: a.ID}, board: board, Name: a.Name, wide: int32(printable.Columns(a.Name, false)), Words: Words(a.Name), desk: isDesk(a)}
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
	d.asked, d.found = q, make([]int, 0, len(d.Entries))
	wanted, among := Words(q.Text), len(d.Entries)
	if q.Text == "" && q.Group == Everybody {
		among = d.Extensions
	}
	for i := range among {
		if e := &d.Entries[i]; q.Group.lets(e) && q.State.lets(e.Lamp) && e.isAt(q.At) && e.Meets(wanted, q.Text) {
			d.found = append(d.found, i)
		}
	}
	if rank := d.ranks(q.Order); rank != nil {
		slices.SortFunc(d.found, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	}
	return d.found
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
