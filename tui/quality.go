package tui

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/phone"
)

// score is a mean opinion score, 1 (bad) to 4.5 (as good as a telephone gets).
type score float64

// enough is from how many packets a figure of loss means anything: one second.
const enough = 50

// quality estimates how a call sounds in the worse of its two directions, after the E-model
// (ITU-T G.107) with its defaults; ok is false before there is enough to tell by.
func quality(l phone.Leg) (q score, ok bool) {
	s := l.Stats
	if s.Received < enough {
		return 0, false
	}
	loss := float64(s.Lost+s.Late) / float64(s.Received+s.Lost)
	delay := s.RTT/2 + s.Buffer
	q = rate(s.Codec, loss, delay)
	if !s.Reported.IsZero() {
		q = min(q, rate(s.Codec, s.RemoteLoss, delay))
	}
	return q, true
}

// rate is the transmission rating R turned into a score (G.107 Annex B).
func rate(codec string, loss float64, delay time.Duration) score {
	robust := 25.1 // Bpl of G.711 with concealment (G.113 Appendix I)
	if codec == "opus" {
		robust = 20
	}
	ms := float64(delay) / float64(time.Millisecond)
	late := 0.024 * ms
	if ms > 177.3 {
		late += 0.11 * (ms - 177.3)
	}
	percent := 100 * loss
	r := max(0, min(100, 93.2-late-95*percent/(percent+robust)))
	return score(max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6))
}

func (q score) String() string { return fmt.Sprintf("%s %.1f", q.word(), float64(q)) }

// word is the user's satisfaction of G.107 Annex B in one word.
func (q score) word() string {
	switch {
	case q >= 4.0:
		return "good"
	case q >= 3.6:
		return "fair"
	case q >= 3.1:
		return "poor"
	}
	return "bad"
}
