package tui

import (
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

// numberPane is the field for a number, or for somebody who has one, above those who are meant.
type numberPane struct {
	typed term.Input
	kind  numberKind
	// roster has the people to choose from.
	roster *rosterPane
	// leg is the call to be transferred.
	leg pbxws.LegID
	// asked is when another program put the text there; zero where a person did.
	asked time.Time
	// chosen is set once a person moved the cursor: Enter then means the selected one, whatever
	// stands in the field.
	chosen bool
	// external tells that the text came from a paste or another program; others are more numbers that
	// did.
	external bool
	others   []hit
	// proposed is the number for Enter while nothing was typed or selected, empty for none.
	proposed string
	// avoid are we ourselves and who is to be transferred: nobody means those but by their number, or by
	// selecting them.
	avoid []phone.Account
	// by is the PBX that a person chose to call by, empty for none.
	by phone.LinkID
}

// numberKind is what the number is for.
type numberKind uint8

const (
	dialField numberKind = iota
	findField
	transferField // at once
	consultField  // after having asked
)

// maxTyped bounds numbers and names in letters.
const maxTyped = 60

func (n *numberPane) context() keymap.Context { return keymap.Field }

func (n *numberPane) close() bool { return false }

func (n *numberPane) input() *term.Input { return &n.typed }

func (n *numberPane) query() query {
	return query{open: true, text: n.typed.String(), others: n.others, avoid: n.avoid}
}

func (n *numberPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	if g, ok := n.roster.drawGrid(c, r, sc, n.query()); ok {
		drawField(c, g.head, sc, n, fmt.Sprintf("%d of %d shown", len(g.found), len(sc.directory.Entries)))
	}
}

func (n *numberPane) move(a keymap.Action, r term.Rect, sc *scene) {
	n.roster.moveIn(a, r, sc, n.query())
	n.chosen, n.by = true, ""
}

func (n *numberPane) key(k tea.Key, sc *scene) (tea.Cmd, bool) {
	before := n.typed.String()
	if !n.typed.Edit(k) {
		return nil, false
	}
	n.changedFrom(before)
	n.follow(sc)
	return nil, true
}

func (n *numberPane) insert(text string, sc *scene) {
	n.typed.Insert(text)
	n.changedFrom("")
	n.follow(sc)
}

// follow selects whom Enter means after the text has changed: for a number whoever has it, if anybody.
func (n *numberPane) follow(sc *scene) {
	if text := n.typed.Text(); n.meansText(text) {
		there := sc.on(n.link(sc))
		read, _ := there.Number(text)
		n.roster.markCalled(there, n.query(), read.Dial)
		return
	}
	n.roster.follow(sc, n.query())
}

// meansText tells that Enter means the text as a number and not the selected one.
func (n *numberPane) meansText(text string) bool {
	return !n.chosen && text != "" && n.kind != findField && number.IsNumber(text)
}

// marksOneself tells that Enter would call one's own number, which was selected and not dialled.
func (n *numberPane) marksOneself(sc *scene, to string) bool {
	calls := n.kind == dialField || n.kind == findField
	return calls && !n.chosen && sc.isOwn(to) && !n.meansText(n.typed.Text())
}

// changedFrom forgets what belonged to another text. What another program asks for stays.
func (n *numberPane) changedFrom(text string) {
	if n.typed.String() == text {
		return
	}
	n.chosen, n.external = false, false
	n.others = slices.DeleteFunc(n.others, func(h hit) bool { return h.section == pastedToo })
}

// target is the party that Enter calls, empty for none.
func (n *numberPane) target(sc *scene) string {
	text := n.typed.Text()
	if n.proposed != "" && text == "" && !n.chosen {
		return n.proposed
	}
	marked, isMarked := n.roster.marked(sc, n.query())
	if isMarked && !n.meansText(text) {
		return n.numberOf(sc, marked)
	}
	if read, why := sc.on(n.link(sc)).Number(text); why == "" {
		return read.String()
	}
	return text
}

// link is the PBX that Enter calls by: that of the call in hand, the one that was chosen, that
// of the selected one, else what the number tells.
func (n *numberPane) link(sc *scene) phone.LinkID {
	if !sc.several() {
		return sc.Link.ID
	}
	if l, ok := sc.Leg(n.leg); ok && n.leg != "" {
		return l.Link
	}
	if n.by != "" {
		return n.by
	}
	text := n.typed.Text()
	if a, marked := n.markedAccount(sc); marked && !n.meansText(text) {
		return sc.reachable(a).Link
	}
	if external, marked := n.roster.external(); marked && !n.meansText(text) {
		text = external
	}
	return sc.Route(text)
}

// markedAccount is who is selected in the directory, false where nobody is.
func (n *numberPane) markedAccount(sc *scene) (phone.Account, bool) {
	if n.proposed != "" && n.typed.Text() == "" && !n.chosen {
		return phone.Account{}, false
	}
	return n.roster.markedAccount(sc, n.query())
}

// elsewhere names whom Enter means by the cursor, where they are at another PBX than the one that
// Enter calls by; why says in words that this one cannot call them. Their number may be somebody else's here.
func (n *numberPane) elsewhere(sc *scene) (who, why string) {
	a, marked := n.markedAccount(sc)
	if !marked || !sc.several() || n.meansText(n.typed.Text()) {
		return "", ""
	}
	by := n.link(sc)
	if slices.ContainsFunc(sc.accounts(a), func(own phone.Account) bool { return own.Link == by }) {
		return "", ""
	}
	_, why = sc.as(by, a)
	return sc.whoIs(a) + sc.on(a.Link).at(), why
}

// numberOf is the selected number as the PBX calls it that Enter calls by; left as it is where
// that has no way to.
func (n *numberPane) numberOf(sc *scene, marked string) string {
	a, isAccount := n.markedAccount(sc)
	if !isAccount || !sc.several() {
		return marked
	}
	dial, _ := sc.as(n.link(sc), a)
	return dial
}

// byAnother has Enter call by the next PBX that can call who is selected, or what is typed.
func (n *numberPane) byAnother(sc *scene) string {
	now := n.link(sc)
	boards := sc.boards()
	at := slices.IndexFunc(boards, func(b phone.LinkView) bool { return b.Link.ID == now })
	a, marked := n.markedAccount(sc)
	marked = marked && !n.meansText(n.typed.Text())
	refusal := ""
	for i := 1; i < len(boards); i++ {
		next := boards[(at+i)%len(boards)].Link.ID
		if state := boards[(at+i)%len(boards)].Link.State; state != phone.LinkUp && state != phone.LinkStale {
			refusal = "there is no link to " + sc.label(next)
			continue
		}
		if marked {
			if _, why := sc.as(next, a); why != "" {
				refusal = why
				continue
			}
		}
		n.by = next
		n.follow(sc)
		return ""
	}
	return refusal
}

func (n *numberPane) label(sc *scene) string {
	l, _ := sc.Leg(n.leg)
	switch n.kind {
	case findField:
		return "find: "
	case transferField:
		return "transfer " + sc.farEnd(l) + " to: "
	case consultField:
		return "ask about " + sc.farEnd(l) + " first, call: "
	}
	return "dial: "
}

func (n *numberPane) verb() string {
	return [...]string{dialField: "call", findField: "call", transferField: "transfer", consultField: "ask"}[n.kind]
}

func (n *numberPane) preview(sc *scene) string {
	to := n.target(sc)
	there, unreached := n.elsewhere(sc)
	sc = sc.on(n.link(sc))
	l, _ := sc.Leg(n.leg)
	name, who := sc.farEnd(l), sc.called(to)
	if there != "" {
		who = there + " as " + to
	}
	read, why := sc.reads(to)
	switch {
	case unreached != "":
		return unreached
	case to == "":
		return "type a number or a name"
	case why != "":
		return why
	case n.marksOneself(sc, to):
		return ownNumber(to)
	case n.kind == transferField || n.kind == consultField:
		if refusal := sc.Refuses(sc.sending(n.kind, n.leg, to)); refusal != "" {
			return refusal
		}
		if words := n.joins(sc, to); words != "" {
			return words
		}
	}
	switch n.kind {
	case transferField:
		return fmt.Sprintf("Enter: %s will talk to %s, you leave", name, who)
	case consultField:
		return fmt.Sprintf("Enter: calls %s, %s waits (step 1 of 3)", who, name)
	}
	return n.previewCall(sc, read, who)
}

func (n *numberPane) previewCall(sc *scene, to number.Number, who string) string {
	after, warning := heldThen(sc), sc.Warning(to)
	switch {
	case warning != "" && (n.external || n.chosen): // this matters more than which phone it is
		return warning + ": Enter dials " + who + sc.by() + after
	case sc.ControlOnly():
		return "Enter: " + previewControlOnly(sc, who)
	case sc.Sound.Silent && !sc.Link.Practice:
		return "Enter: calls " + who + sc.by() + " without sound: no sound card, no desk phone"
	}
	return "Enter: calls " + who + sc.by() + after
}

// previewControlOnly says which telephone makes a call that is not placed here.
func previewControlOnly(sc *scene, who string) string {
	for _, d := range sc.PBX.Telephones {
		if d.Chosen && d.Kind == pbxws.DeviceWebRTC && sc.PBX.Registered {
			return "the PBX" + sc.at() + " has your telephone " + string(d.ID) + " call " + who
		}
	}
	return "your desk phone" + sc.at() + " rings; pick it up to call " + who
}

// joins is the preview of a transfer to somebody who is on the line with us already.
func (n *numberPane) joins(sc *scene, to string) string {
	l, _ := sc.Leg(n.leg)
	switch i := sc.sending(n.kind, n.leg, to).(type) {
	case phone.ConsultWith:
		other, _ := sc.Leg(i.With)
		return "Enter: asks " + sc.farEnd(other) + ", who is on the line already; " + sc.farEnd(l) + " waits"
	case phone.LinkCalls:
		other, _ := sc.Leg(i.With)
		return "Enter: links " + sc.farEnd(l) + " with " + sc.farEnd(other) + ", who is on the line already; you leave"
	}
	return ""
}

func (n *numberPane) orphaned(sc *scene) string { return orphaned(sc, n.leg, "transfer") }

// orphaned says why a field for a call cannot stay open, empty if it can.
func orphaned(sc *scene, leg pbxws.LegID, verb string) string {
	l, ok := sc.Leg(leg)
	if leg == "" || ok && l.State == phone.Connected {
		return ""
	}
	return sc.farEnd(l) + " is no longer there: nothing to " + verb
}

func (n *numberPane) accept(m *model) (tea.Cmd, string) {
	sc := &m.scene
	to, by := n.target(sc), n.link(sc)
	_, unreached := n.elsewhere(sc)
	sc = sc.on(by)
	switch {
	case unreached != "":
		return nil, unreached
	case n.tooEarly(sc):
		return nil, "another program put this number here: press Enter again to call " + to
	case to == "":
		return nil, "type a number or a name first"
	case n.kind == transferField || n.kind == consultField:
		refusal := m.do(sc.sending(n.kind, n.leg, to))
		if refusal == "" {
			m.view.panes.drop(n)
		}
		return nil, refusal
	}
	if _, why := sc.reads(to); why != "" {
		return nil, why
	}
	if n.marksOneself(sc, to) {
		return nil, ownNumber(to)
	}
	return nil, m.dialBy(by, to)
}

// tooEarly tells that a number was put into the field by another program just now, so that the
// key was not meant for it.
func (n *numberPane) tooEarly(sc *scene) bool {
	return sc.within(n.asked, typingFor)
}

// offer puts a number that another program asks for below what the person types.
func (n *numberPane) offer(wanted number.Number, warning string) {
	n.others = slices.DeleteFunc(n.others, func(h hit) bool { return h.section == askedFor })
	asked := hit{section: askedFor, number: wanted.String(), note: warning}
	n.others = append([]hit{asked}, n.others...)
}
