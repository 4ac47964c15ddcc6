package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// personPane is what can be done with one account: the usual thing first, each row with its
// outcome in names, and with the reason where it is not possible.
type personPane struct {
	who phone.Account
	at  int
	// row is the selected row, by its mark. It stays selected when other rows come and go; empty means the
	// row at place at.
	row string
}

// place is where the selected row stands, -1 where it is not there any more.
func (pp *personPane) place(rows []personRow) int {
	if pp.row == "" {
		return min(pp.at, len(rows)-1)
	}
	return slices.IndexFunc(rows, func(r personRow) bool { return r.mark() == pp.row })
}

func (pp *personPane) pin(sc *scene, _ time.Time) {
	if pp.row == "" {
		rows := personRows(sc, pp.who)
		pp.row = rows[pp.place(rows)].mark()
	}
}

// personRow is one thing that can be done.
type personRow struct {
	// action lends its key to the row; empty where there is none.
	action  keymap.Action
	words   string
	refusal string
	run     func(m *model) (tea.Cmd, string)
}

// mark tells a row from the others.
func (r personRow) mark() string { return cmp.Or(string(r.action), r.words) }

// answer is a row that has no more to do than it says.
func answer(do func(m *model) string) func(*model) (tea.Cmd, string) {
	return func(m *model) (tea.Cmd, string) { return nil, do(m) }
}

// personRows are what can be done with an account now.
func personRows(sc *scene, at phone.Account) []personRow {
	sc = sc.on(at.Link)
	id, who := at.ID, sc.who(string(at.ID))
	intent := func(a keymap.Action, words string, i phone.Intent) personRow {
		return personRow{a, words, sc.Refuses(i), answer(func(m *model) string { return m.do(i) })}
	}
	call := personRow{keymap.CallDial, "call " + who + sc.by() + heldThen(sc), sc.Refuses(phone.Dial{To: string(id), Link: at.Link}),
		answer(func(m *model) string { return m.dialBy(at.Link, string(id)) })}
	if sc.isOwn(string(id)) {
		call.refusal = ownNumber(string(id))
	}
	pickup := intent(keymap.PersonPickup, "pick up the call that rings at "+who, phone.Pickup{Account: at})
	var rows []personRow
	if pickup.refusal == "" {
		rows = append(rows, pickup)
	}
	if l, ok := sc.inCall(); ok && l.State == phone.Connected {
		name := sc.farEnd(l)
		rows = append(rows,
			intent(keymap.CallConsult, "ask "+who+" first about "+name+", who waits", sc.sending(consultField, l.ID, string(id))),
			intent(keymap.CallTransfer, "transfer: "+name+" will talk to "+who+", you leave", sc.sending(transferField, l.ID, string(id))))
		call.words = "call " + who + sc.by() + heldThen(sc)
		rows = append(rows, call, personRow{keymap.CallPark, "park " + name + " ...", sc.Refuses(phone.ParkCall{Leg: l.ID}),
			answer(func(m *model) string { return m.park("") })})
	} else {
		rows = append(rows, call)
	}
	for _, other := range sc.accounts(at) {
		if there := sc.on(other.Link); other != at {
			rows = append(rows, personRow{"", "call " + there.who(string(other.ID)) + there.by(), sc.Refuses(phone.Dial{To: string(other.ID), Link: other.Link}),
				answer(func(m *model) string { return m.dialBy(other.Link, string(other.ID)) })})
		}
	}
	if pickup.refusal != "" {
		rows = append(rows, pickup)
	}
	rows = append(rows, watchRow(sc, at),
		personRow{keymap.PersonMark, bookmarkWords(sc, at), "", func(m *model) (tea.Cmd, string) { return m.bookmark("") }},
		personRow{keymap.PersonCopy, "copy the number " + string(id), "", answer(func(m *model) string { return m.copyText(string(id)) })})
	return append(rows, serviceMenu(sc, at)...)
}

// isOwn tells that a number is one's own.
func (sc *scene) isOwn(n string) bool {
	return sc.PBX.Own(pbxws.AccountID(n)) || sc.Link.Country.SameNumber(n, string(sc.PBX.Self))
}

// ownNumber says why nobody is called by a row that shows one's own number. It can be dialled: some PBXs
// have the mailbox there.
func ownNumber(n string) string {
	return n + " is your own number: nobody is called"
}

// heldThen names who goes on hold when somebody else is called.
func heldThen(sc *scene) string {
	if l, ok := sc.Talking(); ok && l.Place == phone.Here {
		return ", " + sc.whoHolds(l) + " goes on hold"
	}
	return ""
}

func watchRow(sc *scene, at phone.Account) personRow {
	sc = sc.on(at.Link)
	id := at.ID
	on := !slices.Contains(sc.Watched, id)
	row := personRow{keymap.PersonWatch, "tell me when " + sc.who(string(id)) + " is free", "",
		answer(func(m *model) string { return m.watch(at) })}
	switch a := sc.PBX.Accounts.At(id); {
	case !on:
		row.words = "do not tell me when " + sc.who(string(id)) + " is free"
		row.refusal = sc.Refuses(phone.WatchLine{Account: at})
	case sc.isOwn(string(id)):
		row.refusal = "that is you"
	case sc.PBX.Lamp(a) == pbxws.LampFree:
		row.refusal = "free already"
	default:
		row.refusal = sc.Refuses(phone.WatchLine{Account: at, On: true})
	}
	return row
}

func bookmarkWords(sc *scene, at phone.Account) string {
	if sc.marks.Has(at) {
		return "remove the bookmark of " + sc.whoIs(at)
	}
	return "bookmark " + sc.whoIs(at)
}

func (pp *personPane) context() keymap.Context { return "" }

func (pp *personPane) key(tea.Key, *scene) (tea.Cmd, bool) { return nil, false }

func (pp *personPane) close() bool { return false }

func (pp *personPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	whole := sc
	sc = sc.on(pp.who.Link)
	a := sc.PBX.Accounts.At(pp.who.ID)
	p := c.On(r.Rows(1), 0).Gap(1)
	if sc.stale() {
		p.Right(term.Warn, "as of "+term.Clock(sc.Link.AliveAt))
	}
	p.PutCut(term.Title, sc.who(string(pp.who.ID))+sc.at())
	if a.Kind != pbxws.KindExtension {
		p.Gap(2).Put(term.Plain, a.Kind.String())
	}
	st, words := stateWords(sc, a)
	c.On(r.Rows(1), 0).Gap(1).PutCut(st, words)
	if last := sc.lastWords(string(pp.who.ID)); last != "" && r.H > 9 {
		c.On(r.Rows(1), 0).Gap(1).PutCut(term.Faint, last)
	}
	if r.H > 8 {
		c.Ruler(r.Rows(1))
	}
	rows := personRows(whole, pp.who)
	at := pp.place(rows)
	for i := max(0, at-r.H+1); i < len(rows) && r.H > 0; i++ {
		drawPersonRow(c, r.Rows(1), sc, rows[i], i == at)
	}
}

func drawPersonRow(c *term.Canvas, line term.Rect, sc *scene, row personRow, isMarked bool) {
	p, st := c.On(line, 0), term.Plain
	p.Mark(isMarked)
	key := ""
	if keys := sc.keys.Keys(sc.calls(true), row.action); len(keys) > 0 {
		key = keyName(keys[0])
	}
	if row.refusal != "" {
		st = term.Faint
	}
	p.Cell(term.KeyCap, 4, key).PutCut(st, row.words)
	if row.refusal != "" {
		p.Gap(2).PutCut(term.Faint, "("+row.refusal+")")
	}
	if isMarked {
		c.Restyle(line, term.Marked)
	}
}

func (pp *personPane) move(a keymap.Action, _ term.Rect, sc *scene) {
	rows := personRows(sc, pp.who)
	pp.at = within(max(0, pp.place(rows))+a.Stride(len(rows), len(rows)), len(rows))
	pp.row = rows[pp.at].mark()
}

func (pp *personPane) choice(sc *scene) (string, bool) {
	rows := personRows(sc, pp.who)
	at := pp.place(rows)
	return "run", at >= 0 && rows[at].refusal == ""
}

// choose does the selected row, or says why it cannot be done.
func (pp *personPane) choose(m *model) (tea.Cmd, string) {
	rows := personRows(&m.scene, pp.who)
	at := pp.place(rows)
	if at < 0 {
		return nil, "that is no longer possible; select something else with the arrow keys"
	}
	row := rows[at]
	if row.refusal != "" {
		return nil, row.refusal
	}
	next, refusal := row.run(m)
	if refusal == "" {
		m.view.panes.drop(pp)
	}
	return next, refusal
}

func (pp *personPane) markedRow(_ *linear, sc *scene) (string, [][2]string) {
	rows := personRows(sc, pp.who)
	at := pp.place(rows)
	if at < 0 {
		return fmt.Sprint("person ", pp.who, " gone"), [][2]string{{"menu", "that is no longer possible"}}
	}
	text := rows[at].words
	if rows[at].refusal != "" {
		text += ", not possible: " + rows[at].refusal
	}
	return fmt.Sprint("person ", *pp), [][2]string{{"menu " + place(at, len(rows)), text}}
}

// menuOfFound leaves a search with what can be done with the one it selected.
func (m *model) menuOfFound() string {
	v := &m.view
	if m.scene.directory.Place(v.roster.mark) < 0 || v.roster.number != "" {
		return "select somebody first with the arrow keys"
	}
	v.closeField()
	v.panes.push(&personPane{who: v.roster.mark})
	return ""
}

// somebody is the account that keys for a person act on.
func (m *model) somebody() (phone.Account, string) {
	v := &m.view
	if pp, ok := find[*personPane](v.panes); ok {
		return pp.who, ""
	}
	if _, list := find[*listPane](v.panes); list || v.roster.mark.ID == "" {
		return phone.Account{}, "select somebody first with the arrow keys"
	}
	return v.roster.mark, ""
}

func (m *model) pickup(string) string {
	id, why := m.somebody()
	if why != "" {
		return why
	}
	refusal := m.do(phone.Pickup{Account: id})
	if refusal == "" {
		remove[*personPane](&m.view.panes)
		m.scene.call, m.scene.browse = "", false
	}
	return refusal
}

func (m *model) watchSomebody(string) string {
	id, why := m.somebody()
	if why != "" {
		return why
	}
	if row := watchRow(&m.scene, id); row.refusal != "" {
		return m.scene.whoIs(id) + ": " + row.refusal
	}
	return m.watch(id)
}

// watch asks to be told when somebody is free, or no longer.
func (m *model) watch(id phone.Account) string {
	on := !slices.Contains(m.scene.on(id.Link).Watched, id.ID)
	refusal := m.do(phone.WatchLine{Account: id, On: on})
	if refusal == "" && !on {
		m.say(phone.GradeInfo, "you will no longer be told about "+m.scene.whoIs(id))
	}
	return refusal
}

// copySomebody copies the number of the selected one.
func (m *model) copySomebody(string) string {
	if row, ok := m.view.current(&m.scene); ok {
		if number.Withheld(row.number) {
			return "there is no number to copy"
		}
		return m.copyText(number.Clean(row.number))
	}
	id, why := m.somebody()
	if why != "" {
		return why
	}
	return m.copyText(string(id.ID))
}

// current is the selected row of the open list.
func (v *view) current(sc *scene) (listRow, bool) {
	l, ok := find[*listPane](v.panes)
	if !ok {
		return listRow{}, false
	}
	return l.current(sc)
}

// copyText puts a text on the clipboard of the terminal.
func (m *model) copyText(s string) string {
	v := &m.view
	v.clip, v.clips = s, v.clips+1
	m.say(phone.GradeInfo, "sent to the clipboard: "+s)
	return ""
}
