package rtc

import (
	"math"
	"testing"
	"time"
)

// unconcealed is Bpl of G.711 without concealment.
const unconcealed = 4.3

func about(got, want, within float64) bool { return math.Abs(got-want) <= within }

// ITU-T G.107 Annex B, Table B.1, whose scores are rounded somewhat freely.
func TestOpinionOfARating(t *testing.T) {
	for r, want := range map[float64]float64{
		-5: 1, 0: 1, 50: 2.58, 60: 3.10, 70: 3.60, 80: 4.03, 90: 4.34, 93.2: 4.41, 100: 4.5, 120: 4.5,
	} {
		if got := opinion(r); !about(got, want, .011) {
			t.Errorf("R %v: %.3f, want %.2f", r, got, want)
		}
	}
	for r := range 100 {
		if got := opinion(float64(r)); got < 1 || got > 4.5 {
			t.Errorf("R %d: %v", r, got)
		}
	}
}

// Ie,eff computed by hand with Ie and Bpl of G.113 Appendix I: G.711 without concealment, and with
// that of G.711 Appendix I.
func TestLossImpairment(t *testing.T) {
	for _, row := range []struct{ percent, burst, bpl, want float64 }{
		{0, 1, lossRobustness, 0},
		{1, 1, unconcealed, 17.9}, {2, 1, unconcealed, 30.2}, {3, 1, unconcealed, 39.0}, {5, 1, unconcealed, 51.1},
		{1, 1, lossRobustness, 3.6}, {2, 1, lossRobustness, 7.0}, {3, 1, lossRobustness, 10.1}, {5, 1, lossRobustness, 15.8},
		{10, 1, lossRobustness, 27.1}, {20, 1, lossRobustness, 42.1},
		{5, 2, lossRobustness, 17.2}, // bursts are worse
		{5, 0, lossRobustness, 15.8}, // not known
	} {
		p := transmission{loss: row.percent / 100, burst: row.burst}
		if got := p.lossImpairment(0, row.bpl); !about(got, row.want, .06) {
			t.Errorf("%v %%, bursts %v, Bpl %v: %.2f, want %.1f", row.percent, row.burst, row.bpl, got, row.want)
		}
	}
	if got := (transmission{loss: .02}).lossImpairment(11, 19); !about(got, 19, .05) { // G.729A, 2 %
		t.Errorf("G.729A: %.2f", got)
	}
}

// Idd is 0 up to 100 ms; R at 400 ms, the limit of G.114 for planning, is that of its Figure 1.
func TestDelayImpairment(t *testing.T) {
	for ms, want := range map[int]float64{0: 0, 100: 0, 150: .1, 200: 3.0, 284: 13.0, 300: 14.7, 400: 24.1} {
		if got := delayImpairment(time.Duration(ms) * time.Millisecond); !about(got, want, .2) {
			t.Errorf("%d ms: %.2f, want %.1f", ms, got, want)
		}
	}
}

// Scores for delay alone and for loss alone, by another implementation of the model.
func TestScore(t *testing.T) {
	for _, row := range []struct {
		loss  float64
		delay time.Duration
		want  float64
	}{
		{0, 0, 4.41}, {0, 150, 4.41}, {0, 284, 4.03}, {.01, 100, 4.33}, {.05, 100, 3.92}, {.10, 100, 3.41}, {.20, 100, 2.63},
		{1, 0, 1.18}, {1, time.Hour, 1},
	} {
		p := transmission{loss: row.loss, delay: row.delay * time.Millisecond}
		if got := p.score(); !about(got, row.want, .011) {
			t.Errorf("%v lost, %v: %.3f, want %.2f", row.loss, p.delay, got, row.want)
		}
	}
}

func TestBurstiness(t *testing.T) {
	for _, row := range []struct{ lost, played, runs, want float64 }{
		{0, 0, 0, 0}, {0, 100, 0, 0}, {5, 100, 5, .95}, {30, 300, 10, 2.7}, {100, 100, 1, 0},
	} {
		if got := burstiness(row.lost, row.played, row.runs); !about(got, row.want, 1e-9) {
			t.Errorf("%v of %v in %v: %v, want %v", row.lost, row.played, row.runs, got, row.want)
		}
	}
}
