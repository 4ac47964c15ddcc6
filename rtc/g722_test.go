package rtc

import (
	"math"
	"testing"
)

// The output is the input with the delay and the noise of ADPCM, and has the upper half of the
// band, which G.711 lacks.
func TestG722RoundTrip(t *testing.T) {
	for _, hz := range []float64{300, 1000, 3000, 5000, 6500} {
		in := tone(50, hz, 8000)
		var out []int16
		dec := newG722Decoder()
		for _, payload := range encodeAll("G722", in) {
			if len(payload) != 160 {
				t.Fatalf("%d bytes a frame, want 160", len(payload))
			}
			pcm := make([]int16, maxSpan)
			n, err := dec.decode(pcm, payload)
			if err != nil || n != FrameSamples {
				t.Fatalf("%d samples, %v", n, err)
			}
			out = append(out, pcm[:n]...)
		}
		if g := gain(in, out); math.Abs(g) > 0.5 {
			t.Errorf("%v Hz comes out at %.2f dB", hz, g)
		}
		if p := power(out[len(out)/2:], hz); p < 0.98 {
			t.Errorf("%v Hz: %.4f of the power is there", hz, p)
		}
	}
}

// The longest payload and one of odd length are decoded completely.
func TestG722OddPayloads(t *testing.T) {
	for _, n := range []int{1, 33, 159, 960} {
		f := format{codec{name: "G722", clock: 8000}, newG722Decoder()}
		span, _ := f.measure(make([]byte, n))
		got, err := f.decoder.decode(make([]int16, maxSpan), make([]byte, n))
		if err != nil || got != span || span != n*narrowRatio {
			t.Errorf("%d bytes: %d samples, measured as %d, %v", n, got, span, err)
		}
	}
	f := format{codec{name: "G722", clock: 8000}, newG722Decoder()}
	if span, _ := f.measure(make([]byte, 961)); span != 0 {
		t.Errorf("more than 120 ms in one packet were taken")
	}
}
