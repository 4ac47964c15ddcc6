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
	// maxPress is what fits into the 16-bit duration of one event at both clocks (RFC 4733 §2.5.1.3).
	maxPress = time.Second
	// maxPresses bounds the queue; nobody types so many ahead. SendDTMF fails when it is full.
	maxPresses = 64
	// endPackets is how often the last packet of an event is sent (RFC 4733 §2.5.1.4).
	endPackets = 3
	// pauseFrames of silence follow the last end packet. With the two frames of repeated end packets
	// digits are 80 ms apart.
	pauseFrames = 2
)

var (
	errNoEvents   = Reason("the other side takes no tones (telephone-event)")
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

// idle tells that there are no keys, and no pause between two.
func (k *keypad) idle() bool { return !k.holdsVoice() && k.pause == 0 }

// holdsVoice tells that this frame belongs to the keypad: an event is being sent or begins now. The
// voice then is not sent, since RFC 4733 §2.5.1.1 forbids to send the sound of a key as well.
func (k *keypad) holdsVoice() bool { return k.active || len(k.waiting) > 0 }

// next gives the packet of this frame, if there is one. ts is the stream's timestamp, ticks is how
// much a frame adds to the duration.
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

// keyWatch turns the event packets of one inbound stream into one report for each key. It belongs
// to the reader of that stream.
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
	// lateEvent is how far behind the last event a packet may be and still be one that was overtaken.
	// One further behind comes from a sender that has reset its clock.
	lateEvent = 10 * time.Second
	// samePress is how far a timestamp may be after the last known moment of a key and still belong to
	// that key. The next key is further away: after 40 ms of pause and a first update.
	samePress = 50 * time.Millisecond
	// samePackets is the same in sequence numbers.
	samePackets = 3
)

// event takes one packet. Updates and repeated ends have the timestamp of their event. A new
// timestamp ends the event before, whose end packets were lost, unless goesOn.
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

// goesOn tells whether a packet with a new timestamp still belongs to the key before: against RFC
// 4733 §2.5.1.2 some senders give each packet, or each end packet, its own time. After the end of a
// key only more end packets can follow, none of them shorter.
func (w *keyWatch) goesOn(e dtmfEvent, length time.Duration, seq uint16, ts, clock uint32) bool {
	since := time.Duration(ts-w.start)*time.Second/time.Duration(clock) - w.duration
	byTimestamp := time.Duration(ts-w.last) * time.Second / time.Duration(clock)
	near := (since < samePress || byTimestamp < samePress) && seq-w.lastSeq-1 < samePackets
	repeats := length >= w.duration && (w.open || e.end)
	return e.digit == w.digit && near && (repeats || w.open && e.end)
}

// lostEnd is how long after the last known moment of an event a packet of voice means that the
// event is over.
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
