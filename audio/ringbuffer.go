package audio

import "sync/atomic"

// ringBuffer is a queue of samples between exactly one writing and one reading goroutine or thread.
// Neither ever waits for the other and neither allocates. Positions only grow; the length is a
// power of two, so that a mask turns a position into an index.
type ringBuffer struct {
	buf     []int16
	written atomic.Uint64 // moved by the writer alone
	read    atomic.Uint64 // moved by the reader alone
}

// newRingBuffer makes one that holds at least the given number of samples.
func newRingBuffer(samples int) *ringBuffer {
	size := 1
	for size < samples {
		size *= 2
	}
	return &ringBuffer{buf: make([]int16, size)}
}

// buffered tells how many samples wait. The other side may be at work meanwhile: the reader finds
// at least that many, the writer at least the rest of the room.
func (r *ringBuffer) buffered() int { return int(r.written.Load() - r.read.Load()) }

// put appends all of pcm, or nothing if there is no room for all: the newest samples are lost,
// since the reader may be copying the others.
func (r *ringBuffer) put(pcm []int16) bool {
	at := r.written.Load()
	if len(pcm) > len(r.buf)-int(at-r.read.Load()) {
		return false
	}
	n := copy(r.buf[at&uint64(len(r.buf)-1):], pcm)
	copy(r.buf, pcm[n:])
	r.written.Store(at + uint64(len(pcm)))
	return true
}

// take moves the oldest samples into pcm and tells how many there were.
func (r *ringBuffer) take(pcm []int16) int {
	at := r.read.Load()
	pcm = pcm[:min(len(pcm), int(r.written.Load()-at))]
	n := copy(pcm, r.buf[at&uint64(len(r.buf)-1):])
	copy(pcm[n:], r.buf)
	r.read.Store(at + uint64(len(pcm)))
	return len(pcm)
}

// clear forgets what waits. For the reader only.
func (r *ringBuffer) clear() { r.read.Store(r.written.Load()) }

// keep forgets all but the newest n samples. For the reader only.
func (r *ringBuffer) keep(n int) {
	if extra := r.buffered() - n; extra > 0 {
		r.read.Add(uint64(extra))
	}
}
