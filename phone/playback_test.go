package phone

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// wavFile is a file at 8 kHz with so much of a loud sound.
func wavFile(length time.Duration) []byte {
	le, size := binary.LittleEndian, uint32(length*8000/time.Second)
	b := le.AppendUint32([]byte("RIFF"), 36+size)
	b = append(b, "WAVEfmt \x10\x00\x00\x00\x07\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data"...)
	b = le.AppendUint32(b, size)
	for i := range size {
		b = append(b, byte(0x10|i/4<<7)) // mu-law
	}
	return b
}

// listening is a telephone with a speaker at a PBX that hands out the messages v1 and v2.
func listening(t *testing.T, f func(*testing.T, *workshop)) {
	inWorkshopOf(t, able(pbxws.CapVoicemail|pbxws.CapMessageSound), func(t *testing.T, w *workshop) {
		w.conn.events <- pbxws.VoicemailLoaded{Messages: []pbxws.VoiceMessage{{ID: "v1", Unread: true}, {ID: "v2"}}}
		w.after(time.Second)
		f(t, w)
	})
}

// asked counts the requests for sounds and those for the list.
func (w *workshop) asked() (sounds, lists int) {
	for _, c := range w.conn.commands() {
		switch c := c.(type) {
		case pbxws.FetchSound:
			sounds++
		case pbxws.Fetch:
			if c.Topic == pbxws.TopicVoicemail {
				lists++
			}
		}
	}
	return sounds, lists
}

// outcomeOf is what came of an intent.
func outcomeOf(s Snapshot, of Receipt) (Outcome, bool) {
	i := slices.IndexFunc(s.Outcomes, func(o Outcome) bool { return o.Of == of })
	if i < 0 {
		return Outcome{}, false
	}
	return s.Outcomes[i], true
}

func (w *workshop) sends(id string, file []byte) {
	w.conn.events <- pbxws.SoundLoaded{ID: id, File: file}
}

// TestPlay: a message is asked for, played to its end at the speaker, and the list is asked for again. Meanwhile
// the snapshot tells how far it is.
func TestPlay(t *testing.T) {
	listening(t, func(t *testing.T, w *workshop) {
		_, before := w.asked()
		of, _ := w.Do(Play{ID: "v1"})
		if s := w.after(time.Second); s.Playing != (Playing{ID: "v1"}) {
			t.Errorf("before it came: %+v", s.Playing)
		}
		if _, over := outcomeOf(w.last, of); over {
			t.Error("it has an outcome before it came")
		}
		w.sends("v2", wavFile(time.Second)) // nobody wants that one
		w.sends("v1", wavFile(3*time.Second))
		s := w.after(time.Second)
		if p := s.Playing; !p.Is(Play{ID: "v1"}) || p.Length != 3*time.Second || p.At < 900*time.Millisecond || p.At > 1200*time.Millisecond {
			t.Errorf("after a second: %+v", p)
		}
		if o, _ := outcomeOf(s, of); o.Grade != GradeDone {
			t.Errorf("the outcome is %+v", o)
		}
		if sounds, lists := w.asked(); sounds != 1 || lists != before+1 {
			t.Errorf("asked for %d sounds, and %d times for the list", sounds, lists-before)
		}
		if n := w.card().audible(); n < rtc.SampleRate*8/10 {
			t.Errorf("%d samples were heard in a second", n)
		}
		if s = w.after(2500 * time.Millisecond); s.Playing != (Playing{}) {
			t.Errorf("after its end: %+v", s.Playing)
		}
		if w.after(10 * time.Second); !w.card().closed {
			t.Error("the speaker is still open")
		}
	})
}

// TestPlayStops: the person stops it, plays it from the start without asking the PBX again, and plays another.
func TestPlayStops(t *testing.T) {
	listening(t, func(t *testing.T, w *workshop) {
		_, _ = w.Do(Play{ID: "v1"})
		w.after(time.Second)
		w.sends("v1", wavFile(time.Minute))
		w.after(20 * time.Second)
		_, _ = w.Do(Play{ID: "v1"})
		if s := w.after(time.Second); s.Playing.At > 2*time.Second || s.Playing.Length != time.Minute {
			t.Errorf("from the start: %+v", s.Playing)
		}
		if sounds, _ := w.asked(); sounds != 1 {
			t.Errorf("asked %d times", sounds)
		}
		_, _ = w.Do(Play{ID: "v2"})
		if s := w.after(time.Second); s.Playing != (Playing{ID: "v2"}) {
			t.Errorf("another: %+v", s.Playing)
		}
		_, _ = w.Do(StopPlaying{})
		w.after(time.Second)
		w.sends("v2", wavFile(time.Minute)) // too late
		w.card().audible()
		if s := w.after(time.Second); s.Playing != (Playing{}) || w.card().audible() > 0 {
			t.Errorf("stopped: %+v", s.Playing)
		}
		_, _ = w.Do(StopPlaying{})
		if w.after(time.Second); !strings.HasSuffix(w.said(), "nothing is being played") {
			t.Errorf("said: %s", w.said())
		}
	})
}

// TestPlayEndsForACall: one that rings, and one of ours; during a call none begins.
func TestPlayEndsForACall(t *testing.T) {
	for name, call := range map[string]func(w *workshop){
		"rings": func(w *workshop) {
			w.conn.events <- pbxws.LegOffered{Leg: "b", From: pbxws.Party{Number: "202"}, SDP: "v=0"}
		},
		"placed": func(w *workshop) { _, _ = w.Do(Dial{To: "202"}) },
	} {
		for _, fetched := range []bool{true, false} {
			listening(t, func(t *testing.T, w *workshop) {
				_, _ = w.Do(Play{ID: "v1"})
				w.after(time.Second)
				if fetched {
					w.sends("v1", wavFile(time.Minute))
					w.after(time.Second)
				}
				call(w)
				if s := w.after(100 * time.Millisecond); s.Playing != (Playing{}) || !strings.Contains(w.said(), "the message was stopped for the call") {
					t.Errorf("%s, fetched %t: %+v, said %s", name, fetched, s.Playing, w.said())
				}
				if name == "placed" { // which failed, for there is no media here
					return
				}
				_, _ = w.Do(Play{ID: "v1"})
				if s := w.after(100 * time.Millisecond); s.Playing != (Playing{}) || !strings.Contains(w.said(), "a call is up") {
					t.Errorf("%s: %+v, said %s", name, s.Playing, w.said())
				}
				_, _ = w.Do(HangupAll{})
				w.after(time.Minute)
			})
		}
	}
}

// TestPlayFails: each way has its sentence, and leaves nothing behind.
func TestPlayFails(t *testing.T) {
	refused := pbxws.CommandRefused{Command: pbxws.FetchSound{ID: "v1"}, Code: 404, Reason: "the PBX does not have it any more"}
	for want, come := range map[string]pbxws.Event{
		"the message cannot be played: the PBX does not have it any more": refused,
		"the message cannot be played: it is not a WAV file":              pbxws.SoundLoaded{ID: "v1", File: []byte("<html>")},
		"the message cannot be played: it holds no sound":                 pbxws.SoundLoaded{ID: "v1", File: wavFile(0)},
		"the message cannot be played: there is no link to the PBX":       nil,
	} {
		listening(t, func(t *testing.T, w *workshop) {
			of, _ := w.Do(Play{ID: "v1"})
			w.after(time.Second)
			if come != nil {
				w.conn.events <- come
			} else {
				w.conn.err = errors.New("gone")
				close(w.conn.events)
			}
			s := w.after(100 * time.Millisecond)
			if o, _ := outcomeOf(s, of); o.Text != want || o.Grade != GradeFailed || s.Playing != (Playing{}) {
				t.Errorf("%+v, %+v; want %s", o, s.Playing, want)
			}
		})
	}
}

// TestPlayRefused: what cannot be played is said before the PBX is asked.
func TestPlayRefused(t *testing.T) {
	listening(t, func(t *testing.T, w *workshop) {
		whole := w.after(time.Second)
		for want, change := range map[string]func(*Snapshot){
			"": func(*Snapshot) {},
			"this PBX does not provide the audio of messages: to hear them, call your mailbox": func(s *Snapshot) { s.Caps &^= pbxws.CapMessageSound },
			"there is no link to the PBX":                      func(s *Snapshot) { s.Link.State = LinkWaiting },
			"that message no longer exists":                    func(s *Snapshot) { s.PBX.Voicemail = s.PBX.Voicemail[1:] },
			"there is no speaker to play the message on":       func(s *Snapshot) { s.Sound.Silent = true },
			"a call is up: the message can be played after it": func(s *Snapshot) { s.Legs = []Leg{{State: Alerting, Place: DeskPhone}} },
		} {
			s := whole
			change(&s)
			if got := s.Refuses(Play{ID: "v1"}); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	})
}

// TestPlayRecording: a call that the PBX recorded is played like a message, and no list is read again for it.
func TestPlayRecording(t *testing.T) {
	inWorkshopOf(t, able(pbxws.CapHistory|pbxws.CapCallSound|pbxws.CapVoicemail), func(t *testing.T, w *workshop) {
		w.conn.events <- pbxws.HistoryLoaded{Records: []pbxws.PastCall{{ID: "c1", Recorded: true}, {ID: "c2"}}}
		w.after(time.Second)
		_, before := w.asked()
		_, _ = w.Do(Play{Of: pbxws.SoundOfCall, ID: "c1"})
		w.after(time.Second)
		w.conn.events <- pbxws.SoundLoaded{Of: pbxws.SoundOfCall, ID: "c1", File: wavFile(time.Minute)}
		if s := w.after(time.Second); !s.Playing.Is(Play{Of: pbxws.SoundOfCall, ID: "c1"}) || s.Playing.Length != time.Minute {
			t.Errorf("%+v", s.Playing)
		}
		if _, lists := w.asked(); lists != before {
			t.Error("the list of messages was asked for")
		}
		for want, i := range map[string]Play{
			"that recording no longer exists":    {Of: pbxws.SoundOfCall, ID: "c2"},
			"this PBX does not provide":          {ID: "v1"},
			"there is nothing like that to play": {Of: 9, ID: "v1"},
		} {
			if got := w.last.Refuses(i); !strings.HasPrefix(got, want) {
				t.Errorf("%+v: %q", i, got)
			}
		}
	})
}

// TestPlayFile: a recording made here is played to its end, and stopped; one that is not there has its sentence, and no
// other file can be named.
func TestPlayFile(t *testing.T) {
	dir := t.TempDir()
	rec, err := audio.NewRecorder(dir, "Anna", time.Now(), 0)
	if err != nil {
		t.Fatal(err)
	}
	loud := make([]int16, rtc.FrameSamples)
	for i := range loud {
		loud[i] = 8000
	}
	for range 100 { // 2 s
		rec.Write(loud, loud)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(rec.Path())
	listening(t, func(t *testing.T, w *workshop) {
		w.config.Recordings = dir
		of, _ := w.Do(Play{File: name})
		s := w.after(time.Second)
		if p := s.Playing; !p.Is(Play{File: name}) || p.Length != 2*time.Second || p.At < 900*time.Millisecond || p.At > 1200*time.Millisecond {
			t.Errorf("after a second: %+v", p)
		}
		if o, _ := outcomeOf(s, of); o.Grade != GradeDone || w.card().audible() < rtc.SampleRate*8/10 {
			t.Errorf("the outcome is %+v", o)
		}
		if s = w.after(2 * time.Second); s.Playing != (Playing{}) {
			t.Errorf("after its end: %+v", s.Playing)
		}
		_, _ = w.Do(Play{File: name})
		w.after(time.Second)
		_, _ = w.Do(StopPlaying{})
		w.after(100 * time.Millisecond)
		w.card().audible()
		if s = w.after(time.Second); s.Playing != (Playing{}) || w.card().audible() > 0 {
			t.Errorf("stopped: %+v", s.Playing)
		}
		for want, file := range map[string]string{
			"the recording cannot be played: the file no longer exists": "other.wav",
			"no recording has such a name":                              "../secret.wav",
		} {
			of, _ := w.Do(Play{File: file})
			if o, _ := outcomeOf(w.after(100*time.Millisecond), of); o.Text != want {
				t.Errorf("%s: %+v", file, o)
			}
		}
		_, _ = w.Do(Play{File: name}) // still played at the end of the phone
		w.after(100 * time.Millisecond)
	})
}

// TestPlayLosesTheSpeaker: nobody would hear the rest.
func TestPlayLosesTheSpeaker(t *testing.T) {
	listening(t, func(t *testing.T, w *workshop) {
		_, _ = w.Do(Play{ID: "v1"})
		w.after(time.Second)
		w.sends("v1", wavFile(time.Minute))
		w.after(time.Second)
		w.card().mu.Lock()
		w.card().using.Speaker = audio.Endpoint{}
		w.card().mu.Unlock()
		w.card().events <- audio.Event{Kind: audio.Lost, Role: audio.Speaker, Text: "the speaker is gone"}
		if s := w.after(time.Second); s.Playing != (Playing{}) || !strings.Contains(w.said(), "the message was stopped: there is no speaker any more") {
			t.Errorf("%+v, said %s", s.Playing, w.said())
		}
	})
}

// TestClip: each coding, rate and number of channels plays as long as it is, and as loud.
func TestClip(t *testing.T) {
	const rate = 8000
	loud := []byte{0xe0, 0x2e} // 12000
	for name, tt := range map[string]struct {
		wav  audio.WAV
		want int16
	}{
		"linear":        {audio.WAV{Rate: rate, Channels: 1, Coding: audio.Linear, Sound: loud}, 12000},
		"stereo":        {audio.WAV{Rate: rate, Channels: 2, Coding: audio.Linear, Sound: append(slices.Clone(loud), 0, 0)}, 6000},
		"A-law":         {audio.WAV{Rate: rate, Channels: 1, Coding: audio.ALaw, Sound: []byte{0xaa ^ 0x1f}}, rtc.DecodeA(0xaa ^ 0x1f)},
		"mu-law":        {audio.WAV{Rate: rate, Channels: 1, Coding: audio.MuLaw, Sound: []byte{0x90}}, rtc.DecodeMu(0x90)},
		"16 kHz":        {audio.WAV{Rate: 2 * rate, Channels: 1, Coding: audio.Linear, Sound: loud}, 12000},
		"as it is here": {audio.WAV{Rate: rtc.SampleRate, Channels: 1, Coding: audio.Linear, Sound: loud}, 12000},
	} {
		w := tt.wav
		for range w.Rate / 10 { // 100 ms
			w.Sound = append(w.Sound, tt.wav.Sound...)
		}
		c, samples := newClip(w), []int16(nil)
		for !c.over.Load() && len(samples) < rtc.SampleRate {
			part := newPart()
			c.mix(part, false)
			samples = append(samples, part...)
		}
		middle := samples[rtc.SampleRate/20]
		if d := int(middle) - int(tt.want); d < -200 || d > 200 {
			t.Errorf("%s: %d in the middle, want %d", name, middle, tt.want)
		}
		if n := len(samples); n < rtc.SampleRate/10 || n > rtc.SampleRate/10+2*part {
			t.Errorf("%s: %d samples of 100 ms", name, n)
		}
	}
}

// TestClipFades: one that is stopped ends in silence, and mixing allocates nothing.
func TestClipFades(t *testing.T) {
	w := newSoundWork(newSound(""), audio.Null(rtc.FrameSamples))
	file, err := audio.ReadWAV(wavFile(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	w.sound.clip.Store(newClip(file))
	if n := testing.AllocsPerRun(20, w.mixClip); n != 0 {
		t.Errorf("%v allocations", n)
	}
	clear(w.ear)
	w.sound.clip.Store(nil)
	w.mixClip()
	first, last := w.ear[0], w.ear[len(w.ear)-1]
	if max(first, -first) < 1000 || max(last, -last) > 100 {
		t.Errorf("it fades from %d to %d", first, last)
	}
	clear(w.ear)
	if w.mixClip(); slices.ContainsFunc(w.ear, func(v int16) bool { return v != 0 }) {
		t.Error("it goes on")
	}
}
