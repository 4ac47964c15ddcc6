package rtc

import (
	"testing"
	"time"
)

// What Outbound encodes Inbound plays, with any clock.
func TestHalves(t *testing.T) {
	for _, name := range names {
		out, err := NewOutbound(name, Opus{})
		if err != nil {
			t.Fatal(err)
		}
		in, err := NewInbound(name, Opus{})
		if err != nil {
			t.Fatal(err)
		}
		c, _ := codecByName(name)
		sound, received := tone(50, hertz, amplitude), make([]int16, FrameSamples)
		payload := make([]byte, maxPayload)
		for i := range 50 {
			n, err := out.Encode(payload, sound[i*FrameSamples:(i+1)*FrameSamples])
			if err != nil {
				t.Fatal(err)
			}
			at := epoch.Add(time.Duration(i) * FrameLen)
			in.Push(uint16(i), uint32(i)*c.tsStep, payload[:n], at)
			in.Pull(received, at)
		}
		if level := rms(received); level < amplitude/2 {
			t.Errorf("%s: level %.0f", name, level)
		}
		if s := in.Stats(); s.Received != 50 || s.Codec != name {
			t.Errorf("%s: %+v", name, s)
		}
		if _, err := out.Encode(payload[:10], sound[:FrameSamples]); err == nil {
			t.Error("a payload without room is taken")
		}
	}
	if _, err := NewInbound("CN", Opus{}); err == nil {
		t.Error("comfort noise is taken for a codec")
	}
	if _, err := NewOutbound("nonsense", Opus{}); err == nil {
		t.Error("a codec that is none is taken")
	}
}
