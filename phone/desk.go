package phone

import (
	"context"
	"slices"
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
	// gathers is how long the first change that a PBX tells waits for more: it tells several at once.
	gathers = 5 * time.Millisecond
	// looksEvery is how often the desk looks after its calls and its sound when nothing comes. While there is
	// sound, meters and figures are read for every snapshot.
	looksEvery = time.Second
	// sleeps is how long the desk does nothing if nothing comes.
	sleeps = time.Hour

	keepNotices = 50
	keepTrace   = 500

	// closingTime is how long links may take to hang up when the phone ends.
	closingTime = time.Second
)

// desk owns the phone's state: our calls over all links, their sound, and what the person has
// chosen. All its methods run on the goroutine of run, except post and the work of start.
type desk struct {
	*Phone
	inputs chan posted
	work   context.Context // ends with the desk; everything it started watches it
	joined sync.WaitGroup

	now    time.Time
	links  []*link // at least one, in the order of the configuration
	calls  []*call
	cards  []Leg // those of other telephones, as numbered last
	timers []timer

	notices []Notice
	// receipt belongs to the intent in progress, 0 for none; open are the intents without an outcome
	// yet.
	receipt  Receipt
	open     []opened
	outcomes []Outcome

	trace []pbxws.Frame
	// traced counts the messages of the trace since the start.
	traced  uint64
	tracing bool
	muted   bool
	// intercom is what becomes of calls that ask to be answered without a hand.
	intercom Intercom
	quiet    bool // the person silenced the ring
	player   player
	playback playback
	devices  devices
	// conference is one that is gathering, nil for none; mix one that this phone will carry.
	conference *conference
	mix        *mix
	// chosen is the call that the person last asked to talk on.
	chosen pbxws.LegID

	published time.Time
	snapshots uint64 // how many were published
	dirty     bool
	// ripe is when what changed may be published, zero for at once.
	ripe time.Time
}

// call is a leg with what only the desk knows of it.
type call struct {
	leg
	link    *link
	worker  *worker
	session *rtc.Session
	// recorder records the call here; endRecording is closed to end that.
	recorder     *audio.Recorder
	endRecording chan struct{}
	// resumesMix is true for a call in a conference of ours that went on hold with it, to make room for
	// another call.
	resumesMix bool
	// closedMic tells that our microphone was closed for this call, which was answered automatically.
	closedMic bool
}

// posted is a message to the desk from a link, a worker or a timer. It knows itself how it is
// handled, so that none can be overlooked.
type posted interface{ take(*desk) }

type (
	// toLeg is an input for a leg, which may be gone.
	toLeg struct {
		leg pbxws.LegID
		in  input
	}
	// sessionIs is the session that carries the sound of a leg, nil for none.
	sessionIs struct {
		leg     pbxws.LegID
		session *rtc.Session
	}
	// workFailed is a panic that ended some work.
	workFailed struct{ err error }
)

func newDesk(p *Phone) *desk {
	d := &desk{Phone: p, inputs: make(chan posted, inputsDeep)}
	for _, c := range p.config.Links {
		d.links = append(d.links, newLink(d, c))
	}
	d.devices.choice, d.intercom = p.config.Choice, p.config.Intercom
	return d
}

// run works until ctx ends, or until a panic of ours, which it returns. Either way it hangs up
// every call.
func (d *desk) run(ctx context.Context) (err error) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.work = work
	defer d.joined.Wait()
	defer cancel()
	defer d.close()
	defer fault.Catch(func(e *fault.Error) {
		e.Log(d.config.Log, "the phone")
		err = e
	})
	d.now = time.Now()
	d.probeSound()
	for _, k := range d.links {
		k.dial()
	}
	wake := time.NewTimer(0)
	defer wake.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case o := <-d.intents:
			d.tick()
			d.ripe = time.Time{}
			d.handle(o)
		case <-d.probes:
			continue
		case p := <-d.inputs:
			d.tick()
			d.take(p)
		case <-wake.C:
			d.tick()
		}
		d.fire()
		d.settle()
		d.publishDue()
		wake.Reset(d.nextWake())
	}
}

func (d *desk) tick() { d.now = time.Now() }

func (d *desk) take(p posted) {
	was := d.dirty
	p.take(d)
	switch _, said := p.(linkSaid); {
	case !said:
		d.dirty, d.ripe = true, time.Time{}
	case d.dirty && !was: // many change nothing on the screen
		d.ripe = d.now.Add(gathers)
	}
}

// post sends something to the desk from another goroutine. It waits its turn and gives up only when
// the desk has ended.
func (d *desk) post(p posted) {
	select {
	case d.inputs <- p:
	case <-d.work.Done():
	}
}

// start runs f in a goroutine that the desk waits for at its end. A panic in f is reported and ends
// f alone.
func (d *desk) start(f func()) {
	d.attempt(f, func(err error) posted { return workFailed{err} })
}

// attempt is like start, for work whose result the desk waits for: after a panic it gets what lost
// returns.
func (d *desk) attempt(f func(), lost func(error) posted) {
	d.joined.Go(func() {
		defer fault.Catch(func(e *fault.Error) {
			e.Log(d.config.Log, "work of the phone")
			d.post(lost(e))
		})
		f()
	})
}

func (in workFailed) take(d *desk) { d.say(GradeFailed, "", in.err.Error(), 0) }

func (in toLeg) take(d *desk) { d.want(in.leg, in.in) }

func (in sessionIs) take(d *desk) {
	c := d.call(in.leg)
	if c == nil {
		return
	}
	if c.session != nil { // the figures outlive the session
		c.Stats = c.session.Stats()
	}
	c.session = in.session
	d.refreshSound()
}

// step steps a leg and carries its effects out.
func (d *desk) step(c *call, in input) {
	was, sent, held := c.State, c.Transfer != "", c.holding
	c.receipt = d.receipt
	next, effects := c.leg.step(in, d.now)
	c.leg = next
	d.dirty = true
	d.perform(c, effects)
	if c.withUs() && (was != Connected || sent) {
		d.settleTalk(c)
	}
	if _, asked := in.(wantHold); held && !asked && c.withUs() {
		d.silence(c)
	}
	if c.State == Ended && was != Ended {
		c.stopRecording()
		d.openMic(c)
		d.settleConsults(c)
		c.link.fetchHistorySoon()
	}
	d.settleConference()
	d.settleMix()
	d.refreshSound()
}

// begin adds a new leg to ours.
func (d *desk) begin(k *link, g leg, effects []effect) {
	g.N, g.Link = d.freeNumber(), k.Link.ID
	c := &call{leg: g, link: k}
	id := g.ID
	c.worker = newWorker(d.config.Log, g.caps, k.engine,
		func(in input) { d.post(toLeg{id, in}) },
		func(s *rtc.Session) { d.post(sessionIs{id, s}) })
	d.calls = append(d.calls, c)
	d.start(func() { c.worker.run(d.work) })
	d.quiet = false
	d.dirty = true
	d.perform(c, effects)
	d.refreshSound()
}

// freeNumber is the lowest number that no call on the screen has.
func (d *desk) freeNumber() int {
	n := 1
	for slices.ContainsFunc(d.calls, func(c *call) bool { return c.N == n }) || slices.ContainsFunc(d.cards, func(l Leg) bool { return l.N == n }) {
		n++
	}
	return n
}

func (d *desk) perform(c *call, effects []effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case send:
			c.link.send(e.command)
		case wait:
			d.setTimer(c.ID, e.of, e.d)
		case drop:
			d.dropTimers(func(t timer) bool { return t.in == toLeg{c.ID, timeout{e.of}} })
		case say:
			d.note(Notice{Grade: e.grade, Text: c.link.named(e.text), Leg: c.ID, Link: c.link.ID, Took: e.took, Of: e.of})
		case confirm:
			d.cameAbout(e.of)
		case forget:
			d.forget(c)
		case tones:
			if !d.config.Tones.NoKeys {
				for _, digit := range e.digits {
					d.player.sound.key(digit)
				}
			}
			d.media(c, e)
		case closeMedia:
			d.dropTimersOf(c.ID)
			d.media(c, e)
		default:
			d.media(c, e)
		}
	}
}

// media gives a leg's worker a job. If its work is stuck the call ends, not the phone.
func (d *desk) media(c *call, job effect) {
	if err := c.worker.add(job); err != nil && c.State != Ended {
		d.step(c, mediaBad{err: err})
	}
}

func (d *desk) forget(c *call) {
	d.calls = slices.DeleteFunc(d.calls, func(other *call) bool { return other == c })
	d.dropTimersOf(c.ID)
}

// say reports something, about one call or about none. Of several PBXs it names that of the call.
func (d *desk) say(g Grade, id pbxws.LegID, text string, took time.Duration) {
	n := Notice{Grade: g, Text: text, Leg: id, Took: took}
	if c := d.call(id); c != nil {
		n.Text, n.Link = c.link.named(text), c.link.ID
	}
	d.note(n)
}

// party names the far end of a call in a sentence about several, with its PBX where there are several.
func (c *call) party() string {
	if len(c.link.desk.links) < 2 {
		return c.Peer.String()
	}
	return c.Peer.String() + " at " + c.link.name()
}

// mention reports something about devices, which is not the outcome of a call.
func (d *desk) mention(text string) { d.note(Notice{Grade: GradeWarn, Text: text, NoOutcome: true}) }

// mentionDevice is mention for news of a microphone or a speaker.
func (d *desk) mentionDevice(text string) {
	d.note(Notice{Grade: GradeWarn, Text: text, NoOutcome: true, Device: true})
}

func (d *desk) note(n Notice) {
	n.N, n.At = 1, d.now
	if n.Of == 0 {
		n.Of = d.receipt
	}
	if last := len(d.notices); last > 0 {
		n.N = d.notices[last-1].N + 1
	}
	d.notices = keep(append(d.notices, n), keepNotices)
	d.dirty = true
}

// call finds one of our calls, nil where there is none.
func (d *desk) call(id pbxws.LegID) *call {
	for _, c := range d.calls {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// link finds a link; an empty id is the first.
func (d *desk) link(id LinkID) *link {
	for _, k := range d.links {
		if k.Link.ID == id {
			return k
		}
	}
	return d.links[0]
}

// leave hangs a call up, in the simplest way if a panic of ours prevents the proper one.
func (d *desk) leave(c *call) {
	defer fault.Catch(func(e *fault.Error) {
		e.Log(d.config.Log, "hanging up")
		if c.link.conn != nil {
			_ = c.link.conn.Send(d.work, pbxws.Bye{Leg: c.wire})
		}
	})
	d.step(c, wantHangup{})
}

// publishLast publishes how each call ended, for the record.
func (d *desk) publishLast() {
	defer fault.Catch(func(e *fault.Error) { e.Log(d.config.Log, "the last snapshot") })
	d.watch.Publish(d.snapshot())
}

// close hangs up every call and closes the links.
func (d *desk) close() {
	for _, c := range slices.Clone(d.calls) {
		if c.State != Ended {
			d.leave(c)
		}
	}
	d.publishLast()
	d.player.stop()
	d.closeFile(d.playback.source)
	limit, done := context.WithTimeout(d.work, closingTime)
	defer done()
	closed := make(chan struct{}, len(d.links))
	open := 0
	for _, k := range d.links {
		if conn := k.conn; conn != nil {
			open++
			d.start(func() { _ = conn.Close(); closed <- struct{}{} })
		}
	}
	for open > 0 {
		select {
		case <-d.inputs: // a link cannot end while its events are not taken
		case <-closed:
			open--
		case <-limit.Done():
			return
		}
	}
}
