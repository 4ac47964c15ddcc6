package rtc

import "time"

const (
	// earliest is how much shorter than the shortest so far, in samples, the transit of a packet may
	// be. No network speeds up by more, so beyond it the timestamp must be wrong.
	earliest = 5 * SampleRate / 1000
	// shuffled is how much sequence numbers and arrivals may disagree, in samples.
	shuffled = 100 * SampleRate / 1000
	// floorPackets is how many packets decide which transit is the shortest.
	floorPackets = 64
	// learnPackets is how many packets in a row with the same step show how long a tick is.
	learnPackets = 8
	// mostWrong is the largest factor by which a clock may be wrong, either way.
	mostWrong = 12
)

// timeline turns the RTP timestamps of one stream into positions: samples at SampleRate that do not
// wrap around, from an arbitrary beginning.
//
// Timestamps are not reliable: with music on hold and parked calls the clock jumps in mid-stream,
// and some senders tick at another rate than negotiated. A step that does not match the length of
// the packet before is believed only if the arrival agrees: a packet cannot come much earlier than
// the fastest so far. Otherwise the sequence numbers decide.
//
// These are not reliable either: some senders and relays leave numbers out where no sound is missing,
// or send each packet twice under two numbers. Then timestamp and arrival agree against them.
type timeline struct {
	clock   uint32 // of the timestamps, ticks a second; 0 before the first
	seq     uint16 // of the newest packet
	ts      uint32
	at      int64 // its position
	arrived time.Time
	frame   int64 // samples of a packet

	late   int64 // how much longer than the fastest the newest packet took, in samples
	spread int64 // the largest such value of late
	least  int64 // the smallest, over the current floorPackets
	most   int64
	count  int

	pace  pace
	run   run
	lied  bool   // the timestamps have been wrong
	since uint16 // if lied, the first packet that later ones can be compared with

	jumped  bool   // the last packet did not fit
	jumpSeq uint16 // its sequence number
}

// pace is the length of ticks: so many samples for so many ticks.
type pace struct{ samples, ticks int64 }

func (p pace) of(ticks int64) int64 { return ticks * p.samples / p.ticks }

// run is a row of packets with the same step from each to the next, missing ones included.
type run struct {
	step    int64 // in ticks
	frame   int64
	packets int64
	took    int64 // the time in which they came, in samples
}

// locate gives the position of a packet. It is false where the timestamp cannot be compared with
// those before, as after a change to a codec with another clock (RFC 7160).
func (t *timeline) locate(p *packet, ts uint32) (at int64, known bool) {
	if p.format.clock != t.clock {
		return 0, false
	}
	after := t.after(p.seq)
	said := t.pace.of(t.ticks(ts))
	switch {
	case after > 0:
		return t.at + t.step(after, said, samplesOf(p.arrived.Sub(t.arrived))), true
	case t.lied && int16(p.seq-t.since) < 0:
		return t.at + after*t.frame, true
	default:
		return t.at + said, true
	}
}

// after is how many packets seq is after the newest.
func (t *timeline) after(seq uint16) int64 { return int64(int16(seq - t.seq)) }

// ticks is how far ts lies from the newest.
func (t *timeline) ticks(ts uint32) int64 { return int64(int32(ts - t.ts)) }

// step is the distance from the newest packet, in samples, to one that is so many packets later, by
// its timestamp; gap is the time between their arrivals.
func (t *timeline) step(after, said, gap int64) int64 {
	expected := after * t.frame
	pause := gap > expected+t.frame+t.spread
	switch {
	case said == expected,
		said == t.frame && (!t.lied || gap < expected-t.frame/2), // numbers are left out, no sound
		said == 0 && !t.lied && gap < t.frame/2,                  // the same sound once more
		said > t.frame && t.late+gap-said >= -earliest && (pause || !t.lied):
		return said
	case pause:
		return gap
	case expected > gap+t.spread+shuffled: // the sequence numbers lie too
		return max(t.frame, gap)
	default:
		return expected
	}
}

// follow makes a packet the newest.
func (t *timeline) follow(p *packet, ts uint32) {
	after, ticks, gap := t.after(p.seq), t.ticks(ts), samplesOf(p.arrived.Sub(t.arrived))
	advance := p.at - t.at
	t.seq, t.ts, t.at, t.arrived = p.seq, ts, p.at, p.arrived
	if after > 0 {
		if advance != t.pace.of(ticks) {
			t.lied, t.since = true, p.seq
		}
		t.measure(t.late + gap - advance)
		t.learn(ticks, after, gap)
	}
	if p.span > 0 {
		t.frame = int64(p.span)
	}
}

// measure takes how much longer than the fastest a packet took; a negative value makes it the
// fastest.
func (t *timeline) measure(late int64) {
	if late < 0 {
		t.least, late = 0, 0
	}
	t.late = late
	t.least, t.most = min(t.least, late), max(t.most, late)
	t.spread = max(t.spread, late)
	if t.count++; t.count == floorPackets {
		t.late -= t.least
		t.spread = t.most - t.least
		t.count, t.least, t.most = 0, t.late, t.late
	}
}

// learn watches the step of the timestamps. If many packets in a row have the same step, other than
// their length, and arrive at the pace of their length, then that step is their length in ticks.
func (t *timeline) learn(ticks, after, gap int64) {
	r := &t.run
	if r.step*after != ticks || t.frame != r.frame {
		*r = run{step: ticks / after, frame: t.frame}
		return
	}
	r.packets += after
	r.took += gap
	said, real := t.pace.of(r.packets*r.step), r.packets*r.frame
	if r.packets < learnPackets || said == real || r.step <= 0 || r.took < real/2 ||
		distance(r.took, real) > distance(r.took, said) {
		return
	}
	nominal := r.step * int64(SampleRate/t.clock)
	if nominal > mostWrong*r.frame || mostWrong*nominal < r.frame {
		return
	}
	t.pace, t.lied, t.since = pace{r.frame, r.step}, true, t.seq
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

// samplesOf is a time in samples.
func samplesOf(d time.Duration) int64 { return int64(d.Seconds() * SampleRate) }

// restart starts over with a packet.
func (t *timeline) restart(p *packet, ts uint32) (at int64) {
	clock := p.format.clock
	ratio := int64(SampleRate / clock)
	*t = timeline{
		clock: clock, seq: p.seq, ts: ts, at: int64(ts) * ratio, arrived: p.arrived,
		frame: FrameSamples, pace: pace{ratio, 1},
	}
	if p.span > 0 {
		t.frame = int64(p.span)
	}
	return t.at
}

// jumpAgain counts packets that are far from their turn, and is true for the second in a row: one
// alone may be an error, after two the sender has reset its clock.
func (t *timeline) jumpAgain(seq uint16) bool {
	again := t.jumped && seq == t.jumpSeq+1
	t.jumped, t.jumpSeq = true, seq
	return again
}
