package rtc

import "math"

// loudestNoise is the loudest comfort noise that a packet can ask for, in -dBov.
const loudestNoise = 30

// comfortNoise makes the noise for a pause of the far end (RFC 3389). It has the level that was
// asked for and a white spectrum within the telephone band, which a payload without reflection
// coefficients means.
type comfortNoise struct {
	amplitude int32
	state     uint32
	up        *Upsampler
}

func newComfortNoise() *comfortNoise { return &comfortNoise{state: 1, up: NewUpsampler(narrowRatio)} }

// set takes the level from a payload (RFC 3389 §3.1).
func (c *comfortNoise) set(payload []byte) {
	if len(payload) == 0 {
		return
	}
	level := max(loudestNoise, float64(payload[0]&0x7f))
	const uniform = 1.7320508 // from the root mean square to the peak
	c.amplitude = int32(math.MaxInt16 * uniform * math.Pow(10, -level/20))
}

// fill writes noise; len(dst) is a multiple of narrowRatio.
func (c *comfortNoise) fill(dst []int16) {
	for i := 0; i < len(dst); i += narrowRatio {
		c.state ^= c.state << 13 // xorshift: nobody hears how random it is
		c.state ^= c.state >> 17
		c.state ^= c.state << 5
		c.up.Sample(dst[i:i+narrowRatio], int16(int32(c.state>>16)*2*c.amplitude>>16-c.amplitude))
	}
}
