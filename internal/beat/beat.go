// Package beat has the moments at which those act who act now and then: whole multiples of a period on the clock.
// All who wait for the same one wake the processor once, and a screen that shows the time has to be drawn then
// anyway. It is not for what talks to a server: the phones of a company would do it all at once.
package beat

import "time"

// Until is how long it is until the next multiple of a period.
func Until(every time.Duration) time.Duration {
	now := time.Now()
	return now.Truncate(every).Add(every).Sub(now)
}
