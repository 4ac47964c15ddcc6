package phone

import (
	"context"
	"errors"
	"log/slog"

	"github.com/patchcord/patchcord/audio"
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

// Config of a phone. All fields but Log, OpenRinger and Recordings
// are needed.
type Config struct {
	// Dial brings up the link; it is called again whenever the link is lost.
	Dial pbxws.DialFunc
	// Label is the PBX in a person's words, which the practice PBX has no need of; Domain and User are who signs in there.
	Label, Domain, User string
	// Practice tells that the PBX is the built-in one.
	Practice bool
	Media    *rtc.Engine
	// OpenSound opens the sound device. It always gives a device; an error beside it says why
	// that one is silent. It is called when there is something to hear, not before.
	OpenSound func() (audio.Device, error)
	// OpenRinger opens the device that calls ring on, under the same terms; nil rings where
	// calls are heard.
	OpenRinger func() (audio.Device, error)
	// Recordings is the directory that calls are recorded into.
	Recordings string
	// Log may be nil.
	Log *slog.Logger
}

// Phone is a softphone. Make one by New and give it life by Run.
type Phone struct {
	config  Config
	intents chan Intent
	watch   hub
}

// New makes a phone that does nothing yet.
func New(c Config) *Phone {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Phone{config: c, intents: make(chan Intent, intentsDeep)}
}

// Do gives the phone an intent and never blocks. What came of it is read in the snapshots'
// notices.
func (p *Phone) Do(i Intent) error {
	select {
	case p.intents <- i:
		return nil
	default:
		return ErrBusy
	}
}

// Watch gives the newest snapshot whenever there is a newer one, until ctx ends; the channel
// is closed then, or when Run returns. A slow reader misses snapshots, never the last.
func (p *Phone) Watch(ctx context.Context) <-chan Snapshot { return p.watch.subscribe(ctx) }

// Run works the phone until ctx ends. It then hangs up what is up and returns when everything
// it started is gone. It may be called once.
func (p *Phone) Run(ctx context.Context) error {
	defer p.watch.close()
	l := newLoop(p)
	l.run(ctx)
	return ctx.Err()
}
