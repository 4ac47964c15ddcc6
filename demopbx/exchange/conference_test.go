package exchange

import (
	"testing"

	"github.com/patchcord/patchcord/rtc"
)

func TestParticipantsAddUp(t *testing.T) {
	r := newConference()
	one, two, three := r.join(), r.join(), r.join()
	frame := make([]int16, rtc.FrameSamples)
	for i, s := range []*participant{one, two, three} {
		for j := range frame {
			frame[j] = int16(10000 * (i + 1))
		}
		s.hear(frame)
	}
	for _, c := range []struct {
		at   *participant
		want int16
	}{{one, 32767}, {two, 32767}, {three, 30000}} {
		if c.at.say(frame); frame[0] != c.want || frame[len(frame)-1] != c.want {
			t.Errorf("one hears %d, want %d", frame[0], c.want)
		}
	}
	r.leave(two)
	if one.say(frame); frame[0] != 30000 {
		t.Errorf("one hears %d of the one that is left, want 30000", frame[0])
	}
}
