package rtc

import "github.com/gotranspile/g722"

// G.722 samples at 16 kHz, but its RTP clock runs at 8000 (RFC 3551 §4.5.2): one tick is one byte,
// which holds two samples.

type g722Encoder struct {
	enc  *g722.Encoder
	down *downsampler
	wide [FrameSamples / wideRatio]int16 // even: the library panics on an odd number of samples
}

func newG722Encoder() *g722Encoder {
	return &g722Encoder{enc: g722.NewEncoder(g722.Rate64000, 0), down: newDownsampler(wideRatio)}
}

func (e *g722Encoder) encode(dst []byte, pcm []int16) (int, error) {
	n := e.down.process(e.wide[:], pcm)
	return e.enc.Encode(dst, e.wide[:n]), nil
}

func (e *g722Encoder) expect(int) error { return nil }

type g722Decoder struct {
	dec  *g722.Decoder
	up   *Upsampler
	wide [maxSpan / wideRatio]int16
}

func newG722Decoder() *g722Decoder {
	return &g722Decoder{dec: g722.NewDecoder(g722.Rate64000, 0), up: NewUpsampler(wideRatio)}
}

func (d *g722Decoder) decode(dst []int16, payload []byte) (int, error) {
	n := d.dec.Decode(d.wide[:], payload)
	for i, s := range d.wide[:n] {
		d.up.Sample(dst[i*wideRatio:(i+1)*wideRatio], s)
	}
	return n * wideRatio, nil
}

// recover and conceal can do nothing: G.722 carries no redundancy and no model of speech.
func (d *g722Decoder) recover([]int16, []byte) bool { return false }
func (d *g722Decoder) conceal([]int16) bool         { return false }
