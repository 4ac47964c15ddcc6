package audio

import (
	"testing"
)

// flow runs a tone through e for so many seconds: halves of frames by one clock, whole frames by another
// that is faster by a share. It gives what was taken.
func flow(e *Elastic, seconds int, faster float64) []int16 {
	var out []int16
	put, frame := 0, make([]int16, 960)
	for n := range seconds * 50 {
		for float64(put) < float64((n+1)*960)*(1-faster) {
			e.Put(sine(480, put, 400, 8000))
			put += 480
		}
		e.Take(frame)
		out = append(out, frame...)
	}
	return out
}

// TestElasticBetweenClocks: whichever clock is faster, the tone goes on: nothing is silent,
// nothing jumps, and no more is kept than 45 ms.
func TestElasticBetweenClocks(t *testing.T) {
	for _, faster := range []float64{0, 0.0001, -0.0001, 0.002, -0.002} {
		e := NewElastic()
		out := flow(e, 60, faster)[Rate/10:]
		if kept := len(e.buf); kept > elasticHigh+960 {
			t.Errorf("%v faster: %d samples are kept", faster, kept)
		}
		steepest := 0
		for i := 1; i < len(out); i++ {
			steepest = max(steepest, int(out[i])-int(out[i-1]), int(out[i-1])-int(out[i]))
		}
		if most := 570; steepest > most {
			t.Errorf("%v faster: the tone jumps by %d, its own steepness is %d", faster, steepest, most)
		}
		for at := 0; at+480 <= len(out); at += 480 { // a crossfade of opposite phases is soft, not longer than itself
			if loudness(out[at:at+480]) < 800 {
				t.Errorf("%v faster: silence after %d ms", faster, at*1000/Rate)
				break
			}
		}
		if share := energy(out[:Rate], 400); share < 0.98 {
			t.Errorf("%v faster: %.2f of the sound is the tone", faster, share)
		}
	}
}

// loudness is the loudest sample.
func loudness(pcm []int16) int {
	most := 0
	for _, v := range pcm {
		most = max(most, int(v), -int(v))
	}
	return most
}

// TestElasticRunsDry: the sound ends softly, silence follows, and begins again once there is enough.
func TestElasticRunsDry(t *testing.T) {
	e, out := NewElastic(), make([]int16, 960)
	e.Put(filled(960, 9000))
	if e.Take(out); out[0] != 0 || out[959] != 0 {
		t.Errorf("with no reserve %d to %d is taken", out[0], out[959])
	}
	e.Put(filled(960, 9000))
	if e.Take(out); out[0] != 9000 || out[959] != 9000 {
		t.Errorf("with a reserve %d to %d is taken", out[0], out[959])
	}
	e.Put(filled(480, 9000))
	e.Take(out)
	e.Take(out)
	for i := 1; i < len(out); i++ {
		if step := int(out[i-1]) - int(out[i]); step < 0 || step > 60 {
			t.Fatalf("the end jumps by %d at sample %d", step, i)
		}
	}
	e.Put(filled(480, 9000))
	if e.Take(out); loudness(out) != 0 {
		t.Error("half a frame is enough to begin again")
	}
	for range 30 {
		e.Put(filled(480, int16(1)))
	}
	if e.Put(filled(480, 7)); len(e.buf) != elasticRoom {
		t.Errorf("of what nobody takes %d samples are kept", len(e.buf))
	}
	e.Reset()
	if e.Take(out); loudness(out) != 0 {
		t.Error("something is left after a reset")
	}
}
