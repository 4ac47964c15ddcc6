package rtc

import (
	"math"
	"time"
)

// By RFC 3550 A.1 a packet belongs to the same stream if the gap is below maxDropout and it is
// overtaken by fewer than maxMisorder.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

// sequence counts the RTP sequence numbers (RFC 3550 A.1, A.3) of one stream after another. Unlike
// there, a duplicate does not count as received, since it would hide a loss.
type sequence struct {
	started                    bool
	ssrc                       uint32
	unrelated                  unrelated
	base                       int64
	highest                    int64  // of this stream, with cycles
	seen                       uint64 // bit i: highest-i has come
	copied                     uint64 // the same for packets whose frame came in a later packet only
	received                   int64  // of this stream
	receivedBefore, lostBefore int64  // of the streams before
}

// unrelated is the last packet that did not belong to the stream (bad_seq of RFC 3550 A.1). Only two
// such packets that follow each other begin another stream; a single one changes nothing.
type unrelated struct {
	valid bool
	ssrc  uint32
	seq   uint16
}

// admit counts a packet. ok is false for a duplicate and an unrelated packet; fresh is true for the
// first packet of a stream.
func (s *sequence) admit(seq uint16, ssrc uint32) (ok, fresh bool) {
	if s.started && ssrc == s.ssrc && s.follows(seq) {
		s.unrelated = unrelated{}
		return s.accept(seq), false
	}
	if s.started && s.unrelated != (unrelated{true, ssrc, seq - 1}) {
		s.unrelated = unrelated{true, ssrc, seq}
		return false, false
	}
	s.receivedBefore, s.lostBefore = s.totals()
	s.started, s.ssrc, s.unrelated = true, ssrc, unrelated{}
	s.base, s.highest, s.seen, s.copied, s.received = int64(seq), int64(seq), 0, 0, 0
	return s.accept(seq), true
}

// distance is how far seq is ahead of the highest of this stream, negative for behind.
func (s *sequence) distance(seq uint16) int { return int(int16(seq - uint16(s.highest))) }

// follows tells whether seq may belong to this stream.
func (s *sequence) follows(seq uint16) bool {
	d := s.distance(seq)
	return d < maxDropout && d > -maxMisorder
}

// accept counts a packet of this stream; false is a duplicate. One so far back that it cannot be
// known counts as new.
func (s *sequence) accept(seq uint16) bool {
	d := s.distance(seq)
	if d > 0 {
		s.highest += int64(d)
		s.seen <<= min(d, 64)
		s.copied <<= min(d, 64)
		d = 0
	}
	s.base = min(s.base, s.highest+int64(d)) // reordered at the very beginning
	if -d < 64 {
		bit := uint64(1) << -d
		if s.seen&bit != 0 {
			return false
		}
		s.seen |= bit
	}
	s.received++
	return true
}

// came tells whether a packet of this stream has come; true where it cannot be known.
func (s *sequence) came(seq uint16) bool {
	d := s.distance(seq)
	switch {
	case d > 0:
		return false
	case d <= -64 || s.highest+int64(d) < s.base:
		return true
	default:
		return s.seen>>-d&1 != 0
	}
}

// admitCopy tells whether a copy of a frame is needed: neither its own packet nor another copy has
// come.
func (s *sequence) admitCopy(seq uint16, ssrc uint32) bool {
	if !s.started || ssrc != s.ssrc || s.came(seq) {
		return false
	}
	d := s.distance(seq)
	if d > 0 || s.copied>>-d&1 != 0 {
		return false
	}
	s.copied |= 1 << -d
	return true
}

func (s *sequence) totals() (received, lost int64) {
	received, lost = s.receivedBefore+s.received, s.lostBefore
	if s.started {
		lost += max(0, s.highest-s.base+1-s.received)
	}
	return received, lost
}

// jitter is the interarrival jitter of RFC 3550 A.8, in seconds.
type jitter struct {
	value   float64
	started bool
	arrived time.Time
	at      int64
}

// observe takes the arrival of a packet and its timestamp in samples.
func (j *jitter) observe(arrived time.Time, at int64) {
	if j.started {
		d := arrived.Sub(j.arrived).Seconds() - float64(at-j.at)/SampleRate
		j.value += (math.Abs(d) - j.value) / 16
	}
	j.started, j.arrived, j.at = true, arrived, at
}

// restart forgets the last packet; the next one cannot be compared with it.
func (j *jitter) restart() { j.started = false }

func (j *jitter) duration() time.Duration { return time.Duration(j.value * float64(time.Second)) }
