package audio

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
)

const (
	// recorderDeep is how many frames may wait for the disk: five seconds, each frame 10 ms long. When it is full
	// the disk stands still, and frames are dropped and counted.
	recorderDeep = 500
	// patchEvery is how often the header is written: as much a crash may cost.
	patchEvery = 2 * time.Second
)

// Recorder writes both sides of a call into a WAV file: them left, us right. Write is for the media
// loop and never waits; a goroutine of the Recorder's own does the writing. Trouble with the disk
// ends the recording, not the call.
type Recorder struct {
	path string
	file *os.File
	wav  *wavFile

	frame   int
	queue   chan *[]byte // frames to write
	free    chan *[]byte // buffers to use again; together with the queue there are recorderDeep
	failed  chan error   // holds the one error there can be
	stop    chan struct{}
	done    chan struct{}
	broken  atomic.Bool
	dropped atomic.Uint64
	closing sync.Once
	err     error
}

// NewRecorder makes directory if necessary, and in it a file for a call with party. Its name has
// the time and the party, "2026-11-20 14.05.09 Anna Rossi.wav", and a number if there is such a
// file already. Only the owner may read it. frame is the longest Write, in samples; zero or less
// means 20 ms. The error is a sentence for a person. The caller has to Close it.
func NewRecorder(directory, party string, began time.Time, frame int) (*Recorder, error) {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return nil, refused(directory, err)
	}
	file, err := createUnique(filepath.Join(directory, recordingName(party, began)))
	if err != nil {
		return nil, refused(directory, err)
	}
	r, err := newRecorder(file, frame)
	if err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name()) // it holds nothing
		return nil, refused(directory, err)
	}
	return r, nil
}

func newRecorder(file *os.File, frame int) (*Recorder, error) {
	wav, err := newWAVFile(file)
	if err != nil {
		return nil, err
	}
	frame = Config{Frame: frame}.frame()
	r := &Recorder{
		path: file.Name(), file: file, wav: wav, frame: frame,
		queue: make(chan *[]byte, recorderDeep), free: make(chan *[]byte, recorderDeep),
		failed: make(chan error, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	for range recorderDeep {
		buffer := make([]byte, 0, 4*frame)
		r.free <- &buffer
	}
	go r.run()
	return r, nil
}

// Path is the file's name.
func (r *Recorder) Path() string { return r.path }

// Write records a frame of each side; the shorter one is filled with silence. It never waits and
// allocates nothing. For one goroutine, and not after Close.
func (r *Recorder) Write(them, us []int16) {
	n := max(len(them), len(us))
	if r.broken.Load() || n > r.frame {
		r.dropped.Add(1)
		return
	}
	var buffer *[]byte
	select {
	case buffer = <-r.free:
	default:
		r.dropped.Add(1)
		return
	}
	b := (*buffer)[:4*n]
	for i := range n {
		binary.LittleEndian.PutUint16(b[4*i:], uint16(at0(them, i)))
		binary.LittleEndian.PutUint16(b[4*i+2:], uint16(at0(us, i)))
	}
	*buffer = b
	r.queue <- buffer // has room for all the buffers there are
}

// at0 is a sample, or silence past the end.
func at0(pcm []int16, i int) int16 {
	if i < len(pcm) {
		return pcm[i]
	}
	return 0
}

// Failed gives the error that ends a recording, a sentence for a person. What was recorded until
// then stays.
func (r *Recorder) Failed() <-chan error { return r.failed }

// Lost is how much of the call is not in the file because the disk did not keep up.
func (r *Recorder) Lost() time.Duration {
	return time.Duration(r.dropped.Load()) * time.Duration(r.frame) * time.Second / Rate
}

// Close writes what waits and ends the file. It returns the error of Failed.
func (r *Recorder) Close() error {
	r.closing.Do(func() {
		close(r.stop)
		<-r.done
		if err := r.file.Close(); err != nil && r.err == nil {
			r.err = interrupted(r.path, err)
		}
	})
	return r.err
}

// run is the writing goroutine.
func (r *Recorder) run() {
	defer close(r.done)
	patch := time.NewTicker(patchEvery)
	defer patch.Stop()
	for {
		select {
		case buffer := <-r.queue:
			r.save(buffer)
		case <-patch.C:
			r.check(r.wav.patch())
		case <-r.stop:
			r.drain()
			return
		}
	}
}

// drain saves what was written before the end.
func (r *Recorder) drain() {
	for {
		select {
		case buffer := <-r.queue:
			r.save(buffer)
		default:
			r.check(r.wav.patch())
			return
		}
	}
}

func (r *Recorder) save(buffer *[]byte) {
	if r.broken.Load() {
		r.dropped.Add(1)
	} else {
		r.check(r.wav.append(*buffer))
	}
	r.free <- buffer // has room for all
}

// check ends the recording at the first error.
func (r *Recorder) check(err error) {
	if err == nil || r.broken.Swap(true) {
		return
	}
	_ = r.wav.patch() // the header exists already, so this works on a full disk too
	r.err = interrupted(r.path, err)
	r.failed <- r.err
}

func refused(directory string, err error) error {
	return fmt.Errorf("the call is not recorded: %w (%s)", disk.Reason(err), directory)
}

func interrupted(path string, err error) error {
	return fmt.Errorf("the recording ends here and the call goes on: %w (%s)", disk.Reason(err), filepath.Base(path))
}
