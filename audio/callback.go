//go:build cgo

package audio

/*
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#include <windows.h>
#endif

// direction is the audio thread's side of a stream in one direction: pointers to what the media loop shares with it,
// and the level that is its own.
struct direction {
	int16_t *samples;
	uint64_t mask;
	uint64_t *written, *read;
	uint64_t *dropped;
	uint64_t *starved;
	int32_t *shown;
	int64_t *at;
	int64_t opened;
	int32_t window, before, now, filled;
};

// head is how a device of the library begins.
struct head {
	void *context;
	int type;
	uint32_t rate;
	int32_t state;
	void (*data)(void *, void *, const void *, uint32_t);
	void (*notification)(void);
	void (*stop)(void);
	struct direction *user;
};

// monotonic is a clock in nanoseconds that nobody sets.
static int64_t monotonic(void) {
#ifdef _WIN32
	LARGE_INTEGER ticks, second;
	QueryPerformanceCounter(&ticks);
	QueryPerformanceFrequency(&second);
	return ticks.QuadPart / second.QuadPart * 1000000000 + ticks.QuadPart % second.QuadPart * 1000000000 / second.QuadPart;
#else
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
#endif
}

static void meter(struct direction *d, const int16_t *pcm, uint32_t n) {
	for (uint32_t i = 0; i < n; i++) {
		int32_t v = pcm[i] < 0 ? -pcm[i] : pcm[i];
		if (v > d->now) d->now = v;
	}
	__atomic_store_n(d->shown, d->before > d->now ? d->before : d->now, __ATOMIC_SEQ_CST);
	d->filled += n;
	if (d->filled >= d->window) {
		d->before = d->now;
		d->now = d->filled = 0;
	}
	__atomic_store_n(d->at, monotonic() - d->opened, __ATOMIC_SEQ_CST);
}

static void captured(void *device, void *out, const void *in, uint32_t n) {
	struct direction *d = ((struct head *)device)->user;
	uint64_t at = __atomic_load_n(d->written, __ATOMIC_SEQ_CST);
	const int16_t *pcm = in;
	if (!in) return;
	meter(d, pcm, n);
	if (n > d->mask + 1 - (at - __atomic_load_n(d->read, __ATOMIC_SEQ_CST))) {
		__atomic_fetch_add(d->dropped, n, __ATOMIC_SEQ_CST);
		return;
	}
	uint64_t from = at & d->mask, first = d->mask + 1 - from;
	if (first > n) first = n;
	memcpy(d->samples + from, pcm, first * sizeof *pcm);
	memcpy(d->samples, pcm + first, (n - first) * sizeof *pcm);
	__atomic_store_n(d->written, at + n, __ATOMIC_SEQ_CST);
}

static void played(void *device, void *out, const void *in, uint32_t n) {
	struct direction *d = ((struct head *)device)->user;
	uint64_t at = __atomic_load_n(d->read, __ATOMIC_SEQ_CST);
	uint64_t there = __atomic_load_n(d->written, __ATOMIC_SEQ_CST) - at;
	int16_t *pcm = out;
	if (!out) return;
	uint64_t taken = there < n ? there : n, from = at & d->mask, first = d->mask + 1 - from;
	if (first > taken) first = taken;
	memcpy(pcm, d->samples + from, first * sizeof *pcm);
	memcpy(pcm + first, d->samples, (taken - first) * sizeof *pcm);
	__atomic_store_n(d->read, at + taken, __ATOMIC_SEQ_CST);
	if (taken < n) {
		memset(pcm + taken, 0, (n - taken) * sizeof *pcm);
		__atomic_fetch_add(d->starved, n - taken, __ATOMIC_SEQ_CST);
	}
	meter(d, pcm, n);
}

// take gives a device our function in place of the library's. It does nothing, and returns 0, if the device does not
// begin as expected.
static int take(void *device, int type, uint32_t rate, struct direction *d, int mic) {
	struct head *h = device;
	if (h->type != type || h->rate != rate || h->user != d) return 0;
	h->data = mic ? captured : played;
	return 1;
}
*/
import "C"

import (
	"reflect"
	"runtime"
	"time"
	"unsafe"

	"github.com/gen2brain/malgo"
)

// callback is stream.captured or stream.play for a card's thread, in C. A thread of C that calls Go keeps one of
// Go's processors from being idle, so that Go's monitor wakes 10,000 times a second: that takes more than a call.
type callback struct {
	direction *C.struct_direction
	pinned    runtime.Pinner // what C points to
	served    bool
}

// newCallback makes the callback of one direction. It has to be freed when the device is gone.
func newCallback(s *stream, kind malgo.DeviceType) *callback {
	c := &callback{direction: (*C.struct_direction)(C.calloc(1, C.sizeof_struct_direction))}
	ring, l := s.speaker, &s.speakerLevel
	if kind == malgo.Capture {
		ring, l = s.mic, &s.micLevel
	}
	c.pinned.Pin(s)
	c.pinned.Pin(ring)
	c.pinned.Pin(&ring.buf[0])
	*c.direction = C.struct_direction{
		samples: (*C.int16_t)(&ring.buf[0]), mask: C.uint64_t(len(ring.buf) - 1),
		written: (*C.uint64_t)(unsafe.Pointer(&ring.written)), read: (*C.uint64_t)(unsafe.Pointer(&ring.read)),
		dropped: (*C.uint64_t)(unsafe.Pointer(&s.dropped)), starved: (*C.uint64_t)(unsafe.Pointer(&s.starved)),
		shown: (*C.int32_t)(unsafe.Pointer(&l.shown)), at: (*C.int64_t)(unsafe.Pointer(&l.at)),
		opened: C.monotonic() - C.int64_t(time.Since(l.opened)), window: meterWindow,
	}
	return c
}

func (c *callback) free() {
	c.pinned.Unpin()
	C.free(unsafe.Pointer(c.direction))
}

// userData is what the device has to be opened with.
func (c *callback) userData() *byte { return (*byte)(unsafe.Pointer(c.direction)) }

// serve has a device that is not started call it. The library sets a function of its own, and its device is a
// pointer in a field that it does not export.
func (c *callback) serve(device *malgo.Device, kind malgo.DeviceType) {
	at := *(*unsafe.Pointer)(reflect.ValueOf(device).Elem().Field(0).UnsafePointer())
	mic := 0
	if kind == malgo.Capture {
		mic = 1
	}
	c.served = C.take(at, C.int(kind), Rate, c.direction, C.int(mic)) != 0
}
