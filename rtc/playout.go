package rtc

// Lengths in samples. A pitch period of speech is between the two lags; an overlap of 5 ms hides a
// joint.
const (
	minLag  = SampleRate * 25 / 10000
	maxLag  = SampleRate * 15 / 1000
	overlap = SampleRate * 5 / 1000
	// settle is how long after a gap the resampler of G.711 still holds the sound before it.
	settle = phaseTaps * narrowRatio
	// history is how much of what was played is kept: two of the longest pitch periods, an overlap,
	// and some more.
	history = 40 * SampleRate / 1000
)

// Concealment keeps its level until fadeFrom and is silent from fadeTo on: longer than that it
// sounds like a robot.
const (
	fadeFrom = 40 * SampleRate / 1000
	fadeTo   = 160 * SampleRate / 1000
)

// playout holds the samples that are decoded and not yet played, and before them the last that were
// played. It makes all joints: at gaps, cuts and insertions, and where real sound begins again.
type playout struct {
	buf  []int16 // the first head samples have been played; never grows past its capacity
	head int

	run    int  // samples concealed since the last real one
	native bool // by the decoder, which then makes the joint to its next samples by itself
	broken bool // what comes next does not continue what is there

	echo [maxLag]int16 // the period that concealment repeats
	lag  int           // its length
	step int32         // from the end of the sound to the beginning of the echo
}

// newPlayout begins in silence.
func newPlayout() *playout {
	return &playout{
		buf:    make([]int16, history, history+FrameSamples+maxRedundancy+maxSpan+maxLag),
		head:   history,
		run:    fadeTo,
		native: true,
	}
}

// waiting is how many samples are ready to be played.
func (p *playout) waiting() int { return len(p.buf) - p.head }

// silent says that concealment has faded out.
func (p *playout) silent() bool { return p.run >= fadeTo }

// room is the space for the next n samples; they count after add.
func (p *playout) room(n int) []int16 { return p.buf[len(p.buf) : len(p.buf)+n] }

// take plays len(pcm) samples, which must be waiting.
func (p *playout) take(pcm []int16) {
	p.head += copy(pcm, p.buf[p.head:])
	if old := p.head - history; old > 0 {
		p.buf = p.buf[:copy(p.buf, p.buf[old:])]
		p.head = history
	}
}

// add takes over n real samples that were written to room.
func (p *playout) add(n int) {
	join := p.room(min(n, settle+overlap))
	switch {
	case p.broken:
		p.listen()
		p.leave(join, 0, unity)
	case p.run > 0 && p.native:
		from := fade(p.run)
		for i, s := range join {
			join[i] = scale(s, from+(unity-from)*int32(i)/int32(len(join)))
		}
	case p.run > 0:
		p.leave(join, p.run, fade(p.run))
	}
	p.buf = p.buf[:len(p.buf)+n]
	p.run, p.broken = 0, false
}

// leave makes the transition from the echo, which is at position at and has gain left, to the
// samples in join, as late as possible.
func (p *playout) leave(join []int16, at int, gain int32) {
	still := max(0, len(join)-overlap)
	for i, s := range join {
		up := unity * int32(max(0, i-still)) / int32(len(join)-still)
		join[i] = scale(s, up) + scale(scale(p.repeat(at+i), gain), unity-up)
	}
}

// conceal makes up n samples, a multiple of 2.5 ms: by dec if it can, else by repeating the last
// pitch period.
func (p *playout) conceal(dec decoder, n int) {
	dst := p.room(n)
	fresh := p.run == 0 || p.native
	switch {
	case p.silent():
		clear(dst)
	case fresh && !p.broken && dec != nil && dec.conceal(dst):
		p.native = true
	default:
		if fresh {
			p.listen()
			p.native = false
		}
		for i := range dst {
			dst[i] = p.repeat(p.run + i)
		}
	}
	for i, s := range dst {
		dst[i] = scale(s, fade(p.run+i))
	}
	p.buf = p.buf[:len(p.buf)+n]
	p.run += n
}

// listen takes the last pitch period as the echo, and bends its end towards the period before it,
// so that it repeats without a step.
func (p *playout) listen() {
	n := len(p.buf)
	p.lag, _ = bestLag(p.buf, minLag, maxLag)
	copy(p.echo[:], p.buf[n-p.lag:])
	bent := p.lag / 4
	end := p.echo[p.lag-bent : p.lag]
	crossfade(end, end, p.buf[n-p.lag-bent:n-p.lag])
	last := int32(p.buf[n-1])
	p.step = 2*last - int32(p.buf[n-2]) - int32(p.echo[0])
}

// repeat is sample i of the endlessly repeated echo. The step to its first sample is spread over
// one overlap.
func (p *playout) repeat(i int) int16 {
	s := p.echo[i%p.lag]
	if i < overlap {
		s = toInt16(float32(int32(s) + p.step*int32(overlap-i)/overlap))
	}
	return s
}

// shorten cuts one pitch period, at most limit samples, out of what waits. It returns how many it
// cut: none if the sound there is less periodic than likeness, from 0 to 1, demands.
func (p *playout) shorten(limit int, likeness float64) int {
	limit = min(limit, maxLag, p.waiting()-overlap)
	if limit < minLag {
		return 0
	}
	lag := limit
	if !quiet(p.buf) {
		var like float64
		if lag, like = bestLag(p.buf, minLag, limit); like < likeness {
			return 0
		}
	}
	n := len(p.buf)
	kept := p.buf[n-overlap-lag : n-lag]
	crossfade(kept, kept, p.buf[n-overlap:])
	p.buf = p.buf[:n-lag]
	return lag
}

// lengthen repeats one pitch period at the end of what waits, about least samples long, or less if
// so much does not wait. It returns how many it added: none if the sound there is less periodic
// than likeness demands.
func (p *playout) lengthen(least int, likeness float64) int {
	if p.waiting() < overlap {
		return 0
	}
	lag := min(max(minLag, least), maxLag)
	if !quiet(p.buf) {
		if lag > maxLag/2 {
			lag = minLag
		}
		var like float64
		if lag, like = bestLag(p.buf, lag, maxLag); like < likeness {
			return 0
		}
	}
	n := len(p.buf)
	p.buf = p.buf[:n+lag]
	copy(p.buf[n:], p.buf[n-lag:n])
	var old [overlap]int16
	join := p.buf[n-overlap : n]
	copy(old[:], join)
	copy(join, p.buf[n-overlap-lag:n-lag])
	crossfade(join, old[:], join)
	return lag
}
