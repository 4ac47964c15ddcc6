package rtc

import "math"

// expectation is what loss our packets will meet, by what the far end reported so far. It rises
// with the first bad report and falls slowly: losses come in flocks.
type expectation struct{ loss float64 }

// forgetting is how much of the difference one better report takes off.
const forgetting = 0.125

// report takes the share lost since the report before, 0 to 1.
func (e *expectation) report(loss float64) {
	if loss < e.loss {
		loss = e.loss + (loss-e.loss)*forgetting
	}
	e.loss = loss
}

// percent is in whole percent, rounded up.
func (e *expectation) percent() int { return int(math.Ceil(100 * e.loss)) }
