//go:build linux

package main

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
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
	op.see(`the message was stopped for the call`)
	colleague.state(0, phone.Connected)
	colleague.sees("two seconds at the mailbox", func(s phone.Snapshot) bool {
		return len(s.Legs) > 0 && s.Now.Sub(s.Legs[0].Answered) > 2*time.Second
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

// TestNoSpeakerForMessages: without one the list says so, and so does the key.
func TestNoSpeakerForMessages(t *testing.T) {
	t.Parallel()
	op := operate(t, demopbx.Options{PBX: exchange.Options{Seed: 7}}, 80, 24)
	op.press("g v")
	op.see(`There is no speaker to play the message at\.`)
	op.press("space")
	op.see(`(?m)^ there is no speaker to play the message at`)
}
