package aec

import "math"

// partitions of a block each are how long a room may sound in the filter: 240 ms.
const partitions = 24

// partition is the filter's part for one block of the past, and the power by which each line of it may be wrong.
type partition struct {
	weight [lines]complex64
	unsure [lines]float32
	energy float32
}

// filter is a model of the way from the speaker to the microphone: a partitioned-block filter in the frequency
// domain, adapted as a Kalman filter (Enzner and Vary 2006; Kuech, Mabande and Enzner 2014). Each line weighs how
// unsure it is against all else that the microphone captures, so that a voice nearby hardly disturbs it.
type filter struct {
	fft       *fft
	parts     [partitions]partition
	expected  [lines]float32 // the power of the echo that the model may miss
	disturbed [lines]float32 // the power of what is left after the prediction
	turn      int            // the partition to be constrained next
	frame     [frame]float32
	line      [lines]complex64
}

const (
	// atFirst is the power of a way of which nothing is known; each further partition is fainter by faded.
	atFirst = 0.5
	faded   = 0.8
	// restless is the share of a way's power that may change within a block.
	restless = 2e-4
	// fresh is the share of a frame that is new.
	fresh = float32(step) / frame
)

func newFilter(f *fft) *filter {
	w := &filter{fft: f}
	w.reset()
	return w
}

func (f *filter) reset() {
	unsure := float32(atFirst)
	for p := range f.parts {
		f.parts[p] = partition{}
		for k := range f.parts[p].unsure {
			f.parts[p].unsure[k] = unsure
		}
		unsure *= faded
	}
	f.disturbed = [lines]float32{}
}

// predict fills echo with what the microphone is to capture of what was played.
func (f *filter) predict(h *history, echo *[step]float32) {
	f.line, f.expected = [lines]complex64{}, [lines]float32{}
	for p := range f.parts {
		x, part := h.block(p), &f.parts[p]
		for k, w := range &part.weight {
			f.line[k] += times(w, x.line[k])
			f.expected[k] += part.unsure[k] * x.power[k]
		}
	}
	f.fft.inverse(f.line[:], f.frame[:])
	copy(echo[:], f.frame[step:])
}

// adapt corrects the model by what was left of the block after the prediction.
func (f *filter) adapt(h *history, left *[step]float32) {
	clear(f.frame[:step])
	copy(f.frame[step:], left[:])
	f.fft.transform(f.frame[:], f.line[:])
	var gain [lines]float32
	for k, e := range &f.line {
		f.disturbed[k] += .5 * (powerOf(e) - f.disturbed[k])
		gain[k] = 1 / (f.expected[k] + f.disturbed[k]/fresh + 1e-6)
		f.line[k] = scaled(e, gain[k])
	}
	for p := range f.parts {
		f.parts[p].correct(h.block(p), &f.line, &gain)
	}
	f.constrain(&f.parts[f.turn])
	f.turn = (f.turn + 1) % partitions
}

func (p *partition) correct(x *played, by *[lines]complex64, gain *[lines]float32) {
	var sum float32
	for k, w := range &p.weight {
		u := p.unsure[k]
		w += times(scaled(conj(x.line[k]), u), by[k])
		p.weight[k] = w
		p.unsure[k] = u - fresh*u*u*x.power[k]*gain[k]
		sum += powerOf(w)
	}
	p.energy = sum
	change := restless * (sum/lines + 1e-9)
	for k := range p.unsure {
		p.unsure[k] += change
	}
}

// constrain takes out of a partition what is not of its own block.
func (f *filter) constrain(p *partition) {
	f.fft.inverse(p.weight[:], f.frame[:])
	clear(f.frame[step:])
	f.fft.transform(f.frame[:], p.weight[:])
}

// suspect makes the filter as unsure as of a way that has changed, to another one of the same loudness.
func (f *filter) suspect() {
	var loud float32
	for p := range f.parts {
		loud += f.parts[p].energy / lines
	}
	for p := range f.parts {
		part := &f.parts[p]
		for k := range part.unsure {
			part.unsure[k] += loud
		}
		loud *= faded
	}
}

// move lets the filter begin so many blocks later, or earlier if it is below 0, and keeps what it knows.
func (f *filter) move(blocks int) {
	was := f.parts
	f.reset()
	for p := range f.parts {
		if from := p + blocks; from >= 0 && from < partitions {
			f.parts[p] = was[from]
		}
	}
}

// tail is how a room goes on that sounds longer than the filter: the share of an echo's power that comes in the first
// block after it, and the share of that which is left a block later.
type tail struct{ share, fade float32 }

// tail goes by how the filter's last two thirds fade.
func (f *filter) tail() tail {
	const third = partitions / 3
	var all, middle, last float32
	for p := range f.parts {
		e := f.parts[p].energy
		all += e
		if p >= partitions-third {
			last += e
		} else if p >= partitions-2*third {
			middle += e
		}
	}
	fade := float32(math.Pow(float64(last/(middle+1e-9)), 1./third))
	fade = max(.5, min(.92, fade))
	return tail{last / (all + 1e-9) / third * float32(math.Pow(float64(fade), third/2)), fade}
}
