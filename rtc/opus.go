package rtc

import "github.com/thesyncim/gopus"

// What we send is the full band of speech. Where packets get lost it is hybrid: SILK, which alone can repeat the frame
// before, and CELT above it. Else it is CELT alone, which takes half the processor time and sounds as good at a few bits
// more. Redundancy takes a fifth of the processor time, and where there is any it is worth having it against
// a loss of one packet in ten.
const (
	hybridComplexity = 5 // half the processor time of the highest
	celtComplexity   = 8 // from here on CELT looks at the tones of a voice
	celtFrom         = 44000
	leastExpected    = 10 // percent
	mostExpected     = 30
)

// opusSettings are those of an encoder.
type opusSettings struct {
	bitrate    int // bit/s
	band       opusBand
	redundancy bool
	loss       int  // the expected one, percent
	constant   bool // the bitrate
	hybrid     bool // or SILK alone, if the bitrate or the band is small; else CELT alone
	complexity int  // 0 to 10
}

// settings are those for an expected loss in percent, within what the far end prefers.
func (w opusPreferences) settings(expected int) opusSettings {
	if w.noFEC {
		expected = 0
	}
	rate := w.limit(opusBitrate(expected))
	s := opusSettings{
		bitrate: rate, band: w.band(rate), redundancy: expected > 0, loss: min(max(expected, leastExpected), mostExpected),
		constant: w.constant, complexity: celtComplexity,
	}
	if s.redundancy || rate < celtFrom || s.band != fullBand {
		s.hybrid, s.complexity = true, hybridComplexity
	}
	return s
}

// easedFrames are the first half frames after whole ones, whose bitrate is higher. An encoder with a constrained
// variable bitrate takes the bits that it spent too much, up to those of one frame, from the next frame. Half a frame
// would lose all it has.
const easedFrames = 5

// easing counts them.
type easing struct{ length, left int }

// bitrate is the one for the next frame of so many samples, instead of the usual one, and tells whether it is another
// than before.
func (e *easing) bitrate(usual, samples int) (bitrate int, changes bool) {
	before := e.length
	e.length = samples
	switch {
	case samples < before:
		e.left = easedFrames
	case samples > before && e.left > 0:
		e.left = 0
	case e.left > 0:
		e.left--
	default:
		return usual, false
	}
	if e.left == 0 {
		return usual, true
	}
	return usual + usual>>(easedFrames+1-e.left), true // what is kept halves with each
}

// opusBitrate is the bitrate for an expected loss in percent: redundancy gets bits of its own, so
// that the sound keeps its quality. At all these rates Opus stays in the full band, because gopus 0.1.1 clicks
// when it changes from SILK alone to hybrid.
func opusBitrate(expected int) int {
	switch {
	case expected <= 0:
		return 48000
	case expected <= 10:
		return 40000
	case expected <= 20:
		return 44000
	}
	return 48000
}

// opusSpan is the length of a packet in samples at 48 kHz, 0 if it breaks RFC 6716 §3.1 or §3.2.
func opusSpan(payload []byte) int {
	if len(payload) == 0 {
		return 0
	}
	frames := 2
	switch payload[0] & 3 {
	case 0:
		frames = 1
	case 3:
		if len(payload) < 2 {
			return 0
		}
		frames = int(payload[1] & 0x3f)
	}
	if n := frames * opusFrame(payload[0]>>3); n <= maxSpan {
		return n
	}
	return 0
}

// opusPause is the length in bytes up to which a packet means that its sender is silent.
const opusPause = 2

// opusRedundancy is how many samples of the packet before it a payload carries too (RFC 6716
// §2.1.7).
func opusRedundancy(payload []byte) int {
	if opusSpan(payload) == 0 || !gopus.PacketHasLBRR(payload) {
		return 0
	}
	return opusFrame(payload[0] >> 3)
}

// opusFrame is the length of one frame of a configuration (RFC 6716 §3.1, table 2).
func opusFrame(config byte) int {
	const ms = SampleRate / 1000
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 10 * ms << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		return 5 * ms / 2 << (config & 3)
	}
}
