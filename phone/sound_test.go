package phone

import (
	"testing"

	"github.com/patchcord/patchcord/rtc"
)

// What is heard comes in halves and is recorded in whole frames, in order; of what nobody records the
// oldest goes.
func TestLagOfARecording(t *testing.T) {
	l := newLag()
	put := func(value int16) {
		for range rtc.FrameSamples / earPart {
			part := make([]int16, earPart)
			for i := range part {
				part[i] = value
			}
			l.put(part)
		}
	}
	silence := newFrame()
	check := func(want int16) {
		t.Helper()
		if pcm := l.get(silence); pcm[0] != want || pcm[rtc.FrameSamples-1] != want {
			t.Errorf("from %d to %d, want %d", pcm[0], pcm[rtc.FrameSamples-1], want)
		}
	}
	put(1)
	check(0) // one may yet be late
	put(2)
	check(1)
	for value := range int16(7) {
		put(3 + value)
	}
	for want := int16(4); want < 10; want++ {
		check(want)
	}
	check(0)
}
