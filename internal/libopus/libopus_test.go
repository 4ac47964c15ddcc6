package libopus

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// system is the library of this system; the tests need one.
func system(t testing.TB) *Library {
	t.Helper()
	l, err := Open()
	if err != nil {
		t.Fatalf("%v; on Debian: apt-get install libopus0", err)
	}
	return l
}

// A tone comes back with its level, and settings are heeded: what may be sent bounds what is sent.
func TestTone(t *testing.T) {
	l := system(t)
	t.Log(l.Version())
	e, err := l.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	d, err := l.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.Set(Bitrate, 20000), e.Set(Variable, 0), e.Set(Complexity, 5), e.Set(MaxBand, To8kHz)); err != nil {
		t.Fatal(err)
	}
	pcm, packet, power := make([]int16, Rate/50), make([]byte, 1000), 0.0
	for frame := range 50 {
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(frame*len(pcm)+i)/Rate))
		}
		n, err := e.Encode(packet, pcm)
		if err != nil {
			t.Fatal(err)
		}
		if n != 20000/8/50 {
			t.Fatalf("a packet of %d bytes at a constant 20 kbit/s", n)
		}
		if n, err = d.Decode(pcm, packet[:n]); err != nil || n != len(pcm) {
			t.Fatal(n, err)
		}
		if frame >= 40 {
			for _, v := range pcm {
				power += float64(v) * float64(v) / float64(10*len(pcm))
			}
		}
	}
	if level := math.Sqrt(power); level < 5000 || level > 6000 {
		t.Errorf("level %.0f, sent 5657", level)
	}
}

func TestMistakesAreErrors(t *testing.T) {
	l := system(t)
	e, err := l.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Set(Complexity, 11); err == nil || !strings.Contains(err.Error(), "code -1") {
		t.Errorf("complexity 11: %v", err)
	}
	if _, err := e.Encode(make([]byte, 1000), make([]int16, 7)); err == nil {
		t.Error("7 samples are encoded")
	}
	d, err := l.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Decode(make([]int16, 100), []byte{0xff, 0xff, 0xff}); err == nil {
		t.Error("nonsense is decoded")
	}
}

// What cannot be used is refused with the reason: another library, a broken file, one that is not there.
func TestOnlyAWorkingLibraryIsUsed(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "libopus.so.0")
	if err := os.WriteFile(broken, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		names []string
		want  string
	}{
		{[]string{"libm.so.6"}, "libm.so.6 cannot be used: it has no function opus_"},
		{[]string{broken}, "cannot be loaded"},
		{[]string{broken, "libc.so.6"}, "libc.so.6 cannot be used"},
	} {
		if _, err := openFirst(row.names); err == nil || !strings.Contains(err.Error(), row.want) || errors.Is(err, ErrAbsent) {
			t.Errorf("%v: %v", row.names, err)
		}
	}
	if _, err := openFirst([]string{filepath.Join(t.TempDir(), "none.so")}); !errors.Is(err, ErrAbsent) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestVersions(t *testing.T) {
	for words, want := range map[string]string{
		"libopus 1.3.1": "1.3.1", "libopus 1.3": "1.3", "libopus 1.4-fixed": "1.4-fixed", "libopus 1.5.2-12-gabc": "1.5.2-12-gabc", "libopus 2.0": "2.0",
		"libopus 1.2.1": "", "libopus 0.9": "", "libopus unknown": "", "libcelt 1.3": "", "": "", "libopus 1": "",
	} {
		got, err := supported(words)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", words, got, err)
		}
	}
	if _, err := supported("libopus 1.2.1"); !strings.Contains(err.Error(), "1.2.1") {
		t.Error(err)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	l := system(t)
	e, err := l.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	d, err := l.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	pcm, packet := make([]int16, Rate/50), make([]byte, 1000)
	if n := testing.AllocsPerRun(500, func() {
		n, err := e.Encode(packet, pcm)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Decode(pcm, packet[:n]); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
