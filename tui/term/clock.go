package term

import (
	"fmt"
	"time"
)

// Times are shown in the shapes that telephones have: m:ss while something waits, h:mm:ss
// while people talk.

// Minutes is how long something lasts: m:ss, or h:mm:ss from an hour on.
func Minutes(d time.Duration) string {
	s := int(max(0, d) / time.Second)
	if s >= 3600 {
		return Hours(d)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Hours is the same as h:mm:ss.
func Hours(d time.Duration) string {
	s := int(max(0, d) / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Age is how old news is: exact while it is fresh.
func Age(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Truncate(100*time.Millisecond).Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d s", int(d/time.Second))
	}
	return fmt.Sprintf("%d h", int(d/time.Hour))
}

// Clock is a moment as hh:mm:ss.
func Clock(t time.Time) string { return t.Format("15:04:05") }

// Took is how long the PBX needed.
func Took(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%d s", int(d/time.Second))
}
