package aec

// noiseFloor follows the noise of a room by the least power of each line in the last six seconds (minimum
// statistics, Martin 2001).
type noiseFloor struct {
	smooth, least, before, floor [bins]float32
	blocks                       int
}

const (
	// noiseWindow is how many blocks the least is looked for in, twice. In the first ones nothing is known.
	noiseWindow = 300
	// noiseBias is by how much the mean is more than the least of what is smoothed.
	noiseBias = 1.6
)

// hear takes the powers of the next frame.
func (n *noiseFloor) hear(power *[bins]float32) {
	if n.blocks%noiseWindow == 0 {
		if n.blocks > 0 {
			n.before = n.least
		}
		n.least = n.smooth
	}
	n.blocks++
	for k, p := range power {
		n.smooth[k] += .15 * (p - n.smooth[k])
		n.least[k] = min(n.least[k], n.smooth[k])
		n.floor[k] = noiseBias * min(n.least[k], n.before[k])
	}
}
