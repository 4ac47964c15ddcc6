package audio

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

// wavOf is a file with a format and so much sound.
func wavOf(coding Coding, channels, rate, bits int, sound []byte) []byte {
	le := binary.LittleEndian
	form := le.AppendUint16(nil, uint16(coding))
	form = le.AppendUint16(form, uint16(channels))
	form = le.AppendUint32(form, uint32(rate))
	form = le.AppendUint32(form, uint32(rate*channels*bits/8))
	form = le.AppendUint16(form, uint16(channels*bits/8))
	form = le.AppendUint16(form, uint16(bits))
	return riff(chunk("fmt ", form), chunk("LIST", []byte("odd")), chunk("data", sound))
}

func chunk(name string, content []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content)))
	b = append(b, content...)
	if len(content)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func riff(chunks ...[]byte) []byte {
	all := bytes.Join(chunks, nil)
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(all)))
	return append(append(b, "WAVE"...), all...)
}

// TestReadWAV reads what PBXs write, and says what else a file is.
func TestReadWAV(t *testing.T) {
	cut := wavOf(Linear, 1, 8000, 16, make([]byte, 16000))
	endless := wavOf(Linear, 1, 8000, 16, make([]byte, 16000))
	binary.LittleEndian.PutUint32(endless[len(endless)-16004:], 0xffffffff)
	wide := make([]byte, 40)
	copy(wide, wavOf(extensible, 1, 16000, 16, nil)[20:36])
	wide[24] = byte(Linear)
	for name, tt := range map[string]struct {
		file   []byte
		length time.Duration
		why    string
	}{
		"8 kHz":              {wavOf(Linear, 1, 8000, 16, make([]byte, 16000)), time.Second, ""},
		"16 kHz":             {wavOf(Linear, 1, 16000, 16, make([]byte, 16000)), time.Second / 2, ""},
		"our own":            {append(appendWAVHeader(nil, 4*4800), make([]byte, 4*4800)...), time.Second / 10, ""},
		"A-law":              {wavOf(ALaw, 1, 8000, 8, make([]byte, 4000)), time.Second / 2, ""},
		"mu-law, stereo":     {wavOf(MuLaw, 2, 8000, 8, make([]byte, 8001)), time.Second / 2, ""},
		"ends too early":     {cut[:len(cut)-8001], 499875 * time.Microsecond, ""},
		"size not known yet": {endless, time.Second, ""},
		"extensible":         {riff(chunk("fmt ", wide), chunk("data", make([]byte, 3200))), time.Second / 10, ""},

		"a page":          {[]byte("<!doctype html><html>"), 0, "not a WAV file"},
		"nothing":         {nil, 0, "not a WAV file"},
		"another RIFF":    {[]byte("RIFF\x04\x00\x00\x00AVI "), 0, "not a WAV file"},
		"no format":       {riff(chunk("data", make([]byte, 100))), 0, "not a WAV file"},
		"a short format":  {riff(chunk("fmt ", make([]byte, 4)), chunk("data", make([]byte, 100))), 0, "not a WAV file"},
		"no sound":        {wavOf(Linear, 1, 8000, 16, nil), 0, "holds no sound"},
		"no data":         {riff(chunk("LIST", nil)), 0, "holds no sound"},
		"GSM":             {wavOf(0x31, 1, 8000, 0, make([]byte, 100)), 0, "written in GSM"},
		"never known":     {wavOf(0x7777, 1, 8000, 8, make([]byte, 100)), 0, "not played here (30583)"},
		"24 bits":         {wavOf(Linear, 1, 8000, 24, make([]byte, 300)), 0, "24 bits"},
		"five channels":   {wavOf(Linear, 5, 8000, 16, make([]byte, 300)), 0, "5 channels"},
		"no channel":      {wavOf(Linear, 0, 8000, 16, make([]byte, 300)), 0, "0 channels"},
		"a compact disc":  {wavOf(Linear, 1, 44100, 16, make([]byte, 300)), 0, "44100 samples"},
		"no time":         {wavOf(Linear, 1, 0, 16, make([]byte, 300)), 0, "0 samples"},
		"faster than any": {wavOf(Linear, 1, 96000, 16, make([]byte, 300)), 0, "96000 samples"},
	} {
		w, err := ReadWAV(tt.file)
		switch {
		case tt.why == "" && (err != nil || w.Length() != tt.length):
			t.Errorf("%s: %v long, %v; want %v", name, w.Length(), err, tt.length)
		case tt.why != "" && (err == nil || !strings.Contains(err.Error(), tt.why)):
			t.Errorf("%s: %v, want %q", name, err, tt.why)
		}
	}
}

// FuzzReadWAV: whatever a PBX sends is read or refused, and what is read has a length.
func FuzzReadWAV(f *testing.F) {
	f.Add(wavOf(Linear, 1, 8000, 16, make([]byte, 320)))
	f.Add(wavOf(MuLaw, 2, 16000, 8, make([]byte, 321)))
	f.Add(wavOf(extensible, 1, 48000, 16, make([]byte, 3)))
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		w, err := ReadWAV(file)
		if err == nil && (w.Frames() < 1 || len(w.Sound)%w.frame() != 0 || w.Rate < slowest || Rate%w.Rate != 0 || w.Length() < 0) {
			t.Errorf("%d frames of %d bytes at %d Hz", w.Frames(), w.frame(), w.Rate)
		}
	})
}
