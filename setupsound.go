package main

import (
	"cmp"
	"context"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// audioNone is no device at all, in config.toml as in package audio.
	audioNone = audio.None
	// devicesLimit is how long a list of devices may take, toneLength how long the test tone sounds.
	devicesLimit = 3 * time.Second
	toneLength   = time.Second
	// levelEvery is how often the level of a microphone is told, pollEvery how often a device is
	// looked at.
	levelEvery = 100 * time.Millisecond
	pollEvery  = 5 * time.Millisecond
)

// Devices lists microphones and speakers. Monitors of speakers are no microphones for people.
func (s *setup) Devices(ctx context.Context) (form.Devices, form.Finding) {
	ctx, cancel := context.WithTimeout(ctx, devicesLimit)
	defer cancel()
	list, err := audio.Devices(ctx)
	var d form.Devices
	for _, e := range list.Mics {
		if !e.Monitor {
			d.Microphones = append(d.Microphones, soundDevice(list.Mics, e))
		}
	}
	for _, e := range list.Speakers {
		d.Speakers = append(d.Speakers, soundDevice(list.Speakers, e))
	}
	switch {
	case err != nil:
		return d, form.Finding{Grade: phone.GradeWarn, Short: "no sound here", Text: err.Error(), Next: noSoundNext}
	case len(d.Speakers) == 0:
		return d, form.Finding{Grade: phone.GradeWarn, Short: "no sound here",
			Text: "no sound card or sound server was found", Next: noSoundNext}
	case len(d.Microphones) == 0:
		return d, form.Finding{Grade: phone.GradeWarn, Short: "no microphone",
			Text: "there is no microphone, so the other side would hear nothing from you", Next: "Connect one, then look again"}
	}
	return d, form.Finding{Grade: phone.GradeDone, Short: "found"}
}

const noSoundNext = "Only watching needs none: your desk phone rings and talks, and is worked from here"

// soundDevice names a device as config.toml does: by what people call it, or by the system's name
// where two are called the same.
func soundDevice(all []audio.Endpoint, e audio.Endpoint) form.SoundDevice {
	d := form.SoundDevice{Name: e.Name, Words: e.Name, Default: e.Default}
	for _, other := range all {
		if other.Name == e.Name && other.ID != e.ID {
			d.Name, d.Words = e.ID, e.Name+" ("+e.ID+")"
		}
	}
	if e.EchoCancelled {
		d.Words += ", without echo"
	}
	return d
}

// Listen opens a microphone and tells its level.
func (s *setup) Listen(ctx context.Context, microphone string) <-chan float32 {
	levels := make(chan float32, 1) // full: the screen has not looked yet, and the older level goes
	s.work.Go(func() {
		defer close(levels)
		dev, _ := audio.OpenSwitch(audio.Config{Mic: microphone, Speaker: audioNone, Frame: rtc.FrameSamples, Quiet: true, Log: s.log})
		defer dev.Close()
		poll, tell := time.NewTicker(pollEvery), time.NewTicker(levelEvery)
		defer poll.Stop()
		defer tell.Stop()
		pcm := make([]int16, rtc.FrameSamples)
		for {
			select {
			case <-ctx.Done():
				return
			case <-poll.C:
				for dev.Read(pcm) {
				}
			case <-tell.C:
				newest(levels, dev.Meter().Mic)
			}
		}
	})
	return levels
}

// newest puts a value into a channel of one in place of the one that nobody took.
func newest[T any](into chan T, value T) {
	select {
	case <-into:
	default:
	}
	into <- value // has room: nobody else sends
}

// Tone plays the test tone.
func (s *setup) Tone(ctx context.Context, device string) form.Finding {
	dev, err := audio.OpenRinger(audio.Config{Speaker: device, Frame: rtc.FrameSamples, Log: s.log})
	defer dev.Close()
	if err != nil {
		return form.Finding{Grade: phone.GradeFailed, Short: "not heard", Text: err.Error(), Next: "Choose another one"}
	}
	if dev.Silent() {
		return form.Finding{Grade: phone.GradeInfo, Short: "silent"}
	}
	tone, _ := audio.KeyTone('5', toneLength)
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for pcm := make([]int16, rtc.FrameSamples); !tone.Done(); {
		for dev.Wants() && !tone.Done() {
			clear(pcm)
			tone.Mix(pcm)
			dev.Write(pcm)
		}
		select {
		case <-ctx.Done():
			return form.Finding{Grade: phone.GradeInfo, Short: "stopped"}
		case <-poll.C:
		}
	}
	return form.Finding{Grade: phone.GradeDone, Short: "played: heard it?", Text: "the tone was played on " + dev.Name()}
}

// Call is a phone of its own with the draft's profile and devices, for one call.
func (s *setup) Call(ctx context.Context, d form.Draft, number string) <-chan phone.Snapshot {
	shots := make(chan phone.Snapshot, 1) // full: the older one goes
	s.work.Go(func() {
		defer close(shots)
		l, err := s.trialStation(d)
		if err != nil {
			newest(shots, phone.Snapshot{Link: phone.Link{State: phone.LinkStopped, What: err.Error()}})
			return
		}
		defer l.Close()
		runTrial(ctx, l.Phone, number, shots)
	})
	return shots
}

func (s *setup) trialStation(d form.Draft) (*station.Station, error) {
	d.Profile = cmp.Or(d.Profile, s.profileName(d))
	p, err := s.profile(d)
	if err != nil {
		return nil, err
	}
	c, err := config.Load(s.path, s.kinds)
	if err != nil {
		return nil, err
	}
	c.Sessions = nil
	c.Sound.Microphone, c.Sound.Speaker, c.Sound.Ringer = d.Microphone, d.Speaker, d.Ringer
	if d.WatchOnly {
		c.Sound.Microphone, c.Sound.Speaker = audioNone, audioNone
	}
	return station.For(s.options(c), p, s.secret(d, p))
}

// partingLimit is how long hanging up may take when the test call is over.
const partingLimit = time.Second

// confirmPatience is how long a test call waits for the PBX to confirm that we are registered. Not
// every PBX does.
const confirmPatience = 2 * time.Second

// runTrial calls the number as soon as the phone is signed in, and ends with the call: by itself,
// or hung up when ctx ends. A phone without sound has the desk phone call, which is hung up too.
func runTrial(ctx context.Context, p *phone.Phone, number string, shots chan phone.Snapshot) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ran := make(chan error, 1) // the one result
	watch := p.Watch(work)
	go func() { ran <- p.Run(work) }()
	var last phone.Snapshot
	called := false // there was a call
	placed := false
	ready := false
	var late, unconfirmed <-chan time.Time
	stop := ctx.Done()
	for over := false; !over; {
		select {
		case last = <-watch:
			newest(shots, last)
			up := last.Live() + len(last.DeskCalls())
			called = called || placed && up > 0
			if last.Link.State == phone.LinkUp && unconfirmed == nil {
				unconfirmed = time.After(confirmPatience)
			}
			ready = ready || last.PBX.Registered
			over = last.Link.State == phone.LinkStopped || called && up == 0 || late != nil && up == 0
		case <-stop:
			stop, late = nil, time.After(partingLimit)
			hangUp(p, last)
			over = last.Live()+len(last.DeskCalls()) == 0
		case <-unconfirmed:
			ready = true
		case <-late:
			over = true
		}
		if !placed && late == nil && last.Link.State == phone.LinkUp && ready {
			placed = p.Do(phone.Dial{To: number}) == nil
		}
	}
	cancel()
	<-ran
}

// hangUp ends every call of ours, on either phone.
func hangUp(p *phone.Phone, s phone.Snapshot) {
	_ = p.Do(phone.HangupAll{})
	for _, c := range s.DeskCalls() {
		_ = p.Do(phone.DeskHangup{Call: c.ID})
	}
}
