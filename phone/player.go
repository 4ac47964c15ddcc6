package phone

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	// refusalTone is how long the tone of a failed call lasts.
	refusalTone = 3 * time.Second
	// earlyGrace is how long the phone waits for early media that was announced before it plays its
	// own ringback.
	earlyGrace = 500 * time.Millisecond
	// soundLinger is how long the device stays open with nothing to hear, so that the next
	// call finds it open.
	soundLinger = 3 * time.Second
	// soundRest is how long after a panic of ours the sound is not tried again.
	soundRest = 3 * time.Second
)

// player is the desk's control of the sound: what shall be heard, and whether the device runs.
type player struct {
	state  playerState
	sound  *sound
	cancel context.CancelFunc
	// last is when there was last something to play.
	last time.Time
	// failed is when a fault of ours last ended the sound.
	failed  time.Time
	device  string
	mic     string
	silent  bool
	ringing bool
	bell    bell
	// warned is when the person was last warned about speaking into a muted microphone, zero once it is
	// open again.
	warned time.Time
}

type playerState uint8

const (
	playerOff playerState = iota
	playerOn              // opening or running
	playerStopping
)

type (
	// soundReady says which device was found; trouble says why it is silent.
	soundReady struct {
		device  string
		mic     string
		silent  bool
		trouble error
	}
	soundGone struct{}
	// soundFailed is a fault of ours that ended the sound.
	soundFailed struct{ err error }
	// cardIs is the device in use, if it can be changed.
	cardIs struct{ card card }
	// soundNews is something that happened to the devices by itself, in a sentence.
	soundNews struct{ event audio.Event }
)

// take notes what device there is and says so when that is news.
func (r soundReady) take(d *desk) {
	p := &d.player
	if p.device == r.device && p.mic == r.mic && p.silent == r.silent {
		return
	}
	p.device, p.mic, p.silent = r.device, r.mic, r.silent
	if r.trouble != nil && !errors.Is(r.trouble, audio.ErrNoCard) { // Sound.Silent says that already
		d.mentionDevice(r.trouble.Error())
	}
}

func (p *player) stop() {
	if p.cancel != nil {
		p.cancel()
	}
}

func (p *player) view() Sound {
	v := Sound{Device: p.device, Mic: p.mic, Silent: p.silent, Ringing: p.ringing}
	if p.state == playerOn {
		v.Meter = *p.sound.meter.Load()
	}
	return v
}

// probeSound finds out what there is before the first call, so that a person can read it.
func (d *desk) probeSound() {
	d.player.sound = newSound(d.config.Tones.Country)
	d.start(func() {
		dev, trouble := d.config.OpenSound()
		d.post(describe(dev, trouble))
		_ = dev.Close()
	})
}

// refreshSound starts or stops sounds as the calls need it now.
func (d *desk) refreshSound() {
	p := &d.player
	d.followPlayback()
	tone := d.tone()
	p.ringing = tone == audio.Ring || tone == audio.CallWaiting
	if tone == audio.CallWaiting && d.config.Tones.NoWaiting {
		tone = noTone
	}
	d.ring(tone == audio.Ring)
	if tone == audio.Ring && d.ringsApart() {
		tone = noTone // the ringer has it
	}
	if now := d.voices(); !slices.Equal(now, *p.sound.voices.Load()) {
		p.sound.voices.Store(&now)
	}
	p.sound.tone.Store(uint32(tone))
	p.sound.muted.Store(d.muted)
	d.warnMuted()
	if tone != noTone || d.anyLive() || d.devices.hide != nil || d.playback.clip != nil {
		p.last = d.now
	}
	switch {
	case p.state == playerOff && p.last.Equal(d.now) && d.now.Sub(p.failed) > soundRest:
		d.startSound()
	case p.state == playerOn && d.now.Sub(p.last) > soundLinger:
		p.state = playerStopping
		p.cancel()
	}
}

func (d *desk) startSound() {
	ctx, cancel := context.WithCancel(d.work)
	d.player.state, d.player.cancel = playerOn, cancel
	s := d.player.sound
	d.attempt(func() {
		dev, trouble := d.config.OpenSound()
		if c, can := dev.(card); can {
			d.post(cardIs{c})
		}
		d.post(describe(dev, trouble))
		d.follow(dev)
		s.run(ctx, dev)
		d.post(soundGone{})
	}, func(err error) posted { return soundFailed{err} })
}

// take ends the calls whose sound a fault of ours stopped, so that the next one has sound again.
func (in soundFailed) take(d *desk) {
	d.player.failed = d.now
	soundGone{}.take(d)
	audible := d.audible()
	for _, c := range audible {
		d.step(c, mediaBad{err: in.err, final: true})
	}
	if len(audible) > 0 {
		return
	}
	d.say(GradeFailed, "", "the sound failed: "+in.err.Error(), 0)
}

func (soundGone) take(d *desk) {
	d.player.state = playerOff
	cardIs{}.take(d)
	d.refreshSound()
}

// describe says what a device is at the moment.
func describe(dev audio.Device, trouble error) soundReady {
	r := soundReady{device: dev.Name(), silent: dev.Silent(), trouble: trouble}
	if s, can := dev.(card); can {
		r.mic = s.Using().Mic.Name
	}
	return r
}

// follow brings news of a device that can change by itself into the loop, until it is closed.
func (d *desk) follow(dev audio.Device) {
	s, can := dev.(card)
	if !can {
		return
	}
	d.start(func() {
		for e := range s.Events() {
			d.post(soundNews{e})
			d.post(describe(s, nil))
		}
	})
}

// mutedReminder is the shortest time between two warnings about a muted microphone.
const mutedReminder = 10 * time.Second

// mute closes or opens the microphone. A warning that it was closed does not outlast that.
func (d *desk) mute(on bool) {
	d.muted = on
	if !on && !d.player.warned.IsZero() {
		d.player.warned = time.Time{}
		d.say(GradeDone, "", "your microphone is open again", 0)
	}
	d.refreshSound()
}

func (d *desk) warnMuted() {
	p := &d.player
	if !d.muted || !p.sound.mutedSpeech.Load() || d.now.Sub(p.warned) < mutedReminder {
		return
	}
	p.warned = d.now
	d.say(GradeWarn, "", "you are muted: nobody hears you", 0)
}

func (d *desk) anyLive() bool {
	for _, c := range d.calls {
		if c.State != Ended {
			return true
		}
	}
	return false
}

// audible are the calls with live sound: the talking one, or all of a conference that talk; else one that
// is coming up. After them come those that this phone links.
func (d *desk) audible() []*call {
	var talking, coming, apart []*call
	for _, c := range d.calls {
		switch {
		case c.State == Connected && c.Apart:
			if !c.holding {
				apart = append(apart, c)
			}
		case c.State == Connected && !c.holding:
			if len(talking) == 0 || c.mixedWith(talking[0]) {
				talking = append(talking, c)
			}
		case c.State == Early || c.State == Answering:
			coming = []*call{c}
		}
	}
	if len(talking) == 0 {
		talking = coming
	}
	return append(talking, apart...)
}

// voices are the far ends of the audible calls.
func (d *desk) voices() voices {
	var now voices
	for _, c := range d.audible() {
		if c.session != nil && len(now) < maxLegs {
			v := voice{session: c.session, holdsUs: c.RemoteHold && !c.Apart, apart: c.Apart}
			if c.State == Connected {
				v.recorder = c.recorder
			}
			now = append(now, v)
		}
	}
	return now
}

// tone is the tone that the phone has to play. Early media of the far end replaces our ringback.
func (d *desk) tone() audio.ToneKind {
	talking, tone := false, noTone
	for _, c := range d.calls {
		switch c.State {
		case Connected, Answering:
			talking = talking || !c.Apart
		case Ringing:
			tone = audio.Ringback
		case Early:
			if d.now.Sub(c.since) > earlyGrace && (c.session == nil || c.session.Stats().Received == 0) {
				tone = audio.Ringback
			}
		case Ended:
			if tone == noTone && c.Dir == Outgoing && d.now.Sub(c.Leg.Ended) < refusalTone {
				tone = refusal(c.Cause)
			}
		}
	}
	for _, c := range d.calls {
		switch {
		case c.State != Alerting || d.quiet || c.away: // without a link it cannot be answered, and may have ended
		case talking:
			return audio.CallWaiting
		default:
			return audio.Ring
		}
	}
	if talking {
		return noTone
	}
	return tone
}

// refusal is how a call that failed sounds (ITU-T E.180).
func refusal(c pbxws.Cause) audio.ToneKind {
	switch c.Ending {
	case pbxws.EndedBusy, pbxws.EndedDeclined:
		return audio.Busy
	case pbxws.EndedNotFound, pbxws.EndedRefused, pbxws.EndedMedia, pbxws.EndedLink:
		return audio.Congestion
	}
	return noTone
}
