package audio

import (
	"encoding/binary"
	"errors"
	"io"
)

// wavHeader is the size of the RIFF header with a "fmt " chunk of 16 bytes and the head of the
// "data" chunk (Microsoft, Multimedia Programming Interface and Data Specifications 1.0, 1991).
const wavHeader = 44

// wavMost is how many bytes of sound a WAV file can hold: its sizes have 32 bits. Stereo at 48 kHz
// fills it in six hours. A whole number of stereo samples.
const wavMost = (1<<32 - wavHeader) &^ 3

// appendWAVHeader appends the header of a stereo file with so many bytes of sound.
func appendWAVHeader(b []byte, size uint32) []byte {
	const channels, width = 2, 2
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, size+wavHeader-8)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1) // PCM
	b = le.AppendUint16(b, channels)
	b = le.AppendUint32(b, Rate)
	b = le.AppendUint32(b, Rate*channels*width)
	b = le.AppendUint16(b, channels*width)
	b = le.AppendUint16(b, 8*width)
	b = append(b, "data"...)
	return le.AppendUint32(b, size)
}

var errFileFull = errors.New("the file has the largest size there is; start another one")

// wavFile is a stereo WAV file that grows. patch brings its header up to date: after a crash the
// file plays, without what came since the last patch.
type wavFile struct {
	to   io.WriteSeeker
	size uint32 // bytes of sound
}

func newWAVFile(to io.WriteSeeker) (*wavFile, error) {
	_, err := to.Write(appendWAVHeader(nil, 0))
	return &wavFile{to: to}, err
}

// append writes sound, which is interleaved and little-endian already. A full file is an error.
func (w *wavFile) append(sound []byte) error {
	if uint64(w.size)+uint64(len(sound)) > wavMost {
		return errFileFull
	}
	n, err := w.to.Write(sound)
	w.size += uint32(n) &^ 3
	return err
}

// patch writes the sizes into the header.
func (w *wavFile) patch() error {
	if _, err := w.to.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := w.to.Write(appendWAVHeader(nil, w.size)); err != nil {
		return err
	}
	_, err := w.to.Seek(wavHeader+int64(w.size), io.SeekStart)
	return err
}
