package rtc

import (
	"errors"
	"math"
	"testing"
)

func TestOpusPacketsAreAsAgreed(t *testing.T) {
	bytes, redundant := 0, 0
	for i, p := range spoken() {
		if opusSpan(p) != FrameSamples || p[0]&4 != 0 {
			t.Fatalf("packet %d: %d samples, first byte %#x; want 20 ms of mono", i, opusSpan(p), p[0])
		}
		bytes += len(p)
		if opusRedundancy(p) == FrameSamples {
			redundant++
		}
	}
	n := len(spoken())
	if rate := bytes * 8 * 50 / n; rate < 24000 || rate > 41000 {
		t.Errorf("%d bit/s", rate)
	}
	if redundant < n*3/4 {
		t.Errorf("%d of %d packets carry the one before", redundant, n)
	}
}

// signalToNoise is how much of a sound was kept, in decibels.
func signalToNoise(sent, received []int16) float64 {
	signal, diff := 0.0, 0.0
	for i, s := range sent {
		d := float64(s) - float64(received[i])
		signal += float64(s) * float64(s)
		diff += d * d
	}
	return 10 * math.Log10(signal/max(diff, 1))
}

// A frame recovered from the next packet must be more similar to the original than a concealed one.
func TestOpusRecoversWhatTheNextPacketCarries(t *testing.T) {
	var clean, recovered, guessed []int16
	whole, fec, plc := newGopusDecoder(), newGopusDecoder(), newGopusDecoder()
	frame := func(all *[]int16, make func([]int16)) {
		out := [maxSpan]int16{}
		make(out[:])
		*all = append(*all, out[:FrameSamples]...)
	}
	payloads := spoken()
	for i, p := range payloads[:len(payloads)-1] {
		decode := func(d decoder) func([]int16) {
			return func(out []int16) {
				if n, err := d.decode(out, p); err != nil || n != FrameSamples {
					t.Fatalf("packet %d: %d samples, %v", i, n, err)
				}
			}
		}
		next := payloads[i+1]
		frame(&clean, decode(whole))
		if i%10 != 5 || opusRedundancy(next) == 0 {
			frame(&recovered, decode(fec))
			frame(&guessed, decode(plc))
			continue
		}
		frame(&recovered, func(out []int16) {
			if !fec.recover(out[:FrameSamples], next) {
				t.Errorf("packet %d is not recovered", i)
			}
		})
		frame(&guessed, func(out []int16) {
			if !plc.conceal(out[:FrameSamples]) {
				t.Errorf("packet %d is not concealed", i)
			}
		})
	}
	with, without := signalToNoise(clean, recovered), signalToNoise(clean, guessed)
	t.Logf("%.1f dB recovered, %.1f dB guessed", with, without)
	if with < without+3 {
		t.Errorf("%.1f dB recovered, %.1f dB guessed", with, without)
	}
}

func TestOpusSpan(t *testing.T) {
	for _, row := range []struct {
		payload []byte
		want    int
	}{
		{[]byte{0x78}, 960},     // hybrid, 20 ms, one frame
		{[]byte{0x70}, 480},     // hybrid, 10 ms
		{[]byte{0x80}, 120},     // CELT, 2.5 ms
		{[]byte{0xf8}, 960},     // CELT, 20 ms
		{[]byte{0x79}, 1920},    // two frames
		{[]byte{0x18}, 2880},    // SILK, 60 ms
		{[]byte{0x1b, 2}, 5760}, // two frames of that
		{[]byte{0x1b, 3}, 0},    // longer than 120 ms
		{[]byte{0x83, 0x30}, 5760},
		{[]byte{0x83}, 0}, // no count
		{[]byte{0x83, 0}, 0},
		{nil, 0},
	} {
		if got := opusSpan(row.payload); got != row.want {
			t.Errorf("opusSpan(% x) = %d, want %d", row.payload, got, row.want)
		}
	}
}

// CELT alone is cheap, and needs bits: it is taken where packets carry no redundancy.
func TestOpusMode(t *testing.T) {
	for _, o := range opuses(t) {
		for _, row := range []struct {
			fmtp     string
			expected int
			config   byte
		}{
			{"", 0, celtMode},
			{"", leastExpected, hybridMode},
			{"useinbandfec=0", leastExpected, celtMode},
			{"maxaveragebitrate=40000", 0, hybridMode},
		} {
			enc, err := newEncoder("opus", o)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(enc.expect(row.expected), enc.(preferring).prefer(parseOpusPreferences(row.fmtp))); err != nil {
				t.Fatal(err)
			}
			for i, p := range encodeWith(enc, voice(50)) {
				if config := p[0] >> 3; config != row.config {
					t.Fatalf("%s, %q, loss %d: packet %d is of configuration %d, want %d", o, row.fmtp, row.expected, i, config, row.config)
				}
			}
		}
	}
}
