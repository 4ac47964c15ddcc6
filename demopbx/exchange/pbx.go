package exchange

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// inboxSize is how many functions may wait for the loop before others have to wait.
	inboxSize = 256
	// closeTimeout is how long clients may take to close their connections.
	closeTimeout = 2 * time.Second
)

// PBX holds the state of the practice PBX. Except for the fields marked as shared it belongs
// to the loop.
type PBX struct {
	o Options
	// tenant has the same accounts all the time, so that any goroutine may look one up.
	tenant    *tenant
	crowd     *crowd
	agenda    agenda
	calls     map[string]*Call
	callOrder []*Call // in the order in which they began
	legs      map[legKey]*Leg
	clients   map[*Client]bool
	fronts    []Front
	minted    uint64
	legsBegun uint64
	textsSent uint64
	closing   bool
	// began is when the made-up past ends.
	began time.Time
	// phonebook is everybody's.
	phonebook []Contact

	// What follows is shared by all calls.
	journal *Journal
	mixer   *mixer
	engine  *rtc.Engine
	inbox   chan func()

	// Run waits until nobody is inside; shut lets nobody in any more.
	door   sync.Mutex
	shut   bool
	inside int
	left   chan struct{} // one place: somebody left
}

// New makes a PBX that is populated and does nothing before Run.
func New(o Options, engine *rtc.Engine) *PBX {
	o = o.WithDefaults()
	p := &PBX{
		o: o, engine: engine, began: time.Now(),
		calls: map[string]*Call{}, legs: map[legKey]*Leg{}, clients: map[*Client]bool{},
		journal: newJournal(), mixer: newMixer(),
		inbox: make(chan func(), inboxSize), left: make(chan struct{}, 1),
	}
	rng := rand.New(rand.NewPCG(o.Seed, FirstExtension))
	p.tenant = newTenant(o.Extensions, rolesOf(o), rng)
	p.phonebook = newPhonebook(o.Seed)
	p.crowd = newCrowd(p, rng)
	p.crowd.populate()
	return p
}

// Run drives the PBX until ctx ends, and then until nobody is inside any more.
func (p *PBX) Run(ctx context.Context) {
	var mixing sync.WaitGroup
	mixing.Go(func() { p.mixer.run(ctx) })
	p.loop(ctx)
	mixing.Wait()
	p.journal.close()
}

func (p *PBX) loop(ctx context.Context) {
	p.crowd.live(p.o.ChangesPerSecond)
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		if d, any := p.agenda.next(time.Now()); any {
			alarm.Reset(d)
		} else {
			alarm.Stop()
		}
		select {
		case <-ctx.Done():
			p.shutdown()
			return
		case do := <-p.inbox:
			p.survive(do)
		case <-alarm.C:
			p.survive(func() { p.agenda.due(time.Now()) })
		}
	}
}

// survive does one thing. A panic ends that and not the program.
func (p *PBX) survive(do func()) {
	defer fault.Catch(func(e *fault.Error) { e.Log(p.o.Log, "the practice PBX") })
	do()
}

// shutdown ends every leg and client and serves the inbox until nobody posts to it any more.
func (p *PBX) shutdown() {
	p.closing = true
	for _, c := range slices.Clone(p.callOrder) {
		p.endCall(c, nil, 0)
	}
	for _, l := range p.legs {
		p.closeLeg(l)
	}
	for c := range p.clients {
		c.gone = true
	}
	clear(p.clients)
	p.tell(Front.Close)
	hurry := time.NewTimer(closeTimeout)
	defer hurry.Stop()
	for !p.quiet() {
		select {
		case do := <-p.inbox:
			p.survive(do)
		case <-p.left:
		case <-hurry.C:
			p.tell(Front.Break)
		}
	}
}

// quiet says that nobody is inside and the inbox is empty. Who posts is counted in until the function is
// in the inbox, so the count is read first.
func (p *PBX) quiet() bool {
	p.door.Lock()
	defer p.door.Unlock()
	return p.inside == 0 && len(p.inbox) == 0
}

// Enter counts a goroutine in that Run has to wait for; false when it is too late. It must call Leave.
func (p *PBX) Enter() bool {
	p.door.Lock()
	defer p.door.Unlock()
	if !p.shut {
		p.inside++
	}
	return !p.shut
}

// enterLoop counts in a goroutine that the loop starts; it is never too late for that.
func (p *PBX) enterLoop() {
	p.door.Lock()
	defer p.door.Unlock()
	p.inside++
}

// Leave counts a goroutine out.
func (p *PBX) Leave() {
	p.door.Lock()
	defer p.door.Unlock()
	p.inside--
	select {
	case p.left <- struct{}{}:
	default:
	}
}

// Stop lets nobody in any more.
func (p *PBX) Stop() {
	p.door.Lock()
	defer p.door.Unlock()
	p.shut = true
}

// post passes do to the loop. Only counted goroutines may post: the loop reads the inbox until all
// of those are done.
func (p *PBX) post(do func()) { p.inbox <- do }

// Do runs do in the loop and waits for it; once the PBX is closing it only says false.
func (p *PBX) Do(do func()) bool {
	if !p.Enter() {
		return false
	}
	defer p.Leave()
	ran := make(chan struct{})
	p.post(func() {
		defer close(ran)
		do()
	})
	<-ran
	return true
}

// work runs job in a goroutine and then what it returns in the loop. Only the loop calls it.
func (p *PBX) work(job func() func()) {
	p.enterLoop()
	go func() {
		defer p.Leave()
		p.post(job())
	}()
}

// MintID makes an id for a leg or a call.
func (p *PBX) MintID() string {
	p.minted++
	return "pc" + strconv.FormatUint(1_000_000_000+p.minted, 10) + "@pbx"
}

// After lets the loop do something later.
func (p *PBX) After(d time.Duration, do func()) *Timer { return p.agenda.after(d, do) }

// Cancel stops a timer; one that has fired, or nil, is left alone.
func (p *PBX) Cancel(t *Timer) { p.agenda.drop(t) }

// Journal records what the PBX saw and did.
func (p *PBX) Journal() *Journal { return p.journal }

// Note adds an entry to the journal.
func (p *PBX) Note(e Entry) { p.journal.add(e) }
