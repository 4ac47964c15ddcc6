package phone

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// publishEvery is the least time between two snapshots.
	publishEvery = 50 * time.Millisecond
	// lookEvery is how often link age is looked at; while there is sound, meters and figures
	// are looked at with every snapshot.
	lookEvery = time.Second

	keepNotices = 50
	keepTrace   = 500

	// partingTime is how long the goodbyes of a leaving phone may take.
	partingTime = time.Second
)

// loop is the one owner of the phone's state. All its methods run on the goroutine of run,
// those of the posting kind (post...) aside.
type loop struct {
	*Phone
	inputs chan posted
	work   context.Context // ends with the loop; everything it started watches it
	joined sync.WaitGroup

	now    time.Time
	link   Link
	linked bool // the link was up once
	// upSince is when the link came up last, shaky counts those in a row that broke at once.
	upSince   time.Time
	shaky     int
	conn      pbxws.Conn
	events    <-chan pbxws.Event
	pbx       pbxws.State
	pbxDirty  bool // pbx changed since pbxShared was cloned from it
	pbxShared pbxws.State

	legs    []*line
	timers  []timer
	notices []Notice
	trace   []pbxws.Frame
	tracing bool
	watched map[pbxws.AccountID]pbxws.Line
	asked   map[pbxws.Topic]bool // topics that the person asked for
	muted   bool
	quiet   bool // the person silenced the ring
	player  player
	devices devices
	relay   relay
	// meeting is a conference that is gathering, nil for none.
	meeting *meeting
	// goodbyes are those that the PBX may not have heard.
	goodbyes []goodbye
	// chosen is the call that the person last asked to talk on.
	chosen pbxws.LegID

	published time.Time
	dirty     bool
}

// line is a leg with what the loop keeps beside it.
type line struct {
	leg
	worker  *worker
	session *rtc.Session
	// recorder records the line here; endRecording is closed to end that.
	recorder     *audio.Recorder
	endRecording chan struct{}
}

// posted is an input on its way to a leg, or to the loop itself where leg is empty.
type posted struct {
	leg pbxws.LegID
	in  any
}

// What is posted to the loop itself, or to a line beside its leg.
type (
	linkUp     struct{ conn pbxws.Conn }
	linkFailed struct{ err error }
	sessionIs  struct{ session *rtc.Session }
	workFailed struct{ err error }
)

// The loop's own timers.
type (
	redial   struct{}
	askAgain struct{ topic pbxws.Topic }
)

func newLoop(p *Phone) *loop {
	l := &loop{
		Phone:  p,
		inputs: make(chan posted, inputsDeep),
		pbx:    pbxws.NewState(p.config.Domain, pbxws.AccountID(p.config.User)),
		link:   Link{Label: p.config.Label, User: p.config.User, Practice: p.config.Practice},
	}
	l.pbxDirty = true
	l.devices.choice = p.config.Choice
	l.watched = map[pbxws.AccountID]pbxws.Line{}
	l.asked = map[pbxws.Topic]bool{}
	return l
}

// run works until ctx ends or a fault of ours, which is the error then. Either way it says goodbye
// on every leg.
func (l *loop) run(ctx context.Context) (err error) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l.work = work
	defer l.joined.Wait()
	defer cancel()
	defer l.part()
	defer fault.Catch(func(e *fault.Error) {
		e.Log(l.config.Log, "the phone")
		err = e
	})
	l.now = time.Now()
	l.probeSound()
	l.dial()
	wake := time.NewTimer(0)
	defer wake.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case i := <-l.intents:
			l.tick()
			l.handle(i)
		case p := <-l.inputs:
			l.tick()
			l.take(p)
		case e, ok := <-l.events:
			l.tick()
			l.hear(e, ok)
		case <-wake.C:
			l.tick()
		}
		l.fire()
		l.publishDue()
		wake.Reset(l.nextWake())
	}
}

func (l *loop) tick() { l.now = time.Now() }

// post brings an input into the loop from outside. It waits its turn and gives up only when
// the loop has ended.
func (l *loop) post(id pbxws.LegID, in any) {
	select {
	case l.inputs <- posted{id, in}:
	case <-l.work.Done():
	}
}

// start runs f beside the loop; the loop waits for it in the end. A fault of ours that ends f is
// told, and that is all.
func (l *loop) start(f func()) {
	l.attempt(f, func(err error) any { return workFailed{err} })
}

// attempt is start for what the loop waits to hear of: after a fault of ours the loop hears instead
// what lost makes of it.
func (l *loop) attempt(f func(), lost func(error) any) {
	l.joined.Go(func() {
		defer fault.Catch(func(e *fault.Error) {
			e.Log(l.config.Log, "work of the phone")
			l.post("", lost(e))
		})
		f()
	})
}

func (l *loop) take(p posted) {
	l.dirty = true
	switch in := p.in.(type) {
	case linkUp:
		l.linkIsUp(in.conn)
	case linkFailed:
		l.linkIsDown(in.err)
	case workFailed:
		l.say(GradeFailed, "", in.err.Error(), 0)
	case redial:
		l.dial()
	case askAgain:
		l.ask(in.topic)
	case overdue:
		l.orderOverdue(in)
	case soundReady:
		l.soundReady(in)
	case relayTrouble:
		l.mention(in.err.Error())
	case soundNews:
		l.soundNews(in.event)
	case cardIs:
		l.cardIs(in.card)
	case devicesAre:
		l.devicesAre(in)
	case deviceUsed:
		l.deviceUsed(in)
	case ringerTrouble:
		l.mention(in.err.Error())
	case recorderIs:
		l.recording(p.leg, in)
	case recorderDone:
		l.recorded(p.leg, in)
	case soundFailed:
		l.soundFailed(in.err)
	case soundGone:
		l.player.state = playerOff
		l.cardIs(nil)
		l.refreshSound()
	case sessionIs:
		if ln := l.line(p.leg); ln != nil {
			if ln.session != nil { // the figures outlive the session
				ln.Stats = ln.session.Stats()
			}
			ln.session = in.session
			l.refreshSound()
		}
	case input:
		if ln := l.line(p.leg); ln != nil {
			l.step(ln, in)
		}
	}
}

// hear takes an event of the PBX; ok is false when the link ended.
func (l *loop) hear(e pbxws.Event, ok bool) {
	if !ok {
		err := l.conn.Err()
		l.linkIsDown(err)
		return
	}
	if isWord(e) {
		l.link.Heard = l.now
		if l.link.State == LinkStale {
			l.setLink(LinkUp)
		}
	}
	if id, isLeg := legOf(e); isLeg {
		l.hearLeg(id, e)
		return
	}
	switch e := e.(type) {
	case pbxws.Frame:
		if l.tracing {
			l.keepFrame(e)
		}
	case pbxws.Unrecognized:
		if e.Why != "" {
			l.config.Log.Warn("message of the PBX not understood", "name", e.Name, "why", e.Why)
		}
		l.keepFrame(pbxws.Frame{At: l.now, Text: strings.TrimSpace("not understood: "+e.Name+" "+e.Why) + " " + e.Raw})
	case pbxws.CommandRefused:
		if a, ask := e.Command.(pbxws.Ask); ask && !l.asked[a.Topic] {
			return // nobody but ourselves wanted to know
		}
		l.orderSettled(e.Command)
		l.say(GradeFailed, "", undone(e.Command)+": "+refusalWords(e), 0)
	case pbxws.CommandDone:
		l.hearDone(e.Command)
	case pbxws.TextReceived:
		l.say(GradeInfo, "", l.party(string(e.From)).String()+" writes: "+oneLine(e.Text), 0)
	case pbxws.CustomerFound:
		l.say(GradeInfo, "", customer(e), 0)
	case pbxws.ProbeMissed:
		l.doubt()
	case pbxws.Unregistered:
		l.unregistered(e)
	case pbxws.Heard:
	default:
		l.pbx.Apply(e, l.now)
		l.pbxDirty, l.dirty = true, true
		l.lookAtLines()
		if c, ok := e.(pbxws.CallChanged); ok {
			l.deskRang(c.Call)
		}
		if o, ok := e.(pbxws.OrbitChanged); ok {
			l.placeParked(o.Orbit)
		}
	}
}

// isWord reports whether an event comes of something that the PBX said.
func isWord(e pbxws.Event) bool {
	switch e := e.(type) {
	case pbxws.ProbeMissed:
		return false
	case pbxws.Frame:
		return !e.Sent
	}
	return true
}

// keepFrame keeps a message for the trace. What was not understood is kept while there is no trace
// too: whoever opens one wants to see it.
func (l *loop) keepFrame(f pbxws.Frame) {
	l.trace = keep(append(l.trace, f), keepTrace)
	l.dirty = true
}

func (l *loop) hearLeg(id pbxws.LegID, e pbxws.Event) {
	l.dirty = true
	if o, isOffer := e.(pbxws.LegOffered); isOffer {
		l.pbx.Apply(o, l.now)
		l.pbxDirty = true
		l.offer(o)
		return
	}
	if ln := l.line(id); ln != nil {
		l.step(ln, told{e})
	}
	if r, refused := e.(pbxws.CommandRefused); refused {
		if c, joining := r.Command.(pbxws.AttendedTransfer); joining {
			l.want(c.With, told{e})
		}
	}
}

// step moves a leg and does what it asks for.
func (l *loop) step(ln *line, in input) {
	was, sent := ln.State, ln.Transfer != ""
	next, effects := ln.leg.step(in, l.now)
	ln.leg = next
	l.dirty = true
	l.perform(ln, effects)
	if ln.talks() && (was != Connected || sent) {
		l.settleTalk(ln)
	}
	if ln.State == Ended && was != Ended {
		ln.stopRecording()
		l.settleConsults(ln)
		l.askHistorySoon()
	}
	l.settleMeeting()
	l.refreshSound()
}

// begin puts a new leg among ours.
func (l *loop) begin(g leg, effects []effect) {
	g.N = l.freeNumber()
	ln := &line{leg: g}
	id := g.ID
	ln.worker = newWorker(l.config.Log, g.caps, l.engine,
		func(in input) { l.post(id, in) },
		func(s *rtc.Session) { l.post(id, sessionIs{s}) })
	l.legs = append(l.legs, ln)
	l.start(func() { ln.worker.run(l.work) })
	l.quiet = false
	l.dirty = true
	l.perform(ln, effects)
	l.refreshSound()
}

// freeNumber is the lowest number that no call on the screen has.
func (l *loop) freeNumber() int {
	n := 1
	for slices.ContainsFunc(l.legs, func(ln *line) bool { return ln.N == n }) {
		n++
	}
	return n
}

func (l *loop) perform(ln *line, effects []effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case send:
			l.send(e.command)
		case wait:
			l.setTimer(ln.ID, e.of, e.d)
		case drop:
			l.dropTimers(func(t timer) bool { return t.leg == ln.ID && t.in == timeout{e.of} })
		case say:
			l.say(e.grade, ln.ID, e.text, e.took)
		case forget:
			l.forget(ln.ID)
		case tones:
			if !l.config.Tones.NoKeys {
				for _, d := range e.digits {
					l.player.sound.key(d)
				}
			}
			l.media(ln, e)
		case closeMedia:
			l.dropTimers(func(t timer) bool { return t.leg == ln.ID })
			l.media(ln, e)
		default:
			l.media(ln, e)
		}
	}
}

// media gives a leg's worker a job. Work that is stuck ends the call rather than the phone.
func (l *loop) media(ln *line, job effect) {
	if err := ln.worker.add(job); err != nil && ln.State != Ended {
		l.step(ln, mediaBad{err: err})
	}
}

func (l *loop) forget(id pbxws.LegID) {
	l.legs = slices.DeleteFunc(l.legs, func(ln *line) bool { return ln.ID == id })
	l.dropTimers(func(t timer) bool { return t.leg == id })
}

// send gives the PBX a command. What cannot be sent comes back as refused, except goodbyes:
// those are said when the link is back.
func (l *loop) send(c pbxws.Command) {
	if isGoodbye(c) {
		l.keepGoodbye(c)
	}
	if l.conn == nil {
		if !isGoodbye(c) {
			l.refused(c, "there is no link to the PBX")
		}
		return
	}
	if err := l.conn.Send(l.work, c); err != nil {
		l.refused(c, err.Error())
		return
	}
	l.expect(c)
}

// refused is a refusal of our own making. A leg hears of it only after the step that sent
// the command is done.
func (l *loop) refused(c pbxws.Command, why string) {
	if legOfCommand(c) == "" {
		l.say(GradeFailed, "", why, 0)
		return
	}
	l.timers = append(l.timers, timer{at: l.now, leg: legOfCommand(c), in: told{pbxws.CommandRefused{Command: c, Reason: why}}})
}

func (l *loop) say(g Grade, id pbxws.LegID, text string, took time.Duration) {
	l.note(Notice{Grade: g, Text: text, Leg: id, Took: took})
}

// mention says something about devices, which is no outcome of a call.
func (l *loop) mention(text string) { l.note(Notice{Grade: GradeWarn, Text: text, Aside: true}) }

func (l *loop) note(n Notice) {
	n.N, n.At = 1, l.now
	if last := len(l.notices); last > 0 {
		n.N = l.notices[last-1].N + 1
	}
	l.notices = keep(append(l.notices, n), keepNotices)
	l.dirty = true
}

func (l *loop) line(id pbxws.LegID) *line {
	for _, ln := range l.legs {
		if ln.ID == id {
			return ln
		}
	}
	return nil
}

// leave says goodbye on a leg, in the plainest way where a fault of ours stops the proper one.
func (l *loop) leave(ln *line) {
	defer fault.Catch(func(e *fault.Error) {
		e.Log(l.config.Log, "hanging up")
		if l.conn != nil {
			_ = l.conn.Send(l.work, pbxws.Bye{Leg: ln.ID})
		}
	})
	l.step(ln, wantHangup{})
}

// lastWords publishes how each call ended, for whoever keeps a record.
func (l *loop) lastWords() {
	defer fault.Catch(func(e *fault.Error) { e.Log(l.config.Log, "the last snapshot") })
	l.watch.publish(l.snapshot())
}

// part says goodbye on every leg and closes the link.
func (l *loop) part() {
	for _, ln := range slices.Clone(l.legs) {
		if ln.State != Ended {
			l.leave(ln)
		}
	}
	l.lastWords()
	l.player.stop()
	if l.conn == nil {
		return
	}
	parting, done := context.WithTimeout(l.work, partingTime)
	defer done()
	closed := make(chan error, 1)
	conn := l.conn
	l.start(func() { closed <- conn.Close() })
	for {
		select {
		case _, ok := <-l.events: // the link cannot end while its events are not read
			if !ok {
				l.events = nil
			}
		case <-closed:
			return
		case <-parting.Done():
			return
		}
	}
}
