package main

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// Three parties, each of whose microphones hears a pitch of its own.
const (
	ourPitch   = 500.0
	firstPitch = 850.0
	otherPitch = 1300.0
)

// tonal is a device whose microphone hears a pitch.
type tonal struct {
	audio.Device
	hertz float64
	at    int
}

func (d *tonal) Read(pcm []int16) bool {
	if !d.Device.Read(pcm) {
		return false
	}
	for i := range pcm {
		pcm[i] = int16(6000 * math.Sin(2*math.Pi*d.hertz*float64(d.at+i)/rtc.SampleRate))
	}
	d.at += len(pcm)
	return true
}

// says makes the microphone of a phone hear a pitch.
func says(hertz float64) func(*phone.Config) {
	return func(c *phone.Config) {
		open := c.OpenSound
		c.OpenSound = func() (audio.Device, error) {
			dev, err := open()
			return &tonal{Device: dev, hertz: hertz}, err
		}
	}
}

// hearsExactly waits until all of the pitches, and none of the three else, are what the ear hears.
func (d *desk) hearsExactly(pitches ...float64) {
	d.Helper()
	deadline := time.After(timeout)
	var shares map[float64]float64
	for {
		if pcm := d.ear.take(); pcm != nil {
			shares = map[float64]float64{}
			sum, ok := 0.0, loudness(pcm) > 300
			for _, p := range []float64{ourPitch, firstPitch, otherPitch} {
				share := pitchShare(pcm, p)
				shares[p], sum = share, sum+share
				if slices.Contains(pitches, p) {
					ok = ok && share > 0.6/float64(len(pitches))
				} else {
					ok = ok && share < 0.01
				}
			}
			if ok && sum > 0.9 {
				return
			}
		}
		select {
		case d.last = <-d.snaps:
		case <-deadline:
			d.Fatalf("not heard: exactly %v, but these shares: %v; %s", pitches, shares, d.said())
		}
	}
}

// isCalledBy has somebody call us, and us pick up.
func (d *desk) isCalledBy(caller *desk) {
	d.Helper()
	caller.do(phone.Dial{To: station.PracticeUser})
	d.sees("it rings", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
	d.do(phone.AnswerCall{})
	caller.sees("talking", func(s phone.Snapshot) bool { _, talks := s.Talking(); return talks })
	d.sees("nobody rings", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return !rings })
}

// with is our call with a number.
func (d *desk) with(number string, what string, ok func(phone.Leg) bool) pbxws.LegID {
	d.Helper()
	var found phone.Leg
	d.sees(number+" is "+what, func(s phone.Snapshot) bool {
		return slices.ContainsFunc(s.Legs, func(l phone.Leg) bool {
			found = l
			return l.Peer.Number == number && l.State != phone.Ended && ok(l)
		})
	})
	return found.ID
}

func isHeld(l phone.Leg) bool  { return l.LocalHold }
func isMixed(l phone.Leg) bool { return l.Mixed && !l.LocalHold && !l.HoldPending }

// TestMix: two calls of one PBX in a conference that our phone carries. Each party hears exactly the other
// two, by pitch, in each state that there is.
func TestMix(t *testing.T) { onDialects(t, playMix) }

func playMix(t *testing.T, o demopbx.Options) {
	d := sitWith(t, o, says(ourPitch))
	first, other := signInWith(t, d.pbx, "202", says(firstPitch)), signInWith(t, d.pbx, "204", says(otherPitch))
	d.isCalledBy(first)
	d.isCalledBy(other)
	one := d.with("202", "on hold", isHeld)
	d.do(phone.Mix{})
	d.with("202", "in conference", isMixed)
	two := d.with("204", "in conference", isMixed)
	d.hearsExactly(firstPitch, otherPitch)
	first.hearsExactly(ourPitch, otherPitch)
	other.hearsExactly(ourPitch, firstPitch)

	d.do(phone.SetMute{On: true})
	first.hearsExactly(otherPitch)
	other.hearsExactly(firstPitch)
	d.hearsExactly(firstPitch, otherPitch)
	d.do(phone.SetMute{})
	first.hearsExactly(ourPitch, otherPitch)

	d.do(phone.SendDigits{Leg: one, Digits: "5"})
	first.reads("201 Anna Rossi pressed 5")
	if strings.Contains(other.said(), "pressed") {
		t.Errorf("the digits of one call came to the other: %s", other.said())
	}
	first.do(phone.SendDigits{Digits: "7"})
	d.reads(" pressed 7")
	if n := strings.Count(d.said(), "pressed"); n != 1 {
		t.Errorf("a digit came %d times: %s", n, d.said())
	}

	d.do(phone.Hold{Leg: one})
	d.with("202", "on hold", isHeld)
	d.hearsExactly(otherPitch)
	other.hearsExactly(ourPitch)
	d.do(phone.Resume{Leg: one})
	d.with("202", "in conference", isMixed)
	first.hearsExactly(ourPitch, otherPitch)

	d.recordsAll(t, one)

	first.do(phone.Hangup{})
	d.reads("the conference has ended; you are talking to 204")
	d.hearsExactly(otherPitch)
	other.hearsExactly(ourPitch)
	if l, _ := d.last.Leg(two); l.Mixed {
		t.Errorf("a conference of one: %+v", l)
	}
}

// recordsAll records a call of the conference here, and finds the others left and us right.
func (d *desk) recordsAll(t *testing.T, id pbxws.LegID) {
	t.Helper()
	d.do(phone.RecordHere{Leg: id, On: true})
	var file string
	d.sees("recording", func(s phone.Snapshot) bool {
		l, _ := s.Leg(id)
		file = l.RecordingTo
		return file != ""
	})
	for range 5 {
		d.hearsExactly(firstPitch, otherPitch)
	}
	d.do(phone.RecordHere{Leg: id})
	d.reads("recorded to " + file)
	whole := 0
	for part := range slices.Chunk(leftOf(t, file), rtc.SampleRate/20) {
		if a, b := pitchShare(part, firstPitch), pitchShare(part, otherPitch); a > 0.3 && b > 0.3 && a+b > 0.9 {
			whole++
		}
	}
	if whole < 4 {
		t.Errorf("%d parts of 50 ms hold both pitches", whole)
	}
}
