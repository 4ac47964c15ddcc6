package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// recordSign stands in the frame of a call that the PBX records: it must not be missed, with
// colours or without.
const recordSign = "  (O) BEING RECORDED"

// card is what is shown of one leg, and of that leg only. An attended transfer has one card for
// both of its legs.
type card struct {
	leg     phone.Leg
	consult bool
	lines   int
}

// cards are the calls on the screen in order. Where the screen is low each is one line and a frame
// is left out. What has ended has no card, see endedWords.
func (sc *scene) cards() (cards []card, framed bool) {
	room := (sc.h-5)*2/3 - 1
	cards = sc.stack(false)
	if _, _, asks := sc.Consulting(); asks {
		pair := sc.stack(true)
		free := room - stackHeight(pair)
		if lines := min(sc.consultLines(), leastConsult+free); lines >= leastConsult {
			i := slices.IndexFunc(pair, func(k card) bool { return k.consult })
			pair[i].lines = lines
			return pair, true
		}
	}
	if stackHeight(cards) <= room {
		return cards, true
	}
	for i := range cards {
		cards[i].lines = 1
	}
	return cards[:min(len(cards), max(1, sc.h-4))], false
}

// stackHeight is how many lines framed cards need but for the last border.
func stackHeight(cards []card) int {
	n := 0
	for _, k := range cards {
		n += k.lines + 1
	}
	return n
}

// stack are the cards at their full height; with consult, an attended transfer at its least.
func (sc *scene) stack(consult bool) (cards []card) {
	asked, waiting, _ := sc.Consulting()
	paired := false
	for i, l := range sc.live() {
		switch {
		case !consult || l.ID != asked.ID && l.ID != waiting.ID:
			cards = append(cards, card{leg: l, lines: sc.cardLines(l, i)})
		case !paired:
			paired = true
			cards = append(cards, card{leg: asked, consult: true, lines: leastConsult})
		}
	}
	return cards
}

func (sc *scene) cardLines(l phone.Leg, place int) int {
	lines := 1
	if hasNote(sc, l) {
		lines++
	}
	switch {
	case l.State == phone.Alerting && place == 0:
		return lines + 1 + len(ringNotes(sc, l))
	case sc.talks(l) && !sc.fitsOneLine(l):
		lines++
	}
	return lines
}

// talks tells that a call of this phone has sound now.
func (sc *scene) talks(l phone.Leg) bool {
	return l.State == phone.Connected && !l.LocalHold && !l.Apart && l.Place == phone.Here
}

// fitsOneLine tells that all that is known of a call has room beside the party.
func (sc *scene) fitsOneLine(l phone.Leg) bool {
	need := term.Columns(sc.full(l.Peer), sc.ascii)
	for _, it := range append(cardFacts(sc, l), soundFacts(sc, l)...) {
		need += factGap + term.Columns(it.text, sc.ascii)
	}
	return need <= sc.w-4
}

// hasNote tells whether a call has a note that has no other place.
func hasNote(sc *scene, l phone.Leg) bool { return l.State != phone.Alerting && cardNote(sc, l) != "" }

// cardNote is the tones that are to follow, what a person wrote down, and what a program said.
func cardNote(sc *scene, l phone.Leg) string {
	var notes []string
	if l.Queued != "" && l.State != phone.Ended {
		notes = append(notes, "then tones "+l.Queued)
	}
	for _, note := range []string{noteWords(sc, l.ID, l.Link), sc.notes[l.ID]} {
		if note != "" {
			notes = append(notes, note)
		}
	}
	return strings.Join(notes, "; ")
}

func (sc *scene) cardsHeight() int {
	cards, framed := sc.cards()
	if len(cards) == 0 {
		return 0
	}
	if framed {
		return stackHeight(cards) + 1
	}
	return len(cards)
}

func (v *view) drawCards(c *term.Canvas, r term.Rect, sc *scene) {
	cards, framed := sc.cards()
	meant, _ := sc.meant()
	for i, k := range cards {
		name, double := cardName(sc, k.leg, meant.ID), isDouble(k)
		if !framed {
			drawLine(c, r.Rows(1), sc, k.leg, name)
			continue
		}
		st, _ := cardTitle(sc, k.leg)
		figure := cardFigure(sc, k.leg)
		if k.consult {
			asked, waiting, _ := sc.Consulting()
			st, name, figure, double = term.Title, "TRANSFER, asking first", consultStep(sc, asked, waiting), true
		}
		if figure != "" {
			name += "   " + figure
		}
		if bar, ok := barStyle(sc, k.leg); ok && !k.consult {
			c.Bar(r.Rows(1), bar, name)
		} else {
			c.Border(r.Rows(1), min(term.Edge(i), term.MiddleEdge), st, name, double)
		}
		v.drawCard(c, c.Inside(r.Rows(k.lines)), sc, k)
	}
	if framed && len(cards) > 0 {
		c.Border(r.Rows(1), term.BottomEdge, term.Ruled, "", isDouble(cards[len(cards)-1]))
	}
}

// barStyle is how the head of a card goes across the screen: of what rings and of who hears you.
func barStyle(sc *scene, l phone.Leg) (st term.Style, ok bool) {
	switch {
	case l.State == phone.Alerting:
		return term.RingBar, true
	case l.State == phone.Connected && cardStyle(sc, l) == term.Talking:
		return term.TalkBar, true
	}
	return 0, false
}

// isDouble tells that a card must not be missed.
func isDouble(k card) bool { return k.consult || k.leg.State == phone.Alerting }

// cardName heads a card: its number where there are several, and which one keys act on.
func cardName(sc *scene, l phone.Leg, meant pbxws.LegID) string {
	_, name := cardTitle(sc, l)
	if (l.Recording || l.RecordingTo != "") && l.State != phone.Ended {
		name += recordSign
	}
	if l.AnsweredItself && l.State != phone.Ended {
		name += itselfSign(sc)
	}
	if number := callNumber(sc, l); number != "" {
		name = number + " " + strings.Replace(name, " 1 of 1", "", 1) // one number is enough
	}
	if sc.Live() < 2 {
		return name
	}
	if l.ID == meant {
		return "> " + name
	}
	return name
}

// itselfSign stands in the frame of a call that nobody answered by hand: whether one is heard must be seen.
func itselfSign(sc *scene) string {
	if sc.Muted {
		return "  ANSWERED AUTOMATICALLY, YOU ARE MUTED"
	}
	return "  ANSWERED AUTOMATICALLY, MICROPHONE ON"
}

// callNumber is the number by which a call can be named; empty where there is no need of one.
func callNumber(sc *scene, l phone.Leg) string {
	if l.State == phone.Ended || l.N == 0 || l.N == 1 && sc.Live() < 2 {
		return ""
	}
	return strconv.Itoa(l.N)
}

// cardTitle is the state of a leg in words.
func cardTitle(sc *scene, l phone.Leg) (term.Style, string) {
	there := sc.on(l.Link)
	words := l.Title(there.who)
	if l.State == phone.Alerting && l.Place != phone.LeftBehind {
		words += ringPlace(sc, l)
	}
	if state, more, long := strings.Cut(words, ", "); long && l.Transfer == "" {
		words = state + there.at() + ", " + more // what follows may be cut
	} else {
		words += there.at()
	}
	return cardStyle(sc, l), words + unconfirmed(there, l)
}

// unconfirmed says that a call which is not up may have ended without our being told.
func unconfirmed(there *scene, l phone.Leg) string {
	switch {
	case l.Place != phone.Here || l.State >= phone.Connected || there.Link.State == phone.LinkUp || there.Link.AliveAt.IsZero():
		return ""
	case there.Link.State == phone.LinkStale:
		return ", no news, may be over"
	}
	return ", link lost, may be over"
}

func cardStyle(sc *scene, l phone.Leg) term.Style {
	switch {
	case l.Place == phone.LeftBehind:
		return term.Warn
	case l.State == phone.Alerting:
		return term.Alert
	case l.State == phone.Answering:
		return term.Talking
	case l.State == phone.Ended:
		return term.Faint
	case l.State != phone.Connected:
		return term.Strong
	case l.Transfer == "" && !l.RemoteHold && overdue(sc, l):
		return term.Alert
	case l.Transfer != "" || l.LocalHold || l.RemoteHold || l.Apart:
		return term.Held
	}
	return term.Talking
}

// cardFigure heads a card after its name: the duration and the quality, with figures on a wide screen.
func cardFigure(sc *scene, l phone.Leg) string {
	timer := cardTimer(sc, l)
	if _, known := quality(l); known && sc.w >= sideFrom && l.State == phone.Connected && !l.LocalHold {
		s := l.Stats
		timer += "   loss " + percent(share(s.Lost+s.Late, s.Received)) + "  jitter " + ms(s.Jitter)
		if s.RTT > 0 {
			timer += "  rtt " + ms(s.RTT)
		}
	}
	return timer
}

// cardTimer is how long things last, and how good they are in a word.
func cardTimer(sc *scene, l phone.Leg) string {
	switch {
	case l.State == phone.Ended:
		if l.Answered.IsZero() {
			return ""
		}
		return "after " + term.Hours(l.Ended.Sub(l.Answered))
	case l.State != phone.Connected:
		return term.Minutes(sc.since(l.Began))
	case l.LocalHold:
		timer := "held " + term.Minutes(sc.since(l.HeldAt)) + " of " + term.Hours(sc.since(l.Answered))
		if overdue(sc, l) {
			return "!! " + timer + " !!"
		}
		return timer
	}
	timer := term.Hours(sc.since(l.Answered))
	if q, ok := quality(l); ok && l.Transfer == "" && !l.RemoteHold && !l.Apart {
		timer += "   quality " + q.String()
	}
	return timer
}

// fact is one thing that is known of a call.
type fact struct {
	style term.Style
	text  string
}

// factGap is how many columns are between two facts.
const factGap = 2

// drawCard fills a card.
func (v *view) drawCard(c *term.Canvas, r term.Rect, sc *scene, k card) {
	l := k.leg
	switch {
	case k.consult:
		drawConsult(c, r, sc)
		return
	case l.State == phone.Alerting && k.lines > 1:
		v.drawRinging(c, r, sc, l)
		return
	}
	facts := cardFacts(sc, l)
	if !sc.talks(l) {
		drawFacts(c, r.Rows(1), sc, l, facts)
	} else if sound := soundFacts(sc, l); sc.fitsOneLine(l) {
		drawFacts(c, r.Rows(1), sc, l, append(facts, sound...))
	} else {
		drawFacts(c, r.Rows(1), sc, l, facts)
		p := c.On(r.Rows(1), 0)
		for _, f := range sound {
			p.Put(f.style, f.text).Gap(factGap)
		}
	}
	if hasNote(sc, l) {
		c.On(r.Rows(1), 0).Gap(3).PutCut(term.Plain, cardNote(sc, l))
	}
}

// cardFacts are what is known of a call besides the party, in the order of its line.
func cardFacts(sc *scene, l phone.Leg) []fact {
	facts := []fact{{term.Plain, dirWords(l)}}
	switch {
	case l.Place == phone.LeftBehind:
		return append(facts, fact{term.Warn, "nobody hears it; " + keyIn(sc.keys, keymap.Talking, keymap.CallHangup) + " ends it"})
	case l.Place != phone.Here:
		return append(facts, fact{term.Plain, "on your desk phone"})
	case l.State == phone.Alerting:
		return []fact{{term.Plain, "rings, in"}}
	case l.State == phone.Connected && l.LocalHold:
		return append(facts, fact{term.Held, holdWords(l)})
	case l.Apart && len(sc.mixedBut(l)) == 0:
		return append(facts, fact{term.Held, "hears nobody, the other one is on hold"})
	case l.Apart:
		return append(facts, fact{term.Held, "they hear each other, not you"})
	case l.State == phone.Connected && l.Media:
		return append(facts, fact{term.Plain, l.Stats.Codec}, fact{term.Done, "encrypted"})
	}
	return facts
}

// soundFacts are what is heard, or why nothing is. In a conference the first card has the meters.
func soundFacts(sc *scene, l phone.Leg) []fact {
	var facts []fact
	if first, _ := sc.Talking(); first.ID == l.ID || !l.Mixed {
		facts = meterFacts(sc)
	}
	if trouble := troubleOf(sc, l); trouble != "" {
		facts = []fact{{term.Warn, trouble}}
	}
	if words := pendingWords(l); words != "" {
		facts = append(facts, fact{term.Held, words})
	}
	return facts
}

// drawFacts is a party and what is known of the call. Where there is no room for all of it, the last
// facts are worth the most.
func drawFacts(c *term.Canvas, r term.Rect, sc *scene, l phone.Leg, facts []fact) {
	p := c.On(r, 0)
	need := 0
	for _, f := range facts {
		need += factGap + c.Columns(f.text)
	}
	most := p.Room() * 6 / 10
	for party := min(most, c.Columns(sc.full(l.Peer))); len(facts) > 1 && party+need > p.Room(); facts = facts[1:] {
		need -= factGap + c.Columns(facts[0].text)
	}
	putParty(p, term.Strong, sc, l.Peer, max(most, p.Room()-need))
	for _, f := range facts {
		p.Gap(factGap).Put(f.style, f.text)
	}
}

// endedWords are the calls that have ended a moment ago, in a line.
func endedWords(sc *scene) string {
	var words []string
	for _, l := range sc.Legs {
		if l.State == phone.Ended {
			line := "ENDED " + sc.farEnd(l)
			if l.Peer.Number != "" && !l.Peer.Withheld() && l.Peer.Number != sc.name(l.Peer) {
				line += " " + l.Peer.Number
			}
			line += ", " + endWords(sc, l)
			if timer := cardTimer(sc, l); timer != "" {
				line += " " + timer
			}
			words = append(words, line)
		}
	}
	return strings.Join(words, "   ")
}

func holdWords(l phone.Leg) string {
	if l.HoldPending {
		return "asking the PBX to resume"
	}
	return "they hear music"
}

func pendingWords(l phone.Leg) string {
	if l.HoldPending {
		return "asking the PBX to hold"
	}
	return ""
}

func dirWords(l phone.Leg) string {
	way := "out"
	if l.Dir == phone.Incoming {
		way = "in"
	}
	if l.Via != "" {
		way += "  via " + cut(l.Via, 24)
	}
	return way
}

// partyWords is a party on a card: colleagues by number and name, others by name first.
func partyWords(sc *scene, p pbxws.Party) string {
	if a, ok := sc.PBX.AccountAt(p.Number); ok {
		name := p.Name
		if name == "" {
			name = a.Name
		}
		return pbxws.Party{Name: name, Number: p.Number}.String()
	}
	if p.Name == "" || number.Withheld(p.Number) || p.Name == p.Number {
		return p.String()
	}
	return p.Name + "   " + p.Number
}

// leastName is how many columns a name keeps beside its number.
const leastName = 12

// leastCut is how many columns the beginning of a name needs to be useful.
const leastCut = 5

// putParty writes a party in about so many columns. Its number is never cut: a long name gives way.
func putParty(p *term.Pen, st term.Style, sc *scene, party pbxws.Party, width int) *term.Pen {
	words, name := sc.full(party), sc.name(party)
	digits := p.C.Columns(party.Number)
	width = min(p.Room(), max(width, digits+leastName))
	if p.C.Columns(words) <= width || party.Number == "" || party.Withheld() || name == party.Number {
		return p.PutCut(st, words)
	}
	if _, colleague := sc.PBX.AccountAt(party.Number); colleague {
		p.Put(st, party.Number)
		if room := width - digits - 1; room >= leastCut {
			p.Gap(1).Put(st, p.C.Cut(name, room))
		}
		return p
	}
	if room := width - digits - 3; room >= leastCut {
		p.Put(st, p.C.Cut(name, room)).Gap(3)
	}
	return p.Put(st, party.Number)
}

// endWords are what became of a call that has ended.
func endWords(sc *scene, l phone.Leg) string {
	switch {
	case l.Cause.Ending == pbxws.EndedDeclined && l.Dir == phone.Incoming:
		return "you rejected it"
	case l.Cause.Ending != pbxws.EndedTransferred || l.Transfer == "":
		return l.EndWords()
	case l.Parked():
		return l.Transfer
	}
	return "sent to " + sc.who(l.Transfer)
}

// drawLine is a card without its frame.
func drawLine(c *term.Canvas, r term.Rect, sc *scene, l phone.Leg, name string) {
	st, _ := cardTitle(sc, l)
	p := c.On(r, 0).Gap(1).Put(st, name).Gap(2)
	p.Right(term.Plain, cardTimer(sc, l))
	putParty(p, term.Strong, sc, l.Peer, p.Room())
	if bar, ok := barStyle(sc, l); ok {
		c.Restyle(r, bar)
	}
}
