package tui

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/pbxws"
)

// entry is one line of the directory. Its text is as it came from the wire.
type entry struct {
	id    pbxws.AccountID
	name  string
	words []string // of the name, folded, for searching
	line  pbxws.Line
	desk  bool // it is an extension
	// chosen tells that a person bookmarked it.
	chosen bool
}

// directory is the accounts of one snapshot: extensions, then queues, attendants and the like,
// both sorted by number. It does not change once made, apart from the memory of its last
// search and of the order of names.
type directory struct {
	entries []entry
	// extensions is how many of the entries are some; counts is what their lines do.
	extensions int
	counts     [pbxws.LineRinging + 1]int
	// digits is how many columns a number needs.
	digits int
	// chosen is how many are bookmarked.
	chosen int
	// others are the accounts that nobody calls.
	others []pbxws.AccountID
	// rank is the place of each entry among the names; nil until somebody sorts by them.
	rank []int

	asked search
	found []int
}

// search is what people look for: a text, a state of the line and a group, in an order.
type search struct {
	text  string
	state stateFilter
	group group
	order order
}

// group is a part of the directory. A PBX tells of no groups; these are a person's own choice, and
// what is no person.
type group uint8

const (
	everybody group = iota
	bookmarked
	places
	groups
)

var groupNames = [groups]string{"all", "bookmarks", "queues and rooms"}

func (g group) lets(e *entry) bool {
	return g == everybody || g == bookmarked && e.chosen || g == places && !e.desk
}

// order is how the directory is sorted.
type order uint8

const (
	byNumbers order = iota
	byNames
)

// stateFilter lets all lines through, or those of one state.
type stateFilter uint8

const anyState stateFilter = 0

func only(l pbxws.Line) stateFilter { return stateFilter(l) + 1 }

// filterOrder is in which order one key walks through the states.
var filterOrder = [...]stateFilter{
	anyState, only(pbxws.LineFree), only(pbxws.LineBusy), only(pbxws.LineRinging),
	only(pbxws.LineDND), only(pbxws.LineOffline), only(pbxws.LineCalling), only(pbxws.LineUnknown),
}

func (f stateFilter) next() stateFilter {
	return filterOrder[(slices.Index(filterOrder[:], f)+1)%len(filterOrder)]
}

func (f stateFilter) String() string {
	if f == anyState {
		return "-"
	}
	return pbxws.Line(f - 1).String()
}

func (f stateFilter) lets(l pbxws.Line) bool { return f == anyState || only(l) == f }

// next makes the directory of a newer state. The order, and what was worked out of a name,
// are kept while the accounts are the same ones: nearly always.
func (d *directory) next(st pbxws.State, marks bookmarks) *directory {
	n := &directory{digits: 3}
	same, renamed := false, false
	if d != nil {
		n.entries, same, renamed = d.refresh(st)
		n.others = d.others
	}
	if !same {
		n.entries, n.others = list(st)
	} else if !renamed {
		n.rank = d.rank
	}
	entries := n.entries
	for i := range entries {
		if entries[i].chosen = len(marks) > 0 && marks[entries[i].id]; entries[i].chosen {
			n.chosen++
		}
		if entries[i].desk {
			n.extensions++
			n.counts[entries[i].line]++
		}
		n.digits = max(n.digits, min(8, len(entries[i].id)))
	}
	return n
}

// refresh takes over an order; same is false where accounts came or went. They are the same where
// as many are there and all of those before are.
func (d *directory) refresh(st pbxws.State) (entries []entry, same, renamed bool) {
	if len(st.Accounts) != len(d.entries)+len(d.others) {
		return nil, false, false
	}
	for _, id := range d.others {
		if a, ok := st.Accounts[id]; !ok || listed(a) {
			return nil, false, false
		}
	}
	entries = make([]entry, len(d.entries))
	for i, e := range d.entries {
		a, ok := st.Accounts[e.id]
		if !ok || !listed(a) {
			return nil, false, false
		}
		if a.Name != e.name {
			e, renamed = entryOf(a), true
		}
		if e.desk != isDesk(a) {
			return nil, false, false
		}
		e.line = st.Line(a)
		entries[i] = e
	}
	return entries, true, renamed
}

func list(st pbxws.State) (entries []entry, others []pbxws.AccountID) {
	entries = make([]entry, 0, len(st.Accounts))
	for id, a := range st.Accounts {
		if !listed(a) {
			others = append(others, id)
			continue
		}
		e := entryOf(a)
		e.line = st.Line(a)
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.desk != b.desk {
			return map[bool]int{true: -1, false: 1}[a.desk]
		}
		return byNumber(a, b.id)
	})
	return entries, others
}

func byNumber(e entry, id pbxws.AccountID) int {
	return cmp.Or(cmp.Compare(len(e.id), len(id)), cmp.Compare(e.id, id))
}

// listed leaves out what nobody calls.
func listed(a pbxws.Account) bool { return a.Kind != pbxws.KindOrbit && a.Kind != pbxws.KindTrunk }

func isDesk(a pbxws.Account) bool { return a.Kind == pbxws.KindExtension }

func entryOf(a pbxws.Account) entry {
	return entry{id: a.ID, name: a.Name, words: words(a.Name), desk: isDesk(a)}
}

func words(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// matches are the indices of the entries that the search lets through, in order. Without a
// text it is extensions alone: whoever wants a queue looks for it.
func (d *directory) matches(q search) []int {
	if d.found != nil && d.asked == q {
		return d.found
	}
	d.asked, d.found = q, make([]int, 0, len(d.entries))
	wanted, among := words(q.text), len(d.entries)
	if q.text == "" && q.group == everybody {
		among = d.extensions
	}
	for i := range among {
		if e := &d.entries[i]; q.group.lets(e) && q.state.lets(e.line) && e.meets(wanted, q.text) {
			d.found = append(d.found, i)
		}
	}
	if rank := d.ranks(q.order); rank != nil {
		slices.SortFunc(d.found, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	}
	return d.found
}

// ranks are the places of the entries in an order, nil where that is the one they stand in.
func (d *directory) ranks(o order) []int {
	if o == byNumbers {
		return nil
	}
	if d.rank == nil {
		sorted := make([]int, len(d.entries))
		for i := range sorted {
			sorted[i] = i
		}
		slices.SortStableFunc(sorted, func(a, b int) int {
			return slices.Compare(d.entries[a].words, d.entries[b].words)
		})
		d.rank = make([]int, len(sorted))
		for place, i := range sorted {
			d.rank[i] = place
		}
	}
	return d.rank
}

// among finds an entry, or the gap that it left, among the found ones.
func (d *directory) among(found []int, entry int, o order) (at int, there bool) {
	rank := d.ranks(o)
	if rank == nil {
		return slices.BinarySearch(found, entry)
	}
	return slices.BinarySearchFunc(found, entry, func(i, entry int) int { return cmp.Compare(rank[i], rank[entry]) })
}

// meets: each word that was typed begins a word of the name, or the text begins the number.
func (e *entry) meets(wanted []string, text string) bool {
	if strings.HasPrefix(string(e.id), text) {
		return true
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(e.words, func(s string) bool { return strings.HasPrefix(s, w) }) {
			return false
		}
	}
	return len(wanted) > 0
}

// place finds an account in the directory, -1 where it is not.
func (d *directory) place(id pbxws.AccountID) int {
	if d == nil || id == "" {
		return -1
	}
	if i, ok := slices.BinarySearchFunc(d.entries[:d.extensions], id, byNumber); ok {
		return i
	}
	if i, ok := slices.BinarySearchFunc(d.entries[d.extensions:], id, byNumber); ok {
		return d.extensions + i
	}
	return -1
}
