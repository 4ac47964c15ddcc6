package station

import (
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// maxSoundFile bounds the file of chosen devices in bytes.
const maxSoundFile = 1 << 14

// soundChoice knows which devices are used, and keeps a person's choice for the next start. The
// file has the choice and the [sound] of config.toml at that time: if config.toml has changed
// since, it counts.
type soundChoice struct {
	settings  atomic.Pointer[config.Sound]
	now       atomic.Pointer[phone.Choice]
	path      string // empty where there is no home directory
	log       *slog.Logger
	unwritten chan phone.Choice // one that is to be written; full: a newer one takes its place
	writing   sync.WaitGroup
}

// keptSound is the file.
type keptSound struct {
	Over   config.Sound `json:"over"`
	Choice phone.Choice `json:"choice"`
}

// chooseSound reads the kept choice. The caller has to close the result.
func chooseSound(settings config.Sound, log *slog.Logger) *soundChoice {
	s := &soundChoice{log: log, unwritten: make(chan phone.Choice, 1)}
	s.settings.Store(&settings)
	choice := phone.Choice{Mic: settings.Microphone, Speaker: settings.Speaker, Ringer: settings.Ringer, Echo: phone.EchoMode(settings.Echo)}
	if path, err := state.SoundFile(); err == nil {
		s.path = path
		if kept, ok := readKeptSound(s.path); ok && kept.Over == settings {
			choice = kept.Choice
		}
	}
	s.now.Store(&choice)
	s.writing.Go(s.write)
	return s
}

func readKeptSound(path string) (kept keptSound, ok bool) {
	data, err := disk.Read(path, maxSoundFile)
	if err != nil || json.Unmarshal(data, &kept) != nil {
		return keptSound{}, false
	}
	return kept, true
}

// chosen takes a new choice and never waits. For one goroutine.
func (s *soundChoice) chosen(c phone.Choice) {
	s.now.Store(&c)
	newest.Put(s.unwritten, c)
}

// write keeps choices until close.
func (s *soundChoice) write() {
	for c := range s.unwritten {
		if s.path == "" {
			continue
		}
		data, err := json.MarshalIndent(keptSound{*s.settings.Load(), c}, "", "  ")
		if err == nil {
			err = disk.Replace(s.path, append(data, '\n'))
		}
		if err != nil {
			s.log.Error("the choice of devices is not saved", "err", disk.Explain(err))
		}
	}
}

// reload applies the devices in the present config.toml: changed ones are used at once.
func (s *soundChoice) reload(do func(phone.Intent) (phone.Receipt, error), before, after config.Sound) {
	s.settings.Store(&after)
	for _, d := range []struct {
		part     phone.Role
		was, now string
	}{
		{phone.Microphone, before.Microphone, after.Microphone},
		{phone.Speaker, before.Speaker, after.Speaker},
		{phone.Ringer, before.Ringer, after.Ringer},
	} {
		if d.was != d.now {
			_, _ = do(phone.UseDevice{Role: d.part, Name: d.now}) // one that is too busy does so at the next start
		}
	}
	if before.Echo != after.Echo {
		_, _ = do(phone.SetEcho{Mode: phone.EchoMode(after.Echo)})
	}
}

func (s *soundChoice) close() {
	close(s.unwritten)
	s.writing.Wait()
}

// device is the sound device for calls. At the practice PBX a machine without a microphone plays a
// made-up voice, so that an echo can be seen; real people get silence.
func (s *soundChoice) device(practice bool) audio.Config {
	c := s.now.Load()
	return audio.Config{Mic: c.Mic, Speaker: c.Speaker, Frame: rtc.FrameSamples, Quiet: !practice, Echo: c.Echo, Log: s.log}
}

// openRinger opens the device that calls ring on, where that is not the speaker.
func (s *soundChoice) openRinger() (audio.Device, error) {
	c := s.now.Load()
	name := c.Ringer
	if name == phone.RingsOnDefault {
		name = ""
	}
	ringer, err := audio.OpenRinger(audio.Config{Speaker: name, Frame: rtc.FrameSamples, Log: s.log})
	ringer.SetVolume(float32(c.Volume(phone.Ringer)))
	return ringer, err
}

// into gives a phone its sounds: devices that change by themselves and when a person wants it, tones, and
// a place for recordings.
func (s *soundChoice) into(p phone.Config, tones config.Tones, practice bool) phone.Config {
	p.OpenSound = func() (audio.Device, error) { return audio.OpenSwitch(s.device(practice)) }
	p.OpenRinger = s.openRinger
	p.Choice, p.Chosen = *s.now.Load(), s.chosen
	country, _ := audio.ParseCountry(tones.Country) // the file is checked
	p.Tones = phone.Tones{Country: country, NoKeys: tones.NoKeys, NoWaiting: tones.NoWaiting, NoReminder: tones.NoReminder}
	p.Recordings = state.Recordings()
	return p
}

// Sound says what works the sound cards.
func Sound() string {
	if audio.HasCards {
		return "sound by miniaudio"
	}
	return "no sound: built without a C compiler"
}
