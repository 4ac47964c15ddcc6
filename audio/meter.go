package audio

import (
	"sync/atomic"
	"time"
)

const (
	// meterWindow is half the time of a level: it shows the louder one of the window in progress and
	// the one before.
	meterWindow = Rate / 40
	// meterStale is the age at which a level stops counting, so that a card that went away does not
	// leave its last loud moment on the screen.
	meterStale = 200 * time.Millisecond
)

// level is how loud one direction is, and when samples last came. add is for one goroutine or
// thread, the rest for any.
type level struct {
	opened time.Time
	before int // loudest of the finished window
	now    int // loudest of the window in progress
	filled int // samples in the window in progress

	shown atomic.Int32
	at    atomic.Int64 // nanoseconds after opened
}

func (l *level) add(pcm []int16) {
	for _, v := range pcm {
		l.now = max(l.now, int(v), -int(v))
	}
	l.shown.Store(int32(max(l.before, l.now)))
	if l.filled += len(pcm); l.filled >= meterWindow {
		l.before, l.now, l.filled = l.now, 0, 0
	}
	l.at.Store(int64(time.Since(l.opened)))
}

// lived is the time from the opening to the last samples.
func (l *level) lived() time.Duration { return time.Duration(l.at.Load()) }

// age is the time since the last samples, or since the opening before the first ones.
func (l *level) age() time.Duration {
	return time.Since(l.opened) - l.lived()
}

// peak is the loudest recent sample, 0 to 1.
func (l *level) peak() float32 {
	if l.age() > meterStale {
		return 0
	}
	return float32(l.shown.Load()) / (1 << 15)
}
