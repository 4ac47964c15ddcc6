package tui

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// Which part of the directory is shown, in which order, and whom a person picked out of it.

// peopleActions are what keys do with the people of the directory.
func peopleActions() []action {
	onGrid := func(v *view, _ *scene) bool { return shows[*rosterPane](v.panes) }
	noList := func(v *view) bool {
		_, open := find[*listPane](v.panes)
		return !open
	}
	return []action{
		{id: keymap.GridFind, hints: ranks{keymap.Idle: 20, keymap.Playback: 35, keymap.Ringing: 80, keymap.Talking: 110, keymap.Consult: 90},
			do: (*model).find},
		{id: keymap.GridFilter, hints: ranks{keymap.Idle: 80}, applies: onGrid, do: func(m *model, _ string) string {
			m.view.roster.nextFilter(&m.scene)
			m.scene.browse = true
			return ""
		}},
		{id: keymap.GridGroup, hints: ranks{keymap.Idle: 140}, applies: onGrid, do: (*model).nextGroup},
		{id: keymap.GridPage, applies: onGrid, do: turnPage(1)},
		{id: keymap.GridPageBack, applies: onGrid, do: turnPage(-1)},
		{id: keymap.GridSort, hints: ranks{keymap.Idle: 150}, applies: onGrid, do: (*model).sort},
		{id: keymap.PersonPickup, order: true, hints: ranks{keymap.Idle: 50}, names: []string{"pickup"}, do: (*model).pickup, after: "[NUMBER]",
			with: answering(func(m *model, to string) string {
				return m.do(phone.Pickup{Account: m.scene.meansAccount(to)})
			}),
			applies: func(v *view, sc *scene) bool {
				return noList(v) && sc.Refuses(phone.Pickup{Account: v.roster.mark}) == ""
			}},
		{id: keymap.PersonWatch, order: true, hints: ranks{keymap.Idle: 60}, do: (*model).watchSomebody, after: "[NUMBER]",
			with: answering(func(m *model, to string) string { return m.watch(m.scene.meansAccount(to)) }),
			applies: func(v *view, sc *scene) bool {
				return noList(v) && v.roster.mark.ID != "" && watchRow(sc, v.roster.mark).refusal == ""
			}},
		{id: keymap.PersonCopy, do: (*model).copySomebody},
		{id: keymap.PersonMark, hints: ranks{keymap.Idle: 160}, run: (*model).bookmark,
			applies: func(v *view, _ *scene) bool { return noList(v) && v.roster.mark.ID != "" }},
		{id: keymap.PersonPage, after: "[NAME]", run: (*model).openPage, with: func(m *model, name string) (tea.Cmd, string) {
			id, why := m.somebody()
			if why != "" {
				return nil, why
			}
			return m.mark(id, roster.Mark{On: true, Page: roster.PageName(name)})
		}},
	}
}

// bookmark adds the selected person, or takes them off again, and has that kept.
func (m *model) bookmark(string) (tea.Cmd, string) {
	id, why := m.somebody()
	if why != "" {
		return nil, why
	}
	mark := roster.Mark{On: !m.scene.marks.Has(id)}
	if b := m.view.roster; mark.On && b.group == roster.Bookmarked {
		mark.Page = b.page
	}
	return m.mark(id, mark)
}

// mark changes the bookmark of an account, and has that kept.
func (m *model) mark(id phone.Account, mark roster.Mark) (tea.Cmd, string) {
	marks := m.scene.marks
	if why := full(marks, id, mark); why != "" {
		return nil, why
	}
	words := m.scene.whoIs(id) + " is bookmarked"
	switch {
	case !mark.On:
		words += " no longer"
	case mark.Page != "":
		words += " on the page " + mark.Page
	}
	m.say(phone.GradeDone, words)
	return m.change(map[phone.Account]roster.Mark{id: mark}), ""
}

// change changes bookmarks, and has that kept.
func (m *model) change(changes map[phone.Account]roster.Mark) tea.Cmd {
	m.showMarks(m.scene.marks.With(changes))
	m.unkept = after(m.unkept, changes)
	return m.keepMarks()
}

// full says why there is no room for one more bookmark or page; empty where there is.
func full(marks roster.Bookmarks, id phone.Account, mark roster.Mark) string {
	pages := marks.Pages()
	switch {
	case !mark.On:
	case !marks.Has(id) && len(marks) >= roster.MaxBookmarks:
		return "there are " + strconv.Itoa(roster.MaxBookmarks) + " bookmarks already, which is the most there can be"
	case mark.Page != "" && !slices.Contains(pages, mark.Page) && len(pages) > roster.MaxPages:
		return "there are " + strconv.Itoa(roster.MaxPages) + " pages already, which is the most there can be"
	}
	return ""
}

func (m *model) showMarks(marks roster.Bookmarks) {
	m.scene.marks = marks
	m.scene.directory = m.scene.directory.Next(m.scene.boards(), marks, m.scene.same)
}

// othersMarked takes in what other screens of the person did to the bookmarks. What is not written down yet stays.
func (m *model) othersMarked(list []roster.Bookmark) {
	m.showMarks(roster.BookmarksOf(list).With(m.keeping).With(m.unkept))
}

// after are changes with later ones.
func after(changes, later map[phone.Account]roster.Mark) map[phone.Account]roster.Mark {
	all := map[phone.Account]roster.Mark{}
	maps.Copy(all, changes)
	maps.Copy(all, later)
	return all
}

// keepMarks has changed bookmarks written down, one time after the other.
func (m *model) keepMarks() tea.Cmd {
	if m.keep == nil || m.keeping != nil || len(m.unkept) == 0 {
		return nil
	}
	m.keeping, m.unkept = m.unkept, nil
	return m.keep(m.keeping)
}

// kept writes down what has changed meanwhile, or says why the bookmarks could not be written: the next change tries
// that again.
func (m *model) kept(err error) tea.Cmd {
	written := m.keeping
	m.keeping = nil
	if err != nil {
		m.unkept = after(written, m.unkept)
		m.say(phone.GradeWarn, "the bookmarks could not be saved: "+err.Error())
		return nil
	}
	return m.keepMarks()
}

// nextFilter goes to the next PBX, where there are several, then to the next state.
func (b *rosterPane) nextFilter(sc *scene) {
	boards := sc.boards()
	at := slices.IndexFunc(boards, func(v phone.LinkView) bool { return v.Link.ID == b.at })
	switch {
	case !sc.several():
		b.filter = b.filter.Next()
	case b.filter == roster.AnyState && b.at == "":
		b.at = boards[0].Link.ID
	case b.at != "" && at >= 0 && at < len(boards)-1:
		b.at = boards[at+1].Link.ID
	case b.at != "":
		b.at, b.filter = "", b.filter.Next()
	default:
		b.filter = b.filter.Next()
	}
}

// nextGroup goes to the next part of the directory that holds anybody.
func (m *model) nextGroup(string) string {
	b, d := m.view.roster, m.scene.directory
	all := m.scene.selections()
	if len(all) == 1 {
		return "this PBX has no groups" + bookmarkHint(&m.scene)
	}
	b.turn(all, 1)
	m.scene.browse = true
	words := "shown: " + b.groupName()
	if d.Chosen == 0 {
		words += bookmarkHint(&m.scene)
	}
	m.say(phone.GradeInfo, words)
	return ""
}

// bookmarkHint says how to get a group of one's own.
func bookmarkHint(sc *scene) string {
	if keys := sc.keys.Keys(keymap.Idle, keymap.PersonMark); len(keys) > 0 {
		return "; " + keyName(keys[0]) + " bookmarks people, who then are a group"
	}
	return ""
}

func (m *model) sort(string) string {
	b := m.view.roster
	b.order = roster.ByNames - b.order
	m.scene.browse = true
	m.say(phone.GradeInfo, "sorted by "+b.order.String())
	return ""
}

// only is what is shown when that is not everybody by number.
func (b *rosterPane) only(sc *scene) string {
	var words []string
	if b.at != "" {
		words = append(words, "only "+sc.label(b.at))
	}
	if b.filter != roster.AnyState {
		words = append(words, "only "+b.filter.String())
	}
	if b.group != roster.Everybody {
		words = append(words, b.groupName())
	}
	if b.order != roster.ByNumbers {
		words = append(words, "by "+b.order.String())
	}
	return strings.Join(words, ", ")
}

// personOffer is what the selected person was most likely selected for, with its key; empty where that
// has none.
func personOffer(sc *scene, id phone.Account) (key, words string) {
	a, words := keymap.MenuOpen, "all that can be done"
	switch {
	case sc.Refuses(phone.Pickup{Account: id}) == "":
		a, words = keymap.PersonPickup, "pick up this call"
	case watchRow(sc, id).refusal == "":
		a, words = keymap.PersonWatch, "tell me when they are free"
	}
	keys := sc.keys.Keys(sc.calls(true), a)
	if len(keys) == 0 {
		return "", ""
	}
	return keyName(keys[0]), words
}

func drawPersonOffer(p *term.Pen, sc *scene, id phone.Account) {
	key, words := personOffer(sc, id)
	if key == "" || len(key)+1+len(words) > p.Room() {
		return
	}
	p.Gap(1).Put(term.KeyCap, key).Gap(1).PutCut(term.Plain, words)
}
