package phone

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// ErrBusy is what Do returns when the phone cannot take another intent: a person cannot fill
// its inbox, a script should hear of it.
var ErrBusy = errors.New("the phone is busy with what was asked before; ask again")

const (
	intentsDeep = 32
	inputsDeep  = 256
)

// Config of a phone. Links and OpenSound are needed.
type Config struct {
	// Links are the PBXs, at least one; screens show the first.
	Links []LinkConfig
	// OpenSound opens the sound device. It always gives a device; an error beside it says why
	// that one is silent. It is called when there is something to hear, not before.
	OpenSound func() (audio.Device, error)
	// OpenRinger opens the device that calls ring on, under the same terms, where Choice has one of
	// its own; nil rings where calls are heard.
	OpenRinger func() (audio.Device, error)
	// Choice is which devices are wanted at first. Chosen is told of each change, before anything is
	// opened by it, and must not wait; both opening functions are to heed it. It may be nil.
	Choice Choice
	Chosen func(Choice)
	// Devices lists what there is to choose from; nil asks package audio.
	Devices func(context.Context) (audio.Listing, error)
	Tones   Tones
	// Recordings is the directory that calls are recorded into.
	Recordings string
	// Log may be nil.
	Log *slog.Logger
}

// LinkConfig is one PBX. Dial, Media and who signs in are needed.
type LinkConfig struct {
	// ID tells it from the other links. The only one needs none.
	ID LinkID
	// Dial brings up the link; it is called again whenever the link is lost.
	Dial pbxws.DialFunc
	// Label is the PBX in a person's words, which the practice PBX has no need of; Domain and User
	// are who signs in there.
	Label, Domain, User string
	// Known tells that the profile has signed in before, in an earlier run: what it meets now says
	// nothing about its address.
	Known bool
	// Practice tells that this is the built-in practice PBX.
	Practice bool
	// LeftBehind tells that an earlier run of the program ended in the middle of a call with somebody
	// that began then. It must not wait. It may be nil.
	LeftBehind func(pbxws.Party, time.Time) bool
	// Media makes the sound of calls.
	Media *rtc.Engine
	// Relayed, if set, makes what the sound of calls is made with instead, when the first call
	// needs it, and again as long as it fails. Calls then go by Media.
	Relayed func(context.Context) (*rtc.Engine, error)
}

// Tones are the sounds of the telephone's own making. The zero value is most of Europe's, all on.
type Tones struct {
	Country audio.Country
	// NoKeys silences one's own keys, NoWaiting the beep of a second call, NoReminder Remind.
	NoKeys, NoWaiting, NoReminder bool
}

// Phone is a softphone. Make one by New and give it life by Run.
type Phone struct {
	config  Config
	intents chan order

	mu       sync.Mutex
	receipts Receipt // the last one
	watch    newest.Hub[Snapshot]
}

// New makes a phone that does nothing yet.
func New(c Config) *Phone {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Devices == nil {
		c.Devices = audio.Devices
	}
	return &Phone{config: c, intents: make(chan order, intentsDeep)}
}

// Do gives the phone an intent and never blocks. What comes of it is read in the snapshots, in the
// notices and the outcome that have its receipt.
func (p *Phone) Do(i Intent) (Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.intents <- order{p.receipts + 1, i}:
		p.receipts++
		return p.receipts, nil
	default:
		return 0, ErrBusy
	}
}

// Watch gives the newest snapshot whenever there is a newer one, until ctx ends; the channel
// is closed then, or when Run returns. A slow reader misses snapshots, never the last.
func (p *Phone) Watch(ctx context.Context) <-chan Snapshot { return p.watch.Watch(ctx) }

// Run works the phone until ctx ends. It then hangs up what is up and returns when everything
// it started is gone. A fault of ours ends it in the same way, with a *fault.Error. It may be
// called once.
func (p *Phone) Run(ctx context.Context) error {
	defer p.watch.Close()
	if err := newDesk(p).run(ctx); err != nil {
		return err
	}
	return ctx.Err()
}
