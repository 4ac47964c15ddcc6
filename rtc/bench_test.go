package rtc

import "testing"

func BenchmarkEncode(b *testing.B) {
	for _, name := range names {
		b.Run(name, func(b *testing.B) { benchmarkEncode(b, name, Opus{}) })
	}
	b.Run("opus by libopus", func(b *testing.B) { benchmarkEncode(b, "opus", opuses(b)[1]) })
}

func benchmarkEncode(b *testing.B, name string, o Opus) {
	enc, err := newEncoder(name, o)
	if err != nil {
		b.Fatal(err)
	}
	pcm, dst := voice(100), make([]byte, maxPayload)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i % 100 * FrameSamples
		if _, err := enc.encode(dst, pcm[at:at+FrameSamples]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is Opus by both.
func BenchmarkDecode(b *testing.B) {
	for _, o := range opuses(b) {
		b.Run(o.String(), func(b *testing.B) {
			dec, pcm, payloads := o.newDecoder(), make([]int16, maxSpan), spoken()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := dec.decode(pcm, payloads[i%len(payloads)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReceive is one frame in and out, with one packet in ten lost.
func BenchmarkReceive(b *testing.B) {
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			payloads := encodeAll(name, voice(100))
			c, _ := codecByName(name)
			r, pcm, now := receiverOf(b, name), make([]int16, FrameSamples), epoch
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%10 != 0 {
					r.push(0, uint16(i), uint32(i)*c.tsStep, 7, false, payloads[i%100], now)
				}
				r.pullAt(pcm, now)
				now = now.Add(FrameLen)
			}
		})
	}
}
