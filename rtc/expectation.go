package rtc

import "math"

// expectation is the loss that our next packets will meet, judged by the far end's reports. It
// rises with the first bad report and falls slowly, since losses come in bursts.
type expectation struct {
	loss  float64
	known bool // there was a report
}

// forgetting is the share of the difference by which one better report lowers it.
const forgetting = 0.125

// report takes the share, 0 to 1, that was lost since the last report.
func (e *expectation) report(loss float64) {
	if loss < e.loss {
		loss = e.loss + (loss-e.loss)*forgetting
	}
	e.loss, e.known = loss, true
}

// percent is in whole percent, rounded up from half a percent on; what is less is forgotten.
func (e *expectation) percent() int {
	if e.loss < 0.005 {
		return 0
	}
	return int(math.Ceil(100 * e.loss))
}
