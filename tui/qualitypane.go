package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// qualityPane shows how the selected call sounds both ways, and where it breaks.
type qualityPane struct{}

// Where the columns of the table stand.
const (
	figureColumn = 14
	figureWidth  = 24
	// trendColumn is where the trends stand on a wide screen, trendWidth what they need.
	trendColumn, trendWidth = 74, 31
	// restLines is what stands beneath the figures besides the sentences, leastRows how many
	// figures are shown in any case.
	restLines, leastRows = 4, 3
	// ladderWidth is the width from which a message of the signalling has room.
	ladderWidth = 60
)

// The limits of what is drawn as the second to the fifth height of a trend.
var (
	lossLimits   = [4]float64{0.01, 0.03, 0.08, 0.15}
	jitterLimits = [4]float64{0.015, 0.030, 0.060, 0.120}
	tripLimits   = [4]float64{0.150, 0.300, 0.500, 0.800}
)

// figures are one line of the table: what we hear, what they hear.
type figures struct{ name, ours, theirs string }

func (q *qualityPane) context() keymap.Context { return keymap.Quality }

func (q *qualityPane) key(tea.Key, *scene) (tea.Cmd, bool) { return nil, false }

func (q *qualityPane) close() bool { return false }

func (q *qualityPane) choice(*scene) (string, bool) { return "", false }

func (q *qualityPane) choose(*model) (tea.Cmd, string) { return nil, "" }

func (q *qualityPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	l, ok := sc.inCall()
	if !ok {
		c.On(r.Rows(1), 0).Gap(1).Put(term.Title, "QUALITY")
		c.On(r, 0).Gap(1).Put(term.Faint, "no call is up: there is nothing to measure")
		return
	}
	t := sc.trends[l.ID]
	d := diagnose(sc, l, t)
	p := c.On(r.Rows(1), 0).Gap(1)
	p.Put(term.Title, cut("QUALITY of the call with "+sc.farEnd(l), p.Room()-c.Columns(d.verdict)-3))
	p.Gap(3).Put(gradeStyle(d.grade), d.verdict)
	words := term.Wrap(d.words, r.W-2, c.ASCII)
	rows, trends := table(sc, l), trendsOf(t, c.ASCII)
	if r.W >= trendColumn+figureColumn+trendWidth {
		drawTrends(c, r, trends)
	} else {
		rows = append(rows, trends...)
	}
	rest := len(words) + restLines
	roomy := r.H > len(rows)+rest+1
	// The sentences are what people come for: figures give way to them.
	for _, f := range rows[:max(min(leastRows, len(rows)), min(len(rows), r.H-rest))] {
		p := c.On(r.Rows(1), 0).Gap(1)
		p.Cell(term.Faint, figureColumn, f.name).Cell(term.Plain, figureWidth, f.ours).Put(term.Plain, f.theirs)
	}
	space(&r, roomy)
	drawChain(c, &r, d)
	drawSoundLine(c, r.Rows(1), sc, l)
	if words := pathWords(sc, l); words != "" {
		c.On(r.Rows(1), 0).Gap(1).PutCut(term.Warn, words)
	}
	space(&r, roomy)
	c.On(r.Rows(1), 0).Gap(1).Put(term.Title, "IN PLAIN WORDS")
	here := r.Rows(len(words))
	c.Paragraph(term.NewRect(here.X+1, here.Y, here.W-2, here.H), gradeStyle(d.grade), words)
	if r.H > 4 && r.W >= ladderWidth {
		c.Ruler(r.Rows(1))
		drawLadder(c, r, sc, l)
	}
}

// drawTrends stands beside the table where there is room: the last minute of each figure.
func drawTrends(c *term.Canvas, r term.Rect, trends []figures) {
	r.X, r.W = r.X+trendColumn, r.W-trendColumn
	c.On(r.Rows(1), 0).Put(term.Faint, "the last 60 s, a column for every two")
	for _, f := range trends {
		c.On(r.Rows(1), 0).Cell(term.Faint, figureColumn, f.name).Put(term.Plain, f.ours)
	}
}

func (q *qualityPane) move(keymap.Action, term.Rect, *scene) {}

// space leaves a line free where there are enough.
func space(r *term.Rect, roomy bool) {
	if roomy {
		r.Rows(1)
	}
}

// table is what is known of both directions.
func table(sc *scene, l phone.Leg) []figures {
	s := l.Stats
	report := "they hear you (no report yet)"
	theirs := func(words string) string {
		if s.Reported.IsZero() {
			return "?"
		}
		return words
	}
	if !s.Reported.IsZero() {
		report = fmt.Sprintf("they hear you (report %s old)", strconv.Itoa(int(sc.since(s.Reported)/time.Second))+" s")
	}
	return []figures{
		{"", "you hear them", report},
		{"score", scoreWords(s.Score), scoreWords(s.RemoteScore)},
		{"loss", percent(share(s.Lost+s.Late, s.Received)), theirs(percent(s.RemoteLoss))},
		{"jitter", ms(s.Jitter), theirs(ms(s.RemoteJitter))},
		{"delay", delayWords(s.Delay) + ", buffer " + ms(s.Buffer), delayWords(s.RemoteDelay) + ", round trip " + theirs(ms(s.RTT))},
		{"codec", codecWords(s.Codec, s.ReceiveRate), codecWords(s.Codec, s.SendRate) + opusWords(s.Opus)},
		{"packets", strconv.FormatUint(s.Received, 10) + " in, " + strconv.FormatUint(s.Concealed, 10) + " made up", strconv.FormatUint(s.Sent, 10) + " out"},
	}
}

// trendsOf are the last 60 s, a column for every two.
func trendsOf(t trend, ascii bool) []figures {
	return []figures{
		{name: "loss 60 s", ours: spark(t.losses(), lossLimits, ascii)},
		{name: "jitter 60 s", ours: spark(t.jitters(), jitterLimits, ascii)},
		{name: "trip 60 s", ours: spark(t.trips(), tripLimits, ascii)},
	}
}

func scoreWords(q float64) string {
	if q == 0 {
		return "?"
	}
	return fmt.Sprintf("%.1f  %s", q, score(q).word())
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + " ms" }

func delayWords(d time.Duration) string {
	if d == 0 {
		return "?"
	}
	return ms(d)
}

func codecWords(name string, rate int) string {
	switch {
	case name == "":
		return "?"
	case rate == 0:
		return name
	}
	return fmt.Sprintf("%s %d kb/s", name, (rate+500)/1000)
}

// opusWords is whose Opus is at work.
func opusWords(name string) string {
	if name == "" {
		return ""
	}
	return ", by " + name
}

// drawChain is the way of the sound with what is known of each station under its name.
func drawChain(c *term.Canvas, r *term.Rect, d diagnosis) {
	head := c.On(r.Rows(1), 0).Gap(1).Put(term.Title, "WHERE IT BREAKS").Gap(3)
	foot := c.On(r.Rows(1), 0)
	for i, name := range stationNames {
		if i > 0 {
			head.Put(term.Ruled, " -> ")
		}
		foot.X = head.X
		head.Put(term.Plain, name)
		foot.Put(stationStyle(d.stations[i]), d.stations[i])
		if foot.X > head.X {
			head.X = foot.X
		}
	}
}

func stationStyle(words string) term.Style {
	switch words {
	case "ok":
		return term.Done
	case "?":
		return term.Faint
	}
	return term.Failed
}

func drawSoundLine(c *term.Canvas, r term.Rect, sc *scene, l phone.Leg) {
	p := c.On(r, 0).Gap(1)
	drawSound(p, sc)
	if words := echoTaken(sc.Sound.Echo); words != "" {
		p.Gap(2).Put(term.Done, words)
	}
	if m := sc.Sound.Meter; m.Underruns+m.Overruns > 0 && !sc.Sound.Silent {
		p.Gap(2).Put(term.Warn, fmt.Sprintf("gaps: %d played, %d captured", m.Underruns, m.Overruns))
	}
}

// echoTaken is who takes the echo out, and how much of it; empty if there is none, or nobody does.
func echoTaken(e phone.Echo) string {
	switch {
	case e.Canceller == phone.SystemCanceller:
		return "echo taken out by the system"
	case e.Canceller == phone.OwnCanceller && e.Reduction > 0:
		return fmt.Sprintf("echo taken out: %d dB", e.Reduction)
	case e.Canceller == phone.OwnCanceller:
		return "no echo found"
	}
	return ""
}

// step is one message or outcome in the life of a call.
type step struct {
	at    time.Time
	arrow string
	text  string
	size  int
	style term.Style
}

// steps are what is known of the signalling: the messages of the wire while they are recorded,
// else the outcomes that the phone told.
func steps(sc *scene, l phone.Leg) []step {
	var list []step
	for _, f := range sc.Trace {
		if f.At.Before(l.Began) || f.Link != string(l.Link) {
			continue
		}
		s := step{f.At, "<--", f.Text, len(f.Text), term.Done}
		if f.Sent {
			s.arrow, s.style = "-->", term.KeyCap
		}
		list = append(list, s)
	}
	if len(list) > 0 {
		return list
	}
	for _, n := range sc.Notices {
		if n.Leg == l.ID {
			list = append(list, step{n.At, "   ", n.Text, 0, gradeStyle(n.Grade)})
		}
	}
	return list
}

// drawLadder is the signalling of the call, the last of it where it does not fit.
func drawLadder(c *term.Canvas, r term.Rect, sc *scene, l phone.Leg) {
	p := c.On(r.Rows(1), 0).Gap(1).Put(term.Title, "SIGNALLING").Gap(2)
	list := steps(sc, l)
	if !sc.Tracing {
		p.Put(term.Faint, "outcomes only; "+recordHint(sc)+" records the messages")
	} else {
		p.Put(term.Faint, "seconds from the first ring; this phone --> PBX")
	}
	for _, s := range list[max(0, len(list)-r.H):] {
		c.On(r.Rows(1), 0).Gap(1).Put(term.Faint, fmt.Sprintf("%9.3f ", s.at.Sub(l.Began).Seconds())).
			Put(s.style, s.arrow+" ").PutCut(term.Plain, s.text)
	}
}

// recordHint is the keys that open the trace.
func recordHint(sc *scene) string {
	if keys := sc.keys.Keys(keymap.Global, keymap.ViewTrace); len(keys) > 0 {
		return keyName(keys[0])
	}
	return "the trace"
}

// qualityActions are what keys do with the sound of a call.
func qualityActions() []action {
	return []action{
		{id: keymap.ViewQuality, do: (*model).viewQuality},
		{id: keymap.QualityExport, hints: ranks{keymap.Quality: 30}, run: (*model).exportQuality,
			applies: func(_ *view, sc *scene) bool {
				_, ok := sc.inCall()
				return ok
			}},
		{id: keymap.PathNew, call: meantCall, hints: ranks{keymap.Quality: 10}, names: []string{"path"},
			do: func(m *model, _ string) string { return m.do(phone.RestartICE{Leg: m.mine().ID}) },
			applies: func(_ *view, sc *scene) bool {
				l, ok := sc.inCall()
				return ok && l.State == phone.Connected && sc.Refuses(phone.RestartICE{Leg: l.ID}) == ""
			}},
	}
}

// viewQuality opens the pane, or closes it.
func (m *model) viewQuality(string) string {
	v := &m.view
	if q, ok := find[*qualityPane](v.panes); ok {
		v.panes.drop(q)
		return ""
	}
	m.closeOthers()
	v.panes.push(&qualityPane{})
	return ""
}

// closeOthers closes the panes that take turns with one that is opened.
func (m *model) closeOthers() {
	v := &m.view
	v.closeField()
	v.panes.drop(v.trace)
	if v.panes.has(v.apps) {
		v.apps.Leave()
		v.panes.drop(v.apps)
	}
	remove[*qualityPane](&v.panes)
}

// exportQuality has a report written. That takes a disk, so it happens beside the screen.
func (m *model) exportQuality(string) (tea.Cmd, string) {
	l, ok := m.scene.inCall()
	switch {
	case !ok:
		return nil, "no call is up: there is nothing to report"
	case m.save == nil:
		return nil, "reports cannot be written here"
	}
	return m.save(report(&m.scene, l)), "writing the report ..."
}

// saved tells where a report went.
func (m *model) saved(path string, err error) {
	if err != nil {
		m.say(phone.GradeFailed, "the report was not written: "+err.Error())
		return
	}
	m.say(phone.GradeDone, "report without names or secrets: "+path)
}

// report is the figures of a call as text, without anybody's name or number and without the
// content of messages.
func report(sc *scene, l phone.Leg) string {
	t := sc.trends[l.ID]
	d := diagnose(sc, l, t)
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Patchcord call report")
	line("written    %s", sc.now.UTC().Format(time.RFC3339))
	line("call       %s, began %s before, answered %s before", map[phone.Dir]string{phone.Incoming: "in", phone.Outgoing: "out"}[l.Dir],
		term.Minutes(sc.since(l.Began)), term.Minutes(sc.since(l.Answered)))
	line("state      %s, held here %t, held there %t, path %t", l.State, l.LocalHold, l.RemoteHold, l.Media)
	line("link       %s", [...]string{"connecting", "up", "stale", "waiting", "stopped"}[min(int(sc.on(l.Link).Link.State), 4)])
	line("sound      silent %t, muted %t, underruns %d, overruns %d", sc.Sound.Silent, sc.Muted, sc.Sound.Meter.Underruns, sc.Sound.Meter.Overruns)
	line("verdict    %s", d.verdict)
	if words := pathWords(sc, l); words != "" {
		line("path       %s", words)
	}
	for i, name := range stationNames {
		line("  %-10s %s", name, d.stations[i])
	}
	line("%s", d.words)
	line("")
	for _, f := range table(sc, l) {
		line("%-12s%-26s%s", f.name, f.ours, f.theirs)
	}
	for _, f := range trendsOf(t, true) {
		line("%-12s|%s|", f.name, f.ours)
	}
	line("")
	line("what happened: seconds from the beginning, direction, bytes, text")
	for _, s := range reportSteps(sc, l) {
		direction, text := s.row(sc)
		line("%9.3f  %-8s %6d  %s", s.at.Sub(l.Began).Seconds(), direction, s.size, text)
	}
	return b.String()
}
