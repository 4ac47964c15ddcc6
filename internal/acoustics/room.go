package acoustics

import (
	"math"
	"math/rand/v2"

	"github.com/patchcord/patchcord/internal/convolution"
)

// Room is where a speaker is heard by a microphone, with the devices between the samples and the air.
type Room struct {
	RT60  float64 // seconds in which its sound decays by 60 dB
	Delay float64 // ms from what is played to the first of it in what is captured
	Level float64 // dB, how loud the echo is relative to what is played
	Drift float64 // ppm, by how much the clock of the microphone is faster than the speaker's
	Noise float64 // dB of full scale (RMS), of the microphone; 0 is none
	Bent  float64 // 0 to 1, how much the speaker distorts what is loud
	Moved float64 // m, by which the person's laptop was moved
}

// The room in m, after its speaker and microphone of a laptop on a table.
var (
	walls      = [3]float64{5.2, 4.1, 2.7}
	speakerAt  = [3]float64{2.1, 1.7, .8}
	microphone = [3]float64{2.35, 1.9, .95}
)

const soundSpeed = 343.0 // m/s

// Capture is what the microphone captures of what is played, as long as that, without anybody near.
func (r Room) Capture(played []float64) []float64 {
	x := make([]float64, len(played))
	for i, v := range played {
		x[i] = v
		if r.Bent > 0 { // even and odd harmonics, as of a small speaker
			x[i] += r.Bent * (.8*v*v - v*v*v)
		}
	}
	echo := convolution.Of(x, r.response())[:len(x)]
	gain := math.Pow(10, r.Level/20) * math.Sqrt(power(played)/max(1e-12, power(echo)))
	captured := stretched(echo, r.Delay*Rate/1000, 1-r.Drift*1e-6)
	dice, noise := rand.New(rand.NewPCG(60, 1)), 0.0
	if r.Noise < 0 {
		noise = math.Pow(10, r.Noise/20)
	}
	for i := range captured {
		captured[i] = gain*captured[i] + noise*dice.NormFloat64()
	}
	return captured
}

// response is the room's impulse response by the image method (Allen and Berkley 1979): each wall mirrors
// the speaker, again and again. Its first path has no delay.
func (r Room) response() []float64 {
	volume := walls[0] * walls[1] * walls[2]
	surface := 2 * (walls[0]*walls[1] + walls[1]*walls[2] + walls[2]*walls[0])
	reflected := math.Sqrt(math.Exp(-.161 * volume / (surface * r.RT60))) // Eyring
	lasts := r.RT60 * soundSpeed
	var order [3]int
	for i, w := range walls {
		order[i] = int(lasts/(2*w)) + 1
	}
	to := microphone
	to[0] += r.Moved
	first := math.Sqrt(square(speakerAt[0]-to[0]) + square(speakerAt[1]-to[1]) + square(speakerAt[2]-to[2]))
	h := make([]float64, int(r.RT60*Rate)+1)
	for i := range 1 << 3 {
		bits := [3]int{i & 1, i >> 1 & 1, i >> 2}
		for x := -order[0]; x <= order[0]; x++ {
			for y := -order[1]; y <= order[1]; y++ {
				for z := -order[2]; z <= order[2]; z++ {
					far, hits := image(to, bits, [3]int{x, y, z})
					if at := int((far - first) / soundSpeed * Rate); at < len(h) {
						h[max(0, at)] += math.Pow(reflected, float64(hits)) / far
					}
				}
			}
		}
	}
	slow := 0.0 // images add up at low frequencies, which no small speaker plays: below 150 Hz
	for i, v := range h {
		slow += .02 * (v - slow)
		h[i] = v - slow
	}
	return h
}

// image is how far an image of the speaker is from the microphone, and how many walls are between.
func image(to [3]float64, bits, n [3]int) (far float64, hits int) {
	for i, w := range walls {
		d := float64(1-2*bits[i])*speakerAt[i] + 2*float64(n[i])*w - to[i]
		far += d * d
		hits += abs(n[i]-bits[i]) + abs(n[i])
	}
	return math.Sqrt(far), hits
}

func square(x float64) float64 { return x * x }

func abs(n int) int { return max(n, -n) }

func power(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// stretched is x, late by so many samples, at a clock by which a sample of x lasts 1/step: by a sinc under a Hann window.
func stretched(x []float64, late, step float64) []float64 {
	const reach = 16
	var cosines, sines [2 * reach]float64 // of the window's angle at whole distances
	for j := range cosines {
		sines[j], cosines[j] = math.Sincos(math.Pi * float64(j+1-reach) / (reach + 1))
	}
	out := make([]float64, len(x))
	for i := range out {
		at := float64(i)*step - late
		whole := math.Floor(at)
		from, d := int(whole)+1-reach, at-whole
		if d == 0 {
			if k := int(whole); k >= 0 && k < len(x) {
				out[i] = x[k]
			}
			continue
		}
		sinc := math.Sin(math.Pi*d) / math.Pi
		sine, cosine := math.Sincos(math.Pi * d / (reach + 1))
		for j := range cosines {
			if k := from + j; k >= 0 && k < len(x) {
				apart := d - float64(j+1-reach)
				sign := float64(1 - 2*((j+1-reach)&1))
				window := .5 + .5*(cosine*cosines[j]+sine*sines[j])
				out[i] += x[k] * sign * sinc / apart * window
			}
		}
	}
	return out
}
