//go:build linux

package main

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/desktest"
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

// says makes the microphone of a phone hear a pitch. The codec is one that costs a loaded machine little.
func says(t *testing.T, hertz float64) func(*phone.Config) {
	return func(c *phone.Config) {
		by(t, plainly, []string{"PCMU"})(c)
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
	var last []map[float64]float64
	for {
		if pcm := d.ear.take(); pcm != nil {
			ok := false
			if ok, last = exactly(pcm, pitches); ok {
				return
			}
		}
		select {
		case d.last = <-d.snaps:
		case <-deadline:
			d.Fatalf("not heard: exactly %v, but these shares: %v; %s", pitches, last, d.said())
		}
	}
}

// exactly tells whether a part of 40 ms holds the pitches and nothing else, and no part much of another. On a
// loaded machine some parts have gaps.
func exactly(pcm []int16, pitches []float64) (ok bool, shares []map[float64]float64) {
	mixed := false
	for part := range slices.Chunk(pcm, rtc.SampleRate/25) {
		sum, whole, of := 0.0, loudness(part) > 300, map[float64]float64{}
		for _, p := range []float64{ourPitch, firstPitch, otherPitch} {
			of[p] = pitchShare(part, p)
			sum += of[p]
			if slices.Contains(pitches, p) {
				whole = whole && of[p] > 0.6/float64(len(pitches))
			} else {
				whole = whole && of[p] < 0.01
				mixed = mixed || of[p] > 0.25
			}
		}
		ok = ok || whole && sum > 0.9
		shares = append(shares, of)
	}
	return ok && !mixed, shares
}

// hearsNothing waits until the ear hears silence.
func (d *desk) hearsNothing() {
	d.Helper()
	for deadline := time.After(timeout); ; {
		if pcm := d.ear.take(); pcm != nil && loudness(pcm) < 10 {
			return
		}
		select {
		case d.last = <-d.snaps:
		case <-deadline:
			d.Fatal("something is still heard")
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
	d.with(caller.last.Link.User, "up", func(l phone.Leg) bool { return l.State == phone.Connected && l.Media })
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
	d := sitWith(t, o, says(t, ourPitch))
	first, other := signInWith(t, d.pbx, "202", says(t, firstPitch)), signInWith(t, d.pbx, "204", says(t, otherPitch))
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

	d.do(phone.LinkCalls{Leg: one, With: two})
	d.sees("we are out of it", func(s phone.Snapshot) bool { return s.Live() == 0 })
	first.hearsExactly(otherPitch)
	other.hearsExactly(firstPitch)
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
	for part := range slices.Chunk(leftOf(t, file), rtc.SampleRate/25) {
		if ok, _ := exactly(part, []float64{firstPitch, otherPitch}); ok {
			whole++
		}
	}
	if whole < 4 {
		t.Errorf("%d parts of 40 ms hold both pitches", whole)
	}
}

// linkTo is a link of our phone to one more practice PBX.
func linkTo(t *testing.T, id phone.LinkID, pbx *demopbx.Server, media *rtc.Engine) phone.LinkConfig {
	t.Helper()
	kind, known := dialects.Find(pbx.Dialect())
	if !known {
		t.Fatalf("there is no dialect %q", pbx.Dialect())
	}
	login := station.PracticeLogin(station.Options{UserAgent: "Patchcord/test"}, pbx.URL(), station.PracticeUser)
	return phone.LinkConfig{
		ID: id, Dial: kind.Dialer(login), Label: string(id), User: station.PracticeUser, Practice: true, Media: media,
	}
}

// TestMixOfTwoPBXs: a call at each of two PBXs of different kinds, swapped ten times, then in a conference
// that outlives the link to one of them.
func TestMixOfTwoPBXs(t *testing.T) {
	t.Parallel()
	o := desktest.Quick()
	hq := desktest.Serve(t, o)
	o.Only = "nethcti"
	branch := desktest.Serve(t, o)
	d := signInWith(t, hq, station.PracticeUser, func(c *phone.Config) {
		media := c.Links[0].Media // with every codec
		says(t, ourPitch)(c)
		c.Links[0].ID = "hq"
		c.Links = append(c.Links, linkTo(t, "branch", branch, media))
	})
	d.sees("both links are up", func(s phone.Snapshot) bool {
		return s.Links[0].Link.State == phone.LinkUp && s.Links[1].Link.State == phone.LinkUp
	})
	first, other := signInWith(t, hq, "202", says(t, firstPitch)), signInWith(t, branch, "204", says(t, otherPitch))
	d.isCalledBy(first)
	d.isCalledBy(other)
	for i := range 10 {
		talks, waits := "202", "204"
		if i%2 == 1 {
			talks, waits = waits, talks
		}
		d.do(phone.Swap{})
		d.with(waits, "on hold", isHeld)
		d.with(talks, "back", func(l phone.Leg) bool { return !l.LocalHold && !l.HoldPending })
	}
	other.hearsExactly(ourPitch)
	if i := d.last.JoinIntent(); i != (phone.Mix{}) {
		t.Errorf("calls of two PBXs would be joined by %+v", i)
	}
	d.do(phone.Mix{})
	d.with("202", "in conference", isMixed)
	d.with("204", "in conference", isMixed)
	all := func() {
		t.Helper()
		d.hearsExactly(firstPitch, otherPitch)
		first.hearsExactly(ourPitch, otherPitch)
		other.hearsExactly(ourPitch, firstPitch)
	}
	all()
	hq.DropSockets(station.PracticeUser)
	d.sees("a link is away", func(s phone.Snapshot) bool { return s.Links[0].Link.State == phone.LinkWaiting })
	all()
	d.sees("the link is back", func(s phone.Snapshot) bool { return s.Links[0].Link.State == phone.LinkUp })
	all()
	one := d.with("202", "in conference", isMixed)
	d.do(phone.Split{Leg: one})
	d.with("204", "on hold", isHeld)
	d.hearsExactly(firstPitch)
	first.hearsExactly(ourPitch)
	d.do(phone.Mix{})
	all()
	d.linksAndReturns(first, other)
	all()
	other.do(phone.Hangup{})
	d.reads("the conference has ended; you are talking to 202")
	first.hearsExactly(ourPitch)
}

// linksAndReturns links the two calls and stays out, by what is heard at all three ends, and joins them again.
func (d *desk) linksAndReturns(first, other *desk) {
	d.Helper()
	leg, with, _ := d.last.Pair()
	d.do(d.last.LinkIntent(leg, with))
	linked := func(l phone.Leg) bool { return l.Apart && !l.LocalHold && !l.HoldPending }
	d.with("202", "linked", linked)
	d.with("204", "linked", linked)
	first.hearsExactly(otherPitch)
	other.hearsExactly(firstPitch)
	d.hearsNothing()
	d.do(phone.Mix{})
	d.with("202", "in conference", isMixed)
}
