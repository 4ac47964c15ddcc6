package rtc

import (
	"testing"
	"time"

	"github.com/pion/rtp"
)

// gate swallows packets, as pion does, until it is open.
type gate struct {
	open bool
	sent []rtp.Header
}

func (g *gate) WriteRTP(h *rtp.Header, b []byte) (int, error) {
	if !g.open {
		return 0, nil
	}
	g.sent = append(g.sent, *h)
	return h.MarshalSize() + len(b), nil
}

func (g *gate) Write([]byte) (int, error) { panic("not used") }

// The frame in hand goes out as soon as there is a path, and the stream goes on from it. One that is over does not.
func TestFirstFrameDoesNotWait(t *testing.T) {
	pcm := (&end{}).frame(low)
	list := withoutRed(t)
	for _, row := range []struct {
		name   string
		before func(*track, *gate) error // what happens before the path
		age    time.Duration
		want   int
	}{
		{"written before the codec was agreed", func(tr *track, g *gate) error {
			return tr.writeFrame(pcm)
		}, 0, 1},
		{"written before the encryption was there", func(tr *track, g *gate) error {
			tr.writer = g
			if err := tr.agree(list, true); err != nil {
				return err
			}
			return tr.writeFrame(pcm)
		}, 0, 1},
		{"over", func(tr *track, g *gate) error {
			return tr.writeFrame(pcm)
		}, FrameLen, 0},
		{"encoded in another codec", func(tr *track, g *gate) error {
			tr.writer = g
			if err := tr.agree(allPayloads(t)[1:], true); err != nil {
				return err
			}
			return tr.writeFrame(pcm)
		}, 0, 0},
		{"none written", func(*track, *gate) error { return nil }, 0, 0},
		{"held", func(tr *track, g *gate) error {
			tr.setOpen(false)
			return tr.writeFrame(pcm)
		}, 0, 0},
	} {
		tr, g := newTrack(), new(gate)
		if err := row.before(tr, g); err != nil {
			t.Fatal(err)
		}
		now := time.Now().Add(row.age)
		if settled, err := tr.begin(now); err != nil || settled != (row.name == "over" || row.name == "none written") {
			t.Errorf("%s: settled %t before the path, %v", row.name, settled, err)
		}
		tr.writer = g
		if err := tr.agree(list, true); err != nil {
			t.Fatal(err)
		}
		g.open = true
		for range 2 {
			if settled, err := tr.begin(now); err != nil || !settled {
				t.Errorf("%s: settled %t, %v", row.name, settled, err)
			}
		}
		if len(g.sent) != row.want {
			t.Fatalf("%s: %d packets", row.name, len(g.sent))
		}
		tr.setOpen(true)
		if err := tr.writeFrame(pcm); err != nil {
			t.Fatal(err)
		}
		if len(g.sent) != row.want+1 || !g.sent[0].Marker {
			t.Fatalf("%s: %+v", row.name, g.sent)
		}
		if row.want == 1 && (g.sent[1].Timestamp-g.sent[0].Timestamp != FrameSamples || g.sent[1].SequenceNumber-g.sent[0].SequenceNumber != 1) {
			t.Errorf("%s: %+v", row.name, g.sent)
		}
	}
}

// A key that is pressed before there is a path is sent once there is one.
func TestFirstKeyWaitsForThePath(t *testing.T) {
	pcm := (&end{}).frame(low)
	tr, g := newTrack(), new(gate)
	tr.writer = g
	if err := tr.agree(withoutRed(t), true); err != nil {
		t.Fatal(err)
	}
	p, err := newPress('5', 0)
	if err == nil {
		err = tr.pressKey(p)
	}
	if err != nil {
		t.Fatal(err)
	}
	events := 0
	for i := range 30 {
		g.open = i >= 20
		if err := tr.writeFrame(pcm); err != nil {
			t.Fatal(err)
		}
	}
	for _, h := range g.sent {
		if h.PayloadType == tr.event.number {
			events++
		}
	}
	if want := p.frames + endPackets - 1; events != want {
		t.Errorf("%d packets of the key, want %d", events, want)
	}
}
