package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// item is one word of the status line. The least important ones give way first.
type item struct {
	style term.Style
	text  string
	rank  int
}

// drawStatus is line 1: who I am, which PBX, whether it is heard of; what lamps are lit; the time.
func drawStatus(c *term.Canvas, r term.Rect, sc *scene) {
	if sc.several() {
		drawLinks(c, r, sc)
		return
	}
	p := c.On(r, 0).Gap(1)
	st, link := linkWords(sc)
	self := sc.PBX.Accounts.At(sc.PBX.Self)
	who := strings.TrimSpace(sc.Link.User + " " + self.Name)
	label := sc.Link.Label
	if sc.Link.Practice {
		label = "PRACTICE " + strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(label, "practice PBX"), "practice"))
	}
	items := lamps(sc)
	room := p.Room() - c.Columns(who) - c.Columns(link) - min(c.Columns(label), 24) - 6
	right := fit(items, room)
	left := p.Room() - c.Columns(right) - c.Columns(link) - 2
	p.Cell(term.Strong, min(c.Columns(who), max(8, left-10)), who).Gap(2)
	p.Cell(term.Plain, max(0, min(c.Columns(strings.TrimSpace(label)), left-c.Columns(who)-4)), label).Gap(2)
	p.Put(st, link)
	drawLamps(c, r, items, room)
}

// linkWords is the state of the link in words.
func linkWords(sc *scene) (term.Style, string) {
	l := sc.Link
	switch {
	case !sc.silent.IsZero():
		return term.Warn, sc.staleFor(sc.silent)
	case l.State == phone.LinkStale:
		return term.Warn, sc.staleFor(l.AliveAt)
	}
	switch l.State {
	case phone.LinkUp:
		return term.Done, "LIVE"
	case phone.LinkWaiting:
		return term.Warn, fmt.Sprintf("reconnecting, try %d in %d s", l.Attempt+1, secondsUntil(sc, l.NextTry))
	case phone.LinkStopped:
		return term.Failed, "NOT CONNECTED"
	}
	if l.Attempt > 1 {
		return term.Warn, "connecting, try " + strconv.Itoa(l.Attempt)
	}
	return term.Warn, "connecting"
}

// staleFor is the age of what was heard last.
func (sc *scene) staleFor(aliveAt time.Time) string {
	return fmt.Sprintf("STALE %d s", int(sc.since(aliveAt)/time.Second))
}

// secondsUntil counts down: 1 is the last second.
func secondsUntil(sc *scene, at time.Time) int {
	return int((sc.until(at) + time.Second - 1) / time.Second)
}

// lamps are the words at the right of the status line, from left to right.
func lamps(sc *scene) []item {
	items := []item{{term.Plain, sc.now.Format("15:04"), 4}}
	lit := func(on bool, st term.Style, text string, rank int) {
		if on {
			items = append(items, item{st, text, rank})
		}
	}
	unregistered := sc.where(func(at *scene) bool {
		return at.Link.State == phone.LinkUp && at.PBX.NotRegistered() && !at.Link.Since.IsZero() && !sc.within(at.Link.Since, 3*time.Second)
	})
	lit(unregistered.any, term.Failed, unregistered.words("NOT REGISTERED"), 1)
	undisturbed := sc.where(func(at *scene) bool { return at.PBX.Accounts.At(at.PBX.Self).DND })
	lit(undisturbed.any, term.DND, undisturbed.words("DND"), 1)
	missed, messages := sc.missed(), 0
	for _, b := range sc.boards() {
		messages += b.PBX.MWI.New
	}
	lit(missed > 0, term.Warn, "miss "+strconv.Itoa(missed), 3)
	lit(messages > 0, term.Warn, "VM "+strconv.Itoa(messages), 3)
	var said []string
	for _, b := range sc.boards() {
		words := forwardWords(b.PBX.Forwards)
		if words == "" || slices.Contains(said, words) {
			continue
		}
		said = append(said, words)
		lit(true, term.Warn, sc.where(func(at *scene) bool { return forwardWords(at.PBX.Forwards) == words }).words(words), 2)
	}
	onDesk := sc.where(func(at *scene) bool { return at.ControlOnly() })
	lit(sc.Muted, term.Alert, "MUTED", 0)
	switch {
	case onDesk.any:
		items = append(items, item{term.Warn, onDesk.words("on desk phone"), 2})
	case sc.Sound.Silent:
		items = append(items, item{term.Warn, "no sound card", 2})
	case sc.Sound.Mic != "":
		items = append(items, item{term.Plain, "mic " + cut(sc.Sound.Mic, 20), 5})
	case sc.Sound.Device != "":
		items = append(items, item{term.Plain, "no mic, " + cut(sc.Sound.Device, 20), 5})
	}
	return append(items, sc.away.lamps()...)
}

// forwardWords is where our calls go, the first condition in full.
func forwardWords(all []pbxws.Forward) string {
	if len(all) == 0 {
		return ""
	}
	words := "fwd " + cut(all[0].To, 16)
	if all[0].When != pbxws.ForwardAlways {
		words += " " + strings.Replace(all[0].When.String(), "when", "if", 1)
	}
	if more := len(all) - 1; more > 0 {
		words += " +" + strconv.Itoa(more)
	}
	return words
}

// fit is the text of the items that find room, without their styles, for measuring.
func fit(items []item, room int) string {
	var words []string
	for _, it := range kept(items, room) {
		words = append(words, it.text)
	}
	return strings.Join(words, "  ")
}

// kept leaves out items, those of the highest rank first and of one rank the last first, until the rest fits.
func kept(items []item, room int) []item {
	rest := slices.Clone(items)
	for len(rest) > 0 {
		n, least := 0, 0
		for i, it := range rest {
			n += term.Columns(it.text, false) + 2
			if it.rank >= rest[least].rank {
				least = i
			}
		}
		if n <= room {
			break
		}
		rest = slices.Delete(rest, least, least+1)
	}
	return rest
}

func drawLamps(c *term.Canvas, r term.Rect, items []item, room int) {
	p := c.On(r, 0)
	for _, it := range kept(items, room) {
		p.Right(it.style, it.text)
	}
}

// banner are the sentences of a phone that stands still, else of links that are down: what failed and what to do.
func banner(sc *scene) []string {
	if text := sc.silenceWords(); text != "" { // of the links nothing is known then
		return term.Wrap(text, sc.w-2, sc.ascii)
	}
	var lines []string
	for _, b := range sc.boards() {
		there := sc.on(b.Link.ID)
		if text := troubleWords(there); text != "" {
			if sc.several() {
				text = sc.label(b.Link.ID) + ": " + text
			}
			lines = append(lines, term.Wrap(text, sc.w-2, sc.ascii)...)
		}
	}
	return lines
}

func troubleWords(sc *scene) string {
	l := sc.Link
	if l.State == phone.LinkUp || l.State == phone.LinkStale || l.What == "" {
		return ""
	}
	text := l.What
	if l.State == phone.LinkWaiting {
		text += "; trying again in " + strconv.Itoa(secondsUntil(sc, l.NextTry)) + " s"
	}
	text += "."
	if l.Next != "" {
		text += " " + l.Next + "."
	}
	return text
}

// cut shortens a text from a wire to so many columns.
func cut(s string, n int) string { return term.Harmless(s, n, false) }
