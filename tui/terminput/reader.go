// Package terminput reads a terminal's input and passes on what a person did: keys, mouse
// reports, pastes and focus reports. Answers of the terminal (OSC, DCS, APC, PM, SOS and CSI
// reports) come in on the same line and are swallowed, whether anybody asked for them or not:
// read as keys, their digits would become tones in a call.
//
// Sequences may be cut at any byte and arrive in several reads. What begins a sequence is held
// back until it is complete or its time is over; everything else is passed on at once. The
// syntax is that of ECMA-48 and of XTerm Control Sequences (ctlseqs).
package terminput

import (
	"io"
	"time"
)

const (
	// escDelay is how long an escape character waits for the rest of a sequence before it is
	// taken for the Esc key.
	escDelay = 125 * time.Millisecond
	// sequenceDelay is how long the next byte of a begun sequence may take, sequenceTime how long
	// all of it may. What is given up is dropped.
	sequenceDelay = 300 * time.Millisecond
	sequenceTime  = 5 * time.Second
	// pasteDelay is how long a paste may pause. Then it ends with what came so far.
	pasteDelay = 2 * time.Second
	// lateTime is how long after a sequence was given up its rest is recognized.
	lateTime = 2 * time.Second
	// grace is the last part of every delay. A process that was held up sees the timer and the
	// input at the same moment, and the input counts.
	grace = 10 * time.Millisecond

	// readSize is the most that is taken by one read of the terminal.
	readSize = 4096
	// maxRead is the most that one Read gives. Bubble Tea reads 256 bytes at a time and takes a
	// full buffer for a cut sequence.
	maxRead = 255
)

// Reader gives input in whole units: one Read never holds part of a sequence or of a letter, a
// paste aside, which is given whole by several. One goroutine may call Read, any may call Close.
type Reader struct {
	chunks chan chunk // holds one read that waits for Read
	quit   chan struct{}
	done   chan struct{}
	parser parser
	err    error
}

// chunk is what one read of the terminal gave.
type chunk struct {
	data []byte
	err  error
}

// New begins to read. Close ends that, but cannot interrupt a Read of src: its owner must.
func New(src io.Reader) *Reader {
	r := &Reader{chunks: make(chan chunk, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go r.pull(src)
	return r
}

func (r *Reader) pull(src io.Reader) {
	defer close(r.done)
	buf := make([]byte, readSize)
	for {
		n, err := src.Read(buf)
		select {
		case r.chunks <- chunk{append([]byte(nil), buf[:n]...), err}:
		case <-r.quit:
			return
		}
		if err != nil {
			return
		}
	}
}

// Close makes Read end with io.EOF. The channel it returns is closed when src is no longer read.
// It is called once.
func (r *Reader) Close() (done <-chan struct{}) {
	close(r.quit)
	return r.done
}

// Read waits for the next unit. It returns the error of the source, or io.EOF after Close.
func (r *Reader) Read(b []byte) (int, error) {
	for {
		if unit := r.parser.next(min(len(b), maxRead)); len(unit) > 0 {
			return copy(b, unit), nil
		}
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
}

// fill waits for input, or until what is held back has waited long enough.
func (r *Reader) fill() {
	var expired <-chan time.Time
	if due := r.parser.deadline(); !due.IsZero() {
		timer := time.NewTimer(time.Until(due) - grace)
		defer timer.Stop()
		expired = timer.C
	}
	for range 2 {
		select {
		case <-r.quit:
			r.err = io.EOF
			return
		case c := <-r.chunks:
			r.parser.take(c.data, time.Now())
			if r.err = c.err; c.err != nil {
				r.parser.giveUp(time.Now())
			}
			return
		case <-expired:
			timer := time.NewTimer(grace)
			defer timer.Stop()
			expired = timer.C
		}
	}
	r.parser.giveUp(time.Now())
}
