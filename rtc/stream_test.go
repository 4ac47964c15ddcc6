package rtc

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// switchSSRC lets an end continue with another SSRC, as a PBX does when it changes the source.
func switchSSRC(s *end) {
	s.track.mu.Lock()
	defer s.track.mu.Unlock()
	s.track.header.SSRC = rand.Uint32()
	s.track.header.SequenceNumber = uint16(rand.Uint32())
	s.track.header.Timestamp = rand.Uint32()
}

// inject sends one packet of any payload type in the stream of an end, if that is still up.
func inject(t *testing.T, s *end, payload uint8, b []byte) {
	t.Helper()
	s.track.mu.Lock()
	defer s.track.mu.Unlock()
	if s.track.writer == nil {
		return
	}
	if err := s.track.send(payload, false, b); err != nil {
		t.Fatal(err)
	}
}

// The far end changes its SSRC again and again, as caller and as callee, also one that it had
// declared; neither sound nor later offers suffer.
func TestSSRCSwitch(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	for range 3 {
		switchSSRC(a)
		switchSSRC(b)
		bothHear(t, a, b)
	}
	for _, end := range [][2]*end{{a, b}, {b, a}} {
		offer, answer := reoffer(t, end[0], end[1], true, nil, nil)
		if strings.Count(offer, "m=audio") != 1 || strings.Count(answer, "m=audio") != 1 {
			t.Errorf("phantom sections on the wire:\n%s\n%s", offer, answer)
		}
		reoffer(t, end[0], end[1], false, nil, nil)
		switchSSRC(end[1])
		bothHear(t, a, b)
	}
}

// Payload types that were never agreed on, comfort noise among them, do not stop the sound, not
// even in the first packet of an SSRC.
func TestUnknownPayloadTypes(t *testing.T) {
	t.Parallel()
	e := newEngine(t, "opus")
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	for _, number := range []uint8{13, 19, 35, 127} {
		for range 25 {
			inject(t, b, number, []byte{40})
		}
		bothHear(t, a, b)
		switchSSRC(b)
		inject(t, b, number, []byte{40})
		bothHear(t, a, b)
	}
}

// Bytes that are no RTP, no event and no codec's are dropped.
func TestBrokenPayloads(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	for _, number := range []uint8{111, 0, 8, 13, 110, 126} {
		for _, payload := range [][]byte{{}, {0xff}, {16, 0x80, 0xff, 0xff, 1, 2}, bytes.Repeat([]byte{0xff}, 1300)} {
			inject(t, b, number, payload)
		}
	}
	bothHear(t, a, b)
	if n := len(a.digits); n != 0 {
		t.Errorf("%d digits out of nothing", n)
	}
}

// A far end that changes its SSRC too often is given up.
func TestTooManySSRCs(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	ctx := within(t)
	for {
		switchSSRC(b)
		inject(t, b, 111, []byte{40})
		select {
		case <-tick.C:
		case err := <-a.lost:
			if !strings.Contains(err.Error(), "SSRC") {
				t.Errorf("lost because %v", err)
			}
			return
		case <-ctx.Done():
			t.Fatal("it was followed for ever")
		}
	}
}

// The far end's reports arrive and say what a loopback should: no loss, almost no delay.
func TestFarEndReports(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	talk(t, a, b, func(float64, float64) bool {
		return !a.Stats().Reported.IsZero() && !b.Stats().Reported.IsZero() && a.Stats().RTT > 0 && b.Stats().RTT > 0
	})
	for _, s := range []*end{a, b} {
		st := s.Stats()
		if st.RTT > 5*time.Second || st.RemoteLoss != 0 || st.RemoteJitter > 5*time.Second {
			t.Errorf("figures %+v", st)
		}
		if time.Since(st.Reported) > testTimeout {
			t.Errorf("reported at %v", st.Reported)
		}
	}
}

func TestReportBlocks(t *testing.T) {
	now := time.Unix(1_700_000_000, 250_000_000)
	ago := func(d time.Duration) uint32 { return compactNTP(now.Add(-d)) }
	const second = 1 << 16
	for _, c := range []struct {
		block rtcp.ReceptionReport
		want  string
	}{
		{rtcp.ReceptionReport{FractionLost: 64, Jitter: 480, LastSenderReport: ago(time.Second), Delay: second / 2}, "500ms 0.25 10ms"},
		{rtcp.ReceptionReport{}, "0s 0 0s"},                                                                 // no report of ours yet
		{rtcp.ReceptionReport{LastSenderReport: ago(0), Delay: second}, "0s 0 0s"},                          // clocks that disagree
		{rtcp.ReceptionReport{FractionLost: 255, Jitter: 1 << 31, LastSenderReport: 1}, "0s 0.99609375 0s"}, // nonsense
	} {
		var f figures
		f.take(c.block, 48000, now)
		if got := fmt.Sprint(f.rtt, f.loss, f.jitter); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.block, got, c.want)
		}
	}
}
