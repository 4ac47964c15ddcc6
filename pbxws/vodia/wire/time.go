package wire

import (
	"math"
	"time"
)

// Time is a point of time in seconds since 1970; zero for 0 and for what is no date.
func Time(seconds float64) time.Time {
	if !(seconds > 0 && seconds < 1e11) {
		return time.Time{}
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9))
}

// Seconds is a point of time as the wire writes it.
func Seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
