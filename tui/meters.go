package tui

import (
	"time"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// soundDue is how long after the answer sound may be missing before we say so.
const soundDue = 5 * time.Second

const (
	// flatDue is the silence of a microphone after which the card says so.
	flatDue = 4 * time.Second
	// badLoss is the loss of our stream that a card mentions; a smaller one shows in the score.
	badLoss = 0.08
)

// The two meters.
const (
	micMeter = iota
	speakerMeter
)

// drawSound is both meters side by side.
func drawSound(p *term.Pen, sc *scene) {
	for _, f := range meterFacts(sc) {
		p.Put(f.style, f.text).Gap(factGap)
	}
}

func meterFacts(sc *scene) []fact {
	mic := "mic " + meterOf(sc, micMeter)
	if sc.Link.Practice && sc.Sound.Mic == "" && !sc.Muted {
		mic += " (made voice)" // it moves though there is no microphone
	}
	return []fact{{term.Plain, mic}, {term.Plain, "speaker " + meterOf(sc, speakerMeter)}}
}

func meterOf(sc *scene, which int) string {
	level := sc.Sound.Meter.Mic
	if which == speakerMeter {
		level = sc.Sound.Meter.Speaker
	} else if sc.Muted {
		return "|   MUTED    |"
	}
	return term.Meter(level)
}

// troubleOf says where the sound is missing.
func troubleOf(sc *scene, l phone.Leg) string {
	if sc.since(l.Answered) < soundDue || l.RemoteHold {
		return ""
	}
	switch {
	case !l.Media:
		return "no sound: the path to the PBX is not there"
	case l.Stats.Received == 0:
		return "you hear nothing: the PBX sends no sound"
	case l.Stats.Sent == 0:
		return "they hear nothing: this phone sends no sound"
	case sc.Sound.Silent && !sc.Link.Practice:
		return "no sound card here: you do not hear them, they do not hear you"
	case !sc.Muted && sc.trends[l.ID].flat(flatDue):
		return "they hear nothing: your microphone gives not even noise"
	case !l.Stats.Reported.IsZero() && l.Stats.RemoteLoss >= badLoss:
		return "they may not hear you: " + oneIn(l.Stats.RemoteLoss) + " packets is lost on the way to the PBX"
	}
	return ""
}
