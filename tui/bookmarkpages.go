package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// Bookmarks are on pages, which a person names. A page is there as long as somebody is on it.

// selection is what the extensions can be narrowed to: a group, and of the bookmarks a page.
type selection struct {
	group roster.Group
	page  string
}

// selections are those that hold anybody, in the order in which a key walks through them.
func (sc *scene) selections() []selection {
	all := []selection{{group: roster.Everybody}}
	if sc.directory.Chosen > 0 {
		for _, page := range sc.marks.Pages() {
			all = append(all, selection{roster.Bookmarked, page})
		}
	}
	if sc.directory.Extensions < len(sc.directory.Entries) {
		all = append(all, selection{group: roster.Places})
	}
	return all
}

// turn goes to the next part, or with -1 the one before. Where the one that is shown is none of them the first is next.
func (b *rosterPane) turn(all []selection, by int) {
	at := slices.IndexFunc(all, func(p selection) bool {
		return p.group == b.group && (p.group != roster.Bookmarked || p.page == b.page)
	})
	if at < 0 && by < 0 {
		at = 0
	}
	to := all[(at+by+len(all))%len(all)]
	b.group = to.group
	if to.group == roster.Bookmarked {
		b.page = to.page
	}
}

// groupName is what is shown of the extensions.
func (b *rosterPane) groupName() string {
	if b.group == roster.Bookmarked && b.page != "" {
		return "bookmarks: " + b.page
	}
	return roster.GroupNames[b.group]
}

// turnPage goes to the next page of the bookmarks, or the one before.
func turnPage(by int) func(*model, string) string {
	return func(m *model, _ string) string {
		pages := slices.DeleteFunc(m.scene.selections(), func(p selection) bool { return p.group != roster.Bookmarked })
		if len(pages) == 0 {
			return "nobody is bookmarked yet" + bookmarkHint(&m.scene)
		}
		m.view.roster.turn(pages, by)
		m.scene.browse = true
		m.say(phone.GradeInfo, "shown: "+m.view.roster.groupName())
		return ""
	}
}

// renamePage gives the shown page another name; where there is one of that name both become one.
func (m *model) renamePage(name string) (tea.Cmd, string) {
	b := m.view.roster
	name = roster.PageName(name)
	changes := map[phone.Account]roster.Mark{}
	for id, page := range m.scene.marks {
		if page == b.page {
			changes[id] = roster.Mark{On: true, Page: name}
		}
	}
	if b.group != roster.Bookmarked || len(changes) == 0 || name == "" {
		return nil, "go to a page of your bookmarks first, then type a name for it"
	}
	b.page = name
	m.say(phone.GradeDone, "this page is called "+name+" now")
	return m.change(changes), ""
}

// pagePane is the field for the page that somebody's bookmark is to be on.
type pagePane struct {
	typed term.Input
	who   phone.Account
}

// openPage opens the field for the selected person.
func (m *model) openPage(string) (tea.Cmd, string) {
	id, why := m.somebody()
	if why != "" {
		return nil, why
	}
	m.makeRoom()
	m.view.panes.push(&pagePane{typed: term.NewInput(roster.MaxPageName, m.scene.marks[id]), who: id})
	return nil, ""
}

func (pp *pagePane) context() keymap.Context { return keymap.Field }

func (pp *pagePane) key(k tea.Key, _ *scene) (tea.Cmd, bool) { return nil, pp.typed.Edit(k) }

func (pp *pagePane) close() bool { return false }

func (pp *pagePane) input() *term.Input { return &pp.typed }

func (pp *pagePane) label(*scene) string { return "page: " }

func (pp *pagePane) verb() string { return "bookmark" }

// named is the page that Enter means: one that there is, however its letters are written, else a new one.
func (pp *pagePane) named(sc *scene) string {
	typed := roster.PageName(pp.typed.Text())
	for _, page := range sc.marks.Pages() {
		if strings.EqualFold(page, typed) {
			return page
		}
	}
	return typed
}

func (pp *pagePane) preview(sc *scene) string {
	name, who := pp.named(sc), cut(sc.whoIs(pp.who), 30)
	switch {
	case name == "":
		return "Enter: bookmarks " + who + " on the first page, which has no name"
	case slices.Contains(sc.marks.Pages(), name):
		return "Enter: bookmarks " + who + " on this page"
	}
	return "Enter: bookmarks " + who + " on a new page"
}

func (pp *pagePane) accept(m *model) (tea.Cmd, string) {
	next, refusal := m.mark(pp.who, roster.Mark{On: true, Page: pp.named(&m.scene)})
	if refusal == "" {
		m.view.panes.drop(pp)
	}
	return next, refusal
}

// move puts the name of the next page into the field, or of the one before.
func (pp *pagePane) move(a keymap.Action, _ term.Rect, sc *scene) {
	pages := sc.marks.Pages()
	if len(pages) > 0 {
		at := slices.Index(pages, pp.named(sc))
		pp.typed.Set(pages[within(at+a.Stride(len(pages), len(pages)), len(pages))])
	}
}

func (pp *pagePane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	if r.H <= 0 {
		return
	}
	head := r.Rows(3)
	c.On(head, 0).Gap(1).Put(term.Title, "BOOKMARK").Gap(2).PutCut(term.Plain, sc.whoIs(pp.who))
	drawField(c, head, sc, pp, "")
	if r.H > 4 {
		c.Ruler(r.Rows(1))
	}
	named := pp.named(sc)
	for _, page := range sc.marks.Pages() {
		on := 0
		for _, of := range sc.marks {
			if of == page {
				on++
			}
		}
		line := r.Rows(1)
		p := c.On(line, 0)
		p.Mark(page == named)
		p.Cell(term.Strong, roster.MaxPageName, pageWords(page)).Gap(1).PutCut(term.Faint, term.Count(on, "bookmark"))
		if page == named {
			c.Restyle(line, term.Marked)
		}
	}
}

// pageWords are the name of a page as it is listed.
func pageWords(page string) string {
	if page == "" {
		return "first page"
	}
	return page
}
