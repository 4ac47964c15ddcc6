package demopbx

import (
	"container/heap"
	"time"
)

// agenda holds what the PBX loop will do later. It is the loop's own and starts no goroutine:
// the loop sleeps until next and then runs due.
type agenda struct {
	alarms alarmHeap
	seq    uint64
}

// alarm is one thing to do at a time. A nil alarm may be dropped.
type alarm struct {
	at    time.Time
	seq   uint64 // alarms of the same time go off in the order they were set
	index int    // place in the heap, -1 when it went off or was dropped
	do    func()
}

// in sets an alarm.
func (a *agenda) in(d time.Duration, do func()) *alarm {
	a.seq++
	al := &alarm{at: time.Now().Add(d), seq: a.seq, do: do}
	heap.Push(&a.alarms, al)
	return al
}

// drop takes an alarm back; one that went off already is left alone.
func (a *agenda) drop(al *alarm) {
	if al != nil && al.index >= 0 {
		heap.Remove(&a.alarms, al.index)
	}
}

// next is how long until the first alarm; false when there is none.
func (a *agenda) next(now time.Time) (time.Duration, bool) {
	if len(a.alarms) == 0 {
		return 0, false
	}
	return max(0, a.alarms[0].at.Sub(now)), true
}

// due runs every alarm whose time has come.
func (a *agenda) due(now time.Time) {
	for len(a.alarms) > 0 && !a.alarms[0].at.After(now) {
		al, _ := heap.Pop(&a.alarms).(*alarm)
		al.do()
	}
}

type alarmHeap []*alarm

func (h alarmHeap) Len() int { return len(h) }

func (h alarmHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].seq < h[j].seq
	}
	return h[i].at.Before(h[j].at)
}

func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *alarmHeap) Push(x any) {
	al, _ := x.(*alarm)
	al.index = len(*h)
	*h = append(*h, al)
}

func (h *alarmHeap) Pop() any {
	old := *h
	al := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	al.index = -1
	return al
}
