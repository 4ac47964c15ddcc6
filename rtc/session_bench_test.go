package rtc

import (
	"testing"
	"time"

	"github.com/pion/rtp"
)

// nowhere takes packets in place of pion.
type nowhere struct{}

func (nowhere) WriteRTP(h *rtp.Header, b []byte) (int, error) { return h.MarshalSize() + len(b), nil }
func (nowhere) Write(b []byte) (int, error)                   { return len(b), nil }

func boundTrack(t testing.TB, name string) *track {
	t.Helper()
	list, err := payloadsOf([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	tr := newTrack()
	tr.writer = nowhere{}
	if err := tr.agree(list, true); err != nil {
		t.Fatal(err)
	}
	return tr
}

// Our own code for a frame, out and in, and for a digit in its place, allocates nothing.
func TestFramesAllocateNothing(t *testing.T) {
	pcm := (&end{}).frame(low)
	for _, name := range names {
		tr := boundTrack(t, name)
		for range 500 { // the Opus encoder grows its buffers at first
			if err := tr.writeFrame(pcm); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(200, func() {
			if err := tr.writeFrame(pcm); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("writing %s: %v allocations a frame", name, n)
		}
		p, err := newPress('1', time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			if err := tr.pressKey(p); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(200, func() {
			if err := tr.writeFrame(pcm); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("writing digits over %s: %v allocations a frame", name, n)
		}
	}
	in := newInbound(t)
	if n := testing.AllocsPerRun(500, in.frame); n != 0 {
		t.Errorf("reading: %v allocations a frame", n)
	}
}

// inbound is the path of one stream from packets to frames.
type inbound struct {
	t       testing.TB
	s       *Session
	packet  rtp.Packet
	raw     []byte
	monitor keyWatch
	pcm     []int16
}

func newInbound(t testing.TB) *inbound {
	t.Helper()
	list, err := payloadsOf([]string{"PCMU"})
	if err != nil {
		t.Fatal(err)
	}
	in := &inbound{t: t, s: &Session{in: newReceiver()}, pcm: make([]int16, FrameSamples)}
	names := newPayloadNames(list)
	in.s.inbound.Store(names)
	in.s.in.setPayloads(names.names())
	first := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 1}, Payload: make([]byte, 160)}
	if in.raw, err = first.Marshal(); err != nil {
		t.Fatal(err)
	}
	return in
}

func (in *inbound) frame() {
	h := rtp.Header{Version: 2, SSRC: 1, SequenceNumber: in.packet.SequenceNumber + 1, Timestamp: in.packet.Timestamp + 160}
	if _, err := h.MarshalTo(in.raw); err != nil {
		in.t.Fatal(err)
	}
	if err := in.packet.Unmarshal(in.raw); err != nil {
		in.t.Fatal(err)
	}
	in.s.take(&in.packet, &in.monitor)
	in.s.ReadFrame(in.pcm)
}

// BenchmarkWriteFrame is our side of a frame, without pion's encryption and the socket.
func BenchmarkWriteFrame(b *testing.B) {
	pcm := (&end{}).frame(low)
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			tr := boundTrack(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if err := tr.writeFrame(pcm); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadFrame(b *testing.B) {
	in := newInbound(b)
	b.ReportAllocs()
	for b.Loop() {
		in.frame()
	}
}

// BenchmarkSetup is a call from nothing to sound at both ends, with the pace of frames and the
// first fill of the jitter buffer.
func BenchmarkSetup(b *testing.B) {
	e := newEngine(b)
	for b.Loop() {
		from, to := call(b, e, e, nil, nil)
		talk(b, from, to, func(x, y float64) bool { return x > audible && y > audible })
		b.StopTimer()
		_ = from.Close()
		_ = to.Close()
		b.StartTimer()
	}
}

// BenchmarkConnect is the same up to ICE and DTLS, without sound.
func BenchmarkConnect(b *testing.B) {
	e := newEngine(b)
	for b.Loop() {
		from, to := call(b, e, e, nil, nil)
		b.StopTimer()
		_ = from.Close()
		_ = to.Close()
		b.StartTimer()
	}
}

// BenchmarkCall is a frame both ways through all of a call, pion and loopback included.
func BenchmarkCall(b *testing.B) {
	e := newEngine(b)
	from, to := call(b, e, e, nil, nil)
	pcm := from.frame(low)
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range []*end{from, to} {
			if err := s.WriteFrame(pcm); err != nil {
				b.Fatal(err)
			}
			s.ReadFrame(pcm)
		}
	}
}
