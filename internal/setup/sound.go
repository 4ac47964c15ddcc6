package setup

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// audioNone is no device at all, in config.toml as in package audio.
	audioNone = audio.None
	// devicesLimit is how long a list of devices may take, toneLength how long the test tone sounds.
	devicesLimit = 3 * time.Second
	toneLength   = time.Second
	// levelEvery is how often the level of a microphone is reported, pollEvery how often a device is
	// polled.
	levelEvery = 100 * time.Millisecond
	pollEvery  = 5 * time.Millisecond
)

// Devices lists microphones and speakers, without the monitors of speakers.
func (s *Steps) Devices(ctx context.Context) (form.Devices, form.Finding) {
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

const noSoundNext = "For only watching you need none: your desk phone does the talking, and you control it from here"

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

// Listen opens a microphone and reports its level.
func (s *Steps) Listen(ctx context.Context, microphone string) <-chan float32 {
	levels := make(chan float32, 1) // full: the screen has not looked yet, and the older level goes
	s.work.Go(func() {
		defer close(levels)
		dev, _ := audio.OpenSwitch(audio.Config{Mic: microphone, Speaker: audioNone, Frame: rtc.FrameSamples, Quiet: true, Log: s.options.Log})
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
				newest.Put(levels, dev.Meter().Mic)
			}
		}
	})
	return levels
}

// Tone plays the test tone.
func (s *Steps) Tone(ctx context.Context, device string) form.Finding {
	dev, err := audio.OpenRinger(audio.Config{Speaker: device, Frame: rtc.FrameSamples, Log: s.options.Log})
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
