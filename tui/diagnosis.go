package tui

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/patchcord/patchcord/phone"
)

// The stations on the way of the sound, in order.
const (
	atMic = iota
	atComputer
	atNetwork
	atPBX
	atOther
	stationCount
)

var stationNames = [stationCount]string{"your mic", "this PC", "network", "PBX", "other side"}

// diagnosis says where the sound of a call breaks. Its words hold no names and no numbers of
// people, so that they can be handed on.
type diagnosis struct {
	grade phone.Grade
	// verdict is the whole in a few words.
	verdict string
	// stations say of each part of the way "ok", "?" or what is wrong there.
	stations [stationCount]string
	// words are whole sentences: what is wrong, and what to try.
	words string
}

const (
	// lossy is the share of lost packets that people hear.
	lossy = 0.03
	// patchy is the share of concealed sound without losses that is worth a word. A far end that sends
	// nothing while it is silent has some, too.
	patchy = 0.08
	// swollen is the length from which the jitter buffer is worth a word, slow the same for the round
	// trip: ITU-T G.114 wants less than 400 ms one way.
	swollen = 150 * time.Millisecond
	slow    = 500 * time.Millisecond
)

// diagnose finds the first problem, in an order where each would hide the later ones.
func diagnose(sc *scene, l phone.Leg, t trend) diagnosis {
	for _, look := range []func(*scene, phone.Leg, trend) (diagnosis, bool){
		notFlowing, noPath, nothingReceived, nothingSent, micTrouble, lostThere, lostHere, madeUp, lateSound, lowScore,
	} {
		if d, found := look(sc, l, t); found {
			return d
		}
	}
	return diagnosis{
		grade: phone.GradeDone, verdict: "all well", stations: chain("ok", "ok", "ok", "ok", "ok"),
		words: "All is well: sound flows both ways, and hardly anything is lost.",
	}
}

func chain(s ...string) (c [stationCount]string) {
	copy(c[:], s)
	return c
}

// notFlowing are the times when no sound is to be expected, or too little to judge by.
func notFlowing(sc *scene, l phone.Leg, _ trend) (diagnosis, bool) {
	d := diagnosis{grade: phone.GradeInfo, stations: chain("?", "?", "?", "?", "?")}
	switch {
	case l.State != phone.Connected:
		d.verdict, d.words = "not answered", "The call is not answered: there is no sound to judge yet."
	case l.LocalHold:
		d.verdict, d.words = "on hold by you", "You hold this call: your voice is not sent, and they hear music."
	case l.RemoteHold:
		d.verdict, d.words = "on hold by them", "They hold this call: what you hear is their music, and they do not hear you."
	case sc.since(l.Answered) < soundDue && l.Stats.Received < enough:
		d.verdict, d.words = "just answered", "The call was answered a moment ago. Give it some seconds."
	default:
		return d, false
	}
	return d, true
}

func noPath(_ *scene, l phone.Leg, _ trend) (diagnosis, bool) {
	return diagnosis{
		grade: phone.GradeFailed, verdict: "NO SOUND: no path to the PBX", stations: chain("?", "ok", "NO PATH", "?", "?"),
		words: "There is no path for sound between this computer and the PBX. A firewall or a VPN may block UDP. " +
			"Hang up and call again from another network; for a lasting fix, ask for a STUN or TURN server.",
	}, !l.Media
}

func nothingReceived(sc *scene, l phone.Leg, t trend) (diagnosis, bool) {
	d := diagnosis{grade: phone.GradeFailed, verdict: "YOU HEAR NOTHING", stations: chain("ok", "ok", "?", "SILENT", "?")}
	if l.Stats.Received == 0 {
		d.words = "No sound has come since the call was answered. The path is there, so the PBX sends nothing: " +
			"the other side is silent to it, or the PBX sends to another address."
		return d, true
	}
	a, b, ok := t.recent(6 * time.Second)
	silent := ok && a.received == b.received
	if last := l.Stats.LastPacket; !last.IsZero() {
		silent = sc.since(last) > soundDue
	}
	d.words = "The sound from the PBX has stopped in mid-call. The network or the far end went away; " +
		"if it does not come back within some seconds, hang up and call again."
	return d, silent
}

func nothingSent(_ *scene, l phone.Leg, t trend) (diagnosis, bool) {
	a, b, ok := t.recent(6 * time.Second)
	return diagnosis{
		grade: phone.GradeFailed, verdict: "THEY HEAR NOTHING", stations: chain("?", "SENDS NOTHING", "?", "?", "?"),
		words: "This phone sends no packets of sound. Hold and resume the call; if that does not help, call again.",
	}, l.Stats.Sent == 0 || ok && a.sent == b.sent
}

func micTrouble(sc *scene, _ phone.Leg, t trend) (diagnosis, bool) {
	switch {
	case sc.Muted:
		return diagnosis{
			grade: phone.GradeWarn, verdict: "you are muted", stations: chain("MUTED", "ok", "ok", "ok", "ok"),
			words: "You have muted your microphone. They hear nothing until you unmute.",
		}, true
	case sc.Sound.Silent && !sc.Link.Practice:
		return diagnosis{
			grade: phone.GradeFailed, verdict: "THEY HEAR NOTHING: no sound card", stations: chain("NONE", "ok", "ok", "ok", "ok"),
			words: "There is no sound card here: you do not hear each other. Plug in a headset.",
		}, true
	}
	return diagnosis{
		grade: phone.GradeWarn, verdict: "THEY HEAR NOTHING: flat microphone", stations: chain("FLAT", "ok", "ok", "ok", "ok"),
		words: "The microphone is completely silent, without even the noise of the room. It is switched off at the " +
			"headset or in the system's mixer, or the wrong one is selected.",
	}, t.flat(soundDue)
}

// lostThere is loss on the way from us, as the far end reports it (RFC 3550 §6.4.1).
func lostThere(_ *scene, l phone.Leg, t trend) (diagnosis, bool) {
	s := l.Stats
	return diagnosis{
		grade: phone.GradeWarn, verdict: "POOR: they may not hear you", stations: chain("ok", "ok", "LOSS", "?", "?"),
		words: "Your voice leaves this computer, but about " + oneIn(s.RemoteLoss) + " packets is lost on the way to the PBX" +
			began(t, func(m moment) bool { return m.remoteLoss >= lossy }) +
			". Most likely it is your own uplink: try a cable in place of Wi-Fi, leave the VPN, or another network.",
	}, !s.Reported.IsZero() && s.RemoteLoss >= lossy
}

// lostHere is loss on the way to us within the last ten seconds.
func lostHere(_ *scene, l phone.Leg, t trend) (diagnosis, bool) {
	lost := share(l.Stats.Lost+l.Stats.Late, l.Stats.Received)
	if a, b, ok := t.recent(10 * time.Second); ok {
		lost = share(b.lost-a.lost, b.received-a.received)
	}
	return diagnosis{
		grade: phone.GradeWarn, verdict: "POOR: you may not hear them", stations: chain("ok", "ok", "LOSS", "?", "?"),
		words: "About " + oneIn(lost) + " packets of their sound is lost on the way to you. Try a cable in place of Wi-Fi, " +
			"leave the VPN, stop large downloads; if others here hear well, it is the far end's link.",
	}, lost >= lossy
}

// madeUp is sound that is missing within the last ten seconds though its packets came: they were
// late, empty, or not in order.
func madeUp(_ *scene, l phone.Leg, t trend) (diagnosis, bool) {
	made := share(l.Stats.Concealed, l.Stats.Played)
	if a, b, ok := t.recent(10 * time.Second); ok {
		made = share(b.concealed-a.concealed, b.played-a.played)
	}
	return diagnosis{
		grade: phone.GradeWarn, verdict: "POOR: you may not hear them", stations: chain("ok", "ok", "?", "BROKEN", "?"),
		words: "About " + oneIn(made) + " pieces of their sound is missing and made up here, though hardly a packet is lost: " +
			"the PBX or the far end sends broken or uneven sound. Call again; if it stays, send the report to the PBX's administrator.",
	}, made >= patchy
}

// lowScore is a score that none of the single figures explains.
func lowScore(_ *scene, l phone.Leg, _ trend) (diagnosis, bool) {
	q, ok := quality(l)
	if !ok || q >= fairFrom {
		return diagnosis{}, false
	}
	d := diagnosis{grade: phone.GradeWarn, stations: chain("ok", "ok", "?", "?", "?")}
	whom := "you hear them"
	if score(l.Stats.Score) != q {
		whom = "they hear you"
	}
	d.verdict = fmt.Sprintf("%s: %s with score %.1f", strings.ToUpper(q.word()), whom, float64(q))
	d.words = fmt.Sprintf("With delay and losses taken together, %s at %.1f out of 4.4, though no single figure is bad. "+
		"Try a cable in place of Wi-Fi, or leave the VPN.", whom, float64(q))
	return d, true
}

func lateSound(_ *scene, l phone.Leg, _ trend) (diagnosis, bool) {
	s := l.Stats
	d := diagnosis{grade: phone.GradeWarn, stations: chain("ok", "ok", "LATE", "?", "?")}
	switch {
	case s.Buffer >= swollen:
		d.verdict = "fair: their sound comes unevenly"
		d.words = fmt.Sprintf("Their sound comes unevenly, so the buffer grew to %d ms and you hear them later. "+
			"Busy Wi-Fi does that: try a cable.", s.Buffer.Milliseconds())
	case s.RTT >= slow:
		d.verdict = "fair: long way"
		d.words = fmt.Sprintf("It takes %d ms until you hear the answer: you will interrupt each other. "+
			"A VPN or a far relay is on the way.", s.RTT.Milliseconds())
	default:
		return d, false
	}
	return d, true
}

// oneIn is a share as people say it: "1 in 7".
func oneIn(share float64) string {
	return fmt.Sprintf("1 in %d", max(1, int(math.Round(1/max(share, 1e-3)))))
}

// began says since when a trend is bad; empty where it was so all along.
func began(t trend, bad func(moment) bool) string {
	i := len(t)
	for i > 0 && bad(t[i-1]) {
		i--
	}
	if i == 0 || i == len(t) {
		return ""
	}
	return fmt.Sprintf("; it began %d s ago", int(t[len(t)-1].at.Sub(t[i-1].at)/time.Second))
}
