package rtc

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// pressBoth sends digits from both ends at once and waits until both have received as many.
func pressBoth(t *testing.T, a, b *end, digits string, d time.Duration) (aGot, bGot []DTMFReceived) {
	t.Helper()
	for _, digit := range digits {
		for _, s := range []*end{a, b} {
			if err := s.SendDTMF(digit, d); err != nil {
				t.Fatal(err)
			}
		}
	}
	take := func(from *end, got []DTMFReceived) []DTMFReceived {
		select {
		case e := <-from.digits:
			return append(got, e)
		default:
			return got
		}
	}
	talk(t, a, b, func(float64, float64) bool {
		aGot, bGot = take(a, aGot), take(b, bGot)
		return len(aGot) == len(digits) && len(bGot) == len(digits)
	})
	return aGot, bGot
}

func TestDigitsBothWays(t *testing.T) {
	t.Parallel()
	// Also if the far end knows only the event of another clock.
	only8000 := func(sdp string) string { return strings.Replace(sdp, " 110 126", " 126", 1) }
	for _, c := range []struct {
		name   string
		codecs []string
		offer  edit
		press  time.Duration
	}{
		{"opus", nil, nil, 60 * time.Millisecond},
		{"opus with events at 8000", nil, only8000, 60 * time.Millisecond},
		{"PCMU", []string{"PCMU"}, nil, 100 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, c.codecs...)
			a, b := call(t, e, e, c.offer, nil)
			bothHear(t, a, b)
			const digits = "1155*#0D"
			aGot, bGot := pressBoth(t, a, b, digits, c.press)
			for i, want := range digits {
				for _, got := range []DTMFReceived{aGot[i], bGot[i]} {
					if got.Digit != want || got.Duration != c.press {
						t.Errorf("digit %d is %c for %v, want %c for %v", i, got.Digit, got.Duration, want, c.press)
					}
				}
			}
			// The voice comes back, and nothing is reported twice.
			bothHear(t, a, b)
			if n := len(a.digits) + len(b.digits); n != 0 {
				t.Errorf("%d digits too many", n)
			}
			if st := b.Stats(); st.Lost != 0 {
				t.Errorf("events were taken for loss: %+v", st)
			}
		})
	}
}

func TestDigitsRefused(t *testing.T) {
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	for _, digit := range []rune{'x', ' ', 0, '½'} {
		if err := a.SendDTMF(digit, 0); err == nil {
			t.Errorf("%q was taken", digit)
		}
	}
	for range maxPresses {
		if err := a.SendDTMF('d', 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.SendDTMF('1', 0); err == nil {
		t.Error("the queue has no end")
	}
	a.SetSending(false)
	if err := a.SendDTMF('1', 0); err == nil {
		t.Error("a digit was taken while nothing is sent")
	}
	a.SetSending(true)
	_, answer := reoffer(t, a, b, false, replace("SAVPF 111 9 0 8 13 110 126", "SAVPF 0"), nil)
	mustContain(t, answer, "m=audio 9 UDP/TLS/RTP/SAVPF 0")
	if err := a.SendDTMF('1', 0); err == nil {
		t.Error("a digit was taken without telephone-event")
	}
	fresh, _, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	newEnd(fresh).follow(t, func(LocalCandidate) {})
	if err := fresh.SendDTMF('1', 0); err == nil {
		t.Error("a digit was taken before the answer")
	}
}

// The packets of two presses of one key, frame by frame (RFC 4733 §2.5.1): one timestamp for each
// event, a growing duration, three end packets, the marker on the first packet, 80 ms between them.
func TestKeypadPackets(t *testing.T) {
	p, err := newPress('5', 60*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	k := keypad{waiting: []press{p, p}}
	type sent struct {
		frame    int
		start    uint32
		duration uint16
		end      bool
		first    bool
	}
	var got []sent
	var voice []int
	for frame := range 20 {
		holds := k.holdsVoice()
		e, first, ok := k.next(uint32(frame)*160, 160)
		if ok {
			got = append(got, sent{frame, k.start, e.duration, e.end, first})
		} else if !holds {
			voice = append(voice, frame)
		}
	}
	var want []sent
	for _, at := range []int{0, 7} {
		start := uint32(at) * 160
		want = append(want,
			sent{at, start, 160, false, true}, sent{at + 1, start, 320, false, false}, sent{at + 2, start, 480, true, false},
			sent{at + 3, start, 480, true, false}, sent{at + 4, start, 480, true, false})
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("packet %d is %+v, want %+v", i, got[i], want[i])
		}
	}
	if len(voice) == 0 || voice[0] != 12 {
		t.Errorf("voice in frames %v, want from 12 on", voice)
	}
}

// tape keeps what a track sends.
type tape struct{ headers []rtp.Header }

func (w *tape) WriteRTP(h *rtp.Header, b []byte) (int, error) {
	w.headers = append(w.headers, *h)
	return len(b), nil
}

func (w *tape) Write(b []byte) (int, error) { return len(b), nil }

// Digits take the place of voice in the same SSRC, with continuous sequence numbers and an
// undisturbed clock.
func TestVoiceYieldsToDigits(t *testing.T) {
	tr := boundTrack(t, "PCMU")
	var w tape
	tr.writer = &w
	start, seq := tr.header.Timestamp, tr.header.SequenceNumber
	p, err := newPress('1', 60*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	var sent []byte // of each frame: v(oice), e(vent), - for nothing
	for frame := range 20 {
		if frame == 3 {
			if err := errors.Join(tr.pressKey(p), tr.pressKey(p)); err != nil {
				t.Fatal(err)
			}
		}
		before := len(w.headers)
		if err := tr.writeFrame(make([]int16, FrameSamples)); err != nil {
			t.Fatal(err)
		}
		if len(w.headers) == before {
			sent = append(sent, '-')
			continue
		}
		h := w.headers[before]
		if h.SequenceNumber != seq+uint16(before) {
			t.Errorf("frame %d has sequence number %d", frame, h.SequenceNumber-seq)
		}
		if h.PayloadType == 126 {
			sent = append(sent, 'e')
			continue
		}
		sent = append(sent, 'v')
		if h.Timestamp != start+uint32(frame)*160 {
			t.Errorf("frame %d has timestamp %d", frame, h.Timestamp-start)
		}
		if first := frame == 0 || sent[frame-1] != 'v'; h.Marker != first {
			t.Errorf("frame %d has marker %v", frame, h.Marker)
		}
	}
	if got, want := string(sent), "vvveeeee--eeeeevvvvv"; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}

func TestPressLimits(t *testing.T) {
	for d, frames := range map[time.Duration]int{0: 5, time.Millisecond: 2, 41 * time.Millisecond: 3, time.Minute: 50, -time.Second: 2} {
		if p, err := newPress('a', d); err != nil || p.frames != frames || p.digit != 'A' {
			t.Errorf("%v: %+v, %v, want %d frames", d, p, err, frames)
		}
	}
}

// One report for each key, whatever is lost, repeated or out of order.
func TestKeyWatch(t *testing.T) {
	const clock = 8000
	start := uint32(0xfffffff0) // the timestamp wraps in the first event
	up := func(d uint16) dtmfEvent { return dtmfEvent{digit: '7', duration: d} }
	end := func(d uint16) dtmfEvent { return dtmfEvent{digit: '7', duration: d, end: true} }
	type step struct {
		e    dtmfEvent
		ts   uint32
		v    bool   // a voice packet
		lost uint16 // packets, and nothing came
	}
	ms := time.Millisecond
	voice := func(after uint32) step { return step{ts: start + after, v: true} }
	for _, c := range []struct {
		name  string
		steps []step
		want  []time.Duration
	}{
		{"whole", []step{{e: up(160), ts: start}, {e: up(320), ts: start}, {e: end(480), ts: start}, {e: end(480), ts: start}, {e: end(480), ts: start}}, []time.Duration{60 * ms}},
		{"only one end came", []step{{e: end(480), ts: start}}, []time.Duration{60 * ms}},
		{"two of one key", []step{{e: end(480), ts: start}, {e: up(160), ts: start + 1000}, {e: end(320), ts: start + 1000}}, []time.Duration{60 * ms, 40 * ms}},
		{"ends lost before the next", []step{{e: up(320), ts: start}, {e: end(160), ts: start + 1000}}, []time.Duration{40 * ms, 20 * ms}},
		{"ends lost before voice", []step{{e: up(320), ts: start}, voice(480), voice(1280)}, []time.Duration{40 * ms}},
		{"voice at once is no end", []step{{e: up(320), ts: start}, voice(480), {e: end(640), ts: start}}, []time.Duration{80 * ms}},
		{"late packet of the one before", []step{{e: end(480), ts: start}, {e: end(320), ts: start + 1000}, {e: end(480), ts: start}}, []time.Duration{60 * ms, 40 * ms}},
		{"clock set anew", []step{{e: end(480), ts: start}, {e: end(320), ts: start - 1000000}}, []time.Duration{60 * ms, 40 * ms}},
		{"ends with their own time", []step{{e: up(160), ts: start}, {e: up(320), ts: start}, {e: end(480), ts: start + 480}, {e: end(480), ts: start + 640}, {e: end(480), ts: start + 800}}, []time.Duration{60 * ms}},
		{"ends with their own time, voice between them", []step{{e: up(320), ts: start}, {e: end(480), ts: start + 480}, voice(480), {e: end(480), ts: start + 640}, voice(640)}, []time.Duration{60 * ms}},
		{"ends with their own time and no length", []step{{e: up(160), ts: start}, {e: up(320), ts: start}, {e: end(0), ts: start + 480}, {e: end(0), ts: start + 480}}, []time.Duration{40 * ms}},
		{"ends a tick apart", []step{{e: up(320), ts: start}, {e: end(480), ts: start}, {e: end(480), ts: start + 1}, {e: end(480), ts: start + 2}}, []time.Duration{60 * ms}},
		{"all with their own time", []step{{e: up(160), ts: start}, {e: up(320), ts: start + 160}, {e: end(480), ts: start + 320}, {e: end(480), ts: start + 480}, {e: end(480), ts: start + 640}}, []time.Duration{60 * ms}},
		{"all with their own time, twice", []step{
			{e: up(160), ts: start}, {e: up(320), ts: start + 160}, {e: end(480), ts: start + 320}, {e: end(480), ts: start + 480}, {e: end(480), ts: start + 640},
			{e: up(160), ts: start + 1280}, {e: up(320), ts: start + 1440}, {e: end(480), ts: start + 1600}, {e: end(480), ts: start + 1760}}, []time.Duration{60 * ms, 60 * ms}},
		{"ends with their own time, twice in a hurry", []step{
			{e: up(320), ts: start}, {e: end(480), ts: start + 480}, {e: end(480), ts: start + 640},
			{e: up(160), ts: start + 960}, {e: end(320), ts: start + 1280}, {e: end(320), ts: start + 1440}}, []time.Duration{60 * ms, 40 * ms}},
		{"only ends, twice", []step{{e: end(480), ts: start}, {e: end(480), ts: start}, {e: end(480), ts: start + 1120}, {e: end(480), ts: start + 1120}}, []time.Duration{60 * ms, 60 * ms}},
		{"the second press after losses", []step{{e: up(320), ts: start}, {lost: 5}, {e: end(480), ts: start + 700}}, []time.Duration{40 * ms, 60 * ms}},
		{"updates out of order", []step{{e: up(320), ts: start}, {e: up(160), ts: start}, {e: end(480), ts: start}}, []time.Duration{60 * ms}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []time.Duration
			w := keyWatch{report: func(d DTMFReceived) { got = append(got, d.Duration) }}
			seq := uint16(0xfffd)
			for _, s := range c.steps {
				seq += 1 + s.lost
				switch {
				case s.v:
					w.voice(s.ts, clock)
				case s.lost == 0:
					w.event(s.e, seq, s.ts, clock)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("told %v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("told %v, want %v", got, c.want)
				}
			}
		})
	}
}
