package audio

// Elastic carries sound from one clock to another, as from a speaker's to a microphone's. After a
// take 10 to 25 ms are left in it: where one clock is faster it cuts or repeats 5 ms now and then,
// with a crossfade. It belongs to one goroutine and allocates nothing after NewElastic.
type Elastic struct {
	buf []int16
	// least is the smallest rest of the takes since the last correction, of which there were so many.
	least, takes int
	// flowing is true from when enough was there until too little was.
	flowing bool
}

const (
	elasticLow   = Rate * 10 / 1000 // as much as comes at a time
	elasticHigh  = Rate * 25 / 1000
	elasticStep  = Rate * 5 / 1000
	elasticRoom  = Rate * 160 / 1000
	elasticTakes = 100 // one second of parts of 10 ms, in which the loop has had its delays
)

// NewElastic makes an empty one.
func NewElastic() *Elastic {
	return &Elastic{buf: make([]int16, 0, elasticRoom), least: elasticRoom}
}

// Reset empties it.
func (e *Elastic) Reset() { e.buf, e.flowing = e.buf[:0], false }

// Put adds sound. Without takes the oldest is dropped.
func (e *Elastic) Put(pcm []int16) {
	pcm = pcm[max(0, len(pcm)-elasticRoom):]
	if excess := len(e.buf) + len(pcm) - elasticRoom; excess > 0 {
		e.drop(excess)
	}
	e.buf = append(e.buf, pcm...)
}

// Take fills out with the oldest sound. Where too little is there the sound fades out, and silence
// follows until there is enough again.
func (e *Elastic) Take(out []int16) {
	if !e.flowing && len(e.buf) < len(out)+elasticLow+elasticStep {
		clear(out)
		return
	}
	if !e.flowing {
		e.flowing = true
		e.count()
	}
	if e.least < elasticLow || e.takes >= elasticTakes {
		e.correct()
	}
	if len(e.buf) < len(out) {
		n := copy(out, e.buf)
		clear(out[n:])
		fadeOut(out[max(0, n-elasticStep):n])
		e.Reset()
		return
	}
	copy(out, e.buf)
	e.drop(len(out))
	e.least = min(e.least, len(e.buf))
	e.takes++
}

// correct makes what is kept longer or shorter by a step, if it was out of its bounds.
func (e *Elastic) correct() {
	n := len(e.buf)
	switch {
	case n < 2*elasticStep || n+elasticStep > elasticRoom:
		return
	case e.least < elasticLow: // the first step, a way back to its beginning, the rest
		e.buf = e.buf[:n+elasticStep]
		copy(e.buf[elasticStep:], e.buf[:n])
		crossfade(e.buf[elasticStep:2*elasticStep], e.buf[2*elasticStep:], e.buf)
	case e.least > elasticHigh:
		crossfade(e.buf[elasticStep:2*elasticStep], e.buf, e.buf[elasticStep:])
		e.drop(elasticStep)
	}
	e.count()
}

// count begins the next second.
func (e *Elastic) count() { e.least, e.takes = elasticRoom, 0 }

func (e *Elastic) drop(n int) { e.buf = e.buf[:copy(e.buf, e.buf[n:])] }

// crossfade writes into out what goes evenly from one sound to another.
func crossfade(out, from, to []int16) {
	n := int32(len(out))
	for i := range n {
		out[i] = int16((int32(from[i])*(n-i) + int32(to[i])*i) / n)
	}
}

// fadeOut lets a sound end in silence.
func fadeOut(pcm []int16) {
	n := int32(len(pcm))
	for i := range n {
		pcm[i] = int16(int32(pcm[i]) * (n - i) / n)
	}
}
