package aec

const (
	farRoom = 1 << 17 // samples, 2.7 s
	// slack is how far behind the newest sample the first block is taken: reading and writing come in bursts.
	slack = 2 * Block
	// starved is how many samples may be missing of what is to be heard; more, and the speaker has stopped.
	starved = 24 * Block
	// watched is for how many blocks the unread samples are watched: long enough for all those bursts.
	watched = 25
	// segment is how many samples share the coefficients of an interpolation.
	segment = 16
)

// farEnd is what was played, and hands it out at the microphone's clock.
type farEnd struct {
	ring    [farRoom]float32
	written int // samples put in so far
	flowing bool
	at      float64 // the place of the next sample to take
	unread  int     // the fewest samples that remained after a block, of so many blocks
	blocks  int
	// step is how many samples of the speaker's clock pass in one of the microphone's.
	step float64
}

func (f *farEnd) reset() {
	clear(f.ring[:]) // in place: a literal would be half a MB of zeros in the program
	f.written, f.flowing, f.at, f.step = 0, false, 0, 1
	f.watch()
}

func (f *farEnd) put(pcm []int16) {
	for _, v := range pcm {
		f.ring[f.written&(farRoom-1)] = float32(v) / fullScale
		f.written++
	}
}

func (f *farEnd) pause(samples int) {
	for range samples {
		f.ring[f.written&(farRoom-1)] = 0
		f.written++
	}
}

// next goes on by a block at the microphone's clock. It reports false if it had to start over, because far too little
// was there or too much had piled up: then the echo has another delay.
func (f *farEnd) next() bool {
	f.at += Block * f.step
	left := f.left()
	if f.flowing && left > -starved && left < farRoom/2 {
		f.unread, f.blocks = min(f.unread, left), f.blocks+1
		return true
	}
	f.flowing = true
	f.at = float64(f.written - slack)
	f.watch()
	return false
}

// left is how many samples there are beyond the present block. Below 0 some of the block are missing. They were not
// played, so there is no echo of them yet; but there will be, and the filter has then read zeros.
func (f *farEnd) left() int { return f.written - int(f.at+f.step*Block) - 4 }

// settle moves the present block as late as may be, so that no echo comes before it, and tells by how many blocks.
func (f *farEnd) settle() (by int) {
	switch {
	case f.left() < 0:
		by = -1
	case f.blocks < watched:
		return 0
	default:
		by = max(0, f.unread) / Block
	}
	f.at += float64(by * Block)
	f.watch()
	return by
}

func (f *farEnd) watch() { f.unread, f.blocks = farRoom, 0 }

// read fills out with what was played so many blocks before the present one.
func (f *farEnd) read(out *[Block]float32, ago int) {
	at := f.at - float64(ago*Block)
	for i := 0; i < Block; i += segment {
		f.interpolate(out[i:i+segment], at)
		at += segment * f.step
	}
}

// coarse fills out with the present block, at the model's rate, as exactly as it takes to find a delay.
func (f *farEnd) coarse(out *[step]float32) {
	at := int(f.at+farRoom) - farRoom
	for i := range out {
		j := at + ratio*i
		if j+ratio > f.written {
			out[i] = 0
			continue
		}
		out[i] = (f.ring[j&(farRoom-1)] + f.ring[(j+1)&(farRoom-1)] + f.ring[(j+2)&(farRoom-1)]) / ratio
	}
}

// interpolate reads from a place on, by the polynomial of fifth degree through six samples (Lagrange).
func (f *farEnd) interpolate(out []float32, at float64) {
	whole := int(at+farRoom) - farRoom // rounded down also below zero
	d := float32(at - float64(whole))
	a, b, c, e, g := d+2, d+1, d-1, d-2, d-3
	w := [6]float32{
		-b * d * c * e * g / 120, a * d * c * e * g / 24, -a * b * c * e * g / 12,
		a * b * d * e * g / 12, -a * b * d * c * g / 24, a * b * d * c * e / 120,
	}
	for i := range out {
		var sum float32
		if whole+i+len(w)-2 > f.written {
			clear(out[i:])
			return
		}
		for j, v := range w {
			sum += v * f.ring[(whole+i+j-2)&(farRoom-1)]
		}
		out[i] = sum
	}
}
