package audio

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var began = time.Date(2026, time.November, 20, 14, 5, 9, 0, time.UTC)

// sides reads a WAV file as a player that trusts its header.
func sides(t *testing.T, path string) (left, right []int16) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	size := int(le.Uint32(b[40:]))
	if string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " || string(b[36:40]) != "data" || int(le.Uint32(b[4:])) != size+36 || size > len(b)-44 {
		t.Fatalf("%d bytes with the header % x", len(b), b[:44])
	}
	for at := 44; at < 44+size; at += 4 {
		left, right = append(left, int16(le.Uint16(b[at:]))), append(right, int16(le.Uint16(b[at+2:])))
	}
	return left, right
}

// Octets as the format's description lays them out.
func TestWAVHeader(t *testing.T) {
	got := appendWAVHeader(nil, 0x010203fc)
	want := "RIFF\x20\x04\x02\x01WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x80\xbb\x00\x00\x00\xee\x02\x00\x04\x00\x10\x00data\xfc\x03\x02\x01"
	if string(got) != want {
		t.Errorf("got  % x\nwant % x", got, want)
	}
}

func TestRecorder(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "calls")
	r, err := NewRecorder(directory, "Anna Rossi", began, 960)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(directory, "2026-11-20 14.05.09 Anna Rossi.wav"); r.Path() != want {
		t.Errorf("it writes %s", r.Path())
	}
	var them, us []int16
	for i := range 200 {
		left, right := filled(960, int16(i)), filled(960, int16(-i))
		if i == 7 {
			right = right[:100]
		}
		r.Write(left, right)
		them, us = append(them, left...), append(us, right...)
		us = append(us, make([]int16, 960-len(right))...)
	}
	if err := r.Close(); err != nil || r.dropped.Load() != 0 {
		t.Errorf("%v: %d dropped", err, r.dropped.Load())
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if left, right := sides(t, r.Path()); !slices.Equal(left, them) || !slices.Equal(right, us) {
		t.Errorf("%d samples on the left and %d on the right are not what was written", len(left), len(right))
	}
	if info, err := os.Stat(r.Path()); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}

// What is there is never written over.
func TestRecorderTakesAFreeName(t *testing.T) {
	directory := t.TempDir()
	for _, want := range []string{"2026-11-20 14.05.09 200.wav", "2026-11-20 14.05.09 200 2.wav", "2026-11-20 14.05.09 200 3.wav"} {
		r, err := NewRecorder(directory, "200", began, 0)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(r.Path()) != want {
			t.Errorf("%s, want %s", filepath.Base(r.Path()), want)
		}
		r.Close()
	}
}

// After a crash the file was never closed.
func TestRecordingSurvivesACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := NewRecorder(t.TempDir(), "", began, 960)
		if err != nil {
			t.Fatal(err)
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range 500 {
			<-tick.C
			r.Write(filled(960, 1), filled(960, 2))
		}
		if left, _ := sides(t, r.Path()); len(left) < 7*Rate {
			t.Errorf("of 10 s %v survive", time.Duration(len(left))*time.Second/Rate)
		}
		r.Close()
	})
}

func TestDiskFullEndsTheRecordingOnly(t *testing.T) {
	r, err := NewRecorder(t.TempDir(), "200", began, 960)
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	frame := make([]int16, 960)
	r.wav.to = full
	r.Write(frame, frame)
	const want = "the recording ends here and the call goes on: the disk is full; make room on it (2026-11-20 14.05.09 200.wav)"
	if err := <-r.Failed(); err.Error() != want {
		t.Errorf("the error is %v", err)
	}
	for range 1000 {
		r.Write(frame, frame)
	}
	if r.dropped.Load() != 1000 {
		t.Errorf("%d frames were dropped", r.dropped.Load())
	}
	if err := r.Close(); err == nil || err.Error() != want {
		t.Errorf("Close says %v", err)
	}
	select {
	case err := <-r.Failed():
		t.Errorf("the error came twice: %v", err)
	default:
	}
}

func TestRecorderCannotBegin(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if _, err := newRecorder(full, 960); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on a full disk: %v", err)
	}
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = NewRecorder(blocked, "200", began, 960)
	if err == nil || !strings.HasPrefix(err.Error(), "the call is not recorded: ") || strings.Count(err.Error(), blocked) != 1 {
		t.Errorf("the error is %v", err)
	}
}

// A disk that stands still costs frames, not the call.
func TestWriteNeverWaits(t *testing.T) {
	r := &Recorder{frame: 960, queue: make(chan *[]byte, 2), free: make(chan *[]byte, 2)}
	for range 2 {
		buffer := make([]byte, 0, 4*960)
		r.free <- &buffer
	}
	frame := make([]int16, 960)
	for range 10 {
		r.Write(frame, frame)
	}
	r.Write(make([]int16, 2000), frame)
	if len(r.queue) != 2 || r.dropped.Load() != 9 {
		t.Errorf("%d wait, %d were dropped", len(r.queue), r.dropped.Load())
	}
	if lost := r.Lost(); lost != 180*time.Millisecond {
		t.Errorf("%v are lost", lost)
	}
}

func TestFullWAVFileIsAnError(t *testing.T) {
	w := &wavFile{size: wavMost - 2}
	if err := w.append(make([]byte, 4)); !errors.Is(err, errFileFull) {
		t.Error(err)
	}
}

func TestRecordingName(t *testing.T) {
	for party, want := range map[string]string{
		"":                       "2026-11-20 14.05.09",
		"+39 0721 555016":        "2026-11-20 14.05.09 +39 0721 555016",
		"../../etc/passwd":       "2026-11-20 14.05.09 etc passwd",
		"CON:\x00\x1b[31m\\a|b?": "2026-11-20 14.05.09 CON 31m a b",
		"Jürgen Groß\u202e":      "2026-11-20 14.05.09 Jürgen Groß",
		"\xff\xfe":               "2026-11-20 14.05.09",
		strings.Repeat("a", 500): "2026-11-20 14.05.09 " + strings.Repeat("a", partyMost),
	} {
		if got := recordingName(party, began); got != want {
			t.Errorf("%q makes %q, want %q", party, got, want)
		}
	}
}

func FuzzRecordingName(f *testing.F) {
	for _, party := range []string{"", "../..", "a/b\\c", "\x00", "日本語"} {
		f.Add(party)
	}
	f.Fuzz(func(t *testing.T, party string) {
		name := recordingName(party, began)
		if len(name) > 200 || strings.ContainsAny(strings.TrimPrefix(name, "2026-11-20 14.05.09"), "/\\\x00:.*?\"<>|\n\x1b") {
			t.Errorf("%q makes %q", party, name)
		}
	})
}

func BenchmarkRecorder(b *testing.B) {
	r, err := NewRecorder(b.TempDir(), "200", began, 960)
	if err != nil {
		b.Fatal(err)
	}
	frame := make([]int16, 960)
	b.ReportAllocs()
	for b.Loop() {
		r.free <- <-r.free // as fast as the disk takes them
		r.Write(frame, frame)
	}
	b.ReportMetric(float64(r.dropped.Load()), "dropped")
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
}
