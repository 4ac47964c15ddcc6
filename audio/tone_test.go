package audio

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// energy is the share of pcm's power at a frequency, 1 for a pure sine, by Goertzel's algorithm
// over all of pcm.
func energy(pcm []int16, hertz float64) float64 {
	coefficient := 2 * math.Cos(2*math.Pi*hertz/Rate)
	var s1, s2, total float64
	for _, v := range pcm {
		x := float64(v)
		total += x * x
		s1, s2 = x+coefficient*s1-s2, s1
	}
	if total == 0 {
		return 0
	}
	return 2 * (s1*s1 + s2*s2 - coefficient*s1*s2) / (total * float64(len(pcm)))
}

// loudest is the peak of pcm.
func loudest(pcm []int16) int {
	var peak int
	for _, v := range pcm {
		peak = max(peak, int(v), -int(v))
	}
	return peak
}

// mixed is the first d of a tone, fetched in frames of 20 ms.
func mixed(t *Tone, d time.Duration) []int16 {
	pcm := make([]int16, int(d.Seconds()*Rate))
	for rest := pcm; len(rest) > 0; {
		n := min(len(rest), 960)
		t.Mix(rest[:n])
		rest = rest[n:]
	}
	return pcm
}

// between is the part of pcm from one time to another.
func between(pcm []int16, from, to time.Duration) []int16 {
	return pcm[int(from.Seconds()*Rate):int(to.Seconds()*Rate)]
}

// The figures of ITU-T E.180 supplement 2: sound and silence in turn, in milliseconds.
func TestCadence(t *testing.T) {
	tests := []struct {
		country Country
		kind    ToneKind
		hertz   []float64
		lengths []int
	}{
		{"", Ringback, []float64{425}, []int{1000, 4000}},
		{europe, Ringback, []float64{425}, []int{1000, 4000}},
		{europe, Busy, []float64{425}, []int{500, 500}},
		{europe, Congestion, []float64{425}, []int{250, 250}},
		{europe, CallWaiting, []float64{425}, []int{200, 200, 200, 5400}},
		{germany, Ringback, []float64{425}, []int{1000, 4000}},
		{germany, Busy, []float64{425}, []int{480, 480}},
		{germany, Congestion, []float64{425}, []int{240, 240}},
		{germany, CallWaiting, []float64{425}, []int{200, 200, 200, 5000}},
		{italy, Ringback, []float64{425}, []int{1000, 4000}},
		{italy, Busy, []float64{425}, []int{500, 500}},
		{italy, Congestion, []float64{425}, []int{200, 200}},
		{italy, CallWaiting, []float64{425}, []int{400, 100, 250, 100, 150, 14000}},
		{unitedKingdom, Ringback, []float64{400, 450}, []int{400, 200, 400, 2000}},
		{unitedKingdom, Busy, []float64{400}, []int{375, 375}},
		{unitedKingdom, Congestion, []float64{400}, []int{400, 350, 225, 525}},
		{unitedKingdom, CallWaiting, []float64{400}, []int{100, 3000}},
		{unitedStates, Ringback, []float64{440, 480}, []int{2000, 4000}},
		{unitedStates, Busy, []float64{480, 620}, []int{500, 500}},
		{unitedStates, Congestion, []float64{480, 620}, []int{250, 250}},
		{unitedStates, CallWaiting, []float64{440}, []int{300, 10000}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.country, test.kind), func(t *testing.T) {
			tone := NewToneIn(test.country, test.kind)
			for i, length := range slices.Concat(test.lengths, test.lengths) {
				pcm := mixed(tone, time.Duration(length)*time.Millisecond)
				if i%2 == 1 {
					if peak := loudest(pcm); peak != 0 {
						t.Errorf("stretch %d should be silent and peaks at %d", i, peak)
					}
					continue
				}
				var share float64
				for _, hertz := range test.hertz {
					share += energy(pcm, hertz)
				}
				if share < 0.9 {
					t.Errorf("stretch %d: %.3f of its power is at %v Hz", i, share, test.hertz)
				}
			}
		})
	}
}

func TestParseCountry(t *testing.T) {
	for name, want := range map[string]Country{"": europe, "eu": europe, "DE": germany, "it": italy, "gb": unitedKingdom, "uk": unitedKingdom, "US": unitedStates} {
		if got, ok := ParseCountry(name); got != want || !ok {
			t.Errorf("%q is %v, %v", name, got, ok)
		}
	}
	if got, ok := ParseCountry("atlantis"); got != europe || ok {
		t.Errorf("an unknown country is %v, %v", got, ok)
	}
}

func TestRingHasTwoNotesAndARest(t *testing.T) {
	pcm := mixed(NewTone(Ring), 3*time.Second)
	for _, note := range []struct {
		from, to time.Duration
		hertz    float64
	}{
		{0, 220 * time.Millisecond, 587.33},
		{220 * time.Millisecond, 440 * time.Millisecond, 739.99},
		{440 * time.Millisecond, 660 * time.Millisecond, 587.33},
	} {
		if got := energy(between(pcm, note.from, note.to), note.hertz); got < 0.45 || got > 0.55 {
			t.Errorf("%v to %v: %.3f of the power is at %v Hz, want half", note.from, note.to, got, note.hertz)
		}
	}
	if peak := loudest(between(pcm, 1100*time.Millisecond, 3*time.Second)); peak != 0 {
		t.Errorf("the rest peaks at %d", peak)
	}
}

func TestHoldReminder(t *testing.T) {
	pcm := mixed(NewTone(HoldReminder), 15*time.Second)
	if got := energy(between(pcm, 0, 150*time.Millisecond), 659.26); got < 0.9 {
		t.Errorf("%.3f of the first note is at its frequency", got)
	}
	if peak := loudest(between(pcm, 310*time.Millisecond, 15*time.Second)); peak != 0 {
		t.Errorf("the rest peaks at %d", peak)
	}
}

// The pairs as ITU-T Q.23 lists them, one key a line.
func TestKeyTone(t *testing.T) {
	tests := []struct {
		digit     rune
		low, high float64
	}{
		{'1', 697, 1209}, {'2', 697, 1336}, {'3', 697, 1477}, {'A', 697, 1633},
		{'4', 770, 1209}, {'5', 770, 1336}, {'6', 770, 1477}, {'B', 770, 1633},
		{'7', 852, 1209}, {'8', 852, 1336}, {'9', 852, 1477}, {'C', 852, 1633},
		{'*', 941, 1209}, {'0', 941, 1336}, {'#', 941, 1477}, {'D', 941, 1633},
		{'d', 941, 1633},
	}
	for _, test := range tests {
		tone, ok := KeyTone(test.digit, 100*time.Millisecond)
		if !ok {
			t.Fatalf("%c is not a key", test.digit)
		}
		pcm := mixed(tone, 200*time.Millisecond)
		sound := between(pcm, 0, 100*time.Millisecond)
		low, high := energy(sound, test.low), energy(sound, test.high)
		if low < 0.45 || high < 0.45 {
			t.Errorf("%c: %.3f of the power is at %v Hz and %.3f at %v Hz", test.digit, low, test.low, high, test.high)
		}
		if peak := loudest(between(pcm, 100*time.Millisecond, 200*time.Millisecond)); peak != 0 || !tone.Done() {
			t.Errorf("%c goes on after its time: peak %d, done %v", test.digit, peak, tone.Done())
		}
	}
	for _, digit := range "eE-+ \x00é" {
		if tone, ok := KeyTone(digit, time.Second); ok || !tone.Done() {
			t.Errorf("%q was taken for a key", digit)
		}
	}
}

// A click is a step that the waveform's own frequencies cannot make: for a sine of amplitude a
// at f Hz no two samples differ by more than 2 pi f a / Rate.
func TestTonesDoNotClick(t *testing.T) {
	for _, country := range countries() {
		for kind := Ringback; kind <= TestTone; kind++ {
			testToneDoesNotClick(t, country, kind)
		}
	}
}

func testToneDoesNotClick(t *testing.T, country Country, kind ToneKind) {
	var fastest float64
	for _, n := range country.cadence(kind) {
		sum := 2 * math.Pi * (n.hertz[0] + n.hertz[1]) / Rate * n.volume
		if n.hertz[1] != 0 {
			sum /= 2
		}
		fastest = max(fastest, sum)
	}
	tone := NewToneIn(country, kind)
	pcm := mixed(tone, 17*time.Second+333*time.Millisecond)
	tone.Stop()
	pcm = append(pcm, mixed(tone, 20*time.Millisecond)...)
	if !tone.Done() {
		t.Errorf("%s tone %d goes on after Stop", country, kind)
	}
	for i := 1; i < len(pcm); i++ {
		if step := math.Abs(float64(pcm[i]) - float64(pcm[i-1])); step > 1.1*fastest+2 {
			t.Fatalf("%s tone %d steps by %v at sample %d, its waveform by %.0f at the most", country, kind, step, i, fastest)
		}
	}
	if last := pcm[len(pcm)-1]; last != 0 {
		t.Errorf("%s tone %d ends at %d", country, kind, last)
	}
}

func TestStopInTheMiddleFades(t *testing.T) {
	tone := NewTone(Ringback)
	mixed(tone, 500*time.Millisecond)
	tone.Stop()
	pcm := mixed(tone, 100*time.Millisecond)
	if !tone.Done() || loudest(pcm[:toneRamp/2]) == 0 || loudest(pcm[toneRamp:]) != 0 {
		t.Errorf("no fade of %d samples: peaks %d then %d, done %v",
			toneRamp, loudest(pcm[:toneRamp/2]), loudest(pcm[toneRamp:]), tone.Done())
	}
	tone.Stop()
}

func TestMixSaturates(t *testing.T) {
	high, low := make([]int16, 4800), make([]int16, 4800)
	for i := range high {
		high[i], low[i] = math.MaxInt16, math.MinInt16
	}
	NewTone(Busy).Mix(high)
	NewTone(Busy).Mix(low)
	for i := range high {
		if high[i] < math.MaxInt16-fair || low[i] > math.MinInt16+fair {
			t.Fatalf("sample %d wrapped around: %d, %d", i, high[i], low[i])
		}
	}
	if loudest(high) != math.MaxInt16 {
		t.Error("the loudest sample got quieter")
	}
}

func TestUnknownToneIsSilent(t *testing.T) {
	tone := NewTone(ToneKind(99))
	if pcm := mixed(tone, time.Second); loudest(pcm) != 0 || !tone.Done() {
		t.Error("a tone of no known kind sounds")
	}
}

func TestMixAllocatesNothing(t *testing.T) {
	tone, pcm := NewTone(Ring), make([]int16, 960)
	if n := testing.AllocsPerRun(1000, func() { tone.Mix(pcm) }); n != 0 {
		t.Errorf("Mix allocates %v times", n)
	}
}

func BenchmarkMix(b *testing.B) {
	tone, _ := KeyTone('5', 1000*time.Hour)
	pcm := make([]int16, 960)
	b.ReportAllocs()
	for b.Loop() {
		clear(pcm)
		tone.Mix(pcm)
	}
}
