package aec

const (
	// lags is the longest delay that is looked for, in blocks: 480 ms.
	lags = 48
	// firstProbe, probes and between choose the lines by which the delay is found: 32 from 400 Hz to 3.5 kHz.
	firstProbe, probes, between = 8, 32, 2
	// lead is how many blocks before the strongest echo the filter begins.
	lead = 1
	// foundAfter and movedAfter are how many blocks a delay has to be the best to be taken: the first, or one in
	// place of another that fits.
	foundAfter, movedAfter = 6, 300
	// outstanding is how many times the mean of all delays the best one has to be.
	outstanding = 6
)

// delayFinder finds by how many blocks the echo is late. It is a second filter, long and coarse: a few lines
// alone, each adapted by itself (NLMS), for all delays there may be.
type delayFinder struct {
	fft        *fft
	frame, far [frame]float32
	flat       flattener
	line       [lines]complex64
	weight     [lags][probes]complex64
	past       [lags][probes]complex64 // of what was played, under a Hann window
	power      [probes]float32
	newest     int
	energy     [lags]float32
	best, held int
}

func (d *delayFinder) reset() {
	*d = delayFinder{fft: d.fft}
}

// hann is a line as it is under a Hann window.
func hann(line []complex64, k int) complex64 {
	return (line[k] - (line[k-1]+line[k+1])/2) / 2
}

// find takes the present block of both ends and gives the lag in blocks, below 0 while none is found. Where the one
// in use fits, another has to hold for long.
func (d *delayFinder) find(far *farEnd, mic *[step]float32, settled bool) int {
	copy(d.frame[:], d.frame[step:])
	copy(d.frame[step:], mic[:])
	d.newest = (d.newest + 1) % lags
	var block [step]float32
	far.coarse(&block)
	d.flat.next(&block)
	copy(d.far[:], d.far[step:])
	copy(d.far[step:], block[:])
	d.fft.transform(d.far[:], d.line[:])
	now := &d.past[d.newest]
	for i := range now {
		now[i] = hann(d.line[:], firstProbe+between*i)
	}
	d.power = [probes]float32{}
	for l := range d.past {
		for i, v := range &d.past[l] {
			d.power[i] += powerOf(v)
		}
	}
	var loud float32
	for _, v := range d.power {
		loud += v
	}
	if loud < 1e-2*probes {
		return -1
	}
	d.fft.transform(d.frame[:], d.line[:])
	d.adapt()
	return d.decide(settled)
}

func (d *delayFinder) adapt() {
	var left [probes]complex64
	for i := range left {
		left[i] = hann(d.line[:], firstProbe+between*i)
	}
	for l := range d.weight {
		x := &d.past[(d.newest-l+lags)%lags]
		for i, w := range &d.weight[l] {
			left[i] -= times(w, x[i])
		}
	}
	for i, p := range d.power {
		left[i] *= complex(.5/(p+1e-3), 0)
	}
	for l := range d.weight {
		x, sum := &d.past[(d.newest-l+lags)%lags], float32(0)
		for i := range x {
			w := d.weight[l][i] + times(conj(x[i]), left[i])
			d.weight[l][i] = w
			sum += powerOf(w)
		}
		d.energy[l] = sum
	}
}

// decide gives the lag with the most energy, where that stands out and has stood out for some blocks.
func (d *delayFinder) decide(settled bool) int {
	var all float32
	best := 0
	for l, e := range &d.energy {
		all += e
		if e > d.energy[best] {
			best = l
		}
	}
	if best != d.best {
		d.best, d.held = best, 0
		return -1
	}
	enough := foundAfter
	if settled {
		enough = movedAfter
	}
	if d.held++; d.held < enough || d.energy[best]*lags < outstanding*all {
		return -1
	}
	return best
}
