package exchange

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// maxPast is how many past calls of an account are kept.
	maxPast = 200
	// madeUpCalls and madeUpMessages are how many an account begins with.
	madeUpCalls    = 20
	madeUpMessages = 3
	// recordedEvery tells which of them were recorded, where somebody talked.
	recordedEvery = 3
)

// archive is the past of an account, the oldest first.
type archive struct {
	calls    []PastCall
	messages []Message
}

// PastCall is a call that is over; Answered is zero if nobody took it.
type PastCall struct {
	ID                     string
	From, To               pbxws.Party
	Inbound, Queue         bool
	External               bool
	Began, Answered, Ended time.Time
	// Recorded tells that the PBX recorded it. ListenToCall has the sound; it is nil for a call that nobody spoke in.
	Recorded bool
	sound    []int16
}

// Missed tells whether nobody took it.
func (c PastCall) Missed() bool { return c.Inbound && c.Answered.IsZero() }

func (b *archive) unread() int {
	n := 0
	for _, m := range b.messages {
		if m.Unread {
			n++
		}
	}
	return n
}

// PastCalls are the kept calls of an account, the oldest first.
func (p *PBX) PastCalls(a *Account) []PastCall { return p.archiveOf(a).calls }

// Messages are those in the mailbox of an account, the oldest first; unread counts the new ones.
func (p *PBX) Messages(a *Account) (list []Message, unread int) {
	box := p.archiveOf(a)
	return box.messages, box.unread()
}

// file adds a call that an account leaves to its past, if a client signed in as it.
func (p *PBX) file(c *Call, a *Account) {
	if !a.claimed || !slices.Contains(a.Calls, c) {
		return
	}
	past := p.archiveOf(a)
	over := PastCall{
		ID: c.ID, From: c.Caller.Party, To: c.Callee.Party, Inbound: c.Callee.Account == a, Queue: c.Via != "",
		External: IsExternal(c.Caller.Party.Number) || IsExternal(c.Callee.Party.Number),
		Began:    c.Began, Answered: c.Answered, Ended: time.Now(),
	}
	if c.tape != nil {
		over.Recorded, over.sound = true, c.tape.recorded()
	}
	past.calls = append(past.calls, over)
	past.calls = past.calls[max(0, len(past.calls)-maxPast):]
	if old := len(past.calls) - 1 - maxTapes; old >= 0 {
		past.calls[old].sound = nil
	}
}

// archiveOf is the past of an account. It begins with calls that are made up from the seed and the
// number and are older than the PBX.
func (p *PBX) archiveOf(a *Account) *archive {
	if a.archive != nil {
		return a.archive
	}
	a.archive = &archive{}
	number, _ := strconv.ParseUint(a.Number, 10, 64)
	rng := rand.New(rand.NewPCG(p.o.Seed, number))
	when := p.began
	for i := range madeUpCalls {
		when = when.Add(-time.Duration(10+rng.IntN(200)) * time.Minute)
		a.archive.calls = append(a.archive.calls, p.madeUpCall(a, i, when, rng))
	}
	for i := range madeUpMessages {
		when = p.began.Add(-time.Duration(3*i*i+1) * time.Hour)
		far, _ := p.somebody(a, rng)
		a.archive.messages = append(a.archive.messages, Message{
			ID: fmt.Sprintf("vm%s%d@pbx", a.Number, i), From: far, At: when,
			Length: time.Duration(5+rng.IntN(60)) * time.Second, Unread: i < madeUpMessages-1,
		})
	}
	slices.Reverse(a.archive.calls)
	slices.Reverse(a.archive.messages)
	return a.archive
}

func (p *PBX) madeUpCall(a *Account, i int, began time.Time, rng *rand.Rand) PastCall {
	c := PastCall{
		ID: fmt.Sprintf("old%s%d@pbx", a.Number, i), Began: began, Inbound: rng.IntN(2) == 0,
		Ended: began.Add(time.Duration(5+rng.IntN(20)) * time.Second),
	}
	if rng.IntN(3) > 0 {
		c.Answered = c.Ended
		c.Ended = c.Answered.Add(time.Duration(10+rng.IntN(600)) * time.Second)
	}
	c.Recorded = !c.Answered.IsZero() && i%recordedEvery == 0
	far, external := p.somebody(a, rng)
	c.From, c.To, c.External = a.party(), far, external
	if c.Inbound {
		c.From, c.To = c.To, c.From
	}
	return c
}

// somebody is a colleague or a contact of the address book.
func (p *PBX) somebody(but *Account, rng *rand.Rand) (far pbxws.Party, external bool) {
	people := slices.DeleteFunc(slices.Clone(p.tenant.people), func(b *Account) bool { return b == but })
	if i := rng.IntN(3); i > 0 && len(people) > 0 {
		return people[rng.IntN(len(people))].party(), false
	}
	c := p.phonebook[rng.IntN(madeUpContacts)]
	return pbxws.Party{Name: c.Name, Number: c.Number}, true
}
