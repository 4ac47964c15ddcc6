package rtc

import (
	"math"
	"testing"
	"time"
)

func TestSequenceCountsLoss(t *testing.T) {
	for _, row := range []struct {
		name           string
		seqs           []uint16
		received, lost int64
	}{
		{"in order", []uint16{1, 2, 3, 4}, 4, 0},
		{"one lost", []uint16{1, 2, 4}, 3, 1},
		{"wrap", []uint16{65534, 65535, 0, 1}, 4, 0},
		{"lost at the wrap", []uint16{65534, 1}, 2, 2},
		{"reordered", []uint16{1, 3, 2, 4}, 4, 0},
		{"reordered at the wrap", []uint16{65534, 0, 65535, 1}, 4, 0},
		{"reordered at the beginning", []uint16{5, 4, 6}, 3, 0},
		{"duplicate hides no loss", []uint16{1, 2, 2, 4, 4}, 3, 1},
		{"one stray", []uint16{1, 2, 30000, 3, 4}, 4, 0},
		{"sender begins anew", []uint16{1, 2, 4, 30000, 30001, 30002}, 5, 1},
	} {
		var s sequence
		for _, seq := range row.seqs {
			s.admit(seq, 1)
		}
		if received, lost := s.totals(); received != row.received || lost != row.lost {
			t.Errorf("%s: received %d, lost %d; want %d, %d", row.name, received, lost, row.received, row.lost)
		}
	}
}

func TestSequenceOfTwoSources(t *testing.T) {
	var s sequence
	for i := range uint16(10) { // packets of a second source in between are ignored
		if ok, _ := s.admit(100+i, 1); !ok {
			t.Fatalf("packet %d of the first source refused", i)
		}
		if ok, _ := s.admit(500+i, 2); ok {
			t.Fatalf("packet %d of the second source accepted", i)
		}
	}
	s.admit(600, 2)
	if ok, fresh := s.admit(601, 2); !ok || !fresh {
		t.Error("second source alone is not taken up")
	}
	if received, lost := s.totals(); received != 11 || lost != 0 {
		t.Errorf("received %d, lost %d; want 11, 0", received, lost)
	}
}

// Packets that alternate between no delay and 10 ms differ by 10 ms each time, and that is what
// RFC 3550 A.8 converges to.
func TestJitterIsThatOfTheStandard(t *testing.T) {
	var j jitter
	for i := range 200 {
		at := time.Duration(i)*FrameLen + time.Duration(i%2)*10*time.Millisecond
		j.observe(epoch.Add(at), int64(i*FrameSamples))
	}
	if got := j.duration().Seconds() * 1000; math.Abs(got-10) > 0.01 {
		t.Errorf("jitter %.3f ms, want 10", got)
	}
}
