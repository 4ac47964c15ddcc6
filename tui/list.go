package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// systemCell is how many columns a row has for the name of its PBX.
const systemCell = 8

// wideRow is from how many columns a row has room for its note.
const wideRow = 76

// rowColumns are how wide the parts of the rows are that are on the screen, so that they stand below
// each other and near the name. A part that no row has takes none.
type rowColumns struct{ system, sign, at, name, note, end int }

// rowGap is how many columns are between two parts of a row.
const rowGap = 2

func columnsOf(c *term.Canvas, width int, rows []listRow) rowColumns {
	var w rowColumns
	for _, r := range rows {
		if r.system != "" {
			w.system = max(w.system, min(systemCell, c.Columns(r.system))+1)
		}
		if r.sign != "" {
			w.sign = 10
		}
		if r.at != "" {
			w.at = 14
		}
		if width >= wideRow {
			w.note = max(w.note, c.Columns(r.note))
		}
		w.name, w.end = max(w.name, c.Columns(r.nameCell())), max(w.end, c.Columns(r.end))
	}
	room := width - 1 - w.system - w.sign - w.at
	for _, part := range []int{w.note, w.end} {
		if part > 0 {
			room -= part + rowGap
		}
	}
	w.name = min(w.name, max(leastCut, room))
	w.end = max(0, min(w.end, w.end+room-w.name))
	return w
}

// listKind is which list fills the body instead of the extensions.
type listKind uint8

const (
	historyList listKind = iota
	bookList
	voicemailList
	parkedList
	queueList
	serviceList
	listKinds
)

// listPane is a list with a marked row.
type listPane struct {
	kind listKind
	// at is the marked row itself, not its place: news may come above it. It is empty at first, for the first row.
	at string
	// opened is when the list was opened.
	opened time.Time
	// search is open to be typed in; nil for none. forget is the same for the answer to a question.
	search, forget *term.Input
	// found is what a search of last time let through, of rows that began with of.
	found []listRow
	of    *listRow
	asked string
}

// listRow is one line of a list. Text is as it came from the wire.
type listRow struct {
	id            string
	style         term.Style
	sign          string
	at, name, end string
	// note stands before the end where there is room.
	note   string
	number string
	orbit  pbxws.OrbitID
	// call is the one that the row is of, nil for none; remark is the note about it.
	call   *history.Record
	remark string
	// link is of which PBX it is, system what that is called where there are several, began
	// when it was.
	link   phone.LinkID
	system string
	began  time.Time
	// of is the row that this one belongs to, and is not counted beside; empty where it stands for itself.
	of string
	// does is what Enter does in place of a call, as verb says.
	does phone.Intent
	verb string
	// plays is the voice message that the row is of, or the recording of its call.
	plays phone.Play
}

// nameCell is the name with the note about the call behind it.
func (r listRow) nameCell() string {
	if r.remark == "" {
		return r.name
	}
	return r.name + "  - " + r.remark
}

// numberedName is the least room for a name beside its number. With less, the number is cut.
const numberedName = 20

// nameIn is the name cell for so many columns: a name that is too long is cut, and its number stays whole.
func (r listRow) nameIn(c *term.Canvas, width int) string {
	words := r.nameCell()
	if c.Columns(words) <= width {
		return words
	}
	if r.remark != "" {
		return c.Cut(words, width)
	}
	if at := strings.LastIndex(r.name, "   "); at >= 0 {
		if room := width - c.Columns(r.name[at:]); room >= numberedName {
			return c.Cut(r.name[:at], room) + r.name[at:]
		}
	}
	return words
}

// lists say of each kind what it is called, what it shows where it is empty, and what the PBX
// must be able to do.
var lists = [listKinds]struct {
	title, empty string
	topic        phone.Intent
	rows         func(sc *scene) []listRow
}{
	historyList:   {"HISTORY", "no calls yet", phone.Fetch{Topic: pbxws.TopicHistory}, historyRows},
	bookList:      {"PHONE BOOK", "the phone book is empty", phone.Fetch{Topic: pbxws.TopicPhonebook}, everywhere(bookRows)},
	voicemailList: {"VOICEMAIL", "no messages", phone.Fetch{Topic: pbxws.TopicVoicemail}, everywhere(voicemailRows)},
	parkedList:    {"PARKED", "nobody is parked", nil, everywhere(parkedRows)},
	queueList:     {"QUEUES", "there are no queues", nil, everywhere(queueRows)},
	serviceList:   {"TRUNKS AND TELEPHONES", "this PBX lists none", nil, everywhere(serviceRows)},
}

// everywhere makes the rows of all PBXs of those of one.
func everywhere(rows func(*scene) []listRow) func(*scene) []listRow {
	return func(sc *scene) []listRow { return sc.everywhere(rows) }
}

func bookRows(sc *scene) []listRow {
	var rows []listRow
	same := map[string]int{}
	for i, c := range sc.PBX.Phonebook {
		name := contactWords(c)
		for _, n := range c.Numbers {
			id := name + " " + n
			same[id]++
			rows = append(rows, listRow{id: fmt.Sprint(id, " ", same[id]), of: fmt.Sprint(i), style: term.Plain, name: name, number: n, end: n})
		}
	}
	slices.SortStableFunc(rows, func(a, b listRow) int {
		return cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return rows
}

func contactWords(c pbxws.Contact) string {
	if c.Company == "" || c.Company == c.Name {
		return c.Name
	}
	return strings.TrimPrefix(c.Name+", "+c.Company, ", ")
}

func voicemailRows(sc *scene) []listRow {
	var rows []listRow
	for _, v := range sc.PBX.Voicemail {
		row := listRow{
			id: v.ID, style: term.Plain, sign: "  heard", at: when(v.At, sc.now),
			name: sc.full(v.From), number: v.From.Number, end: term.Minutes(v.Length),
			plays: phone.Play{Of: pbxws.SoundOfMessage, ID: v.ID, Link: sc.Link.ID},
		}
		if v.Unread {
			row.sign, row.style = "N new", term.Strong
		}
		rows = append(rows, row)
	}
	return rows
}

func parkedRows(sc *scene) []listRow {
	var rows []listRow
	for _, id := range parked(sc.PBX) {
		o := sc.PBX.Orbits[id]
		end := term.Minutes(sc.since(o.Since))
		if !o.Until.IsZero() {
			end = "due back"
			if left := sc.until(o.Until); left > 0 {
				end = "back in " + term.Minutes(left)
			}
		}
		if o.By != (pbxws.Party{}) {
			end += " by " + cut(o.By.String(), 20)
		}
		rows = append(rows, listRow{id: string(id) + " " + string(o.Call), style: term.Held, sign: string(id), name: sc.full(o.Parked), end: end, orbit: id})
	}
	return rows
}

func queueRows(sc *scene) []listRow {
	var rows []listRow
	for _, q := range sc.PBX.Queues.All() {
		row := listRow{id: string(q.ID), style: term.Plain, sign: string(q.ID), name: q.Name, number: string(q.ID), end: queueWords(sc, q)}
		if a := sc.PBX.Accounts.At(q.ID); q.Name == "" {
			row.name = a.Name
		}
		if q.Waiting > 0 {
			row.style = term.Warn
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b listRow) int { return cmp.Or(cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id)) })
	var all []listRow
	for _, row := range rows {
		q := sc.PBX.Queues.At(pbxws.AccountID(row.id))
		all = slices.Concat(all, []listRow{row}, callerRows(sc, q), memberRows(sc, q))
	}
	return all
}

// queueWords are who waits in a queue, how long, and how many are there to answer.
func queueWords(sc *scene, q pbxws.Queue) string {
	words := "nobody waits"
	if q.Waiting > 0 {
		words = strconv.Itoa(q.Waiting) + " waiting, longest " + term.Minutes(sc.since(q.Longest))
	}
	if q.Agents > 0 {
		words += ", " + term.Count(q.Agents, "agent")
	}
	return words
}

// rows are those that the open search lets through: each word begins a word of the name, or the
// text stands in the number.
func (l *listPane) rows(sc *scene) []listRow {
	rows := lists[l.kind].rows(sc)
	if l.search == nil || l.search.Len() == 0 || len(rows) == 0 {
		return rows
	}
	text := l.search.String()
	if l.of == &rows[0] && l.asked == text {
		return l.found
	}
	l.of, l.asked, l.found = &rows[0], text, nil
	sought := seek(text)
	for _, r := range rows {
		e := roster.Entry{Account: phone.Account{ID: pbxws.AccountID(r.number)}, Words: roster.Words(r.name + " " + r.sign + " " + r.remark)}
		if e.Meets(sought.words, text) || sought.isNumber && sought.number.In(r.number) {
			l.found = append(l.found, r)
		}
	}
	return l.found
}

// marked is where the marked row stands.
func (l *listPane) marked(rows []listRow) int {
	return rowAt(rows, l.at, func(r listRow) string { return r.id })
}

// freshens is how long after it was opened a list may get the rows that were asked for then: the first of those is
// the first one.
const freshens = time.Second

func (l *listPane) pin(sc *scene, now time.Time) {
	if l.at == "" && now.Sub(l.opened) >= freshens {
		if rows := l.rows(sc); len(rows) > 0 {
			l.at = rows[0].id
		}
	}
}

func (l *listPane) context() keymap.Context {
	switch {
	case l.input() != nil:
		return keymap.Field
	case l.kind == voicemailList, l.kind == historyList:
		return keymap.Playback
	}
	return ""
}

func (l *listPane) input() *term.Input { return cmp.Or(l.search, l.forget) }

func (l *listPane) key(k tea.Key, _ *scene) (tea.Cmd, bool) {
	edited := l.input() != nil && l.input().Edit(k)
	if edited && l.search != nil {
		l.at = "" // the first that is found
	}
	return nil, edited
}

// close closes the line that is open; the question whether to delete the list goes with it.
func (l *listPane) close() bool {
	typed := l.input() != nil
	l.search, l.forget = nil, nil
	return typed
}

func (l *listPane) label(*scene) string {
	if l.forget != nil {
		return "delete the call history here? "
	}
	return "find: "
}

func (l *listPane) verb() string {
	if l.forget != nil {
		return "answer"
	}
	return "call"
}

func (l *listPane) preview(sc *scene) string {
	if l.forget != nil {
		return sc.forgetPreview(l.forget.Text())
	}
	if row, ok := l.current(sc); ok {
		return "Enter: " + l.verbOf(row) + ", " + row.name
	}
	return "type a number or a name"
}

func (l *listPane) accept(m *model) (tea.Cmd, string) {
	if l.forget != nil {
		typed := l.forget.Text()
		l.close()
		m.forgotten(typed)
		return nil, ""
	}
	row, ok := l.current(&m.scene)
	if !ok {
		return nil, cmp.Or(l.gone(&m.scene), "type a number or a name first")
	}
	refusal := m.runRow(row)
	if refusal == "" {
		l.close()
	}
	return nil, refusal
}

func (l *listPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	rows, kind := l.rows(sc), &lists[l.kind]
	p := c.On(r.Rows(1), 0).Gap(1)
	if sc.staleSince() != "" {
		p.Right(term.Warn, sc.staleSince())
	}
	p.Put(term.Title, kind.title).Put(term.Strong, " "+strconv.Itoa(countOf(rows)))
	if l.kind == historyList {
		p.Gap(2).Put(term.Plain, strconv.Itoa(countMissed(rows))+" missed")
	}
	if l.input() != nil {
		field := term.NewRect(r.X, r.Y-1, r.W, 3)
		r.Rows(2)
		drawField(c, field, sc, l, fmt.Sprintf("%d of %d shown", len(rows), len(kind.rows(sc))))
	}
	if r.H > 4 {
		c.Ruler(r.Rows(1))
	}
	if len(rows) == 0 {
		c.On(r, 0).Gap(1).PutCut(term.Faint, l.nothing(sc))
		return
	}
	at := l.marked(rows)
	if at >= 0 {
		drawFoot(c, &r, l.foot(rows[at], sc))
	}
	top := max(0, min(at-r.H/2, len(rows)-r.H))
	seen := slices.Clone(rows[top:min(len(rows), top+r.H)])
	for i := range seen {
		seen[i] = sc.progress(seen[i])
	}
	columns := columnsOf(c, r.W, seen)
	for i, row := range seen {
		drawRow(c, r.Rows(1), row, columns, top+i == at)
	}
}

// foot stands beneath the rows: the whole note of the marked one, or what cannot be done with any.
func (l *listPane) foot(row listRow, sc *scene) string {
	switch {
	case row.remark != "":
		return "note: " + row.remark
	}
	return sc.whyNotPlayed(row)
}

// rowsOverFoot is how many rows a list keeps above its foot.
const rowsOverFoot = 4

func drawFoot(c *term.Canvas, r *term.Rect, foot string) {
	if foot == "" {
		return
	}
	lines := term.Wrap(foot, max(1, r.W-2), c.ASCII)
	lines = lines[:max(0, min(len(lines), r.H-rowsOverFoot))]
	r.H -= len(lines)
	for i, line := range lines {
		c.On(term.NewRect(r.X, r.Y+r.H+i, r.W, 1), 0).Gap(1).PutCut(term.Strong, line)
	}
}

// countOf is how many things the rows are of: queues without those who wait in them, people without their
// further numbers.
func countOf(rows []listRow) int {
	seen := map[string]bool{}
	for _, r := range rows {
		seen[cmp.Or(r.of, r.id)] = true
	}
	return len(seen)
}

func countMissed(rows []listRow) int {
	n := 0
	for _, r := range rows {
		if r.style == term.Warn {
			n++
		}
	}
	return n
}

func (l *listPane) nothing(sc *scene) string {
	if l.input() != nil && l.input().Len() > 0 {
		return "nothing here has that name or number"
	}
	if why := denied(sc, l.kind); why != "" {
		return why
	}
	if topic := lists[l.kind].topic; topic != nil && len(sc.topics(l.kind)) == 0 {
		return sc.Refuses(topic)
	}
	return lists[l.kind].empty
}

func drawRow(c *term.Canvas, line term.Rect, row listRow, w rowColumns, isMarked bool) {
	p := c.On(line, 0)
	if isMarked {
		p.Put(term.Marked, ">")
	} else {
		p.Gap(1)
	}
	if w.system > 0 {
		p.Cell(term.Faint, w.system-1, row.system).Gap(1)
	}
	if w.sign > 0 {
		p.Cell(row.style, w.sign-1, row.sign).Gap(1)
	}
	p.Cell(term.Faint, w.at, row.at)
	if row.note+row.end == "" {
		w.name = p.Room()
	}
	p.Cell(row.style, w.name, row.nameIn(c, w.name))
	if w.note > 0 {
		p.Gap(rowGap).Cell(term.Faint, w.note, row.note)
	}
	p.Gap(rowGap).Gap(max(0, w.end-c.Columns(row.end))).PutCut(row.style, row.end)
	if isMarked {
		c.Restyle(line, term.Marked)
	}
}

func (l *listPane) move(a keymap.Action, r term.Rect, sc *scene) {
	if rows := l.rows(sc); len(rows) > 0 {
		l.at = rows[within(l.marked(rows)+a.Stride(max(1, r.H-3), len(rows)), len(rows))].id
	}
}

// current is the marked row.
func (l *listPane) current(sc *scene) (listRow, bool) {
	rows := l.rows(sc)
	at := l.marked(rows)
	if at < 0 {
		return listRow{}, false
	}
	return rows[at], true
}

// gone says that the marked row is not there any more, where others are.
func (l *listPane) gone(sc *scene) string {
	if rows := l.rows(sc); len(rows) > 0 && l.marked(rows) < 0 {
		return "that row is gone; the arrow keys select another"
	}
	return ""
}

// lister opens a list, and asks the PBX for it again.
func lister(kind listKind) func(*model, string) string {
	return func(m *model, _ string) string {
		m.open(kind)
		if kind == historyList {
			m.look()
		}
		for _, topic := range m.scene.topics(kind) {
			if refusal := m.do(topic); refusal != "" {
				return refusal
			}
		}
		return ""
	}
}

// topics ask each PBX that can tell it for the rows of a list.
func (sc *scene) topics(kind listKind) []phone.Intent {
	topic, ok := lists[kind].topic.(phone.Fetch)
	if !ok {
		return nil
	}
	var all []phone.Intent
	for _, b := range sc.boards() {
		topic.Link = b.Link.ID
		if sc.Refuses(topic) == "" {
			all = append(all, topic)
		}
	}
	return all
}

// open brings a list to the body in place of all that is open.
func (m *model) open(kind listKind) *listPane {
	l := &listPane{kind: kind, opened: m.now()}
	m.closeViews()
	m.view.panes.push(l)
	return l
}

// closeViews goes back to the extensions.
func (m *model) closeViews() {
	v := &m.view
	if v.panes.has(v.apps) {
		v.apps.Leave()
	}
	v.panes.reset()
	m.scene.browse = true
}

// neighbour goes to the next list, or the one before; the extensions are the first.
func neighbour(by int) func(*model, string) string {
	return func(m *model, key string) string {
		at := 0
		if l, ok := find[*listPane](m.view.panes); ok {
			at = int(l.kind) + 1
		}
		at = (at + by + int(listKinds) + 1) % (int(listKinds) + 1)
		if at == int(serviceList)+1 && len(m.scene.everywhere(serviceRows)) == 0 {
			at = (at + by + int(listKinds) + 1) % (int(listKinds) + 1)
		}
		if at == 0 {
			m.closeViews()
			return ""
		}
		return lister(listKind(at-1))(m, key)
	}
}

// find opens the search of the list, or of the extensions.
func (m *model) find(string) string {
	v := &m.view
	if l, ok := find[*listPane](v.panes); ok {
		v.closeField()
		v.panes.drop(v.trace)
		remove[*personPane](&v.panes)
		v.panes.push(l)
		in := term.NewInput(maxTyped, "")
		l.search = &in
		return ""
	}
	m.openField(findField, "")
	return ""
}

func (l *listPane) choice(sc *scene) (string, bool) {
	row, marked := l.current(sc)
	return l.verbOf(row), marked && sc.barred() == ""
}

func (l *listPane) choose(m *model) (tea.Cmd, string) {
	row, ok := l.current(&m.scene)
	if !ok {
		return nil, cmp.Or(l.gone(&m.scene), lists[l.kind].empty)
	}
	return nil, m.runRow(row)
}

// runRow does what Enter promises of a row: call, or take who is parked.
func (m *model) runRow(row listRow) string {
	switch {
	case row.does != nil:
		return m.do(row.does)
	case row.orbit != "":
		return m.do(phone.Retrieve{Orbit: row.orbit, Link: row.link})
	case m.scene.on(row.link).isOwn(row.number):
		return ownNumber(row.number)
	case row.verb == lookOnly:
		return "there is nobody to call here"
	case number.Withheld(row.number):
		return "the number is withheld: there is nobody to call"
	}
	if row.link != "" {
		return m.dialBy(row.link, row.number)
	}
	return m.dial(row.number)
}

// rowVerb is what Enter does with a row of a list, in a word or two.
func rowVerb(kind listKind) string {
	return [...]string{historyList: "call back", bookList: "call", voicemailList: "call back",
		parkedList: "take the call", queueList: "call", serviceList: lookOnly}[kind]
}

// verbOf is what Enter does with a row.
func (l *listPane) verbOf(row listRow) string { return cmp.Or(row.verb, rowVerb(l.kind)) }
