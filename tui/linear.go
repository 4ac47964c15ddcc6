package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/setup"
	"github.com/patchcord/patchcord/tui/term"
)

const (
	// lineRoom bounds a line in columns; names and reasons come from a wire.
	lineRoom = 200
	// resultLines is how many people found by a search are read out.
	resultLines = 3
	// framesRead is how many messages of the wire are read out at once.
	framesRead = 10
	// pastedFrom is the number of letters at once from which a text counts as pasted: without escape
	// sequences no terminal says so.
	pastedFrom = 5
)

// linear is the screen for screen readers and for terminals that can do nothing but print:
// one line for each event, with its time and a label, printed once and never changed. Keys,
// actions and fields are those of the other screen. What is printed holds printable text, CR LF
// and BEL and nothing else.
type linear struct {
	out   interface{ Print(string) }
	ascii bool
	// text gathers what one message of the loop makes us print.
	text strings.Builder
	// prompting tells that the last line is an open field with so much of its text printed.
	prompting bool
	typed     string
	known     reported
}

// reported is what the person has heard already.
type reported struct {
	started  bool
	notice   uint64
	mention  uint64
	message  message
	links    map[phone.LinkID]string
	legs     map[pbxws.LegID]string
	lamps    string
	mark     phone.Account
	filter   roster.StateFilter
	at       phone.LinkID
	confirms bool
	question *questionPane
	field    *term.Input
	searched string
	bells    int
	setup    setup.Spoken
	tour     string
	// row is what is selected in a list or a menu.
	row string
}

func newLinear(out interface{ Print(string) }, ascii bool) *linear {
	return &linear{out: out, ascii: ascii, known: reported{legs: map[pbxws.LegID]string{}, links: map[phone.LinkID]string{}}}
}

// act carries out an action that has lines of its own in this mode, and reports whether it was one.
func (n *linear) act(a keymap.Action, m *model) bool {
	switch {
	case a == keymap.ShowHelp:
		n.keys(&m.scene, &m.view)
	case a == keymap.ViewQuality, a == keymap.Redraw, a == keymap.MenuOpen && m.view.panes.field() == nil && m.view.roster.mark.ID == "":
		n.state(&m.scene)
	case a == keymap.ViewTrace:
		n.trace(m)
	case a == keymap.ViewApps:
		n.apps(&m.scene)
	default:
		return false
	}
	return true
}

// narrate prints what is new after a message of the loop.
func (n *linear) narrate(sc *scene, v *view, msg tea.Msg) {
	n.start(sc)
	n.link(sc)
	n.legs(sc)
	n.notices(sc)
	n.lamps(sc)
	n.own(sc, v)
	n.tour(sc, v)
	n.rows(sc, v)
	n.setup(v, sc)
	_, tick := msg.(tickMsg)
	n.field(sc, v, tick)
	if v.bells > n.known.bells {
		n.known.bells = v.bells
		n.text.WriteByte('\a')
	}
	if n.text.Len() > 0 {
		n.out.Print(n.text.String())
		n.text.Reset()
	}
}

// say prints one line: when, what kind of news, and the news.
func (n *linear) say(at time.Time, label, text string) {
	if n.prompting {
		n.text.WriteString("\r\n")
		n.prompting = false
	}
	n.text.WriteString(term.Clock(at) + " " + label + ": " + term.Harmless(text, lineRoom, n.ascii) + "\r\n")
}

func (n *linear) start(sc *scene) {
	if n.known.started {
		return
	}
	n.known.started = true
	n.say(sc.now, "patchcord", "one line for each event. "+n.keyFor(sc, keymap.Global, keymap.ShowHelp)+
		" lists the keys, "+n.keyFor(sc, keymap.Global, keymap.ViewQuality)+" tells how things are, "+
		n.keyFor(sc, keymap.Global, keymap.Quit)+" leaves.")
}

func (n *linear) keyFor(sc *scene, ctx keymap.Context, a keymap.Action) string {
	if keys := sc.keys.Keys(ctx, a); len(keys) > 0 {
		return keyName(keys[0])
	}
	return "no key"
}

// linkState is the link in words that do not change by the second.
func linkState(sc *scene) string {
	l := sc.Link
	what := l.What
	if what != "" && l.Next != "" {
		what += ". " + l.Next
	}
	where := signedIn(l)
	switch l.State {
	case phone.LinkUp:
		return where + ", live"
	case phone.LinkStale:
		return where + ", STALE: nothing heard since " + term.Clock(l.AliveAt)
	case phone.LinkWaiting:
		return where + ", reconnecting. " + what
	case phone.LinkStopped:
		return where + ", NOT CONNECTED. " + what
	}
	return where + ", connecting"
}

func (n *linear) link(sc *scene) {
	for i, b := range sc.boards() {
		there, before := sc.on(b.Link.ID), n.known.links[b.Link.ID]
		words := linkState(there)
		if b.Link.User == "" || words == before {
			continue
		}
		n.known.links[b.Link.ID] = words
		n.say(sc.now, "link", words)
		if first := !strings.Contains(before, ", live") && b.Link.State == phone.LinkUp; first && i == 0 && b.Link.Practice && sc.practice != "" {
			n.say(sc.now, "practice", sc.practice)
		}
	}
}

// legs tells what becomes of each call.
func (n *linear) legs(sc *scene) {
	known := map[pbxws.LegID]bool{}
	for _, l := range sc.Legs {
		known[l.ID] = true
		_, words := cardTitle(sc, l)
		if l.State == phone.Alerting {
			words = "RINGING" + sc.on(l.Link).at()
		}
		if l.Recording && l.State != phone.Ended {
			words += ", BEING RECORDED"
		}
		if n.known.legs[l.ID] == words {
			continue
		}
		n.known.legs[l.ID] = words
		n.say(sc.now, "call", partyWords(sc, l.Peer)+", "+words+legDetail(sc, n, l))
	}
	for id := range n.known.legs {
		if !known[id] {
			delete(n.known.legs, id)
		}
	}
}

// legDetail is what a person wants to hear beside the state of a call.
func legDetail(sc *scene, n *linear, l phone.Leg) string {
	switch l.State {
	case phone.Ended:
		words := ", " + endWords(sc, l)
		if !l.Answered.IsZero() {
			words += " after " + term.Hours(l.Ended.Sub(l.Answered))
		}
		return words
	case phone.Alerting:
		words := ""
		for _, note := range ringNotes(sc, l) {
			words += ", " + note
		}
		ctx := keymap.Ringing
		return words + ". " + n.keyFor(sc, ctx, keymap.CallAnswer) + " answers, " +
			n.keyFor(sc, ctx, keymap.CallReject) + " rejects"
	}
	return ""
}

// notices are the outcomes that the phone tells.
func (n *linear) notices(sc *scene) {
	for _, notice := range sc.Notices {
		if notice.N <= n.known.notice {
			continue
		}
		n.known.notice = notice.N
		text := notice.Text
		if c := confirmed(notice); c != "" {
			text += ", " + c
		}
		n.say(notice.At, gradeLabels[min(int(notice.Grade), len(gradeLabels)-1)], text)
	}
	for _, mention := range sc.mentions {
		if mention.N > n.known.mention {
			n.known.mention = mention.N
			n.say(mention.At, gradeLabels[min(int(mention.Grade), len(gradeLabels)-1)], mention.Text)
		}
	}
}

var gradeLabels = [...]string{
	phone.GradeInfo: "news", phone.GradeDone: "done", phone.GradeWarn: "warning", phone.GradeFailed: "FAILED",
}

// lamps tells of the words of the status line when one lights up or goes out.
func (n *linear) lamps(sc *scene) {
	var lit []string
	for _, it := range lamps(sc)[1:] { // the first one is the clock
		lit = append(lit, it.text)
	}
	if words := strings.Join(lit, ", "); words != n.known.lamps {
		n.known.lamps = words
		if words == "" {
			words = "none"
		}
		n.say(sc.now, "lamps", words)
	}
}

// own is what the keys did to the screen itself.
func (n *linear) own(sc *scene, v *view) {
	if v.roster.filter != n.known.filter || v.roster.at != n.known.at {
		n.known.filter, n.known.at = v.roster.filter, v.roster.at
		found := len(sc.directory.Matches(v.roster.search(query{})))
		which := "all"
		if v.roster.filter != roster.AnyState {
			which = v.roster.filter.String()
		}
		if v.roster.at != "" {
			which += " at " + sc.label(v.roster.at)
		}
		n.say(sc.now, "filter", fmt.Sprintf("%s, %d of %d extensions", which, found, sc.directory.Extensions))
	}
	if v.roster.mark != n.known.mark && v.panes.field() == nil {
		n.known.mark = v.roster.mark
		if at := sc.directory.Place(v.roster.mark); at >= 0 {
			n.person(sc, "marked", &sc.directory.Entries[at])
		}
	}
	if v.confirms() != n.known.confirms {
		if n.known.confirms = v.confirms(); n.known.confirms {
			n.say(sc.now, "question", leaveQuestion(sc, v))
		}
	}
	if q, asks := find[*questionPane](v.panes); q != n.known.question {
		if n.known.question = q; asks {
			n.say(sc.now, "question", q.words+" "+n.keyFor(sc, keymap.Question, keymap.QuestionYes)+
				" says yes, "+n.keyFor(sc, keymap.Question, keymap.QuestionNo)+" no")
		}
	}
	if v.message != n.known.message {
		if n.known.message = v.message; v.message.text != "" {
			n.say(v.message.at, "phone", v.message.text)
		}
	}
}

// tour tells what to do next whenever that changes.
func (n *linear) tour(sc *scene, v *view) {
	if line := v.tourLine(sc); line != n.known.tour {
		if n.known.tour = line; line != "" {
			n.say(sc.now, "tour "+v.tourStep(), line)
		}
	}
}

func (n *linear) person(sc *scene, label string, e *roster.Entry) {
	_, words := sc.states(e)
	n.say(sc.now, label, pbxws.Party{Name: e.Name, Number: string(e.ID)}.String()+", "+words)
}

// field prints the prompt and what is typed after it. Each second in which the text changed it
// tells who was found; a deleted letter begins a new line, for nothing printed is ever
// changed.
func (n *linear) field(sc *scene, v *view, tick bool) {
	f, in := v.panes.field(), (*term.Input)(nil)
	if f != nil {
		in = f.input()
	}
	if in != n.known.field {
		n.known.field, n.known.searched, n.typed = in, "", ""
		if n.prompting {
			n.text.WriteString("\r\n")
			n.prompting = false
		}
	}
	if in == nil {
		return
	}
	shown := *in
	if _, hides := f.(secret); hides {
		shown = in.Masked()
	}
	text := term.Harmless(shown.String(), maxTyped, n.ascii)
	if tick && text != n.known.searched {
		n.known.searched = text
		n.results(sc, f)
	}
	n.prompt(f.label(sc), text)
}

// prompt prints a label once and then what is typed behind it; a deleted letter begins a new
// line.
func (n *linear) prompt(label, text string) {
	rest, onward := strings.CutPrefix(text, n.typed)
	if n.prompting && onward {
		n.text.WriteString(rest)
	} else {
		if n.prompting {
			n.text.WriteString("\r\n")
		}
		n.text.WriteString(term.Harmless(label, lineRoom, n.ascii) + text)
	}
	n.prompting, n.typed = true, text
}

func (n *linear) results(sc *scene, f field) {
	if p, ok := f.(finding); ok {
		p.readFound(n, sc)
	}
	n.say(sc.now, "field", f.preview(sc))
}

// state tells how things are: the link, the calls, the lamps.
func (n *linear) state(sc *scene) {
	for _, b := range sc.boards() {
		_, link := linkWords(sc.on(b.Link.ID))
		n.say(sc.now, "link", signedIn(b.Link)+", "+link)
	}
	for _, l := range sc.live() {
		_, words := cardTitle(sc, l)
		n.say(sc.now, "call "+strconv.Itoa(l.N), partyWords(sc, l.Peer)+", "+words+", "+cardTimer(sc, l))
	}
	if sc.Live() == 0 {
		n.say(sc.now, "calls", "none")
	}
	n.known.lamps = ""
	n.lamps(sc)
}

// keys lists the keys that work now, one to a line.
func (n *linear) keys(sc *scene, v *view) {
	all := helpPane{beneath: v.panes.top()}
	for _, a := range all.rows(sc) {
		n.say(sc.now, "key", all.keys(a, sc)+": "+a.Help())
	}
}

// trace reads the last messages of the wire, after switching their recording on.
func (n *linear) trace(m *model) {
	frames := m.scene.Trace
	for _, f := range frames[max(0, len(frames)-framesRead):] {
		label := "received"
		if f.Sent {
			label = "sent"
		}
		if m.scene.several() {
			label += " at " + m.scene.label(phone.LinkID(f.Link))
		}
		n.say(f.At, label, f.Text)
	}
	if !m.scene.Tracing {
		n.say(m.scene.now, "trace", "recording begins; the same key reads the messages")
		m.do(phone.SetTrace{On: true})
	}
}

// signedIn says who is where; the practice PBX has no name of its own.
func signedIn(l phone.Link) string {
	if l.Label == "" {
		return l.User + " at the practice PBX"
	}
	return l.User + " at " + l.Label
}
