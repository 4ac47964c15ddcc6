// Package acoustics makes what tests and measurements of sound need: talkers and rooms. Everything is at
// 48 kHz, from -1 to 1, and the same each time.
package acoustics

import (
	"math"
	"math/rand/v2"
)

// Rate is the sample rate of everything here, in samples a second.
const Rate = 48000

// Talker is who speaks: two of different pitch are told apart by their seeds as well.
type Talker struct {
	Seed  uint64
	Pitch float64 // Hz, about which the voice glides
}

// vowels have the frequencies of four formants in Hz (after Peterson and Barney 1952).
var vowels = [...][4]float64{
	{730, 1090, 2440, 3400}, {270, 2290, 3010, 3600}, {300, 870, 2240, 3300}, {530, 1840, 2480, 3500}, {570, 840, 2410, 3300},
}

// formantWidths are the bandwidths of the formants in Hz.
var formantWidths = [4]float64{80, 100, 140, 250}

// consonants are the middle and the width of the noise of four consonants in Hz, like s, sh, f and t.
var consonants = [...][2]float64{{6500, 3500}, {3500, 2000}, {8000, 9000}, {4500, 5000}}

// Speak makes so many seconds of speech of no language: consonants of noise, voiced vowels, pauses between
// phrases. Its level is about -20 dB of full scale (RMS) while it sounds.
func (t Talker) Speak(seconds float64) []float64 {
	s := &speaker{dice: rand.New(rand.NewPCG(t.Seed, 48000)), pitch: t.Pitch, out: make([]float64, 0, int((seconds+2)*Rate))}
	for len(s.out) < int(seconds*Rate) {
		for range 4 + s.dice.IntN(6) {
			s.consonant()
			s.vowel()
		}
		s.pause(.15 + .45*s.dice.Float64())
	}
	return level(s.out[:int(seconds*Rate)])
}

// level brings a sound to -20 dB while it sounds, and its peaks below full scale.
func level(x []float64) []float64 {
	sum, n := 0.0, 1.0
	for _, v := range x {
		if v*v > 1e-8 {
			sum, n = sum+v*v, n+1
		}
	}
	gain := .1 / math.Sqrt(sum/n+1e-12)
	for i := range x {
		x[i] = math.Tanh(gain * x[i])
	}
	return x
}

// speaker is a talker at work.
type speaker struct {
	dice  *rand.Rand
	pitch float64
	turn  float64 // of the glottis, 0 to 1
	out   []float64
}

func (s *speaker) pause(seconds float64) {
	s.out = append(s.out, make([]float64, int(seconds*Rate))...)
}

// swell rises and falls over a sound of n samples.
func swell(i, n int) float64 {
	const edge = Rate * 20 / 1000
	return min(1, float64(i)/edge, float64(n-1-i)/edge)
}

func (s *speaker) consonant() {
	kind := consonants[s.dice.IntN(len(consonants))]
	n := int((.03 + .07*s.dice.Float64()) * Rate)
	first := newResonator(kind[0], kind[1])
	second := first
	loud := .25 + .5*s.dice.Float64()
	for i := range n {
		s.out = append(s.out, .8*loud*swell(i, n)*second.next(first.next(s.dice.NormFloat64())))
	}
}

// vowel is a train of pulses of the glottis and some breath through four formants.
func (s *speaker) vowel() {
	formants := vowels[s.dice.IntN(len(vowels))]
	var tract [len(formantWidths)]resonator
	for i, f := range formants {
		tract[i] = newResonator(f*(.95+.1*s.dice.Float64()), formantWidths[i])
	}
	n := int((.08 + .16*s.dice.Float64()) * Rate)
	from, to := s.pitch*(.8+.4*s.dice.Float64()), s.pitch*(.8+.4*s.dice.Float64())
	loud := .5 + .5*s.dice.Float64()
	slope := 0.0
	for i := range n {
		s.turn += (from + (to-from)*float64(i)/float64(n)) / Rate
		pulse := .02 * s.dice.NormFloat64()
		if s.turn >= 1 {
			s.turn--
			pulse += 8
		}
		slope += .3 * (pulse - slope) // the glottis closes within a fraction of a ms
		v := .02 * slope
		for f := range tract {
			v += tract[f].next(slope)
		}
		s.out = append(s.out, loud*swell(i, n)*v)
	}
}

// resonator is a filter of two poles, with a gain near one at its middle.
type resonator struct{ gain, a, b, one, two float64 }

func newResonator(hertz, width float64) resonator {
	r := math.Exp(-math.Pi * width / Rate)
	return resonator{gain: 1 - r, a: 2 * r * math.Cos(2*math.Pi*hertz/Rate), b: -r * r}
}

func (r *resonator) next(x float64) float64 {
	y := r.gain*x + r.a*r.one + r.b*r.two
	r.one, r.two = y, r.one
	return y
}
