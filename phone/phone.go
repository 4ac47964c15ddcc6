package phone

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// ErrBusy is returned by Do when the phone cannot take another intent: a person cannot be that
// fast, but a script can.
var ErrBusy = errors.New("the phone is still busy with earlier commands; try again")

const (
	intentsDeep = 32
	inputsDeep  = 256
)

// Config of a phone. Links and OpenSound are needed.
type Config struct {
	// Links are the PBXs, at least one; screens show the first.
	Links []LinkConfig
	// OpenSound opens the sound device. It always returns a device; an error says why that one is
	// silent. It is called only when there is something to hear.
	OpenSound func() (audio.Device, error)
	// OpenRinger opens the device for ringing in the same way, if Choice has one; nil rings on the
	// call's speaker.
	OpenRinger func() (audio.Device, error)
	// Choice has the devices at the start. Chosen is called with each change, before a device is
	// opened, and must not wait; both opening functions must use it. It may be nil.
	Choice Choice
	Chosen func(Choice)
	// Devices lists what there is to choose from; nil asks package audio.
	Devices func(context.Context) (audio.Listing, error)
	Tones   Tones
	// Intercom is what becomes of calls that ask to be answered without a hand.
	Intercom Intercom
	// Recordings is the directory that calls are recorded into.
	Recordings string
	// Log may be nil.
	Log *slog.Logger
}

// LinkConfig is one PBX. Dial, Media and who signs in are needed.
type LinkConfig struct {
	// ID is unique among the links. The only one needs none.
	ID LinkID
	// Dial brings up the link; it is called again whenever the link is lost.
	Dial pbxws.DialFunc
	// Label is a person's name for the PBX, empty for the practice PBX; User is who signs in there.
	Label, User string
	// Known means that the profile has signed in in an earlier run: a failure now says nothing about
	// its address.
	Known bool
	// Practice tells that this is the built-in practice PBX.
	Practice bool
	// Country is where the PBX is, empty if nobody said.
	Country number.Country
	// Plan says which numbers go out by this link, where there are several.
	Plan Plan
	// LeftBehind tells whether an earlier run of the program ended during a call with that party that
	// began at that time. It must not wait. It may be nil.
	LeftBehind func(pbxws.Party, time.Time) bool
	// Media makes the sound of calls.
	Media *rtc.Engine
	// Relayed, if set, makes the engine for the sound of calls when the first call needs it, and is
	// called again while it fails. Calls then use Media.
	Relayed func(context.Context) (*rtc.Engine, error)
}

// Tones are the sounds of the telephone's own making. The zero value is most of Europe's, all on.
type Tones struct {
	Country audio.Country
	// NoKeys switches the sound of one's own keys off, NoWaiting the beep of a second call, NoReminder
	// Remind.
	NoKeys, NoWaiting, NoReminder bool
}

// Phone is a softphone. Make one by New and start it by Run.
type Phone struct {
	config  Config
	intents chan order
	probes  chan struct{} // Probe and the desk meet here

	mu       sync.Mutex
	receipts Receipt // the last one
	watch    newest.Hub[Snapshot]
}

// New makes a phone that is not running yet.
func New(c Config) *Phone {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Devices == nil {
		c.Devices = audio.Devices
	}
	return &Phone{config: c, intents: make(chan order, intentsDeep), probes: make(chan struct{})}
}

// Do gives the phone an intent and never blocks. Its result is in the snapshots, in the notices and
// the outcome with its receipt.
func (p *Phone) Do(i Intent) (Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.DoAs(p.receipts+1, i); err != nil {
		return 0, err
	}
	p.receipts++
	return p.receipts, nil
}

// DoAs is Do with a receipt of the caller's choice, who sees to it that nobody else uses it. Those of Do
// are below 1<<32.
func (p *Phone) DoAs(r Receipt, i Intent) error {
	select {
	case p.intents <- order{r, i}:
		return nil
	default:
		return ErrBusy
	}
}

// Probe returns once the phone has come round to it, or with the error of ctx: at a phone that stands still
// nothing else does.
func (p *Phone) Probe(ctx context.Context) error {
	select {
	case p.probes <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Watch gives the newest snapshot whenever there is a newer one, until ctx ends or Run returns;
// then it closes the channel. A slow reader misses snapshots, but never the last.
func (p *Phone) Watch(ctx context.Context) <-chan Snapshot { return p.watch.Watch(ctx) }

// Run runs the phone until ctx ends. Then it hangs up all calls and returns when nothing it started
// is running any more. A panic of ours ends it in the same way, with a *fault.Error. It may be
// called once.
func (p *Phone) Run(ctx context.Context) error {
	defer p.watch.Close()
	if err := newDesk(p).run(ctx); err != nil {
		return err
	}
	return ctx.Err()
}
