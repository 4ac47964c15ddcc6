package roster

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/pbxws"
)

// Entry is one line of the directory. Its text is as it came from the wire.
type Entry struct {
	ID    pbxws.AccountID
	Name  string
	wide  int      // columns of the name
	Words []string // of the name, folded, for searching
	Lamp  pbxws.Lamp
	desk  bool // it is an extension
	// Chosen tells that a person bookmarked it.
	Chosen bool
}

// Directory is the accounts of one snapshot: extensions, then queues, attendants and the like,
// both sorted by number. It does not change once made, apart from the memory of its last
// search and of the order of names.
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
	// others are the accounts that nobody calls.
	others []pbxws.AccountID
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

// filterOrder is in which order one key walks through the states.
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

// Next makes the directory of a newer state. The order, and what was worked out of a name,
// are kept while the accounts are the same ones: nearly always.
func (d *Directory) Next(st pbxws.State, marks Bookmarks) *Directory {
	n := &Directory{Digits: 3}
	same, renamed := false, false
	if d != nil {
		n.Entries, same, renamed = d.refresh(st)
		n.others = d.others
	}
	if !same {
		n.Entries, n.others = list(st)
	} else if !renamed {
		n.rank = d.rank
	}
	entries := n.Entries
	for i := range entries {
		if entries[i].Chosen = len(marks) > 0 && marks[entries[i].ID]; entries[i].Chosen {
			n.Chosen++
		}
		if entries[i].desk {
			n.Extensions++
			n.Counts[entries[i].Lamp]++
		}
		n.Digits = max(n.Digits, min(8, len(entries[i].ID)))
		n.Widest = max(n.Widest, entries[i].wide)
	}
	return n
}

// refresh takes over an order; same is false where accounts came or went. They are the same where
// as many are there and all of those before are.
func (d *Directory) refresh(st pbxws.State) (entries []Entry, same, renamed bool) {
	if len(st.Accounts) != len(d.Entries)+len(d.others) {
		return nil, false, false
	}
	for _, id := range d.others {
		if a, ok := st.Accounts[id]; !ok || listed(a) {
			return nil, false, false
		}
	}
	entries = make([]Entry, len(d.Entries))
	for i, e := range d.Entries {
		a, ok := st.Accounts[e.ID]
		if !ok || !listed(a) {
			return nil, false, false
		}
		if a.Name != e.Name {
			e, renamed = entryOf(a), true
		}
		if e.desk != isDesk(a) {
			return nil, false, false
		}
		e.Lamp = st.Lamp(a)
		entries[i] = e
	}
	return entries, true, renamed
}

func list(st pbxws.State) (entries []Entry, others []pbxws.AccountID) {
	entries = make([]Entry, 0, len(st.Accounts))
	for id, a := range st.Accounts {
		if !listed(a) {
			others = append(others, id)
			continue
		}
		e := entryOf(a)
		e.Lamp = st.Lamp(a)
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		if a.desk != b.desk {
			return map[bool]int{true: -1, false: 1}[a.desk]
		}
		return byNumber(a, b.ID)
	})
	return entries, others
}

func byNumber(e Entry, id pbxws.AccountID) int {
	return cmp.Or(cmp.Compare(len(e.ID), len(id)), cmp.Compare(e.ID, id))
}

// listed leaves out what nobody calls.
func listed(a pbxws.Account) bool { return a.Kind != pbxws.KindOrbit && a.Kind != pbxws.KindTrunk }

func isDesk(a pbxws.Account) bool { return a.Kind == pbxws.KindExtension }

func entryOf(a pbxws.Account) Entry {
	return Entry{ID: a.ID, Name: a.Name, wide: printable.Columns(a.Name, false), Words: Words(a.Name), desk: isDesk(a)}
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
		if e := &d.Entries[i]; q.Group.lets(e) && q.State.lets(e.Lamp) && e.Meets(wanted, q.Text) {
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

// Meets: each word that was typed begins a word of the name, or the text begins the number.
func (e *Entry) Meets(wanted []string, text string) bool {
	if strings.HasPrefix(string(e.ID), text) {
		return true
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(e.Words, func(s string) bool { return strings.HasPrefix(s, w) }) {
			return false
		}
	}
	return len(wanted) > 0
}

// Place finds an account in the directory, -1 where it is not.
func (d *Directory) Place(id pbxws.AccountID) int {
	if d == nil || id == "" {
		return -1
	}
	if i, ok := slices.BinarySearchFunc(d.Entries[:d.Extensions], id, byNumber); ok {
		return i
	}
	if i, ok := slices.BinarySearchFunc(d.Entries[d.Extensions:], id, byNumber); ok {
		return d.Extensions + i
	}
	return -1
}
