package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// WAV is the sound of a WAV file as it lies there.
type WAV struct {
	// Rate is in samples a second, a divisor of that of this package. Channels is 1 or 2.
	Rate, Channels int
	Coding         Coding
	// Sound are whole frames, of a sample for each channel.
	Sound []byte
}

// Coding is how a sample is written.
type Coding uint16

// The codings that are read, by their numbers in the file: 16 bits, and the two laws of G.711.
const (
	Linear Coding = 1
	ALaw   Coding = 6
	MuLaw  Coding = 7
)

// extensible is a coding that is named further on in the file.
const extensible Coding = 0xfffe

// slowest is the lowest rate that is read.
const slowest = 8000

// otherCodings are some that are not read, by the names that people know.
var otherCodings = map[Coding]string{2: "ADPCM", 3: "floating-point", 0x11: "ADPCM", 0x31: "GSM", 0x45: "G.726", 0x50: "MPEG", 0x55: "MP3"}

var (
	errNotWAV  = errors.New("it is not a WAV file")
	errNoSound = errors.New("it holds no sound")
)

// ReadWAV reads a file (Microsoft, Multimedia Programming Interface and Data Specifications 1.0, 1991; Microsoft,
// Multiple Channel Audio Data and WAVE Files, 2001). A file that ends too early has the sound until there, because
// some PBXs write the sizes last. Errors are clauses about the file, for a person. The sound is a part of file.
func ReadWAV(file []byte) (WAV, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return WAV{}, errNotWAV
	}
	var w WAV
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), uint64(binary.LittleEndian.Uint32(rest[4:]))
		chunk := rest[8:][:min(size, uint64(len(rest)-8))]
		switch name {
		case "fmt ":
			if err := w.format(chunk); err != nil {
				return WAV{}, err
			}
		case "data":
			return w.with(chunk)
		}
		rest = rest[8:][min(size+size%2, uint64(len(rest)-8)):] // chunks begin at even places
	}
	return WAV{}, errNoSound
}

// format reads how the sound is written.
func (w *WAV) format(chunk []byte) error {
	if len(chunk) < 16 {
		return errNotWAV
	}
	le := binary.LittleEndian
	w.Coding, w.Channels, w.Rate = Coding(le.Uint16(chunk)), int(le.Uint16(chunk[2:])), int(le.Uint32(chunk[4:]))
	bits := int(le.Uint16(chunk[14:]))
	if w.Coding == extensible && len(chunk) >= 26 {
		w.Coding = Coding(le.Uint16(chunk[24:]))
	}
	width := w.width()
	switch {
	case width == 0 && otherCodings[w.Coding] != "":
		return fmt.Errorf("it is written in %s, which is not played here", otherCodings[w.Coding])
	case width == 0:
		return fmt.Errorf("it is written in a format that is not played here (%d)", w.Coding)
	case bits != 8*width:
		return fmt.Errorf("it has samples of %d bits, which are not played here", bits)
	case w.Channels < 1 || w.Channels > 2:
		return fmt.Errorf("it has %d channels; one or two are played here", w.Channels)
	case w.Rate < slowest || w.Rate > Rate || Rate%w.Rate != 0:
		return fmt.Errorf("it has %d samples a second, which is not played here", w.Rate)
	}
	return nil
}

// with is the file with its sound, without half a frame at the end.
func (w WAV) with(sound []byte) (WAV, error) {
	switch {
	case w.Rate == 0:
		return WAV{}, errNotWAV
	case len(sound) < w.frame():
		return WAV{}, errNoSound
	}
	w.Sound = sound[:len(sound)-len(sound)%w.frame()]
	return w, nil
}

// width is how many bytes a sample has, 0 for a coding that is not read.
func (w WAV) width() int {
	switch w.Coding {
	case Linear:
		return 2
	case ALaw, MuLaw:
		return 1
	}
	return 0
}

// frame is how many bytes a sample of each channel has.
func (w WAV) frame() int { return w.width() * w.Channels }

// Frames is how many samples each channel has.
func (w WAV) Frames() int { return len(w.Sound) / w.frame() }

// Length is how long the sound lasts.
func (w WAV) Length() time.Duration { return w.After(w.Frames()) }

// After is how long so many samples last.
func (w WAV) After(frames int) time.Duration {
	return time.Duration(frames) * time.Second / time.Duration(w.Rate)
}
