package phone

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	// staleAfter is the silence of the PBX after which a link is stale; dialects probe more often.
	staleAfter = 10 * time.Second
	// historyDelay is how long a PBX may take to record a call.
	historyDelay = 3 * time.Second

	// steadyAfter is how long a link has to last to count as a success. One that dies earlier, again and
	// again, is retried as slowly as one that is refused.
	steadyAfter = 10 * time.Second

	// firstPause and longestPause are the shortest and the longest range of a pause between two tries.
	// After a short outage the link is back soon: four tries take at least 3.5 s, and the pause after
	// them at most 8 s.
	firstPause   = time.Second
	longestPause = time.Minute
	// longestInCall is the longest pause while a call is up: a PBX ends the calls of a phone that
	// stays away, and several short links must not add up to that.
	longestInCall = 8 * time.Second
)

// explain makes sentences for a person from the error of a failed or lost link. The words of
// libraries go to the log only.
func explain(err error, known bool) (what, next string) {
	var d *pbxws.DialError
	var lost *pbxws.LinkError
	switch {
	case errors.As(err, &d):
		return d.Sentences(known)
	case errors.As(err, &lost):
		return "the link to the PBX was lost: " + lost.What, ""
	}
	return "the link to the PBX was lost", ""
}

// questionOf is what a failed sign-in wants to know, nil for nothing.
func questionOf(err error) *pbxws.Question {
	var d *pbxws.DialError
	if errors.As(err, &d) {
		return d.Asks
	}
	return nil
}

// LinkID tells the links of a phone apart. The only link needs no name.
type LinkID string

// link is the connection to one PBX: its state, what it has received, and what has to be sent when
// it is back. It belongs to a desk and is used on its goroutine.
type link struct {
	Link
	desk   *desk
	config LinkConfig
	relay  relay

	// expected is a call that we ordered, zero for none.
	expected expectation
	// question takes the answer to Asks.
	question func(string)

	worked bool // the link was up once
	// upSince is when the link last came up, shaky counts the links in a row that broke at once.
	upSince time.Time
	shaky   int
	conn    pbxws.Conn // nil while there is none

	pbx pbxws.State

	// watched are the accounts to report when they become free, with their last lamps.
	watched map[pbxws.AccountID]pbxws.Lamp
	// fetched are the topics that the person asked for.
	fetched map[pbxws.Topic]bool
	// pickups are the last calls of others that were answered.
	pickups []pickup
	// byes are those that the PBX may not have got.
	byes []bye
}

type (
	linkUp struct {
		link *link
		conn pbxws.Conn
	}
	// linkFailed is a failed try.
	linkFailed struct {
		link *link
		err  error
	}
	// linkEnded is the end of a link that was up.
	linkEnded struct {
		link *link
		conn pbxws.Conn
	}
	// linkSaid is an event of the PBX.
	linkSaid struct {
		link  *link
		event pbxws.Event
	}
	// redial and fetchAgain are timers.
	redial     struct{ link *link }
	fetchAgain struct {
		link  *link
		topic pbxws.Topic
	}
)

func newLink(d *desk, c LinkConfig) *link {
	return &link{
		Link: Link{ID: c.ID, Label: c.Label, User: c.User, Practice: c.Practice, Country: c.Country}, desk: d, config: c,
		pbx:     pbxws.NewState(pbxws.AccountID(c.User)),
		watched: map[pbxws.AccountID]pbxws.Lamp{}, fetched: map[pbxws.Topic]bool{},
	}
}

// say reports something about the link, with its name if there are several.
func (k *link) say(g Grade, text string) {
	k.desk.note(Notice{Grade: g, Text: k.named(text), Link: k.ID})
}

// named puts the name of the link before a sentence, if there are several.
func (k *link) named(text string) string {
	if len(k.desk.links) < 2 {
		return text
	}
	return k.name() + ": " + text
}

// name is what a person calls the PBX.
func (k *link) name() string { return cmp.Or(k.Label, string(k.ID)) }

// pauseAfter is the pause before the next try; forever is true if another would be useless or
// harmful. For a profile that has signed in before, only the latter counts.
func (k *link) pauseAfter(err error) (pause time.Duration, forever bool) {
	var d *pbxws.DialError
	if errors.As(err, &d) {
		pause = d.RetryAfter
		forever = d.Final(k.known())
	}
	longest := longestPause
	if slices.ContainsFunc(k.calls(), func(c *call) bool { return c.State == Connected }) {
		longest = longestInCall
	}
	// A link that was lost has no failed try yet.
	return max(pause, backoff.Pause(max(k.Attempt, k.shaky), firstPause, longest)), forever
}

// home is the country whose people dial the numbers of the PBX: that of the configuration, else that of our
// own number, else an unknown one.
func (k *link) home() number.Country { return cmp.Or(k.Country, number.CountryOf(string(k.pbx.Self))) }

// calls are ours over this link.
func (k *link) calls() []*call {
	var calls []*call
	for _, c := range k.desk.calls {
		if c.link == k {
			calls = append(calls, c)
		}
	}
	return calls
}

// call finds one of our calls by its id on the wire, nil where there is none.
func (k *link) call(wire pbxws.LegID) *call {
	for _, c := range k.desk.calls {
		if c.link == k && c.wire == wire {
			return c
		}
	}
	return nil
}

// known tells that the profile has signed in before, so that its address is right.
func (k *link) known() bool { return k.worked || k.config.Known }

// dial starts one try to bring the link up.
func (k *link) dial() {
	d := k.desk
	d.dropTimers(func(t timer) bool { return t.in == redial{k} })
	k.Attempt++
	k.NextTry = time.Time{}
	k.set(LinkConnecting)
	d.attempt(func() {
		conn, err := k.config.Dial(d.work)
		if err != nil {
			d.post(linkFailed{k, err})
			return
		}
		select {
		case d.inputs <- linkUp{k, conn}:
		case <-d.work.Done(): // too late, nobody takes it
			_ = conn.Close()
		}
	}, func(err error) posted { return linkFailed{k, err} })
}

func (in redial) take(*desk)     { in.link.dial() }
func (in fetchAgain) take(*desk) { in.link.fetch(in.topic) }
func (in linkUp) take(*desk)     { in.link.isUp(in.conn) }
func (in linkFailed) take(*desk) { in.link.isDown(in.err) }
func (in linkSaid) take(*desk)   { in.link.hear(in.event) }

func (in linkEnded) take(*desk) {
	if in.link.conn == in.conn {
		in.link.isDown(in.conn.Err())
	}
}

// listen passes the events of a connection to the desk, in their order.
func (k *link) listen(conn pbxws.Conn) {
	for {
		select {
		case e, ok := <-conn.Events():
			if !ok {
				k.desk.post(linkEnded{k, conn})
				return
			}
			k.desk.post(linkSaid{k, e})
		case <-k.desk.work.Done():
			return
		}
	}
}

func (k *link) isUp(conn pbxws.Conn) {
	d := k.desk
	again := k.worked || k.Attempt > 1
	k.worked, k.upSince = true, d.now
	k.conn = conn
	d.start(func() { k.listen(conn) })
	aliveAt := k.AliveAt
	k.AliveAt, k.Attempt = d.now, 0
	k.What, k.Next = "", ""
	k.askPerson(nil)
	k.set(LinkUp)
	// What is known of others is as old as the lost link; the PBX sends it again.
	known, devices := k.pbx.Accounts, k.pbx.Devices
	k.pbx = pbxws.NewState(k.pbx.Self)
	k.pbx.Accounts, k.pbx.Devices = known, devices
	if d.tracing {
		k.send(pbxws.Trace{On: true})
	}
	k.repeatByes(aliveAt)
	if again {
		k.say(GradeDone, "the link to the PBX is back")
	}
	for _, c := range k.calls() {
		d.step(c, linkBack{k.caps()})
	}
	for topic := range topicCaps {
		k.fetch(pbxws.Topic(topic))
	}
}

// topicCaps has the capability that each topic needs.
var topicCaps = [...]pbxws.Caps{pbxws.CapHistory, pbxws.CapPhonebook, pbxws.CapVoicemail, pbxws.CapForward}

// caps are what the PBX can do, nothing without a link.
func (k *link) caps() pbxws.Caps {
	if k.conn == nil {
		return 0
	}
	return k.conn.Caps()
}

func (k *link) fetch(t pbxws.Topic) {
	if k.caps().Has(topicCaps[t]) {
		k.send(pbxws.Fetch{Topic: t})
	}
}

// fetchHistorySoon requests the record of a call that just ended, once the PBX has had time to
// write it.
func (k *link) fetchHistorySoon() {
	again := fetchAgain{k, pbxws.TopicHistory}
	k.desk.dropTimers(func(t timer) bool { return t.in == again })
	k.desk.timers = append(k.desk.timers, timer{at: k.desk.now.Add(historyDelay), in: again})
}

// isDown handles a failed try or the end of a link: it says why and plans the next try, unless
// another could only do harm.
func (k *link) isDown(err error) {
	d := k.desk
	if k.conn != nil {
		conn := k.conn
		k.conn = nil
		d.start(func() { _ = conn.Close() })
		k.soundLost()
		for _, c := range k.calls() {
			d.step(c, linkLost{})
		}
		k.Attempt = 0
		k.shaky++
		if d.now.Sub(k.upSince) >= steadyAfter {
			k.shaky = 0
		}
	}
	if err == nil {
		err = &pbxws.LinkError{What: "the PBX closed it"}
	}
	d.config.Log.Info("no link to the PBX", "err", err, "library", errors.Unwrap(err))
	pause, forever := k.pauseAfter(err)
	what, next := explain(err, k.known())
	k.askPerson(questionOf(err))
	if news := what; news != k.What {
		if !forever {
			news += "; trying again in " + seconds(pause)
		}
		k.say(GradeFailed, news)
	}
	k.What, k.Next = what, next
	if forever {
		k.set(LinkStopped)
		for _, c := range k.calls() {
			d.step(c, linkGone{})
		}
		return
	}
	k.NextTry = d.now.Add(pause)
	k.set(LinkWaiting)
	d.timers = append(d.timers, timer{at: k.NextTry, in: redial{k}})
}

func (k *link) set(s LinkState) {
	if k.State != s || k.Since.IsZero() {
		k.State, k.Since = s, k.desk.now
	}
	k.desk.dirty = true
}

// probeMissed takes note that the PBX did not answer when it should have.
func (k *link) probeMissed() {
	if k.State == LinkUp {
		k.set(LinkStale)
	}
}

// look notices that the PBX has been silent too long.
func (k *link) look() {
	if k.State == LinkUp && k.desk.now.Sub(k.AliveAt) > staleAfter {
		k.set(LinkStale)
	}
}

// send sends a command to the PBX. One that cannot be sent counts as refused, except byes: they are
// sent when the link is back.
func (k *link) send(c pbxws.Command) {
	if isBye(c) {
		k.keepBye(c)
	}
	if k.conn == nil {
		if !isBye(c) {
			k.refused(c, noLink)
		}
		return
	}
	if err := k.conn.Send(k.desk.work, c); err != nil {
		if !beginsCall(c) { // the link has ended, and its end is what the call gets to know
			k.refused(c, err.Error())
		}
		return
	}
	k.expect(c)
}

// beginsCall tells of a command that a call needs to come up. Its loss is no refusal: the next link shows
// what became of the call.
func beginsCall(c pbxws.Command) bool {
	switch c.(type) {
	case pbxws.Offer, pbxws.Answer:
		return true
	}
	return false
}

// refused is a refusal made here. The leg gets it only after the step that sent the command is
// done.
func (k *link) refused(c pbxws.Command, why string) {
	if s, is := c.(pbxws.FetchSound); is {
		k.soundRefused(s, why)
		return
	}
	if legOfCommand(c) == "" {
		k.say(GradeFailed, why)
		return
	}
	if own := k.call(legOfCommand(c)); own != nil {
		refusal := reported{pbxws.CommandRefused{Command: c, Reason: why}}
		k.desk.timers = append(k.desk.timers, timer{at: k.desk.now, in: toLeg{own.ID, refusal}})
	}
}
