package phone

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// bell is the ringer: a separate device that is open only while it rings. If none is chosen the
// call's speaker rings instead.
type bell struct {
	cancel context.CancelFunc // nil while it does not ring
}

// ringsApart tells whether calls ring on a device of their own.
func (d *desk) ringsApart() bool { return d.config.OpenRinger != nil && d.devices.choice.Ringer != "" }

// ring starts or stops the ringer.
func (d *desk) ring(on bool) {
	b := &d.player.bell
	switch {
	case on == (b.cancel != nil) || on && !d.ringsApart():
	case on:
		ctx, cancel := context.WithCancel(d.work)
		b.cancel = cancel
		d.start(func() { d.ringUntil(ctx) })
	default:
		b.cancel()
		b.cancel = nil
	}
}

// ringUntil rings on the ringer until ctx ends. A ringer that cannot be opened is reported once for
// each ring; the screen rings all the same.
func (d *desk) ringUntil(ctx context.Context) {
	dev, trouble := d.config.OpenRinger()
	defer dev.Close()
	if trouble != nil {
		d.post(ringerTrouble{trouble})
	}
	step := time.NewTicker(soundStep)
	defer step.Stop()
	pcm, tone := make([]int16, rtc.FrameSamples), audio.NewTone(audio.Ring)
	for {
		for dev.Wants() {
			clear(pcm)
			tone.Mix(pcm)
			if !dev.Write(pcm) {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-step.C:
		}
	}
}

// ringerTrouble says why the ringer is not heard.
type ringerTrouble struct{ err error }

func (in ringerTrouble) take(d *desk) { d.mentionDevice(in.err.Error()) }
