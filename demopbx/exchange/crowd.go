package exchange

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/internal/beat"
	"github.com/patchcord/patchcord/pbxws"
)

// The shares of the crowd that are busy, do not want to be disturbed or are offline, in thousandths.
const (
	crowdBusy    = 160
	crowdDND     = 66
	crowdOffline = 102
)

// One call in placeShare goes to a queue or an orbit.
const placeShare = 12

// Whoever calls a queue waits there for queueWaits changes of the crowd, and up to queueVaries more. At most
// queueHolds wait.
const queueWaits, queueVaries, queueHolds = 30, 90, 5

// crowdPulse is the least time between two rounds of changes; at more than 100 changes a second a
// round has several.
const crowdPulse = 10 * time.Millisecond

// crowdRests is the time between rounds where there are fewChanges in a second: so the program sleeps.
const (
	crowdRests = time.Second
	fewChanges = 10
)

// crowd simulates everybody whom no client has signed in as. What it does next depends on its seed and
// on the directory, never on the clock.
type crowd struct {
	p    *PBX
	rng  *rand.Rand
	busy int // people in calls of the crowd among itself
	// The calls of the crowd among itself; the ringing ones are in the order in which they began.
	ringing, talking []*Call
	minted           int
	// changes counts the steps, due has the one from which on a call that rings at a queue may be answered.
	changes int
	due     map[*Call]int
}

func newCrowd(p *PBX, rng *rand.Rand) *crowd { return &crowd{p: p, rng: rng, due: map[*Call]int{}} }

// want is how many people a share of the crowd is.
func (c *crowd) want(thousandths int) int { return len(c.p.tenant.people) * thousandths / 1000 }

// populate makes the state in which the PBX starts: as busy as it will stay.
func (c *crowd) populate() {
	for c.busy+1 < c.want(crowdBusy) && c.begin() {
		call := c.ringing[len(c.ringing)-1]
		if c.due[call] > 0 { // somebody waits from the start on
			continue
		}
		c.answer(call)
		ago := time.Duration(c.rng.IntN(600)) * time.Second
		call.Answered = call.Answered.Add(-ago)
		call.Began = call.Answered.Add(-time.Duration(2+c.rng.IntN(20)) * time.Second)
	}
	if last := len(c.talking) - 1; last >= 0 { // one of them rings
		c.end(c.talking[last])
		c.begin()
	}
	for range c.want(crowdDND) {
		c.flipDND(true)
	}
	for range c.want(crowdOffline) {
		c.flipRegistered(false)
	}
}

// live changes the crowd at the given rate until the PBX ends.
func (c *crowd) live(perSecond float64) {
	if perSecond <= 0 {
		return
	}
	next := func() time.Duration { return max(crowdPulse, time.Duration(float64(time.Second)/perSecond)) }
	if perSecond <= fewChanges {
		next = func() time.Duration { return beat.Until(crowdRests) }
	}
	began, done := time.Now(), 0
	var round func()
	round = func() {
		due := int(time.Since(began).Seconds() * perSecond)
		for done = max(done, due-1-int(perSecond)); done < due; done++ { // after a long sleep, not all
			c.step()
		}
		c.p.After(next(), round)
	}
	c.p.After(next(), round)
}

// step makes one change: mostly of calls, now and then of a person.
func (c *crowd) step() {
	c.changes++
	first := c.firstDue()
	switch dice := c.rng.IntN(100); {
	case dice < 6:
		c.flipDND(c.dnd() < c.around(crowdDND))
	case dice < 12:
		c.flipRegistered(c.offline() >= c.around(crowdOffline))
	case first != nil && dice < 60:
		if dice < 18 {
			c.end(first) // nobody was at the desk
		} else {
			c.answer(first)
		}
	case c.busy < c.around(crowdBusy):
		c.begin()
	case len(c.talking) > 0:
		c.end(c.talking[c.rng.IntN(len(c.talking))])
	}
}

// firstDue is the call that is answered or given up next, nil where all have to wait.
func (c *crowd) firstDue() *Call {
	i := slices.IndexFunc(c.ringing, func(call *Call) bool { return c.due[call] <= c.changes })
	if i < 0 {
		return nil
	}
	return c.ringing[i]
}

// around is a share of the crowd plus or minus a quarter, so that figures vary.
func (c *crowd) around(thousandths int) int {
	want := c.want(thousandths)
	return want - want/4 + c.rng.IntN(want/2+1)
}

func (c *crowd) begin() bool {
	from := c.pick((*Account).free)
	to := c.pick(func(a *Account) bool { return a != from && a.free() })
	if from == nil || to == nil {
		return false
	}
	if c.rng.IntN(placeShare) == 0 {
		place := c.p.tenant.places[c.rng.IntN(len(c.p.tenant.places))]
		if place.Kind == pbxws.KindQueue && len(c.due) < queueHolds || place.free() {
			to = place
		}
	}
	c.minted++
	call := c.p.newCall("staged-"+strconv.Itoa(c.minted), from, to)
	if to.Kind == pbxws.KindQueue {
		c.due[call] = c.changes + queueWaits + c.minted*17%queueVaries
	}
	c.ringing = append(c.ringing, call)
	c.busy += people(call)
	return true
}

// people is how many of the crowd a call keeps busy: one if it waits in a queue or an orbit.
func people(c *Call) int {
	if c.Callee.Account.Kind == pbxws.KindExtension {
		return 2
	}
	return 1
}

func (c *crowd) answer(call *Call) {
	c.ringing = slices.DeleteFunc(c.ringing, same(call))
	delete(c.due, call)
	c.talking = append(c.talking, call)
	c.p.markAnswered(call)
}

func (c *crowd) end(call *Call) {
	c.forget(call)
	c.p.remove(call)
}

// forget drops a call from the crowd's list, if it is in there.
func (c *crowd) forget(call *Call) {
	if slices.Contains(c.ringing, call) || slices.Contains(c.talking, call) {
		c.ringing = slices.DeleteFunc(c.ringing, same(call))
		c.talking = slices.DeleteFunc(c.talking, same(call))
		delete(c.due, call)
		c.busy -= people(call)
	}
}

func same(c *Call) func(*Call) bool { return func(d *Call) bool { return c == d } }

// release ends the simulated calls of an account that a client signed in as.
func (c *crowd) release(a *Account) {
	for _, call := range slices.Clone(a.Calls) {
		if call.allSimulated() && (slices.Contains(c.ringing, call) || slices.Contains(c.talking, call)) {
			c.end(call)
		}
	}
}

func (c *crowd) flipDND(on bool) {
	a := c.pick(func(a *Account) bool { return len(a.Calls) == 0 && a.Registered && a.DND != on })
	if a != nil {
		a.DND = on
		c.p.accountChanged(a)
	}
}

func (c *crowd) flipRegistered(on bool) {
	a := c.pick(func(a *Account) bool { return len(a.Calls) == 0 && !a.DND && a.Registered != on })
	if a != nil {
		a.Registered = on
		c.p.accountChanged(a)
	}
}

// pick finds one of the crowd who suits, beginning at a random one; nil when nobody does.
func (c *crowd) pick(suits func(*Account) bool) *Account {
	people := c.p.tenant.people
	if len(people) == 0 {
		return nil
	}
	start := c.rng.IntN(len(people))
	for i := range people {
		if a := people[(start+i)%len(people)]; a.ofCrowd() && suits(a) {
			return a
		}
	}
	return nil
}

func (c *crowd) dnd() int { return c.count(func(a *Account) bool { return a.DND }) }

func (c *crowd) offline() int { return c.count(func(a *Account) bool { return !a.Registered }) }

func (c *crowd) count(is func(*Account) bool) int {
	n := 0
	for _, a := range c.p.tenant.people {
		if a.ofCrowd() && is(a) {
			n++
		}
	}
	return n
}
