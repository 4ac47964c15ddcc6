package rtc

import (
	"strconv"
	"strings"
)

// How long packets may be in milliseconds. What a far end asks for in between is rounded down.
const (
	frameLength   = 20
	longestLength = 60
)

// asksFor is the length of packets that a section asks for (RFC 8866 §6.4), and the longest that it takes; 0
// for what it does not say.
type asksFor struct{ length, longest int }

// of is what is asked for one codec, and whether half frames are taken: its own parameters count where the section says
// nothing, as with some PBXs for Opus.
func (a asksFor) of(f payloadType) (length int, halfFrames bool) {
	for part := range strings.SplitSeq(f.asked, ";") {
		key, text, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n <= 0 {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "ptime":
			if a.length == 0 {
				a.length = n
			}
		case "maxptime":
			if a.longest == 0 {
				a.longest = n
			}
		}
	}
	length = a.length
	if length == 0 {
		length = frameLength
	}
	if a.longest > 0 {
		length = min(length, a.longest)
	}
	length = min(max(length, frameLength/2), longestLength)
	if f.name == "opus" { // whose frames are not taken apart
		return max(length/frameLength*frameLength, frameLength), takesHalfFrames(f.asked, a.length)
	}
	if length > 40 && length < longestLength {
		return 40, false
	}
	length = length / 10 * 10
	return length, length%frameLength != 0
}

// milliseconds reads the value of a=ptime or a=maxptime, 0 for none that makes sense.
func milliseconds(value string) int {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || n < 1 || n > 1000 {
		return 0
	}
	return int(n)
}

// packing makes packets of the asked length out of encoded frames. The zero value makes one of each frame.
type packing struct {
	length int // milliseconds
	opus   bool
	ts     uint32 // of what is kept
	kept   []byte
	sizes  []int // of the frames in kept
}

// set changes the length and drops what is kept.
func (p *packing) set(name string, length int) {
	p.length, p.opus = length, name == "opus"
	if p.kept == nil {
		p.kept, p.sizes = make([]byte, 0, maxPayload), make([]int, 0, longestLength/frameLength)
	}
	p.drop()
}

func (p *packing) drop() { p.kept, p.sizes = p.kept[:0], p.sizes[:0] }

// isPlain tells that a packet is a frame.
func (p *packing) isPlain() bool { return p.length == 0 || p.length == frameLength }

// add takes the frame of a timestamp. It is called before next.
func (p *packing) add(ts uint32, frame []byte) {
	if len(p.kept) == 0 {
		p.ts = ts
	}
	if len(p.kept)+len(frame) > cap(p.kept) {
		p.drop()
		p.ts = ts
	}
	p.kept = append(p.kept, frame...)
	if p.opus {
		p.sizes = append(p.sizes, len(frame))
	}
}

// next writes the next packet that is full to dst and gives its timestamp; it is false where there is none.
func (p *packing) next(dst []byte) (packet []byte, ts uint32, ok bool) {
	if p.opus {
		n := joinable(p.kept, p.sizes)
		if len(p.sizes) == 0 || n == len(p.sizes) && n*frameLength < p.length {
			return nil, 0, false
		}
		packet, ts = joinOpus(dst[:0], p.kept, p.sizes[:n]), p.ts
		size := 0
		for _, s := range p.sizes[:n] {
			size += s
		}
		p.kept, p.sizes = p.kept[:copy(p.kept, p.kept[size:])], p.sizes[:copy(p.sizes, p.sizes[n:])]
		p.ts += uint32(n * FrameSamples)
		return packet, ts, true
	}
	const perMillisecond = 8 // bytes and ticks, of G.711 and G.722
	n := p.length * perMillisecond
	if len(p.kept) < n {
		return nil, 0, false
	}
	packet, ts = append(dst[:0], p.kept[:n]...), p.ts
	p.kept = p.kept[:copy(p.kept, p.kept[n:])]
	p.ts += uint32(n)
	return packet, ts, true
}

// joinable is how many frames at the beginning can be in one packet: those of one configuration (RFC 6716 §3.2).
func joinable(frames []byte, sizes []int) int {
	at := 0
	for n, size := range sizes {
		if n > 0 && (frames[at] != frames[0] || frames[0]&3 != 0) {
			return n
		}
		at += size
	}
	return len(sizes)
}

// joinOpus writes frames of one configuration as one packet, each with its size (RFC 6716 §3.2.5).
func joinOpus(dst, frames []byte, sizes []int) []byte {
	if len(sizes) == 1 {
		return append(dst, frames[:sizes[0]]...)
	}
	dst = append(dst, frames[0]|3, 0x80|byte(len(sizes)))
	for _, size := range sizes[:len(sizes)-1] {
		dst = appendOpusSize(dst, size-1)
	}
	at := 0
	for _, size := range sizes {
		dst = append(dst, frames[at+1:at+size]...)
		at += size
	}
	return dst
}

// appendOpusSize writes the length of a frame (RFC 6716 §3.2.1).
func appendOpusSize(dst []byte, n int) []byte {
	if n < 252 {
		return append(dst, byte(n))
	}
	return append(dst, byte(252+n&3), byte((n-252-n&3)/4))
}
