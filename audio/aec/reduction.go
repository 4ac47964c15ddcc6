package aec

import "math"

// reduction measures by how much an echo was reduced, while it was heard alone.
type reduction struct{ captured, left float64 }

func (r *reduction) measure(captured []float32, out []int16, alone bool) {
	if !alone {
		return
	}
	var c, l float64
	for i, v := range captured {
		w := float64(out[i]) / fullScale
		c, l = c+float64(v)*float64(v), l+w*w
	}
	r.captured += .01 * (c - r.captured)
	r.left += .01 * (l - r.left)
}

// Reduction is by how many dB the echo was reduced in the last second that it was heard alone (echo return loss
// enhancement), and false if there was none.
func (c *Canceller) Reduction() (dB float64, ok bool) {
	if c.reduced.captured == 0 {
		return 0, false
	}
	return 10 * math.Log10(c.reduced.captured/(c.reduced.left+1e-9)), true
}
