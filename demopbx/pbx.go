package demopbx

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// inboxSize is how many functions wait for the loop before whoever posts must wait.
	inboxSize = 256
	// closePatience is how long clients may take to hear a goodbye.
	closePatience = 2 * time.Second
)

// pbx is the state of the telephone system. Except for the fields marked as shared it belongs
// to the loop in run.
type pbx struct {
	o Options
	// tenant's accounts come into being with it and never go: who is there, and of what kind,
	// may be asked from anywhere.
	tenant    *tenant
	crowd     *crowd
	agenda    agenda
	calls     map[string]*call
	callOrder []*call // in the order in which they began
	legs      map[legKey]*leg
	sockets   map[*socket]bool
	minted    uint64
	legsBegun uint64
	texts     uint64
	closing   bool
	// began is when the made-up past ends.
	began time.Time
	// phonebook is everybody's.
	phonebook []contact
	// callsFrame is the tenant's call-state as of callsVersion, shared by its subscribers.
	callsFrame   []byte
	callsVersion uint64
	version      uint64

	// shared
	journal  *Journal
	sessions *sessions
	mixer    *mixer
	engine   *rtc.Engine
	inbox    chan func()

	// What Close waits for: everybody inside, when the door is shut.
	door   sync.Mutex
	shut   bool
	inside int
	left   chan struct{} // one place: somebody left
}

func newPBX(o Options, engine *rtc.Engine) *pbx {
	p := &pbx{
		o: o, engine: engine, began: time.Now(),
		calls: map[string]*call{}, legs: map[legKey]*leg{}, sockets: map[*socket]bool{},
		journal: newJournal(), sessions: newSessions(), mixer: newMixer(),
		inbox: make(chan func(), inboxSize), left: make(chan struct{}, 1),
	}
	rng := rand.New(rand.NewPCG(o.Seed, firstExtension))
	p.tenant = newTenant(o.Extensions, rolesOf(o), rng)
	p.phonebook = newPhonebook(o.Seed)
	p.crowd = newCrowd(p, rng)
	p.crowd.populate()
	return p
}

// run is the PBX loop.
func (p *pbx) run(ctx context.Context) {
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

// survive does one thing; a fault of ours ends that and not the program that practises here.
func (p *pbx) survive(do func()) {
	defer fault.Catch(func(e *fault.Error) { e.Log(p.o.Log, "the practice PBX") })
	do()
}

// shutdown ends every leg and socket and serves the inbox until nobody posts to it any more.
func (p *pbx) shutdown() {
	p.closing = true
	for _, c := range append([]*call(nil), p.callOrder...) {
		p.endCall(c, nil, 0)
	}
	for _, l := range p.legs {
		p.closeLeg(l)
	}
	farewell := p.sockets
	p.sockets = map[*socket]bool{}
	for sock := range farewell {
		sock.gone = true
		close(sock.queue)
	}
	hurry := time.NewTimer(closePatience)
	defer hurry.Stop()
	p.settle(hurry.C, farewell)
}

// settle serves the inbox until nobody is left who could post to it. Sockets that have not
// taken their goodbye when hurry comes are broken.
func (p *pbx) settle(hurry <-chan time.Time, farewell map[*socket]bool) {
	for !p.quiet() {
		select {
		case do := <-p.inbox:
			p.survive(do)
		case <-p.left:
		case <-hurry:
			for sock := range farewell {
				sock.drop()
			}
		}
	}
}

// quiet says that the loop has nothing to do and nobody will ask for anything. Who posts is
// counted in until it has, so the count must be read first.
func (p *pbx) quiet() bool {
	p.door.Lock()
	defer p.door.Unlock()
	return p.inside == 0 && len(p.inbox) == 0
}

// enter counts somebody in whom Close has to wait for; false when it is too late. Who was
// counted leaves.
func (p *pbx) enter() bool {
	p.door.Lock()
	defer p.door.Unlock()
	if !p.shut {
		p.inside++
	}
	return !p.shut
}

// letIn counts in somebody whom the loop itself sends; it is never too late for that.
func (p *pbx) letIn() {
	p.door.Lock()
	defer p.door.Unlock()
	p.inside++
}

func (p *pbx) leaves() {
	p.door.Lock()
	defer p.door.Unlock()
	p.inside--
	select {
	case p.left <- struct{}{}:
	default:
	}
}

func (p *pbx) shutDoor() {
	p.door.Lock()
	defer p.door.Unlock()
	p.shut = true
}

// post hands do to the loop. Only who was counted in may post: the loop takes from the inbox
// until all of those are done.
func (p *pbx) post(do func()) { p.inbox <- do }

// ask runs do in the loop and waits for it; once the PBX is closing it only says false.
func (p *pbx) ask(do func()) bool {
	if !p.enter() {
		return false
	}
	defer p.leaves()
	ran := make(chan struct{})
	p.post(func() {
		defer close(ran)
		do()
	})
	<-ran
	return true
}

// work runs job beside the loop and then what it returns inside it. Only the loop calls it.
func (p *pbx) work(job func() func()) {
	p.letIn()
	go func() {
		defer p.leaves()
		p.post(job())
	}()
}

// mintID makes an id of the form that the page shows for ids of the PBX.
func (p *pbx) mintID() string {
	p.minted++
	return "pc" + strconv.FormatUint(1_000_000_000+p.minted, 10) + "@pbx"
}

func (p *pbx) note(e Entry) { p.journal.add(e) }
