package audio

import (
	"math"
	"slices"
	"testing"
)

func TestGain(t *testing.T) {
	g := newGain()
	out, in := make([]int16, 960), filled(960, 12000)
	if g.apply(out, in); !slices.Equal(out, in) {
		t.Error("volume 1 changes the sound")
	}
	g.set(0.25)
	g.apply(out, in)
	for i := 1; i < len(out); i++ {
		if step := int(out[i-1]) - int(out[i]); step < 0 || step > 11 {
			t.Fatalf("the volume jumps by %d at sample %d", step, i)
		}
	}
	if g.apply(out, in); out[0] != 3000 || out[959] != 3000 {
		t.Errorf("a quarter of 12000 is %d", out[0])
	}
	for volume, want := range map[float32]float32{-1: 0, 100: MaxVolume, float32(math.NaN()): 1, 2: 2} {
		if g.set(volume); g.get() != want {
			t.Errorf("volume %v is taken as %v, want %v", volume, g.get(), want)
		}
	}
}

// The curve rises all the way, is odd, keeps what is soft and never clips.
func TestLimited(t *testing.T) {
	before := int16(-1 << 15)
	for v := float32(-4 * fullScale); v <= 4*fullScale; v += 17 {
		got := limited(v)
		if got < before {
			t.Fatalf("%v becomes %d, less than the one before", v, got)
		}
		if before = got; v > -knee && v < knee && (float32(got)-v > 1 || v-float32(got) > 1) {
			t.Fatalf("%v becomes %d", v, got)
		}
		if limited(-v) != -got {
			t.Fatalf("%v becomes %d, its opposite %d", v, got, limited(-v))
		}
	}
	if top := limited(4 * fullScale); top < 31000 || top == fullScale {
		t.Errorf("four times full scale becomes %d", top)
	}
}
