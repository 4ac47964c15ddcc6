package rtc

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// plug gives the packets of a track to a receiver at a time of its own.
type plug struct {
	*receiver
	now     time.Time
	packets int
	last    rtp.Header
	steps   map[uint32]int // how often a timestamp was by how much after the one before
	sizes   map[int]int
	encodes time.Duration // how long each frame takes
	clock   time.Time     // of the encoder
}

func (p *plug) Write(b []byte) (int, error) { return len(b), nil }

func (p *plug) WriteRTP(h *rtp.Header, b []byte) (int, error) {
	if p.packets++; p.packets > 1 {
		p.steps[h.Timestamp-p.last.Timestamp]++
	}
	p.last = *h
	p.sizes[len(b)]++
	p.push(h.PayloadType, h.SequenceNumber, h.Timestamp, h.SSRC, h.Marker, b, p.now)
	return len(b), nil
}

// plugged is a track that sends as a description asks, into a receiver.
func plugged(t *testing.T, name, lines string) (*track, *plug) {
	return pluggedWith(t, Opus{}, name, lines)
}

func pluggedWith(t *testing.T, o Opus, name, lines string) (*track, *plug) {
	t.Helper()
	known, err := payloadsOf([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := codecByName(name)
	media := fmt.Sprintf("m=audio 9 UDP/TLS/RTP/SAVPF %d\r\na=rtpmap:%d %s/%d\r\n", c.payload, c.payload, name, c.clock)
	a, _, err := incoming(sdp(sdpAddress, sdpTime, media, lines, sdpKeys, sdpICE), known, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &plug{receiver: newReceiver(), now: time.Unix(1e9, 0), steps: map[uint32]int{}, sizes: map[int]int{}}
	p.opus = o
	p.setPayloads(map[uint8]string{c.payload: name})
	tr := newTrack()
	tr.opus = o
	tr.clock = func() time.Time {
		p.clock = p.clock.Add(p.encodes)
		return p.clock
	}
	tr.writer = p
	if err := tr.agree(a.payloads, true); err != nil {
		t.Fatal(err)
	}
	return tr, p
}

// talk sends and plays frames of a tone.
func (p *plug) talk(t *testing.T, tr *track, voice *end, frames int) (played []int16) {
	t.Helper()
	pcm := make([]int16, FrameSamples)
	for range frames {
		if err := tr.writeFrame(voice.frame(low)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			p.pullAt(pcm[:FrameSamples/2], p.now)
			played = append(played, pcm[:FrameSamples/2]...)
			p.now = p.now.Add(FrameLen / 2)
		}
	}
	return played
}

// TestAskedLength: the far end gets packets of the length that it asks for, with the timestamps that go with
// it, and packets of any length are played without concealment.
func TestAskedLength(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"PCMU", "PCMA", "G722", "opus"} {
		for lines, want := range map[string]int{
			"": 20, "a=ptime:10\r\n": 10, "a=ptime:20\r\na=maxptime:150\r\n": 20, "a=ptime:30\r\n": 30, "a=ptime:40\r\n": 40, "a=ptime:60\r\n": 60,
			"a=maxptime:10\r\n": 10, "a=ptime:60\r\na=maxptime:40\r\n": 40, "a=ptime:50\r\n": 40, "a=ptime:200\r\n": 60, "a=ptime:5\r\n": 10,
			"a=ptime:0\r\n": 20, "a=ptime:x\r\na=maxptime:-1\r\n": 20, "a=ptime:99999999999999999999\r\n": 20, "a=ptime:30.0\r\n": 30,
		} {
			if name == "opus" { // in whole frames
				want = max(want/20*20, 20)
			}
			t.Run(name+strings.ReplaceAll(lines, "\r\n", " "), func(t *testing.T) {
				t.Parallel()
				tr, p := plugged(t, name, lines)
				const frames = 300
				played := p.talk(t, tr, &end{}, frames)
				c, _ := codecByName(name)
				step := c.tsStep * uint32(want) / 20
				if p.steps[step] != p.packets-1 || p.packets < frames*20/want-2 || p.packets > frames*20/want {
					t.Errorf("%d packets with steps %v, want %d", p.packets, p.steps, step)
				}
				if name != "opus" && p.sizes[8*want] != p.packets {
					t.Errorf("sizes %v", p.sizes)
				}
				var st Stats
				p.fill(&st)
				if st.Concealed > frames/50 || st.Lost > 0 || st.Late > 1 {
					t.Errorf("%d of %d frames concealed, %d lost, %d late", st.Concealed, frames, st.Lost, st.Late)
				}
				if n := st.Played + st.Concealed; n < frames*9/10 || n > frames {
					t.Errorf("%d frames heard of %d", n, frames)
				}
				if got := power(played[len(played)-100*FrameSamples:], low); got < .98 {
					t.Errorf("the tone came as %.3f", got)
				}
			})
		}
	}
}

// TestHoldInLongPackets: after a hold, voice begins again with a packet of its own time.
func TestHoldInLongPackets(t *testing.T) {
	for _, name := range []string{"PCMU", "opus"} {
		tr, p := plugged(t, name, "a=ptime:60\r\n")
		voice := &end{}
		p.talk(t, tr, voice, 100)
		held, before := p.last, tr.header.Timestamp
		tr.setOpen(false)
		p.talk(t, tr, voice, 10)
		if p.last.SequenceNumber != held.SequenceNumber {
			t.Errorf("%s: something was sent on hold", name)
		}
		tr.setOpen(true)
		p.talk(t, tr, voice, 3)
		if p.last.SequenceNumber != held.SequenceNumber+1 || !p.last.Marker || p.last.Timestamp != before+10*tr.step {
			t.Errorf("%s: after a hold %+v, want the time %d and the marker", name, p.last, before+10*tr.step)
		}
	}
}

// TestOpusAsks: the parameters of the codec count where the section says nothing.
func TestOpusAsks(t *testing.T) {
	for _, tt := range []struct {
		asks asksFor
		fmtp string
		want int
	}{{asksFor{}, "ptime=40; maxptime=60", 40}, {asksFor{}, "maxptime=40;ptime=60", 40}, {asksFor{60, 0}, "ptime=20", 60}, {asksFor{60, 0}, "maxptime=40", 40}, {asksFor{}, "ptime=x", 20}} {
		if got, _ := tt.asks.of(payloadType{name: "opus", asked: tt.fmtp}); got != tt.want {
			t.Errorf("%+v %q: %d", tt.asks, tt.fmtp, got)
		}
	}
}

// TestJoinedOpus: frames of two configurations are in two packets, and long ones keep their sizes.
func TestJoinedOpus(t *testing.T) {
	var p packing
	p.set("opus", 60)
	long := append([]byte{8}, make([]byte, 700)...)
	for n, frame := range [][]byte{{8, 1}, {16, 2}, {16}, {16, 3, 4}, long, long, {8, 5}} {
		p.add(uint32(n*FrameSamples), frame)
	}
	var got []string
	for {
		packet, ts, ok := p.next(make([]byte, maxPayload))
		if !ok {
			break
		}
		if opusSpan(packet) == 0 {
			t.Errorf("%x is no packet", packet)
		}
		got = append(got, fmt.Sprintf("%d:%x", ts/FrameSamples, packet[:min(6, len(packet))]))
	}
	want := []string{"0:0801", "1:138301000203", "4:0b83fc70fc70"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
