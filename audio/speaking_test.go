package audio

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// hiss is noise of a standard deviation.
func hiss(length time.Duration, amplitude float64) []int16 {
	random := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, int(length.Seconds()*Rate))
	for i := range pcm {
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, amplitude*random.NormFloat64())))
	}
	return pcm
}

// speech is the test signal of Null for a while.
func speech(length time.Duration) []int16 {
	pcm := make([]int16, int(length.Seconds()*Rate))
	newVoice().speak(pcm)
	return pcm
}

// softly is a sound at a level in dB.
func softly(pcm []int16, level float64) []int16 {
	for i, v := range pcm {
		pcm[i] = int16(math.Pow(10, level/20) * float64(v))
	}
	return pcm
}

// over adds a sound to another one, from a time on.
func over(pcm, sound []int16, from time.Duration) []int16 {
	at := int(from.Seconds() * Rate)
	for i, v := range sound {
		add(&pcm[at+i], float64(v))
	}
	return pcm
}

// noticed is the share of frames in which somebody counts as speaking, and the time of the first.
func noticed(pcm []int16) (share float64, first time.Duration) {
	var s Speaking
	n, frames := 0, 0
	for frame := range slices.Chunk(pcm, 960) {
		if s.Hear(frame) {
			if n == 0 {
				first = time.Duration(frames) * 20 * time.Millisecond
			}
			n++
		}
		frames++
	}
	return float64(n) / float64(frames), first
}

func TestSpeakingIsNoticed(t *testing.T) {
	for name, noise := range map[string]float64{"silence": 0, "a quiet office": 30, "a loud office": 200} {
		pcm := over(hiss(8*time.Second, noise), speech(5*time.Second), 2*time.Second)
		share, first := noticed(pcm)
		if first < 2*time.Second || first > 2500*time.Millisecond {
			t.Errorf("%s: noticed after %v, want soon after 2 s", name, first)
		}
		if share < 0.35 || share > 0.75 {
			t.Errorf("%s: %.2f of the time", name, share)
		}
	}
}

func TestNoiseIsNotSpeaking(t *testing.T) {
	hum := make([]int16, 10*Rate)
	o := newOscillator(50)
	for i := range hum {
		add(&hum[i], 3000+2000*o.next())
	}
	keys := hiss(10*time.Second, 20)
	random := rand.New(rand.NewPCG(5, 6))
	for at := 500 * time.Millisecond; at < 9*time.Second; at += 180 * time.Millisecond {
		click := make([]int16, 15*ms)
		for i := range click {
			click[i] = int16(4000 * random.NormFloat64())
		}
		over(keys, click, at)
	}
	for name, pcm := range map[string][]int16{
		"silence":        make([]int16, 10*Rate),
		"a fan":          hiss(10*time.Second, 800),
		"hum and offset": hum,
		"typing":         keys,
		"a soft voice":   softly(speech(5*time.Second), -45),
		"a door":         over(hiss(5*time.Second, 20), hiss(150*time.Millisecond, 9000), time.Second),
	} {
		if share, first := noticed(pcm); share != 0 {
			t.Errorf("%s is speech after %v, %.2f of the time", name, first, share)
		}
	}
}

// A fan that is switched on counts as speech at most until its loudness is learned.
func TestNewNoiseIsLearned(t *testing.T) {
	var s Speaking
	for frame := range slices.Chunk(hiss(3*time.Second, 30), 960) {
		s.Hear(frame)
	}
	for frame := range slices.Chunk(hiss(10*time.Second, 600), 960) {
		s.Hear(frame)
	}
	if s.now {
		t.Error("a fan speaks for ten seconds")
	}
	for frame := range slices.Chunk(over(hiss(3*time.Second, 30), speech(2*time.Second), time.Second), 960) {
		s.Hear(frame)
	}
	if !s.now {
		t.Error("after the fan a voice is not noticed")
	}
}

func TestDecibels(t *testing.T) {
	sine := make([]int16, Rate)
	wave := newOscillator(1000)
	for i := range sine {
		add(&sine[i], 8000+3277*wave.next()) // a tenth of full scale on a constant
	}
	if got := decibels(sine); got < -23.1 || got > -22.9 {
		t.Errorf("a sine of a tenth has %.2f dB, want -23", got)
	}
	if got := decibels(filled(960, 8000)); got != -100 {
		t.Errorf("a constant has %.2f dB", got)
	}
}

func TestSpeakingAllocatesNothing(t *testing.T) {
	var s Speaking
	pcm := speech(20 * time.Millisecond)
	if n := testing.AllocsPerRun(1000, func() { s.Hear(pcm); s.Hear(nil) }); n != 0 {
		t.Errorf("Hear allocates %v times", n)
	}
}

func BenchmarkSpeaking(b *testing.B) {
	var s Speaking
	pcm := speech(20 * time.Millisecond)
	for b.Loop() {
		s.Hear(pcm)
	}
}
