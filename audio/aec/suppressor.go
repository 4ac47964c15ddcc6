package aec

import "math"

const (
	// overlap is how many samples two frames of the suppressor share, and its delay: 5 ms.
	overlap = Block / 2
	// size is the length of its transforms, and bins how many lines of 46.9 Hz that gives.
	size = 1024
	bins = size/2 + 1
	// bands there are, of which the model reaches so many.
	bands, modelled = 24, 18
)

// edges are the first lines of the bands, wider and wider: those of the model up to 7.5 kHz, then those above it.
var edges = [bands + 1]int{1, 4, 7, 10, 14, 18, 23, 28, 34, 41, 49, 58, 68, 79, 92, 107, 124, 142, 160, 188, 220, 260, 310, 390, bins}

const (
	// roomFade is by how much the power of an echo fades within a block, in the slowest of the rooms meant here.
	roomFade = 0.8
	// overShared and overAlone are by how much what is left of an echo is overestimated while somebody near speaks
	// and while nobody does; floorShared and floorAlone are the least gains then.
	overShared, overAlone   = 1, 10
	floorShared, floorAlone = 0.3, 0.005
	// nearFrom and nearTo are how many times the echo that is expected has to be left until somebody near is
	// taken to speak, perhaps and surely; nearRelease is how fast that is given up, per block.
	nearFrom, nearTo, nearRelease = 2, 6, 0.1
	// overTail is by how much what sounds after the filter's end is overestimated.
	overTail = 2
	// smoothing is that of the coherence, per block.
	smoothing = 0.35
	// comfort is how loud the noise in place of an echo is, of that of the room: rather too soft than heard.
	comfort = 0.3
	// coherent is how alike the captured and the predicted have to be to learn from them what the filter leaves.
	coherent = 0.9
	// learning is how fast that is learned, per block.
	learning = 0.1
)

// suppressor turns down what the filter leaves of an echo, line by line, and fills it up with noise as loud as that
// of the room. Of each band it learns how much that is while nobody near speaks.
type suppressor struct {
	fft                         *fft
	window                      [overlap]float32
	lastLeft, lastEcho, lastFar [overlap]float32
	rest                        [overlap]float32 // of the last frame, for the next block
	frame                       [size]float32
	left, echo, far             [bins]complex64
	power, residue, gain        [bins]float32 // of what is left; of the echo, as it fades
	band                        [bands]band
	past                        [partitions][modelled]float32 // the power of the prediction in the last blocks
	at                          int                           // the oldest of them
	noise                       noiseFloor
	coherence                   float32 // of what was captured and predicted, 0 to 1
	near                        float32 // 0 to 1, how sure it is that somebody near speaks
	seed                        uint32
}

// band is what is known of a band; all but leak and coherence is power in the last frame, or smoothed.
type band struct {
	left, residue, noise, now      float32   // now is what is predicted
	cross                          complex64 // of what was captured and predicted, smoothed as their powers
	captured, predicted, coherence float32
	leftAlone, residueAlone        float32 // smoothed, while nobody near speaks
	leak                           float32 // the share of an echo that the filter leaves
	tail                           float32 // of the echo after the end of the filter
}

func newSuppressor() *suppressor {
	s := &suppressor{fft: newFFT(size)}
	for i := range s.window {
		s.window[i] = float32(math.Sin(math.Pi / 2 * (float64(i) + .5) / overlap))
	}
	s.reset()
	return s
}

func (s *suppressor) reset() {
	*s = suppressor{fft: s.fft, window: s.window, seed: 1}
	for b := range modelled {
		s.band[b].leak = 1
	}
}

// suppress writes to out what of left is no echo, late by overlap. It is given what the filter left, predicted and
// was played then, and how the echo goes on after the filter's end.
func (s *suppressor) suppress(left, echo, far *[Block]float32, t tail, out []int16) {
	s.analyse(left, &s.lastLeft, &s.left)
	s.analyse(echo, &s.lastEcho, &s.echo)
	s.analyse(far, &s.lastFar, &s.far)
	for k, v := range &s.left {
		s.power[k] = powerOf(v)
	}
	for b := range s.band {
		s.measure(b)
	}
	s.decay(t)
	s.learn()
	s.listen()
	s.learnAbove()
	s.noise.hear(&s.power)
	s.weigh()
	s.synthesise(out)
}

// analyse fills out with the spectrum of a block and the end of the one before, under a window.
func (s *suppressor) analyse(x *[Block]float32, last *[overlap]float32, out *[bins]complex64) {
	for i, w := range &s.window {
		s.frame[i] = w * last[i]
		s.frame[Block+i] = x[overlap+i] * s.window[overlap-1-i]
	}
	copy(s.frame[overlap:Block], x[:overlap])
	clear(s.frame[Block+overlap:])
	copy(last[:], x[Block-overlap:])
	s.fft.transform(s.frame[:], out[:])
}

// measure takes the powers in a band. Above the model the far end stands for the echo.
func (s *suppressor) measure(b int) {
	d := &s.band[b]
	d.left, d.residue, d.noise, d.now = 0, 0, 0, 0
	var captured float32
	var cross complex64
	for k := edges[b]; k < edges[b+1]; k++ {
		p, echo := s.echo[k], s.far[k]
		if b < modelled {
			echo = p
		}
		s.residue[k] = max(powerOf(echo), roomFade*s.residue[k])
		c := s.left[k] + p
		captured, cross = captured+powerOf(c), cross+times(c, conj(p))
		d.now += powerOf(p)
		d.left += s.power[k]
		d.residue += s.residue[k]
		d.noise += s.noise.floor[k]
	}
	d.left = max(0, d.left-1.5*d.noise)
	d.cross += scaled(cross-d.cross, smoothing)
	d.captured += smoothing * (captured - d.captured)
	d.predicted += smoothing * (d.now - d.predicted)
	d.coherence = powerOf(d.cross) / (d.captured*d.predicted + 1e-9)
}

// decay carries on what sounds longer than the filter.
func (s *suppressor) decay(t tail) {
	for b := range modelled {
		d := &s.band[b]
		d.tail = t.fade*d.tail + overTail*t.share*s.past[s.at][b]
		s.past[s.at][b] = d.now
	}
	s.at = (s.at + 1) % partitions
}

// listen tells whether somebody near speaks: then more is left than the filter leaves of an echo.
func (s *suppressor) listen() {
	var left, expected, alike, all float32
	for b := range modelled {
		d := &s.band[b]
		left += d.left
		expected += d.leak*d.residue + d.tail + .5*d.noise
		alike += d.coherence * d.captured
		all += d.captured
	}
	s.coherence = alike / (all + 1e-9)
	near := max(0, min(1, (left/(expected+1e-9)-nearFrom)/(nearTo-nearFrom)))
	s.near = max(near, s.near+nearRelease*(near-s.near))
}

// learn corrects what is known of the share of an echo that the filter leaves, where it is sure that there is one, or
// by what is less.
func (s *suppressor) learn() {
	for b := range modelled {
		d := &s.band[b]
		if d.coherence > coherent || d.left < d.leak*d.residue+d.tail {
			d.learn()
			d.leak = min(1, d.leak)
		}
	}
}

// learnAbove is learn above the filter's band, while nobody near speaks.
func (s *suppressor) learnAbove() {
	if s.coherence > coherent && s.near < .2 {
		for b := modelled; b < bands; b++ {
			s.band[b].learn()
		}
	}
}

func (d *band) learn() {
	d.leftAlone += learning * (max(0, d.left-d.tail) - d.leftAlone)
	d.residueAlone += learning * (d.residue - d.residueAlone)
	d.leak = d.leftAlone / (d.residueAlone + 1e-9)
}

// weigh gives each line the gain that leaves what is no echo.
func (s *suppressor) weigh() {
	over := overAlone + (overShared-overAlone)*s.near
	least := floorAlone + (floorShared-floorAlone)*s.near
	for b := range s.band {
		d := &s.band[b]
		width := float32(edges[b+1] - edges[b])
		for k := edges[b]; k < edges[b+1]; k++ {
			residue := s.residue[k]
			if b >= modelled { // line by line the far end tells little of its echo
				residue = d.residue / width
			}
			s.gain[k] = max(least, 1-over*(d.leak*residue+d.tail/width)/(s.power[k]+1e-12))
		}
	}
	s.gain[0] = s.gain[1]
}

// synthesise applies the gains, fills up with noise and makes samples of it.
func (s *suppressor) synthesise(out []int16) {
	for k, g := range &s.gain {
		s.left[k] = scaled(s.left[k], g)
		if missing := comfort*s.noise.floor[k] - g*g*s.power[k]; missing > 0 && g < .9 {
			s.left[k] += scaled(s.phase(), float32(math.Sqrt(float64(missing))))
		}
	}
	s.fft.inverse(s.left[:], s.frame[:])
	for i, w := range &s.window {
		out[i] = sample(s.rest[i] + w*s.frame[i])
		s.rest[i] = s.frame[Block+i] * s.window[overlap-1-i]
	}
	for i := overlap; i < Block; i++ {
		out[i] = sample(s.frame[i])
	}
}

// phase is a random direction of the length one.
func (s *suppressor) phase() complex64 {
	s.seed = s.seed*1664525 + 1013904223 // Numerical Recipes
	return phases[s.seed>>24]
}

// phases are directions, evenly around.
var phases = func() (p [256]complex64) {
	for i := range p {
		p[i] = turn(i, len(p))
	}
	return p
}()

func sample(v float32) int16 {
	v *= fullScale
	return int16(math.RoundToEven(float64(max(-fullScale, min(fullScale-1, v)))))
}
