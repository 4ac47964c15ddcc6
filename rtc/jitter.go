package rtc

import (
	"slices"
	"time"
)

const (
	// maxDepth bounds the packets that wait: 1.3 s of the usual 20 ms.
	maxDepth = 64
	// maxJump is how far, in samples, the transit of a packet may be from that of what is being
	// played. Beyond it, one second, its sender must have reset its clock.
	maxJump = SampleRate
	// maxExcess is up to what excess, in samples, the delay is reduced by shortening the sound. A
	// longer one is skipped.
	maxExcess = 200 * SampleRate / 1000
	// edge is a margin, in samples: an arrival so close before its pull counts as late. Arrivals
	// scatter by as much on a quiet network, and clock drift is noticed before it costs a frame.
	edge = 2 * time.Millisecond
	// shortestGap in samples is the shortest that is worth concealing; Opus cannot do less.
	shortestGap = SampleRate * 25 / 10000
)

// packet waits to be played. Positions are timestamps in samples, without wrap-around.
type packet struct {
	seq       uint16
	at        int64
	span      int // samples; 0 for comfort noise
	redundant int // samples of the packet before, which it carries too
	format    *format
	payload   []byte
	arrived   time.Time
}

func (p *packet) end() int64 { return p.at + int64(p.span) }

// jitterBuffer keeps packets in the order of their timestamps until playback takes them.
//
// Its clock counts the samples pulled. What is decoded next is at position next and, with waiting
// samples before it, is heard at now+waiting: the difference of the two is the transit with which a
// packet is just in time. Concealment moves both on, so the delay stays the same; stretching moves
// waiting alone and so changes the delay.
//
// It is guarded by the receiver's mutex.
type jitterBuffer struct {
	queue []*packet // by position, no two the same
	free  []*packet

	sequence sequence
	jitter   jitter
	timeline timeline
	transits transitWindow

	now      int64     // start of what is pulled next
	grain    int       // samples of the last pull
	pulled   time.Time // when the last one was
	next     int64
	anchored bool // next means something
	starved  bool // the last sound was made up, for want of packets
	idle     bool // there was no sound for so long that the delay may be set again

	late uint64
	wait time.Duration // from arrival to playback, averaged
}

// put keeps a copy of a packet. One without a format is not audio and is only counted as received.
func (b *jitterBuffer) put(p *packet, ts, ssrc uint32) {
	ahead := b.sequence.distance(p.seq)
	admitted, fresh := b.sequence.admit(p.seq, ssrc)
	if fresh {
		b.timeline = timeline{}
	}
	if !admitted || p.format == nil || !b.locate(p, ts) {
		return
	}
	if ahead > 0 {
		b.timeline.follow(p, ts)
	}
	b.jitter.observe(p.arrived, p.at)
	b.observe(p)
	b.insert(p)
}

// putCopy keeps a frame that came once more in a later packet, while its own packet has not come.
// It notes how deep the buffer must be for such frames to be in time.
func (b *jitterBuffer) putCopy(p *packet, ts, ssrc uint32, after int) {
	at, known := b.timeline.locate(p, ts)
	if !known || b.jumps(at) || !b.sequence.admitCopy(p.seq, ssrc) {
		return
	}
	b.transits.lose(after*p.span, after)
	p.at = at
	if !b.anchored || !b.idle && (at >= b.next || b.starved && p.end() > b.next) {
		b.insert(p)
	}
}

// locate sets the position of p. It returns false for one packet that does not fit the stream.
func (b *jitterBuffer) locate(p *packet, ts uint32) bool {
	at, known := b.timeline.locate(p, ts)
	if known && b.anchored && !b.idle && b.jumps(at) {
		if !b.timeline.jumpAgain(p.seq) {
			return false
		}
		known = false
	}
	if !known {
		at = b.timeline.restart(p, ts)
		b.flush()
	}
	b.timeline.jumped = false
	p.at = at
	return true
}

// jumps tells whether a packet is further from its turn than any network can delay it.
func (b *jitterBuffer) jumps(at int64) bool {
	return at < b.next-maxJump || at > b.next+maxJump
}

// flush forgets what waits and the position of playback, but keeps what it knows of the network.
func (b *jitterBuffer) flush() {
	b.free = append(b.free, b.queue...)
	b.queue = b.queue[:0]
	b.anchored = false
	b.transits.forget()
	b.jitter.restart()
}

// observe learns from the arrival of a packet.
func (b *jitterBuffer) observe(p *packet) {
	if !b.anchored || b.idle {
		return
	}
	transit := b.now - p.at
	since := p.arrived.Sub(b.pulled)
	if next := time.Duration(b.grain) * time.Second / SampleRate; since > next-edge && since <= next && b.jitter.duration() < edge {
		transit += int64(b.grain)
	}
	b.transits.observe(transit)
}

// insert queues a copy of p. A packet that comes after its turn is used only if nothing else waits.
func (b *jitterBuffer) insert(p *packet) {
	if b.anchored && p.at < b.next && (b.starved || p.end() <= b.next) {
		b.late++
		if !b.starved {
			return
		}
	}
	i, taken := slices.BinarySearchFunc(b.queue, p.at, func(q *packet, at int64) int {
		return int(max(-1, min(1, q.at-at)))
	})
	if taken {
		return
	}
	if len(b.queue) == maxDepth {
		if i == 0 {
			return
		}
		b.drop()
		i--
	}
	b.queue = slices.Insert(b.queue, i, b.copyOf(p))
}

// copyOf uses memory again.
func (b *jitterBuffer) copyOf(p *packet) *packet {
	if len(b.free) == 0 {
		b.free = append(b.free, &packet{})
	}
	last := len(b.free) - 1
	c := b.free[last]
	b.free = b.free[:last]
	memory := c.payload
	*c = *p
	c.payload = append(memory[:0], p.payload...)
	return c
}

// drop forgets the first packet of the queue.
func (b *jitterBuffer) drop() {
	b.free = append(b.free, b.queue[0])
	b.queue = slices.Delete(b.queue, 0, 1)
}

// begin starts a pull; waiting samples are left from the one before, idle if they are only silence.
// It returns by how much the delay exceeds its target, in samples, and whether what comes next
// continues what was.
func (b *jitterBuffer) begin(waiting int, idle bool, pulled time.Time) (excess int, broken bool) {
	b.pulled, b.idle = pulled, idle
	if len(b.queue) == 0 {
		return 0, false
	}
	playing := b.now + int64(waiting)
	newest := b.queue[len(b.queue)-1]
	transit := b.now - newest.at
	if !b.anchored || idle && (newest.at < b.next || newest.at > b.next+maxExcess) {
		b.transits.forget()
		known := b.transits.begin(transit)
		b.anchored = true
		if !known { // the first sound of a call is played at once, and then stretched
			b.seek(newest.at)
			return 0, true
		}
		b.seek(playing - b.transits.target())
		return 0, true
	}
	excess = int(playing - b.next - b.transits.target())
	if excess > maxExcess {
		b.seek(b.next + int64(excess))
		return 0, true
	}
	return excess, false
}

// seek continues at a position, or at the last packet if all that waits would be skipped.
func (b *jitterBuffer) seek(at int64) {
	b.next = min(at, b.queue[len(b.queue)-1].at)
	b.starved = false
	for b.queue[0].at < b.next {
		b.drop()
	}
}

// due gives what comes next. That is a packet, which becomes the caller's in exchange for used; gap
// is then how many samples before it were lost that it carries itself. Or it is no packet, and gap
// samples have to be made up, 0 if nobody knows how many.
func (b *jitterBuffer) due(used *packet) (p *packet, gap int) {
	for len(b.queue) > 0 && b.stale(b.queue[0]) {
		b.drop()
	}
	if !b.anchored || len(b.queue) == 0 {
		b.starved = true
		return nil, 0
	}
	first := b.queue[0]
	missing := max(0, int(first.at-b.next))
	if missing >= first.redundant+shortestGap {
		return nil, missing - first.redundant
	}
	b.queue = slices.Delete(b.queue, 0, 1)
	if used != nil {
		b.free = append(b.free, used)
	}
	b.starved = false
	if first.redundant > 0 && !b.sequence.came(first.seq-1) {
		b.transits.lose(first.redundant, 1)
	}
	if first.span > 0 {
		b.next = first.end()
	}
	return first, min(missing, first.redundant)
}

// stale tells that a packet came too late to be played.
func (b *jitterBuffer) stale(p *packet) bool {
	return p.span > 0 && !b.starved && p.end() <= b.next
}

// waited averages how long packets wait.
func (b *jitterBuffer) waited(d time.Duration) { b.wait += (d - b.wait) / 32 }

// end finishes a pull of n samples.
func (b *jitterBuffer) end(n int) {
	b.grain = n
	b.now += int64(n)
	b.transits.tick(n)
}
