package rtc

import "math"

// expectation is the loss that our next packets will meet, judged by the far end's reports. It
// rises with the first bad report and falls slowly, since losses come in bursts.
type expectation struct{ loss float64 }

// forgetting is the share of the difference by which one better report lowers it.
const forgetting = 0.125

// report takes the share, 0 to 1, that was lost since the last report.
func (e *expectation) report(loss float64) {
	if loss < e.loss {
		loss = e.loss + (loss-e.loss)*forgetting
	}
	e.loss = loss
}

// percent is in whole percent, rounded up.
func (e *expectation) percent() int { return int(math.Ceil(100 * e.loss)) }
