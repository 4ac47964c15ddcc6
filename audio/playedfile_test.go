package audio

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// recorded is a file of a Recorder with so many frames of rising samples.
func recorded(t *testing.T, frames int) string {
	t.Helper()
	r, err := NewRecorder(t.TempDir(), "Anna", time.Now(), 0)
	if err != nil {
		t.Fatal(err)
	}
	them, us := make([]int16, 960), make([]int16, 960)
	for n := range frames {
		for i := range them {
			them[i], us[i] = int16(n), int16(-n)
		}
		r.Write(them, us)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return r.Path()
}

// wholeOf reads a recording to its end.
func wholeOf(p *PlayedFile) (sound []byte) {
	for part := range p.parts {
		sound = append(sound, part...)
	}
	return sound
}

// TestOpenRecording: what was recorded is read to its end, part by part, also where the recorder did not come to end
// the file.
func TestOpenRecording(t *testing.T) {
	const frames = 120
	path := recorded(t, frames)
	for _, finished := range []bool{true, false} {
		if !finished {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			binary.LittleEndian.PutUint32(file[40:], 0)
			path = filepath.Join(t.TempDir(), "cut.wav")
			if err := os.WriteFile(path, append(file, 1), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := OpenRecording(path)
		if err != nil {
			t.Fatal(err)
		}
		if f := p.Format(); f.Rate != Rate || f.Channels != 2 || f.Sound != nil || f.After(p.Frames()) != frames*20*time.Millisecond {
			t.Errorf("finished %t: %+v, %d frames", finished, f, p.Frames())
		}
		sound := wholeOf(p)
		if last := int16(binary.LittleEndian.Uint16(sound[len(sound)-4:])); len(sound) != frames*960*4 || last != frames-1 {
			t.Errorf("finished %t: %d bytes, the last sample is %d", finished, len(sound), last)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestOpenRecordingEnds: who stops in the middle waits for nothing.
func TestOpenRecordingEnds(t *testing.T) {
	p, err := OpenRecording(recorded(t, recorderDeep))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRecordingFails(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"page.wav": []byte("<!doctype html><html>"), "empty.wav": nil, "none.wav": appendWAVHeader(nil, 0),
		"narrow.wav": wavOf(Linear, 1, 8000, 16, make([]byte, 100)), "law.wav": wavOf(MuLaw, 2, 8000, 8, make([]byte, 100)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"gone.wav": "the file no longer exists", "page.wav": "not a WAV file", "empty.wav": "not a WAV file", "none.wav": "holds no sound",
		"narrow.wav": "", "law.wav": "", ".": "not a file",
	} {
		p, err := OpenRecording(filepath.Join(dir, name))
		if p != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
