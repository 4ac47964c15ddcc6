package rtc

// Redundant audio (RFC 2198): a packet carries the frames before its own once more, so that a lost
// frame comes again 20 or 40 ms later, complete. Opus' own redundancy is smaller, but covers only
// one frame, and no frame that its encoder takes for a pause. Browsers know both. Each copy costs
// the bandwidth of a frame, so it is sent only to a far end that reports losses.
const (
	redName = "red"
	// redPayload is the payload type that browsers use.
	redPayload = 63
	// redCopies is how many earlier frames a packet of ours carries at most.
	redCopies = 2
	// redBlocks bounds how many frames a packet of theirs may have.
	redBlocks = 8
	// redLongest and redOldest are the largest values of a block's fields: its length in bytes, its
	// age in ticks.
	redLongest = 1<<10 - 1
	redOldest  = 1<<14 - 1
	// redHeader is the length of a copy's header in bytes.
	redHeader = 4
)

// From which loss in percent on one copy and two copies are worth their bandwidth.
const (
	oneCopyFrom   = 2
	twoCopiesFrom = 5
)

// redBlock is one frame of a packet.
type redBlock struct {
	payload uint8
	offset  uint32 // how many ticks it is older than the packet's timestamp
	data    []byte
}

// splitRed takes a packet apart, oldest frame first; the last one is the packet's own. It returns
// nil for one that breaks the format.
func splitRed(b []byte, blocks *[redBlocks]redBlock) []redBlock {
	n, total := 0, 0
	var lengths [redBlocks]int
	for ; len(b) > 0 && b[0]&0x80 != 0; b = b[redHeader:] {
		if len(b) <= redHeader || n == redBlocks-1 {
			return nil
		}
		blocks[n].payload = b[0] & 0x7f
		blocks[n].offset = uint32(b[1])<<6 | uint32(b[2])>>2
		lengths[n] = int(b[2]&3)<<8 | int(b[3])
		total += lengths[n]
		n++
	}
	if len(b) < 1+total {
		return nil
	}
	blocks[n] = redBlock{payload: b[0] & 0x7f}
	b = b[1:]
	lengths[n] = len(b) - total
	n++
	for i := range n {
		blocks[i].data, b = b[:lengths[i]], b[lengths[i]:]
	}
	return blocks[:n]
}

// redundancy keeps the frames that were sent last.
type redundancy struct {
	kept [redCopies]copyOfFrame // the newest first
	n    int
}

type copyOfFrame struct {
	ts   uint32
	size int
	data [redLongest]byte
}

// forget drops the frames, where the next one does not continue them.
func (r *redundancy) forget() { r.n = 0 }

// keep notes a frame that is being sent.
func (r *redundancy) keep(ts uint32, frame []byte) {
	if len(frame) > redLongest {
		r.forget()
		return
	}
	r.kept[1], r.n = r.kept[0], min(r.n+1, redCopies)
	r.kept[0].ts, r.kept[0].size = ts, len(frame)
	copy(r.kept[0].data[:], frame)
}

// wrap makes a packet of the frame of ts with up to copies frames before it, as many as fit in dst.
func (r *redundancy) wrap(dst []byte, payload uint8, ts uint32, frame []byte, copies int) []byte {
	n, size := 0, 1+len(frame)
	for n < min(copies, r.n) && ts-r.kept[n].ts <= redOldest && size+redHeader+r.kept[n].size <= cap(dst) {
		size += redHeader + r.kept[n].size
		n++
	}
	dst = dst[:0]
	for i := n - 1; i >= 0; i-- {
		k := &r.kept[i]
		offset := ts - k.ts
		dst = append(dst, 0x80|payload, byte(offset>>6), byte(offset<<2)|byte(k.size>>8), byte(k.size))
	}
	dst = append(dst, payload)
	for i := n - 1; i >= 0; i-- {
		dst = append(dst, r.kept[i].data[:r.kept[i].size]...)
	}
	return append(dst, frame...)
}

// copiesAgainst is how many copies to send at a loss in percent.
func copiesAgainst(percent int) int {
	switch {
	case percent >= twoCopiesFrom:
		return 2
	case percent >= oneCopyFrom:
		return 1
	}
	return 0
}
