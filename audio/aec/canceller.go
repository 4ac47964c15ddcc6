package aec

const (
	// Block is how many samples are worked on at a time: 10 ms at 48 kHz.
	Block = 480
	// delay is by how many samples the microphone is late after the canceller: 7 ms.
	delay = overlap + 2*reach

	rate      = 48000
	fullScale = 1 << 15
	// quiet is the power of a block, at the model's rate, below which there is nothing to learn.
	quiet = 1e-5
	// emphasis makes the spectrum of speech flatter, so that its low lines do not hide the high ones.
	emphasis = 0.7
)

// Canceller takes what a speaker plays out of what a microphone captures, both at 48 kHz. Until there is an echo it
// leaves the microphone as it is, and undelayed. It belongs to one goroutine.
type Canceller struct {
	fft        *fft
	far        farEnd
	finder     *delayFinder
	drift      *driftTracker
	history    history
	filter     *filter
	suppressor *suppressor

	lag     int  // blocks by which the filter begins late
	located bool // the delay was found

	mic, played, echo, left   [Block]float32
	late                      [2*reach + Block]float32 // the microphone, for as long as the prediction takes
	micRate, farRate          decimator
	echoRate                  interpolator
	micFlat, farFlat          flattener
	deepened                  float32 // the last sample of the prediction
	low, predicted, remaining [step]float32
	fit                       fit
	reduced                   reduction
	out                       [Block]int16
	engaged                   bool // what comes out is out
}

// New makes a canceller that knows nothing of the room.
func New() *Canceller {
	f := newFFT(frame)
	c := &Canceller{
		fft: f, finder: &delayFinder{fft: f}, drift: &driftTracker{fft: f}, filter: newFilter(f), suppressor: newSuppressor(),
	}
	c.Reset()
	return c
}

// Reset forgets everything, for another microphone, speaker or call.
func (c *Canceller) Reset() {
	c.far.reset()
	c.drift.reset()
	c.suppressor.reset()
	c.late, c.micRate, c.echoRate, c.micFlat, c.deepened = [len(c.late)]float32{}, decimator{}, interpolator{}, flattener{}, 0
	c.reduced, c.engaged = reduction{}, false
	c.lose()
}

// lose forgets the way from the speaker to the microphone.
func (c *Canceller) lose() {
	c.lag, c.located = 0, false
	c.finder.reset()
	c.filter.reset()
	c.history, c.farRate, c.farFlat = history{}, decimator{}, flattener{}
	c.fit = fit{}
}

// Play takes what the speaker is given, in order and whole, whatever its length.
func (c *Canceller) Play(pcm []int16) { c.far.put(pcm) }

// Pause takes that the speaker had nothing to play for so many samples.
func (c *Canceller) Pause(samples int) { c.far.pause(min(samples, farRoom)) }

// Capture takes the echo out of what the microphone captured, in place, and delays it by 7 ms. The length
// is a multiple of Block.
func (c *Canceller) Capture(pcm []int16) {
	for ; len(pcm) >= Block; pcm = pcm[Block:] {
		c.block(pcm[:Block])
	}
}

func (c *Canceller) block(pcm []int16) {
	copy(c.late[:], c.late[Block:])
	for i, v := range pcm {
		c.mic[i] = float32(v) / fullScale
	}
	copy(c.late[2*reach:], c.mic[:])
	if !c.far.next() {
		c.lose()
	}
	c.settle()
	c.micRate.next(&c.mic, &c.low)
	c.micFlat.next(&c.low)
	c.locate()
	c.predict()
	c.echoRate.next(&c.predicted, &c.echo)
	for i, v := range &c.echo {
		c.left[i] = c.late[i] - v
	}
	c.suppressor.suppress(&c.left, &c.echo, &c.played, c.filter.tail(), c.out[:])
	c.engage(pcm)
	c.reduced.measure(c.late[:Block], c.out[:], c.fit.echo && c.fit.present() && c.suppressor.near < .2)
}

// engage puts out the result from when on there is an echo, beginning with a crossfade.
func (c *Canceller) engage(pcm []int16) {
	switch {
	case c.engaged:
		copy(pcm, c.out[:])
	case c.fit.echo:
		c.engaged = true
		for i, v := range &c.out {
			pcm[i] = int16((int(pcm[i])*(Block-i) + int(v)*i) / Block)
		}
	}
}

// settle keeps the present block of the far end as late as may be, while the filter goes on to read what it would have
// read. A filter that begins later does not need the present block, so nothing of it is missing yet.
func (c *Canceller) settle() {
	if c.located && c.lag > 0 && c.far.left() < 0 {
		return
	}
	switch by := c.far.settle(); {
	case by == 0:
	case c.located && by > 0:
		c.lag += by
		c.finder.reset()
	default:
		c.lose()
	}
}

// locate finds how late the echo is and takes the block of the far end that is heard about now.
func (c *Canceller) locate() {
	lag := c.finder.find(&c.far, &c.low, c.located && c.fit.good())
	if lag >= 0 {
		lag = max(0, lag-lead)
	}
	if lag < 0 || c.located && lag == c.lag {
		c.add(0)
		return
	}
	switch by := lag - c.lag; {
	case c.fit.good() || !c.located || by >= -2 && by <= 2:
		c.filter.move(by)
	case c.engaged: // the echo is late by another time, in the same room
		c.filter.suspect()
	default:
		c.filter.reset()
	}
	c.lag, c.located = lag, true
	for ago := partitions; ago >= 0; ago-- {
		c.add(ago)
	}
}

// add brings a block of the far end to the filter, the present one or that of so many blocks ago.
func (c *Canceller) add(ago int) {
	var low [step]float32
	c.far.read(&c.played, c.lag+ago)
	c.farRate.next(&c.played, &low)
	c.farFlat.next(&low)
	c.history.add(c.fft, &low)
}

// predict makes the prediction of the echo and learns from what it leaves.
func (c *Canceller) predict() {
	if c.fit.wrong == wrongLimit {
		c.filter.suspect()
		c.fit.wrong = 0
	}
	c.filter.predict(&c.history, &c.predicted)
	for i, m := range &c.low {
		c.remaining[i] = m - c.predicted[i]
	}
	c.fit.measure(&c.low, &c.predicted, &c.remaining)
	c.filter.adapt(&c.history, &c.remaining)
	if c.fit.left < .7*c.fit.captured {
		c.far.step = c.drift.follow(&c.remaining, &c.predicted)
	}
	if !c.fit.echo || c.fit.left > c.fit.captured { // it would be worse than nothing
		c.predicted = [step]float32{}
	}
	for i, v := range &c.predicted {
		c.deepened = v + emphasis*c.deepened
		c.predicted[i] = c.deepened
	}
}

// flattener is a filter that raises high frequencies.
type flattener struct{ last float32 }

func (f *flattener) next(x *[step]float32) {
	for i, v := range x {
		x[i] = v - emphasis*f.last
		f.last = v
	}
}

// fit is how well the prediction fits what was captured, in powers of a block, smoothed.
type fit struct {
	captured, left         float32
	cross, predicted, loud float32 // over a longer time; loud is what was captured
	wrong                  int     // blocks in which the prediction was not captured
	sure                   int     // blocks for an echo, less those against one
	echo                   bool    // there is an echo
}

const (
	// wrongLimit is how many blocks of wrong predictions show that the way has changed.
	wrongLimit = 15
	// sureAfter is how many blocks make sure of an echo, and sureLimit how many are needed to give it up.
	sureAfter, sureLimit = 5, 50
)

func (f *fit) measure(captured, predicted, left *[step]float32) {
	var c, l, x, p float32
	for i, v := range captured {
		c, l, x, p = c+v*v, l+left[i]*left[i], x+v*predicted[i], p+predicted[i]*predicted[i]
	}
	f.captured += .2 * (c - f.captured)
	f.left += .2 * (l - f.left)
	f.cross += .05 * (x - f.cross)
	f.predicted += .05 * (p - f.predicted)
	f.loud += .05 * (c - f.loud)
	if !f.present() {
		return
	}
	if f.cross < .85*f.predicted {
		f.wrong++
	} else {
		f.wrong = 0
	}
	switch {
	case f.good() && f.cross*f.cross > .1*f.loud*f.predicted:
		f.sure = min(f.sure+1, sureLimit)
	case f.cross < .25*f.predicted:
		f.sure = max(f.sure-1, 0)
	}
	f.echo = f.sure >= sureAfter || f.echo && f.sure > 0
}

// present reports whether an echo is predicted at the moment.
func (f *fit) present() bool { return f.predicted > quiet }

// good reports whether what is predicted is captured, whoever else speaks.
func (f *fit) good() bool { return f.present() && f.cross > .5*f.predicted }
