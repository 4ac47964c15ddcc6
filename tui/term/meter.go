package term

import (
	"math"
	"strings"
)

const (
	meterCells = 12
	// meterFloor is the level of the first cell, in dB under full scale.
	meterFloor = -48.0
)

// Meter is a level, 0 to 1, as a row of cells.
func Meter(level float32) string {
	n := 0
	if level > 0 {
		n = int(math.Ceil((20*math.Log10(float64(level)) - meterFloor) / -meterFloor * meterCells))
	}
	n = max(0, min(meterCells, n))
	return "|" + strings.Repeat("#", n) + strings.Repeat(".", meterCells-n) + "|"
}
