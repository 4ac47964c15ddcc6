package rtc

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// The packet of RFC 2198 §7, with shorter blocks: a copy in payload type 7, and the frame in 5.
var redOfTheStandard = []byte{
	0x80 | 7, 0x0a, 0x00 | 0, 3, // F=1, offset 640, length 3
	5,
	'o', 'l', 'd', 'n', 'e', 'w', '!',
}

func TestSplitRed(t *testing.T) {
	var room [redBlocks]redBlock
	blocks := splitRed(redOfTheStandard, &room)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks", len(blocks))
	}
	if b := blocks[0]; b.payload != 7 || b.offset != 640 || string(b.data) != "old" {
		t.Errorf("copy %+v", b)
	}
	if b := blocks[1]; b.payload != 5 || b.offset != 0 || string(b.data) != "new!" {
		t.Errorf("frame %+v", b)
	}
	for n := range 8 { // cut off within the headers or the copy
		if blocks := splitRed(redOfTheStandard[:n], &room); blocks != nil {
			t.Errorf("%d bytes: %v", n, blocks)
		}
	}
	if blocks := splitRed(bytes.Repeat([]byte{0x80, 0, 0, 0}, 20), &room); blocks != nil {
		t.Errorf("%d blocks without an end", len(blocks))
	}
}

func TestWrapRed(t *testing.T) {
	var r redundancy
	var room [redBlocks]redBlock
	buf := make([]byte, maxPayload)
	frames := [][]byte{[]byte("one"), bytes.Repeat([]byte{2}, 700), bytes.Repeat([]byte{3}, 600), []byte("four")}
	want := [][]int{{0}, {0, 1}, {0, 1, 2}, {1, 2, 3}} // the frames in each packet
	for i, f := range frames {
		ts := uint32(i * FrameSamples)
		blocks := splitRed(r.wrap(buf[:0], 111, ts, f, redCopies), &room)
		if len(blocks) != len(want[i]) {
			t.Fatalf("packet %d: %d blocks", i, len(blocks))
		}
		for j, b := range blocks {
			if k := want[i][j]; b.payload != 111 || b.offset != ts-uint32(k*FrameSamples) || !bytes.Equal(b.data, frames[k]) {
				t.Errorf("packet %d, block %d: payload type %d, offset %d, %d bytes", i, j, b.payload, b.offset, len(b.data))
			}
		}
		r.keep(ts, f)
	}
	if got := r.wrap(buf[:0], 111, 4*FrameSamples, bytes.Repeat([]byte{5}, 1400), redCopies); len(got) > maxPayload {
		t.Errorf("%d bytes in a packet", len(got))
	}
	r.forget()
	if blocks := splitRed(r.wrap(buf[:0], 111, 0, frames[0], redCopies), &room); len(blocks) != 1 {
		t.Errorf("%d blocks after a break", len(blocks))
	}
}

func FuzzSplitRed(f *testing.F) {
	f.Add(redOfTheStandard)
	f.Add([]byte{111})
	f.Fuzz(func(t *testing.T, b []byte) {
		var room [redBlocks]redBlock
		size := 0
		blocks := splitRed(b, &room)
		for i, block := range blocks {
			size += len(block.data) + 4
			if i == len(blocks)-1 {
				size -= 3
			}
		}
		if blocks != nil && size != len(b) {
			t.Errorf("%d bytes of %d", size, len(b))
		}
	})
}

// collector keeps what a track sends.
type collector struct{ packets []rtp.Packet }

func (c *collector) WriteRTP(h *rtp.Header, b []byte) (int, error) {
	c.packets = append(c.packets, rtp.Packet{Header: h.Clone(), Payload: slices.Clone(b)})
	return len(b), nil
}
func (c *collector) Write(b []byte) (int, error) { return len(b), nil }

// withoutRed is Opus for a far end without redundant audio.
func withoutRed(t testing.TB) []payloadType {
	t.Helper()
	list, err := payloadsOf([]string{"opus"})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(f payloadType) bool { return f.name == redName })
}

// Copies are sent to a far end that reports losses and can use copies, and never across a break of
// the stream.
func TestCopiesFollowLosses(t *testing.T) {
	tr := boundTrack(t, "opus")
	wire := &collector{}
	tr.writer = wire
	pcm := (&end{}).frame(low)
	send := func(n int) (copies []int) {
		wire.packets = nil
		for range n {
			if err := tr.writeFrame(pcm); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range wire.packets {
			var room [redBlocks]redBlock
			switch p.PayloadType {
			case redPayload:
				copies = append(copies, len(splitRed(p.Payload, &room))-1)
			case 111:
				copies = append(copies, -1)
			}
		}
		return copies
	}
	check := func(what string, got, want []int) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: copies %v, want %v", what, got, want)
		}
	}
	check("no loss", send(3), []int{-1, -1, -1})
	if err := tr.reported(.03, 0); err != nil {
		t.Fatal(err)
	}
	check("3 %", send(2), []int{1, 1})
	if err := tr.reported(.2, 0); err != nil {
		t.Fatal(err)
	}
	check("20 %", send(2), []int{2, 2})
	tr.setOpen(false)
	send(1)
	tr.setOpen(true)
	check("after a hold", send(4), []int{0, 1, 2, 2})
	if err := tr.agree(withoutRed(t), true); err != nil {
		t.Fatal(err)
	}
	check("not agreed on", send(2), []int{-1, -1})
}

// Two sessions agree on it, and all sound arrives although packets are lost.
func TestRedundantAudio(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	if err := a.track.reported(.2, 0); err != nil {
		t.Fatal(err)
	}
	bothHear(t, a, b)
	thereBefore, backBefore := b.Stats(), a.Stats() // back it is sent without
	var there, back Stats
	talk(t, a, b, func(_, _ float64) bool {
		there, back = b.Stats(), a.Stats()
		return there.Received-thereBefore.Received >= 20 && back.Received-backBefore.Received >= 20
	})
	perPacket := func(now, before Stats) uint64 {
		return (now.BytesReceived - before.BytesReceived) / (now.Received - before.Received)
	}
	if n, plain := perPacket(there, thereBefore), perPacket(back, backBefore); there.Codec != "opus" || n < 2*plain {
		t.Errorf("%s: %d bytes a packet there, %d back", there.Codec, n, plain)
	}
}

// Frames that come only as copies are played, except perhaps the first. Copies of frames that came
// change nothing.
func TestCopyOfALostFrame(t *testing.T) {
	l := link{frames: 200, payloads: stillPayloads, step: 160, phase: 11 * time.Millisecond, copies: 2}
	l.lost = func(_ *rand.Rand, i int) bool { return i == 100 || i == 150 }
	o := l.run(stillReceiver())
	if o.Lost != 2 || o.Concealed > 1 || o.Late != 0 || o.Received < 197 {
		t.Errorf("%+v", o.Stats)
	}
}
