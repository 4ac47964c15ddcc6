package tui

import (
	"fmt"

	"github.com/patchcord/patchcord/phone"
)

// score is a mean opinion score, 1 (bad) to 4.4 (as good as a telephone gets), by the E-model
// of package rtc.
type score float64

// From these scores on a call is good, fair or poor.
const (
	goodFrom score = 4.0
	fairFrom score = 3.6
	poorFrom score = 3.1
)

// enough is the number of packets from which a figure of loss means anything: one second of them.
const enough = 50

// quality is how a call sounds in the worse of its two directions; ok is false before there is
// enough to tell by.
func quality(l phone.Leg) (q score, ok bool) {
	q = score(l.Stats.Score)
	if theirs := score(l.Stats.RemoteScore); theirs != 0 && theirs < q {
		q = theirs
	}
	return q, q != 0
}

func (q score) String() string { return fmt.Sprintf("%s %.1f", q.word(), float64(q)) }

// word is the user's satisfaction of G.107 Annex B in one word.
func (q score) word() string {
	switch {
	case q >= goodFrom:
		return "good"
	case q >= fairFrom:
		return "fair"
	case q >= poorFrom:
		return "poor"
	}
	return "bad"
}
