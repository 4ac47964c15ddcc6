//go:build linux

package main

import (
	"context"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// timeout is how long a test waits. It is long because a loaded machine under -race is slow;
// nothing that goes well waits for it.
const timeout = 45 * time.Second

// desk is a person at a phone in a test: a practice PBX, a signed-in phone and an ear.
type desk struct {
	testing.TB
	ctx   context.Context
	pbx   *demopbx.Server
	phone *phone.Phone
	snaps <-chan phone.Snapshot
	last  phone.Snapshot
	ear   *ear
	// recordings is where the phone records calls.
	recordings string
	// read is the number of the last journal entry that was waited for.
	read uint64
}

// onlyVodia are scenarios of what the wire of NethVoice CTI has not: a conference that shows in the
// directory. onBoth are played at it whatever their names come to.
var (
	onlyVodia = []string{"TestConference"}
	onBoth    = []string{"TestPathDies", "TestPathIsRefused", "TestLinkCutInMidCall", "TestLinkSilentInMidCall", "TestTour", "TestHearAMessage"}
)

// onDialects plays a scenario in parallel: at the PBX that was seen live, and at one of the other
// kinds, chosen by the name of the test; or at one of these two.
func onDialects(t *testing.T, play func(*testing.T, demopbx.Options)) {
	t.Helper()
	t.Parallel()
	for kind, o := range twoKinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			play(t, o)
		})
	}
}

// onDialectsAtOnce is onDialects for a scenario that takes long and does little: both are in the queue of parallel
// tests as one, which begins before those that onDialects puts at its end.
func onDialectsAtOnce(t *testing.T, play func(*testing.T, demopbx.Options)) {
	t.Helper()
	t.Parallel()
	var both sync.WaitGroup
	for kind, o := range twoKinds(t) {
		both.Go(func() { t.Run(kind, func(t *testing.T) { play(t, o) }) })
	}
	both.Wait()
}

// twoKinds are the PBXs of a scenario by their names, one alone where bothKinds is unset.
func twoKinds(t *testing.T) map[string]demopbx.Options {
	kinds := map[string]demopbx.Options{"nethcti": {Only: "nethcti"}}
	others := []string{"nethcti"}
	if slices.Contains(onlyVodia, t.Name()) {
		others = nil
	}
	both := slices.Contains(onBoth, t.Name())
	for _, d := range []vodia.Dialect{vodia.ModernAnswer, vodia.Modern, vodia.Legacy, vodia.Live70} {
		kinds[d.String()] = demopbx.Options{Vodia: vodia.Options{Dialect: d}}
		if d != vodia.Live70 && !both {
			others = append(others, d.String())
		}
	}
	name := fnv.New32a()
	_, _ = name.Write([]byte(t.Name()))
	pair := []string{vodia.Live70.String(), others[name.Sum32()%uint32(len(others))]}
	if !bothKinds {
		pair = pair[name.Sum32()>>16%2:][:1]
	}
	chosen := map[string]demopbx.Options{}
	for _, kind := range pair {
		o := desktest.Quick()
		o.Only, o.Vodia = kinds[kind].Only, kinds[kind].Vodia
		chosen[kind] = o
	}
	return chosen
}

func sit(t testing.TB, o demopbx.Options) *desk {
	t.Helper()
	return sitWith(t, o, func(*phone.Config) {})
}

// plainly leaves a link as it is.
func plainly(dial pbxws.DialFunc) pbxws.DialFunc { return dial }

// by makes the phone use a link made by the test, and only the named codecs, if there are any.
func by(t testing.TB, link func(pbxws.DialFunc) pbxws.DialFunc, codecs []string) func(*phone.Config) {
	return func(c *phone.Config) {
		c.Links[0].Dial = link(c.Links[0].Dial)
		if codecs == nil {
			return
		}
		var err error
		if c.Links[0].Media, err = rtc.NewEngine(rtc.Config{Loopback: true, Codecs: codecs}); err != nil {
			t.Fatal(err)
		}
	}
}

// sitAt is sit with a link made by the test, and with some codecs only.
func sitAt(t testing.TB, o demopbx.Options, link func(pbxws.DialFunc) pbxws.DialFunc, codecs ...string) *desk {
	t.Helper()
	return sitWith(t, o, by(t, link, codecs))
}

// sitWith is sit at a phone that is configured for the test.
func sitWith(t testing.TB, o demopbx.Options, configure func(*phone.Config)) *desk {
	t.Helper()
	return signInWith(t, desktest.Serve(t, o), station.PracticeUser, configure)
}

// signIn is somebody at a phone of a PBX that runs already.
// Without a choice of codecs it speaks all.
func signIn(t testing.TB, pbx *demopbx.Server, user string, link func(pbxws.DialFunc) pbxws.DialFunc, codecs ...string) *desk {
	t.Helper()
	return signInWith(t, pbx, user, by(t, link, codecs))
}

// signInWith is signIn at a phone that is configured for the test.
func signInWith(t testing.TB, pbx *demopbx.Server, user string, configure func(*phone.Config)) *desk {
	t.Helper()
	d := &desk{TB: t, pbx: pbx, ear: &ear{loud: make(chan time.Time, 1)}}
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	d.recordings = t.TempDir()
	login := station.PracticeLogin(station.Options{UserAgent: "Patchcord/test"}, pbx.URL(), user)
	kind, known := dialects.Find(pbx.Dialect())
	if !known {
		t.Fatalf("there is no dialect %q", pbx.Dialect())
	}
	c := phone.Config{
		Recordings: d.recordings,
		Links: []phone.LinkConfig{{
			Dial:  kind.Dialer(login),
			Label: "practice", User: user, Practice: true, Media: engine,
		}},
		OpenSound: func() (audio.Device, error) { return d.ear.listen(audio.Null(rtc.FrameSamples)), nil },
	}
	configure(&c)
	d.phone = phone.New(c)
	ctx, cancel := context.WithCancel(context.Background())
	d.ctx = ctx
	var running sync.WaitGroup
	running.Go(func() { _ = d.phone.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	d.snaps = d.phone.Watch(ctx)
	d.sees("the link is up and the directory is there", func(s phone.Snapshot) bool {
		return s.Link.State == phone.LinkUp && s.PBX.Accounts.Len() > 400
	})
	d.registered()
	return d
}

// registered waits until the PBX has taken our registration; it need not say so itself.
func (d *desk) registered() {
	d.Helper()
	user := d.last.Link.User
	d.witnessed(exchange.PhoneReady, func(e exchange.Entry) bool { return e.User == user })
}

// sees waits for a snapshot.
func (d *desk) sees(what string, ok func(phone.Snapshot) bool) phone.Snapshot {
	d.Helper()
	deadline := time.After(timeout)
	for {
		if ok(d.last) {
			return d.last
		}
		select {
		case d.last = <-d.snaps:
		case <-deadline:
			d.Fatalf("not seen: %s\nlegs %+v\nnotices %s", what, d.last.Legs, d.said())
		}
	}
}

// leg waits until our call number i is as wanted.
func (d *desk) leg(i int, what string, ok func(phone.Leg) bool) phone.Leg {
	d.Helper()
	return d.sees(what, func(s phone.Snapshot) bool { return len(s.Legs) > i && ok(s.Legs[i]) }).Legs[i]
}

func (d *desk) state(i int, want phone.LegState) phone.Leg {
	d.Helper()
	return d.leg(i, "leg "+want.String(), func(l phone.Leg) bool { return l.State == want })
}

// rings waits until a call of ours rings there, with or without early media.
func (d *desk) rings(i int) {
	d.Helper()
	d.leg(i, "it rings there", func(l phone.Leg) bool { return l.State == phone.Ringing || l.State == phone.Early })
}

// reads waits for a notice that holds the words.
func (d *desk) reads(words string) {
	d.Helper()
	d.sees("the words "+words, func(s phone.Snapshot) bool {
		return slices.ContainsFunc(s.Notices, func(n phone.Notice) bool { return strings.Contains(n.Text, words) })
	})
}

func (d *desk) said() string {
	var lines []string
	for _, n := range d.last.Notices {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "; ")
}

func (d *desk) do(i phone.Intent) {
	d.Helper()
	if _, err := d.phone.Do(i); err != nil {
		d.Fatal(err)
	}
}

// witnessed waits until the PBX itself has seen something, after the entry of the last such wait.
func (d *desk) witnessed(kind exchange.Kind, ok func(exchange.Entry) bool) exchange.Entry {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, timeout)
	defer cancel()
	e, err := d.pbx.Journal().AwaitAfter(ctx, d.read, func(e exchange.Entry) bool { return e.Kind == kind && ok(e) })
	if err != nil {
		d.Fatalf("the PBX has not seen %q: %v\n%v", kind, err, d.pbx.Journal().Since(0))
	}
	d.read = e.N
	return e
}

func anything(exchange.Entry) bool { return true }

// hears waits until the given pitch is what the ear hears; silent until it hears nothing.
func (d *desk) hears(hertz float64) {
	d.Helper()
	d.listen("the tone", func(level, share float64) bool { return level > 300 && share > 0.8 }, hertz)
}

func (d *desk) silence() {
	d.Helper()
	d.listen("silence", func(level, _ float64) bool { return level < 10 }, exchange.ColleagueTone)
}

func (d *desk) listen(what string, ok func(level, share float64) bool, hertz float64) {
	d.Helper()
	deadline := time.After(timeout)
	var level, share float64
	for {
		if pcm := d.ear.take(); pcm != nil {
			if level, share = loudness(pcm), pitchShare(pcm, hertz); ok(level, share) {
				return
			}
		}
		select {
		case d.last = <-d.snaps: // they come while there is sound
		case <-deadline:
			d.Fatalf("not heard: %s (level %.0f, %.2f of it at %.0f Hz)\nlegs %+v\nnotices %s", what, level, share, hertz, d.last.Legs, d.said())
		}
	}
}

// ear keeps the last of what was played on the devices it listens to.
type ear struct {
	mu      sync.Mutex
	samples []int16
	// loud gets the time of the first loud frame after it was emptied.
	loud chan time.Time
}

// earful is how much is judged at a time: 200 ms.
const earful = rtc.SampleRate / 5

func (e *ear) listen(dev audio.Device) audio.Device {
	return &overheard{dev, e}
}

// overheard is a sound device with somebody listening.
type overheard struct {
	audio.Device
	to *ear
}

func (e *overheard) Write(pcm []int16) bool {
	if !e.Device.Write(pcm) {
		return false
	}
	if loudness(pcm) > 100 {
		select {
		case e.to.loud <- time.Now():
		default:
		}
	}
	e.to.mu.Lock()
	defer e.to.mu.Unlock()
	e.to.samples = append(e.to.samples, pcm...)
	if n := len(e.to.samples); n > earful {
		e.to.samples = e.to.samples[n-earful:]
	}
	return true
}

// take returns the last earful, or nil, and drops it, so that nothing is judged twice.
func (e *ear) take() []int16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.samples) < earful {
		return nil
	}
	pcm := e.samples
	e.samples = nil
	return pcm
}

// loudness is the root mean square of the samples.
func loudness(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

// pitchShare is how much of the energy lies at the pitch, 0 to 1 (Goertzel).
func pitchShare(pcm []int16, hertz float64) float64 {
	w := 2 * math.Pi * hertz / rtc.SampleRate
	var s1, s2, total float64
	for _, v := range pcm {
		x := float64(v)
		s1, s2 = x+2*math.Cos(w)*s1-s2, s1
		total += x * x
	}
	if total == 0 {
		return 0
	}
	power := s1*s1 + s2*s2 - 2*math.Cos(w)*s1*s2
	return 2 * power / (total * float64(len(pcm)))
}
