package rtc

import "testing"

// opuses are both implementations; the tests need a libopus on this system.
func opuses(t testing.TB) []Opus {
	t.Helper()
	system, err := SystemOpus()
	if err != nil {
		t.Fatalf("%v; on Debian: apt-get install libopus0", err)
	}
	t.Log(system)
	return []Opus{{}, system}
}

// Each decoder decodes the packets of each encoder: the results of the four pairs are nearly equal.
func TestOpusImplementationsUnderstandEachOther(t *testing.T) {
	t.Parallel()
	both := opuses(t)
	spoken := voice(300)
	for _, ours := range both {
		enc, err := newEncoder("opus", ours)
		if err != nil {
			t.Fatal(err)
		}
		payloads := encodeWith(enc, spoken)
		var received [2][]int16
		for i, theirs := range both {
			received[i] = decodeAll(t, theirs.newDecoder(), payloads)
			db := bestNoise(spoken, received[i])
			t.Logf("%s decodes %s: %.1f dB", theirs, ours, db)
			if db < 9 {
				t.Errorf("%s decodes %s: %.1f dB", theirs, ours, db)
			}
		}
		if db := signalToNoise(received[0], received[1]); db < 40 {
			t.Errorf("the decoders differ on %s: %.1f dB", ours, db)
		}
	}
}

// The redundancy of one encoder is recovered by the other's decoder.
func TestOpusImplementationsRecoverEachOther(t *testing.T) {
	both := opuses(t)
	for i, ours := range both {
		enc, err := newEncoder("opus", ours)
		if err != nil {
			t.Fatal(err)
		}
		if err := enc.expect(leastExpected); err != nil {
			t.Fatal(err)
		}
		dec := both[1-i].newDecoder()
		payloads := encodeWith(enc, voice(100))
		out := make([]int16, maxSpan)
		recovered := 0
		for i, p := range payloads[:len(payloads)-1] {
			if i%10 == 5 && opusRedundancy(payloads[i+1]) == FrameSamples {
				if !dec.recover(out[:FrameSamples], payloads[i+1]) {
					t.Fatalf("packet %d is not recovered by %T", i, dec)
				}
				recovered++
				continue
			}
			if n, err := dec.decode(out, p); err != nil || n != FrameSamples {
				t.Fatalf("packet %d: %d samples, %v", i, n, err)
			}
		}
		if recovered < 5 {
			t.Errorf("%s carried %d of 10 twice", ours, recovered)
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
