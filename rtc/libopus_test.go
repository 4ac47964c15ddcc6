//go:build libopus

package rtc

import (
	"testing"

	"gopkg.in/hraban/opus.v2"
)

// Each decoder decodes the packets of each encoder: the results of the four pairs are nearly equal.
func TestOpusImplementationsUnderstandEachOther(t *testing.T) {
	t.Log(opus.Version())
	goEncoder, err := newGopusEncoder()
	if err != nil {
		t.Fatal(err)
	}
	cEncoder, err := newLibopusEncoder()
	if err != nil {
		t.Fatal(err)
	}
	spoken := voice(300)
	for encoderName, enc := range map[string]encoder{"gopus": goEncoder, "libopus": cEncoder} {
		payloads := encodeWith(enc, spoken)
		received := map[string][]int16{
			"gopus":   decodeAll(t, newGopusDecoder(), payloads),
			"libopus": decodeAll(t, newLibopusDecoder(), payloads),
		}
		for decoderName, pcm := range received {
			db := bestNoise(spoken, pcm)
			t.Logf("%s decodes %s: %.1f dB", decoderName, encoderName, db)
			if db < 9 {
				t.Errorf("%s decodes %s: %.1f dB", decoderName, encoderName, db)
			}
		}
		if db := signalToNoise(received["gopus"], received["libopus"]); db < 40 {
			t.Errorf("the decoders differ on %s: %.1f dB", encoderName, db)
		}
	}
}

// The redundancy of one encoder is recovered by the other's decoder.
func TestOpusImplementationsRecoverEachOther(t *testing.T) {
	goEncoder, err := newGopusEncoder()
	if err != nil {
		t.Fatal(err)
	}
	cEncoder, err := newLibopusEncoder()
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range []struct {
		enc encoder
		dec decoder
	}{{goEncoder, newLibopusDecoder()}, {cEncoder, newGopusDecoder()}} {
		payloads := encodeWith(pair.enc, voice(100))
		out := make([]int16, maxSpan)
		recovered := 0
		for i, p := range payloads[:len(payloads)-1] {
			if i%10 == 5 && opusRedundancy(payloads[i+1]) == FrameSamples {
				if !pair.dec.recover(out[:FrameSamples], payloads[i+1]) {
					t.Fatalf("packet %d is not recovered by %T", i, pair.dec)
				}
				recovered++
				continue
			}
			if n, err := pair.dec.decode(out, p); err != nil || n != FrameSamples {
				t.Fatalf("packet %d: %d samples, %v", i, n, err)
			}
		}
		if recovered < 5 {
			t.Errorf("%T carried %d of 10 twice", pair.enc, recovered)
		}
	}
}

func decodeAll(t *testing.T, dec decoder, payloads [][]byte) []int16 {
	t.Helper()
	var all []int16
	out := make([]int16, maxSpan)
	for i, p := range payloads {
		n, err := dec.decode(out, p)
		if err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		all = append(all, out[:n]...)
	}
	return all
}

// bestNoise is noise at the codec delay with the best result.
func bestNoise(sent, received []int16) float64 {
	best := -100.0
	for lag := range 1000 {
		best = max(best, signalToNoise(sent[FrameSamples:len(sent)-1000], received[FrameSamples+lag:]))
	}
	return best
}
