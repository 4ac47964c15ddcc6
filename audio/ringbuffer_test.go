package audio

import (
	"runtime"
	"testing"
)

// Two goroutines pass two hundred thousand numbered samples in pieces of changing size. Every
// sample that was accepted must come out once and in order.
func TestRingBetweenTwoGoroutines(t *testing.T) {
	const total = 200_000
	r := newRingBuffer(1000)
	go func() {
		pcm := make([]int16, 600)
		for sent, size := 0, 1; sent < total; {
			piece := pcm[:min(size, total-sent)]
			for i := range piece {
				piece[i] = int16(sent + i)
			}
			if !r.put(piece) {
				runtime.Gosched()
				continue
			}
			sent += len(piece)
			size = size%len(pcm) + 1
		}
	}()
	pcm := make([]int16, 480)
	for received, size := 0, 1; received < total; size = size%len(pcm) + 1 {
		n := r.take(pcm[:size])
		for i, v := range pcm[:n] {
			if v != int16(received+i) {
				t.Fatalf("sample %d is %d", received+i, v)
			}
		}
		if received += n; n == 0 {
			runtime.Gosched()
		}
	}
	if n := r.buffered(); n != 0 {
		t.Errorf("%d samples are left", n)
	}
}

func TestRingDropsTheNewest(t *testing.T) {
	r := newRingBuffer(8)
	if !r.put([]int16{1, 2, 3, 4, 5, 6}) {
		t.Fatal("six samples do not fit into eight")
	}
	if r.put([]int16{7, 8, 9}) {
		t.Fatal("nine samples fit into eight")
	}
	pcm := make([]int16, 8)
	if n := r.take(pcm); n != 6 || pcm[0] != 1 || pcm[5] != 6 {
		t.Errorf("took %d: %v, want what was there first", n, pcm)
	}
}

func TestRingClear(t *testing.T) {
	r := newRingBuffer(8)
	r.put([]int16{1, 2, 3})
	r.clear()
	if n := r.buffered(); n != 0 {
		t.Errorf("%d samples survive", n)
	}
	if !r.put([]int16{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Error("the room does not come back")
	}
}

func BenchmarkRing(b *testing.B) {
	r, pcm := newRingBuffer(backlog*960), make([]int16, period)
	b.ReportAllocs()
	b.SetBytes(2 * period)
	for b.Loop() {
		r.put(pcm)
		r.take(pcm)
	}
}
