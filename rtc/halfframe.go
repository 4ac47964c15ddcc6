package rtc

import (
	"strconv"
	"strings"
	"time"
)

// Packets of half a frame are heard 10 ms earlier, and cost as many bits and twice as many packets. They are sent where
// the writer gives halves, the far end takes them, the path is steady, and encoding is no burden.
const (
	// A path is steady once the far end reports a jitter of calmJitter at the most, until it reports more than
	// roughJitter.
	calmJitter  = 10 * time.Millisecond
	roughJitter = 20 * time.Millisecond
	// Encoding is a burden once it takes more than heavy of the time that the sound lasts, until it takes less than
	// light. That is an average over effortFrames.
	heavy        = 0.15
	light        = 0.08
	effortFrames = 50
)

// halfFrames are those of one outbound stream.
type halfFrames struct {
	taken  bool // by the far end
	steady bool
	effort float64 // the share of the time of the sound that its encoding took lately
	// burdened tells that this is too much.
	burdened bool

	first  [FrameSamples / 2]int16 // kept until the second comes
	kept   bool
	second bool // the first was sent by itself, and so is the second
	alone  bool // they are sent by themselves
}

// begin has the next half be the first of a frame.
func (h *halfFrames) begin() { h.kept, h.second = false, false }

// next takes what was written, half a frame or a whole one, and gives what is to be sent now: a half if they may go
// alone, else whole frames; nil for a first half that is kept.
func (h *halfFrames) next(pcm, whole []int16, alone bool) []int16 {
	switch {
	case len(pcm) == FrameSamples:
		h.begin()
		h.alone = false
		return pcm
	case h.second:
		h.second = false
		return pcm
	case h.kept:
		h.kept = false
		copy(whole, h.first[:])
		copy(whole[len(pcm):], pcm)
		return whole
	}
	if h.alone = alone; alone {
		h.second = true
		return pcm
	}
	h.kept = true
	copy(h.first[:], pcm)
	return nil
}

// report takes the jitter that the far end has.
func (h *halfFrames) report(jitter time.Duration) {
	limit := calmJitter
	if h.steady {
		limit = roughJitter
	}
	h.steady = jitter <= limit
}

// encoded notes how long the encoding of so much sound took.
func (h *halfFrames) encoded(samples int, took time.Duration) {
	share := took.Seconds() * SampleRate / float64(samples)
	h.effort += (share - h.effort) / effortFrames
	if h.burdened {
		h.burdened = h.effort > light
	} else {
		h.burdened = h.effort > heavy
	}
}

// takesHalfFrames tells whether a far end takes packets of half a frame, by the parameters of Opus and by the length that
// it asks for, in milliseconds, 0 for none. minptime is of an early draft of RFC 7587, and browsers send it still.
func takesHalfFrames(fmtp string, length int) bool {
	if length > 0 {
		return length <= frameLength/2
	}
	for part := range strings.SplitSeq(fmtp, ";") {
		key, text, _ := strings.Cut(part, "=")
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && strings.EqualFold(strings.TrimSpace(key), "minptime") {
			return n > 0 && n <= frameLength/2
		}
	}
	return false
}
