package exchange

import (
	"container/heap"
	"time"
)

// agenda holds what the PBX loop will do later. It belongs to the loop and starts no goroutine: the
// loop sleeps until next and then runs due.
type agenda struct {
	timers timerHeap
	seq    uint64
}

// Timer is one thing to do at a time. A nil one may be dropped.
type Timer struct {
	At    time.Time
	seq   uint64 // timers of the same time go off in the order they were set
	index int    // place in the heap, -1 when it went off or was dropped
	do    func()
}

// after starts a timer.
func (a *agenda) after(d time.Duration, do func()) *Timer {
	a.seq++
	t := &Timer{At: time.Now().Add(d), seq: a.seq, do: do}
	heap.Push(&a.timers, t)
	return t
}

// drop stops a timer; one that has fired is left alone.
func (a *agenda) drop(t *Timer) {
	if t != nil && t.index >= 0 {
		heap.Remove(&a.timers, t.index)
	}
}

// next is how long until the first timer; false when there is none.
func (a *agenda) next(now time.Time) (time.Duration, bool) {
	if len(a.timers) == 0 {
		return 0, false
	}
	return max(0, a.timers[0].At.Sub(now)), true
}

// due runs every timer whose time has come.
func (a *agenda) due(now time.Time) {
	for len(a.timers) > 0 && !a.timers[0].At.After(now) {
		t, _ := heap.Pop(&a.timers).(*Timer)
		t.do()
	}
}

type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].At.Equal(h[j].At) {
		return h[i].seq < h[j].seq
	}
	return h[i].At.Before(h[j].At)
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	t, _ := x.(*Timer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}
