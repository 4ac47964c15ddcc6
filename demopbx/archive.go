package demopbx

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// maxPast is how many calls are remembered of somebody.
	maxPast = 200
	// madeUpCalls and madeUpMessages are what everybody begins with.
	madeUpCalls    = 20
	madeUpMessages = 3
)

// archive is what is remembered of an account, the oldest first.
type archive struct {
	calls    []pastCall
	messages []message
}

// pastCall is a call that is over; answered is zero when nobody took it.
type pastCall struct {
	id                     string
	from, to               pbxws.Party
	inbound, queue         bool
	external               bool
	began, answered, ended time.Time
}

func (c pastCall) missed() bool { return c.inbound && c.answered.IsZero() }

func (b *archive) unread() int {
	n := 0
	for _, m := range b.messages {
		if m.unread {
			n++
		}
	}
	return n
}

// file remembers what an account had of a call that it leaves, if a client signed in as it.
func (p *pbx) file(c *call, a *account) {
	if !a.staffed || !slices.Contains(a.calls, c) {
		return
	}
	past := p.archiveOf(a)
	past.calls = append(past.calls, pastCall{
		id: c.id, from: c.caller.party, to: c.callee.party, inbound: c.callee.acct == a, queue: c.via != "",
		external: isOutside(c.caller.party.Number) || isOutside(c.callee.party.Number),
		began:    c.began, answered: c.answered, ended: time.Now(),
	})
	past.calls = past.calls[max(0, len(past.calls)-maxPast):]
}

// archiveOf is what is remembered of an account. It begins with a past that is made up of the
// seed and the number, and that ends when the PBX began.
func (p *pbx) archiveOf(a *account) *archive {
	if a.archive != nil {
		return a.archive
	}
	a.archive = &archive{}
	number, _ := strconv.ParseUint(a.number, 10, 64)
	rng := rand.New(rand.NewPCG(p.o.Seed, number))
	when := p.began
	for i := range madeUpCalls {
		when = when.Add(-time.Duration(10+rng.IntN(200)) * time.Minute)
		a.archive.calls = append(a.archive.calls, p.madeUpCall(a, i, when, rng))
	}
	for i := range madeUpMessages {
		when = p.began.Add(-time.Duration(3*i*i+1) * time.Hour)
		far, _ := p.somebody(a, rng)
		a.archive.messages = append(a.archive.messages, message{
			id: fmt.Sprintf("vm%s%d@pbx", a.number, i), from: far, at: when,
			length: time.Duration(5+rng.IntN(60)) * time.Second, unread: i < madeUpMessages-1,
		})
	}
	slices.Reverse(a.archive.calls)
	slices.Reverse(a.archive.messages)
	return a.archive
}

func (p *pbx) madeUpCall(a *account, i int, began time.Time, rng *rand.Rand) pastCall {
	c := pastCall{
		id: fmt.Sprintf("old%s%d@pbx", a.number, i), began: began, inbound: rng.IntN(2) == 0,
		ended: began.Add(time.Duration(5+rng.IntN(20)) * time.Second),
	}
	if rng.IntN(3) > 0 {
		c.answered = c.ended
		c.ended = c.answered.Add(time.Duration(10+rng.IntN(600)) * time.Second)
	}
	far, external := p.somebody(a, rng)
	c.from, c.to, c.external = a.party(), far, external
	if c.inbound {
		c.from, c.to = c.to, c.from
	}
	return c
}

// somebody is a colleague or somebody of the phone book.
func (p *pbx) somebody(but *account, rng *rand.Rand) (far pbxws.Party, external bool) {
	people := slices.DeleteFunc(slices.Clone(p.tenant.people), func(b *account) bool { return b == but })
	if i := rng.IntN(3); i > 0 && len(people) > 0 {
		return people[rng.IntN(len(people))].party(), false
	}
	c := p.phonebook[rng.IntN(madeUpContacts)]
	return pbxws.Party{Name: c.Name, Number: c.Number}, true
}
