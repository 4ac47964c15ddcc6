package audio

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/patchcord/patchcord/internal/disk"
)

const (
	// partSize is how much of a recording is read at a time, partsDeep how many such parts wait to be played: a
	// second and a half.
	partSize  = 64 << 10
	partsDeep = 4
)

// PlayedFile is a recording of a Recorder that is read while it is played.
type PlayedFile struct {
	wav   WAV
	size  int64
	file  *os.File
	parts chan []byte
	stop  chan struct{}
	done  chan struct{}
}

// OpenRecording opens a file that a Recorder wrote. The error is a clause about the file, for a person. The caller has
// to Close it.
func OpenRecording(path string) (*PlayedFile, error) {
	file, err := disk.Open(path)
	if err != nil {
		if disk.Missing(err) {
			return nil, errors.New("the file no longer exists")
		}
		return nil, fmt.Errorf("%w", disk.Reason(err))
	}
	p := &PlayedFile{file: file, parts: make(chan []byte, partsDeep), stop: make(chan struct{}), done: make(chan struct{})}
	if err := p.begin(); err != nil {
		_ = file.Close()
		return nil, err
	}
	go p.run()
	return p, nil
}

// begin reads the header.
func (p *PlayedFile) begin() error {
	info, err := p.file.Stat()
	if err != nil {
		return disk.Reason(err)
	}
	head := make([]byte, wavHeader+4)
	n, err := io.ReadFull(p.file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return disk.Reason(err)
	}
	if n >= wavHeader { // a file that was not ended has no size yet
		copy(head[wavHeader-4:], "\xff\xff\xff\xff")
	}
	if p.wav, err = ReadWAV(head[:n]); err != nil {
		return err
	}
	if len(p.wav.Sound) != 4 || p.wav.frame() != 4 {
		return errNotOurs
	}
	p.size = (info.Size() - wavHeader) &^ 3
	_, err = p.file.Seek(wavHeader, io.SeekStart)
	return err
}

var errNotOurs = errors.New("Patchcord did not record it")

// Format says how the sound is written; it has none itself.
func (p *PlayedFile) Format() WAV {
	w := p.wav
	w.Sound = nil
	return w
}

// Frames is how many samples each channel has.
func (p *PlayedFile) Frames() int { return int(p.size) / p.wav.frame() }

// Next is the next part, whole frames. It never waits: nil is for one that is not there yet, and more is false at the
// end.
func (p *PlayedFile) Next() (part []byte, more bool) {
	select {
	case part, more = <-p.parts:
		return part, more
	default:
		return nil, true
	}
}

// Close ends the reading.
func (p *PlayedFile) Close() error {
	close(p.stop)
	<-p.done
	return p.file.Close()
}

// run is the reading goroutine. A file that cannot be read any further is over.
func (p *PlayedFile) run() {
	defer close(p.done)
	defer close(p.parts)
	for left := p.size; left > 0; {
		part := make([]byte, min(left, partSize))
		n, err := io.ReadFull(p.file, part)
		left -= int64(n)
		if part = part[:n&^3]; len(part) == 0 {
			return
		}
		select {
		case p.parts <- part:
		case <-p.stop:
			return
		}
		if err != nil {
			return
		}
	}
}
