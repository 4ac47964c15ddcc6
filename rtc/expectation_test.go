package rtc

import (
	"errors"
	"testing"

	"github.com/pion/rtcp"
)

func TestExpectationRisesAtOnceAndFallsSlowly(t *testing.T) {
	var e expectation
	for i, row := range []struct {
		loss float64
		want int
	}{{0, 0}, {.2, 20}, {.05, 19}, {0, 16}, {0, 14}, {.3, 30}, {.3, 30}} {
		e.report(row.loss)
		if got := e.percent(); got != row.want {
			t.Errorf("report %d, %v: %d %%, want %d", i, row.loss, got, row.want)
		}
	}
	for range 60 {
		e.report(0)
	}
	if got := e.percent(); got != 0 {
		t.Errorf("%d %% after a minute without loss", got)
	}
}

// Packets carry the frame before them until a report says that nothing is lost, again when one does, and not
// where whole copies are sent.
func TestRedundancyFollowsReports(t *testing.T) {
	for _, o := range opuses(t) {
		for _, copies := range []bool{false, true} {
			tr := newTrack()
			tr.opus = o
			payloads := withoutRed(t)
			if copies {
				payloads = allPayloads(t)
			}
			if err := tr.agree(payloads, true); err != nil {
				t.Fatal(err)
			}
			for i, row := range []struct {
				loss      float64 // reported before, below 0 for no report
				redundant bool
			}{{-1, true}, {0, false}, {.01, true}, {.03, !copies}, {0, !copies}} {
				if row.loss >= 0 {
					if err := tr.reported(row.loss, 0); err != nil {
						t.Fatal(err)
					}
				}
				n := 0
				packets := encodeWith(tr.encoder, voice(50))
				for _, p := range packets[2:] { // the first ones still have what was decided before
					if opusRedundancy(p) > 0 {
						n++
					}
				}
				if got := n > len(packets)/2; got != row.redundant || !row.redundant && n > 0 {
					t.Errorf("%s, copies %t, report %d, %v: %d of %d packets are redundant", o, copies, i, row.loss, n, len(packets))
				}
			}
		}
	}
}

// A report about our stream reaches the encoder, also that of a codec chosen later; one about
// another stream does not.
func TestReportedLossReachesTheEncoder(t *testing.T) {
	s := &Session{track: boundTrack(t, "opus")}
	if err := s.track.agree(withoutRed(t), true); err != nil {
		t.Fatal(err)
	}
	s.track.ssrc.Store(7)
	rate := func() int {
		n := 0
		for _, p := range encodeWith(s.track.encoder, voice(100)) {
			n += len(p)
		}
		return n
	}
	calm := rate()
	report := func(ssrc uint32) {
		s.takeReport(&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: ssrc, FractionLost: 77}}})
	}
	report(8)
	if got := rate(); got > calm*102/100 {
		t.Errorf("%d bytes after a report about another stream, %d before", got, calm)
	}
	report(7)
	if got := rate(); got < calm*110/100 {
		t.Errorf("%d bytes against loss, %d without", got, calm)
	}
}

// Reports from the time of another codec still count.
func TestReportedLossReachesTheNextCodec(t *testing.T) {
	opus := withoutRed(t)
	redundant := func(loss float64) (n int) {
		tr := boundTrack(t, "PCMU")
		if err := errors.Join(tr.reported(loss, 0), tr.agree(opus, true)); err != nil {
			t.Fatal(err)
		}
		for _, p := range encodeWith(tr.encoder, voice(100)) {
			if opusRedundancy(p) > 0 {
				n++
			}
		}
		return n
	}
	if calm, lossy := redundant(0), redundant(.3); calm > 0 || lossy < 50 {
		t.Errorf("%d of 100 packets repeat the one before against loss, %d without", lossy, calm)
	}
}

// The full band stays and nothing clicks when the expected loss changes during speech.
func TestExpectationDoesNotClick(t *testing.T) {
	for _, o := range opuses(t) {
		t.Run(o.String(), func(t *testing.T) { changeExpectation(t, o) })
	}
}

func changeExpectation(t *testing.T, o Opus) {
	in := tone(200, hertz, amplitude)
	enc, err := newEncoder("opus", o)
	if err != nil {
		t.Fatal(err)
	}
	dec := o.newDecoder()
	var received []int16
	for i := range 200 {
		if i%20 == 0 {
			if err := enc.expect([]int{0, 30, 15, 0, 100}[i/20%5]); err != nil {
				t.Fatal(err)
			}
		}
		out := make([]int16, maxSpan)
		for _, p := range encodeWith(enc, in[i*FrameSamples:(i+1)*FrameSamples]) {
			n, err := dec.decode(out, p)
			if err != nil {
				t.Fatal(err)
			}
			if config := p[0] >> 3; i >= 50 && config != hybridMode && config != celtMode {
				t.Fatalf("packet %d is of configuration %d, not in the full band", i, config)
			}
			received = append(received, out[:n]...)
		}
	}
	if step := steepest(received[50*FrameSamples:]); step > steep {
		t.Errorf("step of %.0f", step)
	}
}

// Full band, 20 ms (RFC 6716 §3.1, table 2).
const (
	hybridMode = 15
	celtMode   = 31
)
