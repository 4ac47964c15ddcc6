package rtc

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

const (
	defaultPress = 100 * time.Millisecond
	minPress     = 40 * time.Millisecond
	// maxPress fits into the 16-bit duration of one event at both clocks (RFC 4733 §2.5.1.3).
	maxPress = time.Second
	// maxPresses bounds the queue: more than anybody types ahead. Full is an error of SendDTMF.
	maxPresses = 64
	// endPackets is how often the last packet of an event is sent (RFC 4733 §2.5.1.4).
	endPackets = 3
	// pauseFrames follow the last end packet, so that digits are 80 ms apart: two frames of
	// repeated end, two of silence.
	pauseFrames = 2
)

var (
	errNoEvents   = errors.New("the far end takes no keypad digits (it has not agreed to telephone-event)")
	errNotSending = errors.New("digits cannot be sent while the call is on hold")
	errManyDigits = errors.New("too many digits wait to be sent")
)

// press is one key to be sent.
type press struct {
	digit  rune
	frames int
}

func newPress(digit rune, d time.Duration) (press, error) {
	digit = unicode.ToUpper(digit)
	if !strings.ContainsRune(dtmfDigits, digit) {
		return press{}, fmt.Errorf("%q is not a key of a telephone", digit)
	}
	if d == 0 {
		d = defaultPress
	}
	d = min(max(d, minPress), maxPress)
	return press{digit, int((d + FrameLen - 1) / FrameLen)}, nil
}

// keypad turns presses into event packets, one a frame. It is driven by the frame clock and
// belongs to track, under its lock.
type keypad struct {
	waiting []press
	now     press
	active  bool
	start   uint32 // timestamp of the event
	frames  int    // of the event so far
	ends    int    // end packets sent
	pause   int    // frames to wait before the next event
}

// holdsVoice tells that this frame belongs to the keypad: an event is out or about to be
// (RFC 4733 §2.5.1.1 wants the tone's audio not doubled, and a key's sound never sent).
func (k *keypad) holdsVoice() bool { return k.active || len(k.waiting) > 0 }

// next is the packet of this frame, if there is one. ts is the clock of the stream, ticks what a
// frame adds to the duration.
func (k *keypad) next(ts, ticks uint32) (e dtmfEvent, first, ok bool) {
	if !k.active && k.pause == 0 && len(k.waiting) > 0 {
		k.now, k.waiting = k.waiting[0], k.waiting[1:]
		k.active, k.start, k.frames, k.ends = true, ts, 0, 0
	}
	if !k.active {
		k.pause = max(k.pause-1, 0)
		return dtmfEvent{}, false, false
	}
	first = k.frames == 0
	k.frames = min(k.frames+1, k.now.frames)
	e = dtmfEvent{digit: k.now.digit, volume: 10, duration: uint16(uint32(k.frames) * ticks)}
	if k.frames == k.now.frames {
		e.end = true
		k.ends++
	}
	if k.ends == endPackets {
		k.active, k.pause = false, pauseFrames
	}
	return e, first, true
}

// keyWatch turns the event packets of one inbound stream into one report a key. It belongs to
// the reader of that stream.
type keyWatch struct {
	report   func(DTMFReceived)
	known    bool // an event has been seen
	open     bool // it is not reported yet
	start    uint32
	digit    rune
	duration time.Duration
}

// lateEvent is how far behind the last event a packet is taken for a straggler. One that lies
// further back belongs to a sender that set its clock anew.
const lateEvent = 10 * time.Second

// event takes one packet. Updates and repeated ends share the timestamp of their event; a new
// timestamp closes an event whose ends were all lost.
func (w *keyWatch) event(e dtmfEvent, ts, clock uint32) {
	if behind := int32(w.start - ts); w.known && behind > 0 && behind < int32(lateEvent.Seconds())*int32(clock) {
		return
	}
	if !w.known || ts != w.start {
		w.close()
		w.known, w.open, w.start, w.digit, w.duration = true, true, ts, e.digit, 0
	}
	if !w.open {
		return
	}
	w.duration = max(w.duration, time.Duration(e.duration)*time.Second/time.Duration(clock))
	if e.end {
		w.close()
	}
}

// lostEnd is how long after the last known moment of an event voice proves that it is over.
const lostEnd = 100 * time.Millisecond

// voice takes the timestamp of a packet that is not an event.
func (w *keyWatch) voice(ts, clock uint32) {
	if !w.open || clock == 0 {
		return
	}
	if since := time.Duration(int32(ts-w.start)) * time.Second / time.Duration(clock); since > w.duration+lostEnd {
		w.close()
	}
}

func (w *keyWatch) close() {
	if w.open {
		w.open = false
		w.report(DTMFReceived{Digit: w.digit, Duration: w.duration})
	}
}
