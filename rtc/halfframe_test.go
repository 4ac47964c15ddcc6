package rtc

import (
	"testing"
	"time"
)

const aBrowser = "a=fmtp:111 minptime=10;useinbandfec=1\r\n"

// talkHalf sends and plays frames of a tone in halves.
func (p *plug) talkHalf(t *testing.T, tr *track, voice *end, frames int) {
	t.Helper()
	pcm := make([]int16, FrameSamples/2)
	for range frames {
		frame := voice.frame(low)
		for _, half := range [][]int16{frame[:FrameSamples/2], frame[FrameSamples/2:]} {
			if err := tr.writeFrame(half); err != nil {
				t.Fatal(err)
			}
			p.pullAt(pcm, p.now)
			p.now = p.now.Add(FrameLen / 2)
		}
	}
}

// TestHalfFrames: half frames are sent by themselves once the far end reports a steady path, and as whole ones before and
// where it does not.
func TestHalfFrames(t *testing.T) {
	whole, half := uint32(FrameSamples), uint32(FrameSamples/2)
	for _, o := range opuses(t) {
		tr, p := pluggedWith(t, o, "opus", aBrowser)
		voice := &end{}
		for i, row := range []struct {
			loss   float64
			jitter time.Duration
			step   uint32
		}{
			{-1, 0, whole}, // no report yet
			{0, 3 * time.Millisecond, half},
			{0, 15 * time.Millisecond, half}, // it is steady until it is rough
			{0, 30 * time.Millisecond, whole},
			{0, 15 * time.Millisecond, whole}, // and rough until it is calm
			{0, 10 * time.Millisecond, half},
			{.03, 0, whole},
		} {
			if row.loss >= 0 {
				if err := tr.reported(row.loss, row.jitter); err != nil {
					t.Fatal(err)
				}
			}
			p.talkHalf(t, tr, voice, 2) // one may have begun before
			clear(p.steps)
			p.talkHalf(t, tr, voice, 50)
			if len(p.steps) != 1 || p.steps[row.step] == 0 {
				t.Errorf("%s, report %d: steps %v, want %d", o, i, p.steps, row.step)
			}
		}
	}
}

// TestHalfFramesAreWanted: without a word of the far end, or where it asks for longer packets, where SILK is sent, or
// where encoding is a burden, frames are whole.
func TestHalfFramesAreWanted(t *testing.T) {
	for _, tt := range []struct {
		name, codec, lines string
		step               uint32
		burdened           bool
	}{
		{"a browser", "opus", aBrowser, 480, false},
		{"it asks for them", "opus", "a=ptime:10\r\n", 480, false},
		{"in the parameters", "opus", "a=fmtp:111 ptime=10\r\n", 480, false},
		{"it says nothing", "opus", "", 960, false},
		{"whole ones at least", "opus", "a=fmtp:111 minptime=20\r\n", 960, false},
		{"it asks for whole ones", "opus", aBrowser + "a=ptime:20\r\n", 960, false},
		{"for two of them", "opus", aBrowser + "a=ptime:40\r\n", 1920, false},
		{"SILK", "opus", "a=fmtp:111 minptime=10;maxaveragebitrate=16000\r\n", 960, false},
		{"a slow machine", "opus", aBrowser, 960, true},
		{"G.711", "PCMU", "", 160, false},
		{"G.711 in halves", "PCMU", "a=ptime:10\r\n", 80, false},
		{"G.722 in halves", "G722", "a=ptime:10\r\n", 80, false},
		{"in three halves", "PCMU", "a=ptime:30\r\n", 240, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr, p := plugged(t, tt.codec, tt.lines)
			if err := tr.reported(0, 0); err != nil {
				t.Fatal(err)
			}
			if tt.burdened {
				p.encodes = 5 * time.Millisecond
			}
			p.talkHalf(t, tr, &end{}, 50)
			clear(p.steps)
			p.talkHalf(t, tr, &end{}, 60)
			if len(p.steps) != 1 || p.steps[tt.step] == 0 {
				t.Errorf("steps %v, want %d", p.steps, tt.step)
			}
		})
	}
}

// TestBurden: a machine that is just fast enough does not change its mind all the time.
func TestBurden(t *testing.T) {
	var h halfFrames
	for i, row := range []struct {
		took time.Duration // to encode 10 ms
		want bool
	}{{time.Millisecond, false}, {2 * time.Millisecond, true}, {time.Millisecond, true}, {500 * time.Microsecond, false}} {
		for range 10 * effortFrames {
			h.encoded(FrameSamples/2, row.took)
		}
		if h.burdened != row.want {
			t.Errorf("row %d: burdened is %t", i, h.burdened)
		}
	}
}

// TestAgreedBetweenHalves: what is agreed on between the halves of a frame counts from the next packet on.
func TestAgreedBetweenHalves(t *testing.T) {
	tr, p := plugged(t, "opus", aBrowser)
	if err := tr.reported(0, 0); err != nil {
		t.Fatal(err)
	}
	p.talkHalf(t, tr, &end{}, 50)
	half := make([]int16, FrameSamples/2)
	if err := tr.writeFrame(half); err != nil {
		t.Fatal(err)
	}
	if _, packet := tr.sends(); packet != FrameLen/2 {
		t.Errorf("a packet has %v", packet)
	}
	longer := tr.voice
	longer.length, longer.halfFrames = 40, false
	if err := tr.agree([]payloadType{longer}, true); err != nil {
		t.Fatal(err)
	}
	if _, packet := tr.sends(); packet != 2*FrameLen {
		t.Errorf("a packet has %v", packet)
	}
	clear(p.steps)
	for range 40 {
		if err := tr.writeFrame(half); err != nil {
			t.Fatal(err)
		}
	}
	if p.steps[FrameSamples/2] != 1 || p.steps[2*FrameSamples] != 9 || len(p.steps) != 2 {
		t.Errorf("steps %v", p.steps)
	}
}

// TestHalfFramesDoNotClick: a change between them and whole ones is not heard.
func TestHalfFramesDoNotClick(t *testing.T) {
	for _, o := range opuses(t) {
		enc, err := newEncoder("opus", o)
		if err != nil {
			t.Fatal(err)
		}
		dec, in := o.newDecoder(), tone(200, hertz, amplitude)
		var received []int16
		for i := 0; len(in) > 0; i++ {
			n := FrameSamples
			if i/20%2 == 1 {
				n /= 2
			}
			n = min(n, len(in))
			payload, out := make([]byte, maxPayload), make([]int16, maxSpan)
			size, err := enc.encode(payload, in[:n])
			if err != nil {
				t.Fatal(err)
			}
			got, err := dec.decode(out, payload[:size])
			if err != nil || got != n {
				t.Fatalf("%d samples became %d: %v", n, got, err)
			}
			received, in = append(received, out[:n]...), in[n:]
		}
		if step := steepest(received[50*FrameSamples:]); step > steep {
			t.Errorf("%s: step of %.0f", o, step)
		}
	}
}

// TestKeysBetweenHalves: a key has a packet for each frame of its length and no voice in that time, whenever it is
// pressed; then halves go on.
func TestKeysBetweenHalves(t *testing.T) {
	for pressed := range 2 { // between two frames, and between the halves of one
		tr := boundTrack(t, "opus")
		tr.clock = func() time.Time { return time.Time{} }
		var w tape
		tr.writer = &w
		tr.halfFrames.taken = true
		if err := tr.reported(0, 0); err != nil {
			t.Fatal(err)
		}
		write := func(parts int) {
			for range parts {
				if err := tr.writeFrame(make([]int16, FrameSamples/2)); err != nil {
					t.Fatal(err)
				}
			}
		}
		begin := tr.header.Timestamp
		write(20 + pressed)
		key, err := newPress('5', 100*time.Millisecond)
		if err == nil {
			err = tr.pressKey(key)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.headers = nil
		write(40)
		var start, last uint32
		events, voices := 0, 0
		for _, h := range w.headers {
			switch {
			case h.PayloadType == tr.event.number:
				events++
				start = h.Timestamp
			case events > 0 && h.Timestamp-start < 5*FrameSamples:
				t.Errorf("pressed %d: voice %d after the beginning of the key", pressed, h.Timestamp-start)
			case h.Timestamp-last == FrameSamples/2:
				voices++
			}
			last = h.Timestamp
		}
		if (start-begin)%FrameSamples != 0 {
			t.Errorf("pressed %d: the key begins between two frames", pressed)
		}
		if events != 5+endPackets-1 || voices < 15 || w.headers[len(w.headers)-1].Timestamp+FrameSamples/2 != tr.header.Timestamp {
			t.Errorf("pressed %d: %d packets of the key, %d halves, the last at %d of %d", pressed, events, voices, last, tr.header.Timestamp)
		}
	}
}
