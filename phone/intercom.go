package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Intercom is what becomes of a call that asks to be answered without a hand (pbxws.LegOffered). It is answered only
// where the person wants that, after a ring that can be heard, and never while another call is there.
type Intercom uint8

// The ways to take such a call.
const (
	IntercomOff   Intercom = iota // it rings like any other
	IntercomMuted                 // it is answered by itself, with the microphone closed
	IntercomOpen                  // it is answered by itself, with the microphone open
)

var intercomWords = [...]string{"off", "muted", "open"}

// String is how a person writes it.
func (i Intercom) String() string {
	if int(i) < len(intercomWords) {
		return intercomWords[i]
	}
	return "?"
}

// IntercomOf reads what String writes; empty is off.
func IntercomOf(word string) (i Intercom, ok bool) {
	at := slices.Index(intercomWords[:], word)
	return Intercom(max(0, at)), at >= 0 || word == ""
}

// ringsFirst is how long a call rings before it is answered by itself: the tone of a ring has to be heard.
const ringsFirst = 1500 * time.Millisecond

// answerItself is the end of that time.
type answerItself struct{ leg pbxws.LegID }

// awaitIntercom has a call answered by itself in a moment.
func (d *desk) awaitIntercom(id pbxws.LegID) {
	if d.intercom != IntercomOff {
		d.timers = append(d.timers, timer{at: d.now.Add(ringsFirst), in: answerItself{id}})
	}
}

func (in answerItself) take(d *desk) {
	c := d.call(in.leg)
	if c == nil || c.State != Alerting || !d.answersItself(c) {
		return
	}
	words := "your microphone is on"
	if d.intercom == IntercomMuted && !d.muted {
		d.mute(true)
		c.closedMic = true
	}
	if d.muted {
		words = "you are muted"
	}
	c.AnsweredItself = true
	d.say(GradeWarn, c.ID, "the intercom call from "+c.Peer.String()+" was answered automatically: "+words, 0)
	d.want(c.ID, wantAnswer{})
}

// answersItself tells whether a call may be answered by itself now: nobody silenced it, no other call is there, and
// a microphone goes with a speaker that the ring was heard on.
func (d *desk) answersItself(c *call) bool {
	others := slices.ContainsFunc(d.calls, func(other *call) bool { return other != c && other.State != Ended })
	sound := d.player.view()
	deaf := sound.Silent && sound.Mic != ""
	return d.intercom != IntercomOff && !d.quiet && !others && !deaf && c.link.State == LinkUp
}

// setIntercom changes what becomes of the next such call.
func (d *desk) setIntercom(to Intercom) {
	d.intercom = to
	words := map[Intercom]string{
		IntercomOff: "intercom calls ring like any other", IntercomMuted: "intercom calls are answered automatically, and you are muted then",
		IntercomOpen: "intercom calls are answered automatically, with your microphone on",
	}
	d.say(GradeDone, "", words[to], 0)
}

// openMic opens the microphone that was closed for a call that is over.
func (d *desk) openMic(c *call) {
	if c.closedMic && d.muted {
		d.mute(false)
	}
	c.closedMic = false
}
