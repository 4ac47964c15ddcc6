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
)

// freshFor is how long an outcome stays in the message line.
const freshFor = 15 * time.Second

var gradeStyles = [...]style{
	phone.GradeInfo: plain, phone.GradeDone: done, phone.GradeWarn: warn, phone.GradeFailed: failed,
}

func gradeStyle(g phone.Grade) style {
	if int(g) < len(gradeStyles) {
		return gradeStyles[g]
	}
	return plain
}

// drawMessage writes what is to be said into r. A sentence that is too long for one line begins
// in the line above, the ruler's, so that nothing else on the screen moves.
func drawMessage(c *canvas, above, r rect, sc *scene, v *view) {
	st, text, aside := said(sc, v)
	p := c.on(r, 0).gap(1)
	need := c.columns(text)
	if aside != "" {
		need += 2 + c.columns(aside)
	}
	if need > p.room() && above.h > 0 {
		lines := wrap(text, p.room()-1, c.ascii)
		c.fill(above, plain, ' ')
		c.on(above, 0).gap(1).put(st, lines[0])
		text = strings.Join(lines[1:], " ")
	}
	if c.columns(text)+2+c.columns(aside) > p.room() {
		aside = ""
	}
	p.right(faint, aside)
	p.put(st, text)
}

// said is the outcome of the last action, ours or the PBX's answer to it, with what stands at
// the end of its line.
func said(sc *scene, v *view) (st style, text, aside string) {
	if v.leaving == asking {
		return alert, leaveQuestion(sc), ""
	}
	if v.question != nil {
		return alert, v.question.words, v.question.keys(sc)
	}
	notice, heard := latest(sc)
	if m := v.message; m.text != "" && sc.since(m.at) < freshFor && (!heard || !notice.At.After(m.at) || outweighs(m, notice)) {
		return gradeStyle(m.grade), m.text, ""
	}
	if heard && sc.since(notice.At) < freshFor {
		return gradeStyle(notice.Grade), notice.Text, confirmed(notice)
	}
	if sc.Sound.Ringing {
		return plain, "Ringing on: " + ringsOn(sc) + ".", ""
	}
	if l, ok := sc.tones(); ok && l.Digits != "" && !v.onMenu(sc) {
		return plain, "DTMF sent to " + sc.short(l.Peer) + ": " + sentDigits(l), ""
	}
	return plain, "", ""
}

// outweighs tells that what failed here stays in sight though something came up since that nobody
// has to act on.
func outweighs(m message, n phone.Notice) bool {
	return m.grade == phone.GradeFailed && (n.Grade == phone.GradeInfo || n.Grade == phone.GradeWarn)
}

func latest(sc *scene) (phone.Notice, bool) {
	if len(sc.Notices) == 0 {
		return phone.Notice{}, false
	}
	return sc.Notices[len(sc.Notices)-1], true
}

func confirmed(n phone.Notice) string {
	if n.Took == 0 {
		return ""
	}
	if n.Grade == phone.GradeFailed {
		return "PBX refused after " + took(n.Took)
	}
	return "PBX confirmed " + took(n.Took)
}

// leaveQuestion stands in the message line until it is answered.
func leaveQuestion(sc *scene) string {
	calls := strconv.Itoa(sc.own()) + " calls"
	if sc.own() == 1 {
		calls = "1 call"
	}
	stay := append(sc.keys.Keys(keymap.Confirm, keymap.ConfirmStay), "", "")
	leave := append(sc.keys.Keys(keymap.Confirm, keymap.ConfirmLeave), "")
	words := calls + ": " + keyName(stay[0]) + " " + keymap.ConfirmStay.Hint()
	if stay[1] != "" {
		words += " (" + keyName(stay[1]) + ")"
	}
	return words + ", " + keyName(leave[0]) + " " + keymap.ConfirmLeave.Hint()
}

// drawEvents is what happened, the newest first.
func drawEvents(c *canvas, r rect, sc *scene) {
	if r.h < 2 || len(sc.Notices) == 0 {
		return
	}
	c.on(r.rows(1), 0).gap(1).put(title, "EVENTS")
	for i := len(sc.Notices) - 1; i >= 0 && r.h > 0; i-- {
		n := sc.Notices[i]
		p := c.on(r.rows(1), 0).gap(1).put(faint, clock(n.At)).gap(2)
		if r.w >= minWidth {
			p.right(faint, confirmed(n)).put(gradeStyle(n.Grade), n.Text)
			continue
		}
		for j, line := range wrap(n.Text, p.room(), c.ascii) {
			if j > 0 {
				p = c.on(r.rows(1), 0).gap(11)
			}
			p.put(gradeStyle(n.Grade), line)
		}
	}
}

// parkedWords is a place, who waits there, how long, and who left them there.
func parkedWords(sc *scene, o pbxws.Orbit) string {
	words := string(o.ID) + "  " + cut(sc.name(o.Parked), 16) + "  " + minutes(sc.since(o.Since))
	if o.By.Number != "" {
		words += " by " + cut(o.By.Number, 6)
	}
	return words
}

// drawSummary is queues and orbits in one line, where everybody else is on the screen too.
func drawSummary(c *canvas, r rect, sc *scene) {
	p := c.on(r, 0).gap(1)
	for i := range sc.directory.entries[sc.directory.extensions:] {
		q, ok := sc.PBX.Queues[sc.directory.entries[sc.directory.extensions+i].id]
		if !ok {
			continue
		}
		st, words := plain, cut(q.Name, 20)+" "+strconv.Itoa(q.Waiting)
		if q.Waiting > 0 {
			st, words = warn, words+" ("+minutes(sc.since(q.Longest))+")"
		}
		if p.x == r.x+1 {
			p.put(title, "WAITING").gap(1)
		}
		p.put(st, words).gap(2)
	}
	agents := 0
	for _, q := range sc.PBX.Queues {
		agents += q.Agents
	}
	if agents > 0 {
		p.gap(1).put(title, "AGENTS").gap(1).put(plain, strconv.Itoa(agents)).gap(2)
	}
	for i, id := range parked(sc.PBX) {
		if i == 0 {
			p.gap(1).put(title, "PARKED").gap(1)
		}
		p.put(held, parkedWords(sc, sc.PBX.Orbits[id])).gap(2)
	}
}

// summary tells that there is anything to say in it.
func summary(sc *scene) bool { return len(sc.PBX.Queues) > 0 || len(parked(sc.PBX)) > 0 }

// parked are the orbits in which somebody waits, by number.
func parked(st pbxws.State) []pbxws.OrbitID {
	return slices.DeleteFunc(orbits(st), func(id pbxws.OrbitID) bool { return st.Orbits[id].Call == "" })
}

// orbits are all parking places, by number.
func orbits(st pbxws.State) []pbxws.OrbitID { return slices.Sorted(maps.Keys(st.Orbits)) }
