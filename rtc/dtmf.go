package rtc

import (
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
	errNoEvents   = Reason("the far end takes no keypad digits (it has not agreed to telephone-event)")
	errNotSending = Reason("digits cannot be sent while the call is on hold")
	errManyDigits = Reason("too many digits wait to be sent")
)

// press is one key to be sent.
type press struct {
	digit  rune
	frames int
}

func newPress(digit rune, d time.Duration) (press, error) {
	digit = unicode.ToUpper(digit)
	if !strings.ContainsRune(dtmfDigits, digit) {
		return press{}, Reason(fmt.Sprintf("%q is not a key of a telephone", digit))
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
	last     uint32 // timestamp of the newest packet
	lastSeq  uint16
}

const (
	// lateEvent is how far behind the last event a packet is taken for a straggler. One that lies
	// further back belongs to a sender that set its clock anew.
	lateEvent = 10 * time.Second
	// samePress is how far a timestamp may lie after the last known moment of a key and still be
	// of that key. The next press is further off: 40 ms of pause and a first update at least.
	samePress = 50 * time.Millisecond
	// samePackets is the same in sequence numbers.
	samePackets = 3
)

// event takes one packet. Updates and repeated ends share the timestamp of their event; a new
// timestamp closes an event whose ends were all lost, unless the packet goes on with its key.
func (w *keyWatch) event(e dtmfEvent, seq uint16, ts, clock uint32) {
	if behind := int32(w.last - ts); w.known && behind > 0 && behind < int32(lateEvent.Seconds())*int32(clock) {
		return
	}
	length := time.Duration(e.duration) * time.Second / time.Duration(clock)
	if !w.known || ts != w.last && !w.goesOn(e, length, seq, ts, clock) {
		w.close()
		w.known, w.open, w.start, w.digit, w.duration = true, true, ts, e.digit, 0
	}
	w.last, w.lastSeq = ts, seq
	if !w.open {
		return
	}
	w.duration = max(w.duration, length)
	if e.end {
		w.close()
	}
}

// goesOn says that a packet with a new timestamp is of the key before all the same: some senders
// stamp each packet, or each end, with its own time, against RFC 4733 §2.5.1.2. A key that is over
// has only more ends, none shorter than before.
func (w *keyWatch) goesOn(e dtmfEvent, length time.Duration, seq uint16, ts, clock uint32) bool {
	since := time.Duration(ts-w.start)*time.Second/time.Duration(clock) - w.duration
	byTimestamp := time.Duration(ts-w.last) * time.Second / time.Duration(clock)
	near := (since < samePress || byTimestamp < samePress) && seq-w.lastSeq-1 < samePackets
	repeats := length >= w.duration && (w.open || e.end)
	return e.digit == w.digit && near && (repeats || w.open && e.end)
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
