package rtc

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// FuzzReceiver reads a script: for each packet five bytes with the differences from the packet
// before, then a payload.
func FuzzReceiver(f *testing.F) {
	f.Add([]byte{0, 1, 160, 0, 4, 1, 2, 3, 4, 0, 1, 160, 0, 4, 5, 6, 7, 8})
	f.Add([]byte{1, 1, 0, 3, 3, 0xfc, 0xff, 0xfe, 1, 2, 0, 6, 3, 0x78, 1, 2})
	f.Add([]byte{3, 1, 160, 0, 1, 30, 2, 1, 160, 0, 2, 7, 7, 0x80, 9, 9, 9, 0})
	f.Add([]byte{1, 1, 0, 3, 3, 0xfc, 0xff, 0xfe, 1, 2, 0x80, 7, 3, 0xfc, 1, 2, 5, 4, 10, 0, 3, 0xfc, 3, 4})
	f.Add([]byte{0x40, 200, 255, 255, 3, 1, 1, 1, 0x41, 201, 0, 0, 3, 0x1b, 2, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		r := newReceiver()
		r.setPayloads(map[uint8]string{0: "PCMU", 1: "opus", 2: "PCMA", 3: "CN", 4: "G722"})
		pcm := make([]int16, FrameSamples)
		now := epoch
		var seq uint16
		var ts, ssrc uint32
		for len(script) >= 5 {
			pt := script[0] & 7
			seq += uint16(int8(script[1])) << (script[0] >> 3 & 1 * 7)
			ts += uint32(int32(int16(binary.LittleEndian.Uint16(script[2:])))) << (script[0] >> 4 & 1 * 12)
			if script[0]&0x20 != 0 {
				ssrc++
			}
			n := min(int(script[4]), len(script)-5)
			if pt == 5 { // a copy within the packet before
				p := rtp.Packet{Header: rtp.Header{SequenceNumber: seq, Timestamp: ts, SSRC: ssrc}}
				again := redBlock{payload: script[1] >> 2 & 7, offset: uint32(script[2]) * 96, data: script[5 : 5+n]}
				r.pushCopy(again, &p, 1+int(script[1]&3), now)
			}
			r.push(pt, seq, ts, ssrc, script[0]&0x80 != 0, script[5:5+n], now)
			script = script[5+n:]
			if len(r.buffer.queue) > maxDepth {
				t.Fatalf("%d packets wait", len(r.buffer.queue))
			}
			if pt&4 == 0 {
				r.pullAt(pcm, now)
				now = now.Add(FrameLen)
			}
		}
		for range 100 {
			now = now.Add(FrameLen)
			r.pullAt(pcm, now)
		}
		var s Stats
		r.fill(&s)
		if s.Buffer < 0 || s.Buffer > 10*time.Second || s.Jitter < 0 || s.Lost > 1<<40 {
			t.Errorf("%+v", s)
		}
	})
}

func fuzzDecoder(f *testing.F, name string) {
	f.Add([]byte{0x78, 1, 2, 3}, uint8(1))
	f.Add([]byte{0xfc, 0xff, 0xfe}, uint8(0))
	f.Add([]byte{0x1b, 2, 9, 9}, uint8(3))
	f.Add([]byte{}, uint8(2))
	c, _ := codecByName(name)
	f.Fuzz(func(t *testing.T, payload []byte, mode uint8) {
		format := &format{c, newDecoder(name, Opus{})}
		out := make([]int16, maxSpan)
		for range 3 {
			span, redundant := format.measure(payload)
			if span < 0 || span > maxSpan || redundant < 0 || redundant > maxRedundancy {
				t.Fatalf("%d samples, %d redundant", span, redundant)
			}
			if span == 0 {
				return
			}
			if mode&1 != 0 && redundant > 0 {
				format.decoder.recover(out[:redundant], payload)
			}
			if mode&2 != 0 {
				format.decoder.conceal(out[:FrameSamples])
			}
			if n, err := format.decoder.decode(out, payload); err == nil && n != span {
				t.Fatalf("% x: %d samples, want %d", payload, n, span)
			}
		}
	})
}

func FuzzDecodeOpus(f *testing.F) { fuzzDecoder(f, "opus") }
func FuzzDecodeG722(f *testing.F) { fuzzDecoder(f, "G722") }
func FuzzDecodePCMU(f *testing.F) { fuzzDecoder(f, "PCMU") }
func FuzzDecodePCMA(f *testing.F) { fuzzDecoder(f, "PCMA") }

func FuzzComfortNoise(f *testing.F) {
	f.Add([]byte{45, 1, 2})
	f.Fuzz(func(t *testing.T, payload []byte) {
		c := newComfortNoise()
		c.set(payload)
		out := make([]int16, FrameSamples)
		c.fill(out)
		if level := rms(out); level > 1300 {
			t.Errorf("% x: level %.0f", payload, level)
		}
	})
}
