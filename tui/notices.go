package tui

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

const (
	// freshFor is how long an outcome may stand in the message line.
	freshFor = 15 * time.Second
	// holdsFor is how long one that failed stands there before lesser news may take its place,
	// unless a key is pressed.
	holdsFor = 8 * time.Second
	// keepMentions bounds what is kept for the list of events alone.
	keepMentions = 50
)

var gradeStyles = [...]term.Style{
	phone.GradeInfo: term.Plain, phone.GradeDone: term.Done, phone.GradeWarn: term.Warn, phone.GradeFailed: term.Failed,
}

func gradeStyle(g phone.Grade) term.Style {
	if int(g) < len(gradeStyles) {
		return gradeStyles[g]
	}
	return term.Plain
}

// drawMessage writes what is to be said into r. A sentence that is too long for one line begins
// in the line above, the ruler's, so that nothing else on the screen moves.
func drawMessage(c *term.Canvas, above, r term.Rect, sc *scene, v *view) {
	st, text, timing := said(sc, v)
	p := c.On(r, 0).Gap(1)
	need := c.Columns(text)
	if timing != "" {
		need += 2 + c.Columns(timing)
	}
	switch fits := c.Columns(text) <= p.Room(); {
	case need <= p.Room() || above.H == 0:
	case fits: // how long it took stands beneath
		c.Fill(above, term.Plain, ' ')
		c.On(above, 0).Gap(1).Put(st, text)
		text = ""
	default:
		lines := term.Wrap(text, p.Room()-1, c.ASCII)
		c.Fill(above, term.Plain, ' ')
		c.On(above, 0).Gap(1).Put(st, lines[0])
		text = strings.Join(lines[1:], " ")
	}
	if c.Columns(text)+2+c.Columns(timing) > p.Room() {
		timing = ""
	}
	p.Right(term.Faint, timing)
	p.PutCut(st, text)
}

// said is the outcome of the last action, ours or the PBX's answer to it, with what stands at
// the end of its line.
func said(sc *scene, v *view) (st term.Style, text, timing string) {
	if v.confirms() {
		return term.Alert, leaveQuestion(sc, v), ""
	}
	if q, ok := find[*questionPane](v.panes); ok {
		return term.Alert, q.words, q.keys(sc)
	}
	if n, ok := v.outcome(sc); ok {
		return gradeStyle(n.Grade), n.Text, confirmed(n)
	}
	if n, ok := lastMention(sc); ok && sc.within(n.At, freshFor) && !v.showsEvents(sc) {
		return gradeStyle(n.Grade), n.Text, ""
	}
	if sc.Sound.Ringing {
		return term.Plain, "Ringing on: " + ringsOn(sc) + ".", ""
	}
	if l, ok := sc.Meant(phone.SendDigits{}); ok && l.Digits != "" && !v.onMenu(sc) {
		return term.Plain, "tones sent to " + sc.farEnd(l) + ": " + sentDigits(l), ""
	}
	return term.Plain, "", ""
}

// outcome is what the message line says: the newest of what the phone and the screen told, unless an
// older one holds its place.
func (v *view) outcome(sc *scene) (last phone.Notice, ok bool) {
	own := phone.Notice{At: v.message.at, Grade: v.message.grade, Text: v.message.text}
	if v.freed.ID != "" && v.freed.at.Equal(own.At) {
		return own, own.Text != "" // Enter does what it says, so it must be seen
	}
	take := func(n phone.Notice) {
		if n.Text != "" && !sc.superseded(n) && !n.NoOutcome && sc.within(n.At, freshFor) && !(ok && v.holds(sc, last, n)) {
			last, ok = n, true
		}
	}
	for _, n := range sc.Notices {
		if n.At.After(own.At) {
			take(own)
			own.Text = ""
		}
		take(n)
	}
	take(own)
	return last, ok
}

// superseded tells that an outcome is about a call that is over, and that another one was placed
// after it.
func (sc *scene) superseded(n phone.Notice) bool {
	if l, there := sc.Leg(n.Leg); n.Leg == "" || there && l.State != phone.Ended {
		return false
	}
	return slices.ContainsFunc(sc.Legs, func(l phone.Leg) bool {
		return l.Dir == phone.Outgoing && l.State != phone.Ended && l.Began.After(n.At)
	})
}

// holds tells that an outcome keeps its place against later news of a lesser grade. It gives it up to a
// success of the same call, and to any news of that call once it has ended. The link and orders that
// are about no call count as one call here.
func (v *view) holds(sc *scene, n, news phone.Notice) bool {
	settled := news.Leg == n.Leg && (news.Grade == phone.GradeDone || sc.ended(n.Leg))
	return weight(n) > weight(news) && !settled && sc.within(n.At, holdsFor) && !v.pressed.After(n.At)
}

// ended tells that a call of ours is over. It is still on the screen then.
func (sc *scene) ended(id pbxws.LegID) bool {
	l, there := sc.Leg(id)
	return there && l.State == phone.Ended
}

func weight(n phone.Notice) int { return gradeWeights[min(int(n.Grade), len(gradeWeights)-1)] }

// gradeWeights say which outcome is the more important one.
var gradeWeights = [...]int{phone.GradeInfo: 0, phone.GradeDone: 0, phone.GradeWarn: 1, phone.GradeFailed: 2}

// mention adds a line to the list of events, and to nothing else.
func (sc *scene) mention(g phone.Grade, text string) {
	n := phone.Notice{N: 1, At: sc.now, Grade: g, Text: text, NoOutcome: true}
	if last := len(sc.mentions); last > 0 {
		n.N = sc.mentions[last-1].N + 1
	}
	sc.mentions = append(slices.Clip(sc.mentions), n)
	sc.mentions = sc.mentions[max(0, len(sc.mentions)-keepMentions):]
}

// events are the phone's notices and what was mentioned besides, the newest last.
func (sc *scene) events() []phone.Notice {
	if len(sc.mentions) == 0 {
		return sc.Notices
	}
	all := slices.Concat(sc.Notices, sc.mentions)
	slices.SortStableFunc(all, func(a, b phone.Notice) int { return a.At.Compare(b.At) })
	return all
}

// lastMention is the last event that is no outcome.
func lastMention(sc *scene) (phone.Notice, bool) {
	all := sc.events()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].NoOutcome {
			return all[i], true
		}
	}
	return phone.Notice{}, false
}

// showsEvents tells that the list of events is on the screen.
func (v *view) showsEvents(sc *scene) bool { return v.onMenu(sc) || v.showsSide(sc) }

func confirmed(n phone.Notice) string {
	if n.Took == 0 {
		return ""
	}
	if n.Grade == phone.GradeFailed {
		return "PBX refused after " + term.Took(n.Took)
	}
	return "PBX confirmed " + term.Took(n.Took)
}

// leaveQuestion stands in the message line until it is answered.
func leaveQuestion(sc *scene, v *view) string {
	calls := term.Count(sc.LiveHere(), "call")
	stay := append(sc.keys.Keys(keymap.Confirm, keymap.ConfirmStay), "", "")
	leave := append(sc.keys.Keys(keymap.Confirm, keymap.ConfirmLeave), "")
	if sc.Mixes() {
		calls += ", on this phone"
	}
	words := calls + ": " + keyName(stay[0]) + " " + keymap.ConfirmStay.Hint()
	if stay[1] != "" {
		words += " (" + keyName(stay[1]) + ")"
	}
	words += ", " + keyName(leave[0]) + " " + keymap.ConfirmLeave.Hint()
	if keys := sc.keys.Keys(keymap.Confirm, keymap.ConfirmDetach); len(keys) > 0 && v.canDetach(sc) {
		words += ", " + keyName(keys[0]) + " " + keymap.ConfirmDetach.Hint()
	}
	if sc.Live() > sc.LiveHere() {
		words += "; your desk phone's call goes on"
	}
	return words
}

// drawEvents is what happened, the newest first.
func drawEvents(c *term.Canvas, r term.Rect, sc *scene) {
	all := sc.events()
	if r.H < 2 || len(all) == 0 {
		return
	}
	c.On(r.Rows(1), 0).Gap(1).Put(term.Title, "EVENTS")
	for i := len(all) - 1; i >= 0 && r.H > 0; i-- {
		n, more := all[i], 0
		for n.Device && i > 0 && all[i-1].Device {
			i, more = i-1, more+1
		}
		if more > 0 {
			n.Text += " (and " + strconv.Itoa(more) + " before)"
		}
		p := c.On(r.Rows(1), 0).Gap(1).Put(term.Faint, term.Clock(n.At)).Gap(2)
		if r.W >= minWidth {
			if took := confirmed(n); c.Columns(n.Text)+2+c.Columns(took) <= p.Room() {
				p.Right(term.Faint, took)
			}
			p.PutCut(gradeStyle(n.Grade), n.Text)
			continue
		}
		lines := term.Wrap(n.Text, p.Room(), c.ASCII)
		r.Rows(len(lines) - 1)
		c.Paragraph(term.NewRect(p.X, p.Y, p.Room(), r.Y-p.Y), gradeStyle(n.Grade), lines)
	}
}

// parkedWords is a place, who waits there, how long, and who left them there.
func parkedWords(sc *scene, o pbxws.Orbit) string {
	words := string(o.ID) + "  " + cut(sc.name(o.Parked), 16) + "  " + term.Minutes(sc.since(o.Since))
	if o.By.Number != "" {
		words += " by " + cut(o.By.Number, 6)
	}
	return words
}

// drawSummary is queues and orbits in one line, where everybody else is on the screen too.
func drawSummary(c *term.Canvas, r term.Rect, sc *scene, v *view) {
	p := c.On(r, 0).Gap(1)
	for i := range sc.directory.Entries[sc.directory.Extensions:] {
		e := &sc.directory.Entries[sc.directory.Extensions+i]
		sc := sc.on(e.Link)
		q, ok := sc.PBX.Queues.Get(e.ID)
		if !ok {
			continue
		}
		st, words := term.Plain, cut(q.Name, 20)+sc.at()+" "+strconv.Itoa(q.Waiting)
		if q.Waiting > 0 {
			st, words = term.Warn, words+" ("+strings.Join(waitingWords(sc, q), ", ")+")"
		}
		if p.X == r.X+1 {
			p.Put(term.Title, "WAITING").Gap(1)
		}
		p.Put(st, words).Gap(2)
	}
	agents := 0
	for _, b := range sc.boards() {
		for _, q := range b.PBX.Queues.All() {
			agents += q.Agents
		}
	}
	if agents > 0 {
		p.Gap(1).Put(term.Title, "AGENTS").Gap(1).Put(term.Plain, strconv.Itoa(agents)).Gap(2)
	}
	for i, l := range parkedLines(sc) {
		if i == 0 {
			p.Gap(1).Put(l.style, l.text).Gap(1)
			continue
		}
		p.Put(term.Held, l.text).Gap(2)
	}
	if all := sc.events(); len(all) > 0 && !v.showsSide(sc) {
		last := all[len(all)-1]
		p.Gap(1).Put(term.Title, "LAST").Gap(1).Put(term.Faint, term.Clock(last.At)).Gap(1).PutCut(gradeStyle(last.Grade), last.Text)
	}
}

// waitingWords are those who wait in a queue, each with the time, or how long the first has waited.
func waitingWords(sc *scene, q pbxws.Queue) []string {
	callers := waiting(sc, q.ID)
	if len(callers) == 0 {
		return []string{term.Minutes(sc.since(q.Longest))}
	}
	var words []string
	for _, call := range callers[:min(len(callers), callersShown)] {
		words = append(words, term.Minutes(sc.since(call.Began))+" "+cut(sc.name(call.Other(q.ID)), 16))
	}
	return words
}

// summary tells that there is anything to say in it. What happened stands in the column at the side
// where there is one.
func (v *view) summary(sc *scene) bool {
	for _, b := range sc.boards() {
		if b.PBX.Queues.Len() > 0 || len(parked(b.PBX)) > 0 {
			return true
		}
	}
	return len(sc.events()) > 0 && !v.showsSide(sc)
}

// parked are the orbits in which somebody waits, by number.
func parked(st pbxws.State) []pbxws.OrbitID {
	return slices.DeleteFunc(orbits(st), func(id pbxws.OrbitID) bool { return st.Orbits[id].Call == "" })
}

// orbits are all parking places, by number.
func orbits(st pbxws.State) []pbxws.OrbitID { return slices.Sorted(maps.Keys(st.Orbits)) }
