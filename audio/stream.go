package audio

import (
	"sync/atomic"
	"time"
)

// Rate is the sample rate of everything in this package, in samples a second.
const Rate = 48000

const (
	// period is how many samples a card delivers and fetches at a time. Shorter ones leave too little
	// time for the scheduler and the garbage collector.
	period = Rate / 100
	// cushion is how many samples in the playback ring buffer are enough until the media loop comes by
	// again. The loop then has until the second callback, 20 ms, since the first one finds a period.
	cushion = period
	// backlog is how many frames the capture ring buffer holds; newer ones are lost. Delay is worse
	// than a click.
	backlog = 8
	// pause is how long the caller may stay away before that counts as the time between two calls and
	// not as a fault: then nothing is counted and nothing old is delivered.
	pause = time.Second
)

// stream is shared by the callbacks of a card and the media loop: two ring buffers, two levels, two
// counters. captured and play are called by the callbacks, from one thread each; Read and Write
// belong to the media loop; Meter is for any goroutine.
type stream struct {
	frame int // samples of one Read or Write

	mic          *ringBuffer
	speaker      *ringBuffer
	micLevel     level
	speakerLevel level

	dropped  atomic.Uint64 // samples lost since the last Read
	starved  atomic.Uint64 // samples of silence that the speaker played for want of others since the last Write
	overrun  atomic.Uint64 // samples lost while somebody was reading
	underrun atomic.Uint64 // gaps while somebody was writing

	readAt, writtenAt time.Time
	gap               int // samples of silence before the last frame written, until takeGap
}

func newStream(frame int) *stream {
	now := time.Now()
	return &stream{
		frame:        frame,
		mic:          newRingBuffer(backlog * frame),
		speaker:      newRingBuffer(backlog * max(frame, period)),
		micLevel:     level{opened: now},
		speakerLevel: level{opened: now},
	}
}

// captured takes what the microphone delivered. Audio thread: copy and atomics only. For a card callback.go does
// the same in C, as it does for play.
func (s *stream) captured(pcm []int16) {
	s.micLevel.add(pcm)
	if !s.mic.put(pcm) {
		s.dropped.Add(uint64(len(pcm)))
	}
}

// play fills pcm for the speaker, with silence where nothing is queued. Audio thread: copy and
// atomics only.
func (s *stream) play(pcm []int16) {
	if n := s.speaker.take(pcm); n < len(pcm) {
		clear(pcm[n:])
		s.starved.Add(uint64(len(pcm) - n))
	}
	s.speakerLevel.add(pcm)
}

// Read is Device.Read. What was captured while nobody read is dropped, so that a call never begins
// with what was said before it.
func (s *stream) Read(pcm []int16) bool {
	now := time.Now()
	resumed := now.Sub(s.readAt) > pause
	s.readAt = now
	lost := s.dropped.Swap(0)
	if resumed {
		s.mic.clear()
	} else {
		s.overrun.Add(lost)
	}
	if s.mic.buffered() < len(pcm) {
		return false
	}
	s.mic.take(pcm)
	return true
}

// join continues here what was read from other until now, without losing or gaining time: it keeps
// as much of what was captured here as waits unread there. The callbacks of the two are not in
// step; the ages of their last ones show how far apart they are.
func (s *stream) join(other *stream) {
	s.readAt = time.Now()
	s.dropped.Store(0)
	apart := int((other.micLevel.age() - s.micLevel.age()) * Rate / time.Second)
	apart = max(-2*period, min(2*period, apart)) // more means that a card has stopped
	s.mic.keep(max(0, other.mic.buffered()+apart))
}

// Wants is Device.Wants.
func (s *stream) Wants() bool { return s.speaker.buffered() <= cushion }

// Write is Device.Write. A gap counts only when writing goes on after it: the end of a call is no
// gap.
func (s *stream) Write(pcm []int16) bool {
	now := time.Now()
	resumed := now.Sub(s.writtenAt) > pause
	s.writtenAt = now
	if starved := s.starved.Swap(0); starved > 0 && !resumed {
		s.underrun.Add(1)
		s.gap += int(starved)
	}
	return s.Wants() && s.speaker.put(pcm)
}

// takeGap is how many samples of silence were played before what was written last.
func (s *stream) takeGap() (samples int) {
	samples, s.gap = s.gap, 0
	return samples
}

// Meter is Device.Meter.
func (s *stream) Meter() Meter {
	frame := uint64(s.frame)
	return Meter{
		Mic:       s.micLevel.peak(),
		Speaker:   s.speakerLevel.peak(),
		Overruns:  (s.overrun.Load() + frame - 1) / frame,
		Underruns: s.underrun.Load(),
	}
}
