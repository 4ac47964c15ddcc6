package phone

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// fakeCard is a sound card that can be changed, in the hands of a test.
type fakeCard struct {
	audio.Device
	events chan audio.Event
	mu     sync.Mutex
	using  audio.Using
	volume float32
	echo   audio.EchoMode
	loud   int // samples that were not silent
	closed bool
}

func (c *fakeCard) Name() string { return c.Using().Speaker.Name }
func (c *fakeCard) Silent() bool { return c.Using().Speaker.Name == "" }

func (c *fakeCard) Using() audio.Using {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.using
}

func (c *fakeCard) Echo() audio.Echo {
	if c.Using().Mic.EchoCancelled {
		return audio.Echo{Canceller: audio.SystemCanceller}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.echo == EchoOn {
		return audio.Echo{Canceller: audio.OwnCanceller, Reduction: 37}
	}
	return audio.Echo{Canceller: audio.NoCanceller}
}

func (c *fakeCard) SetEcho(mode audio.EchoMode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.echo = mode
}

func (c *fakeCard) UseMic(_ context.Context, name string) error {
	return c.use(name, func(e audio.Endpoint) { c.using.Mic = e })
}

func (c *fakeCard) UseSpeaker(_ context.Context, name string) error {
	return c.use(name, func(e audio.Endpoint) { c.using.Speaker = e })
}

func (c *fakeCard) use(name string, put func(audio.Endpoint)) error {
	if name == "broken" {
		return errors.New("there is no such thing")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	put(audio.Endpoint{Name: name, EchoCancelled: strings.HasSuffix(name, "echo-cancel")})
	return nil
}

func (c *fakeCard) SetVolume(v float32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.volume = v
}

func (c *fakeCard) Events() <-chan audio.Event { return c.events }

func (c *fakeCard) Write(pcm []int16) bool {
	c.mu.Lock()
	for _, v := range pcm {
		if v != 0 {
			c.loud++
		}
	}
	c.mu.Unlock()
	return c.Device.Write(pcm)
}

func (c *fakeCard) audible() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.loud
	c.loud = 0
	return n
}

func (c *fakeCard) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		close(c.events)
	}
	return nil
}

// workshop is a room with devices that the test controls.
type workshop struct {
	*room
	mu     sync.Mutex
	cards  []*fakeCard // that were opened, the newest last
	rung   []*fakeCard // the same for ringers
	chosen []Choice
	list   audio.Listing
}

func (w *workshop) card() *fakeCard {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cards[len(w.cards)-1]
}

// locked works on what the phone and the test both touch.
func (w *workshop) locked(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *workshop) open(into *[]*fakeCard) func() (audio.Device, error) {
	return func() (audio.Device, error) {
		c := &fakeCard{Device: audio.Null(rtc.FrameSamples), events: make(chan audio.Event, 4)}
		c.using = audio.Using{Mic: audio.Endpoint{Name: "Built-in"}, Speaker: audio.Endpoint{Name: "Realtek"}}
		w.mu.Lock()
		defer w.mu.Unlock()
		*into = append(*into, c)
		return c, nil
	}
}

func inWorkshop(t *testing.T, f func(*testing.T, *workshop)) {
	inWorkshopOf(t, always, f)
}

// inWorkshopOf is inWorkshop at a PBX of the test's own.
func inWorkshopOf(t *testing.T, dial func(*room, int) (pbxws.Conn, error), f func(*testing.T, *workshop)) {
	w := &workshop{list: audio.Listing{
		Mics:     []audio.Endpoint{{Name: "Built-in", ID: "mic", Default: true}},
		Speakers: []audio.Endpoint{{Name: "Realtek", ID: "r", Default: true}, {Name: "Jabra", ID: "usb.jabra"}},
	}}
	inRoomWith(t, dial, func(c *Config) {
		c.OpenSound, c.OpenRinger = w.open(&w.cards), w.open(&w.rung)
		c.Chosen = func(choice Choice) { w.locked(func() { w.chosen = append(w.chosen, choice) }) }
		c.Devices = func(context.Context) (list audio.Listing, err error) {
			w.locked(func() { list = w.list })
			return list, nil
		}
	}, func(t *testing.T, r *room) {
		w.room = r
		w.after(time.Second) // the check at the start is over
		f(t, w)
	})
}

// TestDevicesAreShown: while they are shown the sound is open, so that the meters move, and the
// list is kept up to date.
func TestDevicesAreShown(t *testing.T) {
	inWorkshop(t, func(t *testing.T, w *workshop) {
		if s := w.after(time.Second); s.Sound.Devices.Listed {
			t.Errorf("unasked: %+v", s.Sound.Devices)
		}
		_, _ = w.Do(ShowDevices{On: true})
		s := w.after(time.Second)
		if len(s.Sound.Devices.Speakers) != 2 || s.Sound.Meter.Mic == 0 || s.Sound.Echo.Canceller != NoCanceller {
			t.Errorf("shown: %+v", s.Sound)
		}
		w.locked(func() { w.list.Speakers = w.list.Speakers[:1] })
		if s = w.after(2 * listEvery); len(s.Sound.Devices.Speakers) != 1 {
			t.Errorf("after unplugging: %+v", s.Sound.Devices)
		}
		_, _ = w.Do(ShowDevices{})
		if s = w.after(10 * time.Second); s.Sound.Devices.Listed || !w.card().closed {
			t.Errorf("no longer shown: %+v", s.Sound.Devices)
		}
	})
}

// TestDeviceIsChanged: it changes while the sound is open, is reported, is kept for the next start,
// and otherwise counts at the next opening.
func TestDeviceIsChanged(t *testing.T) {
	inWorkshop(t, func(t *testing.T, w *workshop) {
		w.after(time.Second)
		_, _ = w.Do(UseDevice{Role: Microphone, Name: "Jabra"}) // nothing is open
		w.after(time.Second)
		_, _ = w.Do(ShowDevices{On: true})
		w.after(time.Second)
		_, _ = w.Do(UseDevice{Role: Speaker, Name: "usb.jabra"})
		_, _ = w.Do(SetVolume{Role: Speaker, Volume: 1.5})
		s := w.after(time.Second)
		if s.Sound.Device != "usb.jabra" || w.card().volume != 1.5 || !strings.Contains(w.said(), "the speaker is Jabra now") {
			t.Errorf("%+v, volume %v, said %s", s.Sound, w.card().volume, w.said())
		}
		_, _ = w.Do(UseDevice{Role: Speaker, Name: "broken"})
		s = w.after(time.Second)
		want := Choice{Mic: "Jabra", Speaker: "usb.jabra", SpeakerGain: 0.5}
		if s.Sound.Choice != want || w.chosen[len(w.chosen)-1] != want || !strings.Contains(w.said(), "the speaker was not changed: there is no such thing") {
			t.Errorf("chosen %+v, kept %+v, said %s", s.Sound.Choice, w.chosen, w.said())
		}
		_, _ = w.Do(SetEcho{Mode: EchoOn})
		if s = w.after(time.Second); s.Sound.Echo != (Echo{Canceller: OwnCanceller, Reduction: 37}) || s.Sound.Choice.Echo != EchoOn {
			t.Errorf("our canceller: %+v, chosen %q", s.Sound.Echo, s.Sound.Choice.Echo)
		}
		_, _ = w.Do(UseDevice{Role: Microphone, Name: "jabra.echo-cancel"})
		if s = w.after(time.Second); s.Sound.Echo.Canceller != SystemCanceller {
			t.Errorf("echo: %+v", s.Sound.Echo)
		}
	})
}

// TestLostDeviceIsOffered: its return is reported and offered until it is taken or gone again.
func TestLostDeviceIsOffered(t *testing.T) {
	inWorkshop(t, func(t *testing.T, w *workshop) {
		_, _ = w.Do(ShowDevices{On: true})
		w.after(time.Second)
		back := audio.Event{Kind: audio.Returned, Role: audio.Speaker, Was: "Jabra", Text: "The speaker is there."}
		w.card().events <- back
		if s := w.after(time.Second); s.Sound.Offer != (Offer{Speaker, "Jabra"}) || !strings.Contains(w.said(), "is there") {
			t.Errorf("%+v, said %s", s.Sound.Offer, w.said())
		}
		w.card().events <- audio.Event{Kind: audio.Lost, Role: audio.Speaker, Was: "Jabra", Text: "gone"}
		if s := w.after(time.Second); s.Sound.Offer != (Offer{}) {
			t.Errorf("gone again: %+v", s.Sound.Offer)
		}
		w.card().events <- back
		w.after(time.Second)
		_, _ = w.Do(UseDevice{Role: Speaker, Name: "Jabra"})
		if s := w.after(time.Second); s.Sound.Offer != (Offer{}) {
			t.Errorf("taken: %+v", s.Sound.Offer)
		}
	})
}

// TestRingerIsItsOwn: calls ring on the chosen device, also if it is chosen while they ring, and on
// none if none is chosen.
func TestRingerIsItsOwn(t *testing.T) {
	inWorkshop(t, func(t *testing.T, w *workshop) {
		w.after(time.Second)
		w.conn.events <- pbxws.LegOffered{Leg: "in1"}
		w.after(time.Second)
		if w.card().audible() == 0 || len(w.rung) != 0 {
			t.Errorf("it does not ring on the speaker, but on %d others", len(w.rung))
		}
		_, _ = w.Do(UseDevice{Role: Ringer, Name: RingsOnDefault})
		w.after(time.Second)
		w.card().audible()
		w.after(time.Second)
		if len(w.rung) != 1 || w.rung[0].audible() == 0 || w.card().audible() != 0 {
			t.Errorf("after the choice it rings on %d ringers", len(w.rung))
		}
		_, _ = w.Do(SetVolume{Role: Ringer, Volume: 0.5})
		if w.after(time.Second); len(w.rung) != 2 || !w.rung[0].closed { // which is opened as loud as that
			t.Errorf("%d ringers", len(w.rung))
		}
	})
}

// TestDevicesAreTried: a sound of two seconds, on the speaker or on the ringer.
func TestDevicesAreTried(t *testing.T) {
	inWorkshop(t, func(t *testing.T, w *workshop) {
		w.after(time.Second)
		for i, part := range []Role{Speaker, Ringer} {
			_, _ = w.Do(TryDevice{Role: part})
			if w.after(time.Second); w.card().audible() == 0 {
				t.Errorf("%d: nothing is heard", i)
			}
			w.after(2 * time.Second)
			w.card().audible()
			if w.after(time.Second); w.card().audible() != 0 {
				t.Errorf("%d: it does not end", i)
			}
		}
		_, _ = w.Do(UseDevice{Role: Ringer, Name: "Jabra"})
		_, _ = w.Do(TryDevice{Role: Ringer})
		w.after(4 * time.Second)
		if len(w.rung) != 1 || w.rung[0].audible() == 0 || !w.rung[0].closed {
			t.Errorf("%d ringers rang", len(w.rung))
		}
	})
}

// TestReminderIsHeard, unless it is not wanted.
func TestReminderIsHeard(t *testing.T) {
	inWorkshop(t, func(t *testing.T, w *workshop) {
		_, _ = w.Do(ShowDevices{On: true})
		w.after(time.Second)
		w.card().audible()
		_, _ = w.Do(Remind{})
		if w.after(time.Second); w.card().audible() == 0 {
			t.Error("nothing is heard")
		}
	})
}

func TestVolumeStaysInBounds(t *testing.T) {
	for gain, want := range map[float64]float64{0: 1, -1: 0, -7: 0, 99: MaxVolume, MaxVolume - 1: MaxVolume} {
		if got := (Choice{SpeakerGain: gain}).Volume(Speaker); got != want {
			t.Errorf("%v is %v, want %v", gain, got, want)
		}
	}
	if (Choice{}).Volume(Ringer) != 1 {
		t.Error("the ringer is not as loud as it is")
	}
}
