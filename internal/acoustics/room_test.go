package acoustics

import (
	"math"
	"testing"
)

// A room decays by 60 dB in its time: Schroeder's backward integral falls from -5 to -25 dB in a third of it.
func TestRoomDecays(t *testing.T) {
	for _, rt60 := range []float64{.2, .35, .5} {
		h := Room{RT60: rt60}.response()
		left, at5, at25 := power(h), 0, 0
		all := left
		for i, v := range h {
			left -= v * v
			if at5 == 0 && left < all*math.Pow(10, -.5) {
				at5 = i
			}
			if at25 == 0 && left < all*math.Pow(10, -2.5) {
				at25 = i
			}
		}
		if got := 3 * float64(at25-at5) / Rate; math.Abs(got-rt60) > .25*rt60 {
			t.Errorf("a room of %.2f s decays in %.2f s", rt60, got)
		}
	}
}

// What is captured comes late by the delay, as loud as asked, and at the other clock.
func TestCapture(t *testing.T) {
	far := Talker{Seed: 1, Pitch: 120}.Speak(4)
	room := Room{RT60: .2, Delay: 100, Level: -10}
	near := room.Capture(far)
	if got := 10 * math.Log10(power(near)/power(far)); math.Abs(got+10) > .3 {
		t.Errorf("the echo is at %.1f dB, want -10", got)
	}
	if before := power(near[:Rate/10]); before > 1e-9*power(near) {
		t.Errorf("something was captured before the delay: %g", before)
	}
	room.Drift = 100
	at := int(3.5 * Rate)
	later := room.Capture(far)
	best, most := 0, 0.0
	for lag := -40; lag <= 40; lag++ {
		sum := 0.0
		for i := at; i < at+Rate/4; i++ {
			sum += near[i] * later[i+lag]
		}
		if sum > most {
			best, most = lag, sum
		}
	}
	if best < 16 || best > 19 { // 3.6 s at 100 ppm are 17.4 samples
		t.Errorf("after 3.6 s the faster clock is %d samples ahead, want 17", best)
	}
}
