package rtc

// timeline turns RTP timestamps into positions: samples at SampleRate that do not wrap. Where it
// begins means nothing.
type timeline struct {
	clock uint32 // of the timestamps, ticks a second; 0 before the first
	ts    uint32 // of the newest packet
	at    int64  // its position

	jumped  bool   // the packet before did not fit
	jumpSeq uint16 // its sequence number
}

// locate says false if ts cannot be compared with those before: another codec runs by another
// clock (RFC 7160).
func (t *timeline) locate(clock, ts uint32) (at int64, known bool) {
	if clock != t.clock {
		return 0, false
	}
	at = t.at + int64(int32(ts-t.ts))*int64(SampleRate/clock)
	return at, true
}

// follow makes a packet the one that the next is compared with.
func (t *timeline) follow(ts uint32, at int64) { t.ts, t.at = ts, at }

// restart begins anew with ts.
func (t *timeline) restart(clock, ts uint32) (at int64) {
	*t = timeline{clock: clock, ts: ts, at: int64(ts) * int64(SampleRate/clock)}
	return t.at
}

// jumpAgain is told of a packet that is far from its turn. It says true only to the second of
// two in a row: one may be a stray, but then the sender has set its clock.
func (t *timeline) jumpAgain(seq uint16) bool {
	again := t.jumped && seq == t.jumpSeq+1
	t.jumped, t.jumpSeq = true, seq
	return again
}
