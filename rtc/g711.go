package rtc

import "math/bits"

// encodeMu compands one sample by mu-law (ITU-T G.711 table 2a): sign, three bits of segment,
// four bits of step, all inverted.
func encodeMu(sample int16) byte {
	const bias, clip = 33, 0x1fff
	sign, v := splitSign(sample)
	v = min(v>>2+bias, clip)
	segment := bits.Len16(v >> 5)
	step := v >> segment & 0x0f
	return sign | ^byte((segment-1)<<4|int(step))&0x7f
}

// DecodeMu is the sample of a code of mu-law.
func DecodeMu(code byte) int16 {
	const bias = 132 // at 16 bits
	code = ^code
	v := (int16(code&0x0f)<<3+bias)<<(code>>4&7) - bias
	if code&0x80 != 0 {
		return -v
	}
	return v
}

// encodeA compands one sample by A-law (ITU-T G.711 table 1a), with every other bit inverted.
func encodeA(sample int16) byte {
	sign, v := splitSign(sample)
	v >>= 4
	if segment := bits.Len16(v >> 4); segment > 0 {
		v = v>>(segment-1)&0x0f | uint16(segment)<<4
	}
	return (sign | byte(v)) ^ 0x55
}

// DecodeA is the sample of a code of A-law.
func DecodeA(code byte) int16 {
	code ^= 0x55
	v := int16(code&0x0f)<<4 + 8
	if segment := code >> 4 & 7; segment > 0 {
		v = (v + 256) << (segment - 1)
	}
	if code&0x80 == 0 {
		return -v
	}
	return v
}

// splitSign gives the sign bit of both laws, set for samples from 0 up, and the magnitude. Negative
// samples are taken in ones' complement, which keeps the smallest one in range.
func splitSign(sample int16) (sign byte, magnitude uint16) {
	if sample < 0 {
		return 0, uint16(^sample)
	}
	return 0x80, uint16(sample)
}

type g711Encoder struct {
	compress func(int16) byte
	down     *downsampler
	narrow   [FrameSamples / narrowRatio]int16
}

func newG711Encoder(compress func(int16) byte) *g711Encoder {
	return &g711Encoder{compress: compress, down: newDownsampler(narrowRatio)}
}

func (e *g711Encoder) encode(dst []byte, pcm []int16) (int, error) {
	n := e.down.process(e.narrow[:], pcm)
	for i, s := range e.narrow[:n] {
		dst[i] = e.compress(s)
	}
	return n, nil
}

func (e *g711Encoder) expect(int) error { return nil }

type g711Decoder struct {
	expand [256]int16
	up     *Upsampler
}

func newG711Decoder(expand func(byte) int16) *g711Decoder {
	d := &g711Decoder{up: NewUpsampler(narrowRatio)}
	for code := range d.expand {
		d.expand[code] = expand(byte(code))
	}
	return d
}

func (d *g711Decoder) decode(dst []int16, payload []byte) (int, error) {
	for i, code := range payload {
		d.up.Sample(dst[i*narrowRatio:(i+1)*narrowRatio], d.expand[code])
	}
	return len(payload) * narrowRatio, nil
}

// recover and conceal can do nothing: G.711 carries no redundancy and no model of speech.
func (d *g711Decoder) recover([]int16, []byte) bool { return false }
func (d *g711Decoder) conceal([]int16) bool         { return false }
