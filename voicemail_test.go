//go:build linux

package main

import (
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
)

// loudspeaker is a device that somebody listens to.
type loudspeaker struct{ audio.Device }

func (loudspeaker) Silent() bool { return false }

// withLoudspeaker gives a phone one.
func withLoudspeaker(c *phone.Config) {
	open := c.OpenSound
	c.OpenSound = func() (audio.Device, error) {
		dev, err := open()
		return loudspeaker{dev}, err
	}
}

// enough is how long a sound is that is to be heard when it is played: a busy machine slips frames, and what is played
// is looked at once a second.
const enough = 6 * time.Second

// spokenPitch is what somebody says to a mailbox.
const spokenPitch = 500.0

// TestHearAMessage: a colleague whose call nobody takes leaves a message. It is heard in the list, stops by the
// key and by a call, and counts as heard then.
func TestHearAMessage(t *testing.T) { onDialects(t, playHearAMessage) }

func playHearAMessage(t *testing.T, o demopbx.Options) {
	o.PBX.NoAnswer, o.PBX.GreetingSpeaks = 500*time.Millisecond, 400*time.Millisecond
	d := sitWith(t, o, withLoudspeaker)
	op := operateAt(t, d, 80, 24)
	op.press("g v")
	op.see(`VOICEMAIL 3`)
	op.see(`VM 2`)
	op.press("space")
	op.see(`P playing .* 0:0\d of [0-9]:\d\d`)
	d.hears(exchange.MessageTone)
	op.see(`VM 1`)
	op.press("space")
	op.see(`>  heard`)
	d.silence()
	op.press("space")
	d.hears(exchange.MessageTone)

	colleague := signInWith(t, d.pbx, "202", says(t, spokenPitch))
	colleague.do(phone.Dial{To: station.PracticeUser})
	d.reads("the message was stopped for the call")
	colleague.state(0, phone.Connected)
	colleague.sees("enough is said to the mailbox", func(s phone.Snapshot) bool {
		return len(s.Legs) > 0 && s.Now.Sub(s.Legs[0].Answered) > enough
	})
	colleague.do(phone.Hangup{})
	d.witnessed(exchange.MessageLeft, anything)
	op.press("g e g v")
	op.see(`>N new .* 202 `)
	op.press("space")
	op.see(`P playing .* 202 `)
	d.hears(spokenPitch)
	op.see(`>  heard .* 202 `) // played to its end
	op.see(`VM 1`)
}

// TestHearARecording: a call that the PBX recorded is heard in the history, both ends of it.
func TestHearARecording(t *testing.T) {
	t.Parallel()
	o := desktest.Quick()
	o.Only = "nethcti"
	op := operateAt(t, sitWith(t, o, withLoudspeaker), 80, 24)
	op.press("601 enter")
	op.see(`TALKING`)
	op.press("R")
	op.pbx(exchange.Recording, station.PracticeUser)
	op.desk.sees("enough is recorded", func(s phone.Snapshot) bool {
		return len(s.Legs) > 0 && s.Now.Sub(s.Legs[0].Answered) > enough
	})
	op.press("x x")
	op.pbx(exchange.CallEnded, station.PracticeUser)
	op.press("g h")
	op.waits("the call has its recording", func() (string, bool) {
		op.press("g e g h")
		return op.text(), regexp.MustCompile(`> out rec .* 601 Luca Neri`).MatchString(op.text())
	})
	op.desk.silence()
	op.press("space")
	op.see(`P playing .* 601 Luca Neri .* 0:0\d of 0:0\d`)
	op.desk.hears(exchange.ColleagueTone)
	op.see(`>> out .* 601 Luca Neri`) // to its end
}

// TestHearOwnRecording: the record of a call that was recorded here names the file, and that is played.
func TestHearOwnRecording(t *testing.T) {
	t.Parallel()
	var keeping sync.WaitGroup
	t.Cleanup(keeping.Wait) // after the phone has ended
	d := sitWith(t, desktest.Quick(), withLoudspeaker)
	kept := make(chan history.Record, 16)
	keeping.Go(func() {
		station.KeepRecords(d.ctx, d.phone, func(_ phone.LinkID, r history.Record) { kept <- r })
	})
	d.do(phone.Dial{To: exchange.NumberColleague})
	d.state(0, phone.Connected)
	d.do(phone.SetMute{On: true})
	d.do(phone.RecordHere{On: true})
	l := d.leg(0, "the call is recorded", func(l phone.Leg) bool { return l.RecordingTo != "" })
	began := d.last.Now
	d.sees("enough of it is", func(s phone.Snapshot) bool { return s.Now.Sub(began) > enough })
	d.do(phone.Hangup{})
	d.reads("recorded to ")
	d.sees("no call", func(s phone.Snapshot) bool { return s.Live() == 0 })
	d.silence()
	r := <-kept
	for r.Outcome != history.Talked {
		r = <-kept
	}
	if r.File == "" || r.File != filepath.Base(l.RecordedTo) {
		t.Fatalf("the record names %q, the file is %q", r.File, l.RecordedTo)
	}
	d.do(phone.Play{File: r.File})
	d.hears(exchange.ColleagueTone)
	d.sees("its end", func(s phone.Snapshot) bool { return s.Playing == phone.Playing{} })
}

// TestNoSpeakerForMessages: without one the list says so, and so does the key.
func TestNoSpeakerForMessages(t *testing.T) {
	t.Parallel()
	op := operate(t, demopbx.Options{PBX: exchange.Options{Seed: 7}}, 80, 24)
	op.press("g v")
	op.see(`There is no speaker to play the message on\.`)
	op.press("space")
	op.see(`(?m)^ there is no speaker to play the message on`)
}
