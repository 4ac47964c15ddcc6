package phone

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// refusalTone is how long a failed call is heard to have failed.
	refusalTone = 3 * time.Second
	// earlyGrace is how long a far end that promised to be heard before the answer is waited
	// for before our own ringback takes its place.
	earlyGrace = 500 * time.Millisecond
	// soundLinger is how long the device stays open with nothing to hear, so that the next
	// call finds it open.
	soundLinger = 3 * time.Second
	// soundRest is how long after a fault of ours the sound is not tried again.
	soundRest = 3 * time.Second
)

// player is the loop's grip on the sound: what shall be heard, and whether the device runs.
type player struct {
	state  playerState
	sound  *sound
	cancel context.CancelFunc
	// last is when something was to be heard.
	last time.Time
	// failed is when a fault of ours last ended the sound.
	failed  time.Time
	device  string
	mic     string
	silent  bool
	ringing bool
	bell    bell
	// warned is when the person was last told to speak into a muted microphone.
	warned time.Time
}

type playerState uint8

const (
	playerOff playerState = iota
	playerOn              // opening or running
	playerStopping
)

type (
	// soundReady tells what device was found; trouble says why it is silent.
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

// soundReady notes what device there is and says so when that is news.
func (l *loop) soundReady(r soundReady) {
	p := &l.player
	if p.device == r.device && p.mic == r.mic && p.silent == r.silent {
		return
	}
	p.device, p.mic, p.silent = r.device, r.mic, r.silent
	if r.trouble != nil {
		l.mention(r.trouble.Error())
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
func (l *loop) probeSound() {
	l.player.sound = newSound(l.config.Tones.Country)
	l.start(func() {
		dev, trouble := l.config.OpenSound()
		l.post("", describe(dev, trouble))
		_ = dev.Close()
	})
}

// refreshSound makes heard what should be heard now.
func (l *loop) refreshSound() {
	p := &l.player
	session, tone := l.heardSession(), l.tone()
	p.ringing = tone == audio.Ring || tone == audio.CallWaiting
	if tone == audio.CallWaiting && l.config.Tones.NoWaiting {
		tone = noTone
	}
	l.ring(tone == audio.Ring)
	if tone == audio.Ring && l.ringsApart() {
		tone = noTone // the ringer has it
	}
	p.sound.session.Store(session)
	p.sound.tone.Store(uint32(tone))
	p.sound.muted.Store(l.muted)
	p.sound.recorder.Store(l.heardRecorder())
	l.warnMuted()
	if tone != noTone || l.anyLive() || l.devices.hide != nil {
		p.last = l.now
	}
	switch {
	case p.state == playerOff && p.last.Equal(l.now) && l.now.Sub(p.failed) > soundRest:
		l.startSound()
	case p.state == playerOn && l.now.Sub(p.last) > soundLinger:
		p.state = playerStopping
		p.cancel()
	}
}

func (l *loop) startSound() {
	ctx, cancel := context.WithCancel(l.work)
	l.player.state, l.player.cancel = playerOn, cancel
	s := l.player.sound
	l.attempt(func() {
		dev, trouble := l.config.OpenSound()
		if c, can := dev.(card); can {
			l.post("", cardIs{c})
		}
		l.post("", describe(dev, trouble))
		l.follow(dev)
		s.run(ctx, dev)
		l.post("", soundGone{})
	}, func(err error) any { return soundFailed{err} })
}

// soundFailed ends the call whose sound a fault of ours stopped, so that the next one has sound
// again.
func (l *loop) soundFailed(err error) {
	l.player.failed = l.now
	l.take(posted{in: soundGone{}})
	if ln := l.heard(); ln != nil {
		l.step(ln, mediaBad{err: err, final: true})
		return
	}
	l.say(GradeFailed, "", "the sound failed: "+err.Error(), 0)
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
func (l *loop) follow(dev audio.Device) {
	s, can := dev.(card)
	if !can {
		return
	}
	l.start(func() {
		for e := range s.Events() {
			l.post("", soundNews{e})
			l.post("", describe(s, nil))
		}
	})
}

// mutedReminder is how long a person who speaks in vain is left in peace after a reminder.
const mutedReminder = 10 * time.Second

func (l *loop) warnMuted() {
	p := &l.player
	if !l.muted || !p.sound.vain.Load() || l.now.Sub(p.warned) < mutedReminder {
		return
	}
	p.warned = l.now
	l.say(GradeWarn, "", "you are muted: nobody hears you", 0)
}

func (l *loop) anyLive() bool {
	for _, ln := range l.legs {
		if ln.State != Ended {
			return true
		}
	}
	return false
}

// heard is the line whose sound is live: the call that talks, else one that is coming up; nil
// for none.
func (l *loop) heard() *line {
	var coming *line
	for _, ln := range l.legs {
		switch {
		case ln.State == Connected && !ln.holding:
			return ln
		case ln.State == Early || ln.State == Answering:
			coming = ln
		}
	}
	return coming
}

func (l *loop) heardSession() *rtc.Session {
	if ln := l.heard(); ln != nil {
		return ln.session
	}
	return nil
}

// tone is what the phone itself has to be heard with. A far end that sends its own ringing
// (early media) silences ours.
func (l *loop) tone() audio.ToneKind {
	talking, tone := false, noTone
	for _, ln := range l.legs {
		switch ln.State {
		case Connected, Answering:
			talking = true
		case Ringing:
			tone = audio.Ringback
		case Early:
			if l.now.Sub(ln.since) > earlyGrace && (ln.session == nil || ln.session.Stats().Received == 0) {
				tone = audio.Ringback
			}
		case Ended:
			if tone == noTone && ln.Dir == Outgoing && l.now.Sub(ln.Leg.Ended) < refusalTone {
				tone = refusal(ln.Cause)
			}
		}
	}
	for _, ln := range l.legs {
		switch {
		case ln.State != Alerting || l.quiet:
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
