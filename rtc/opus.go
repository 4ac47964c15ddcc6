package rtc

import (
	"fmt"

	"github.com/thesyncim/gopus"
)

// What we send: a rate that carries the full band of speech and redundancy against one packet in
// ten lost, at the complexity that costs half the processor time of the highest. The band stays
// what it is: gopus 0.1.1 clicks when it begins to add the upper half to SILK.
const (
	opusBitrate    = 32000
	opusComplexity = 5
	opusLossHint   = 10
)

type opusEncoder struct{ enc *gopus.Encoder }

func newOpusEncoder() (*opusEncoder, error) {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{
		SampleRate: SampleRate, Channels: 1, Application: gopus.ApplicationVoIP,
	})
	if err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	enc.SetFEC(true)
	for _, set := range []func() error{
		func() error { return enc.SetFrameSize(FrameSamples) },
		func() error { return enc.SetBitrate(opusBitrate) },
		func() error { return enc.SetBandwidth(gopus.BandwidthFullband) },
		func() error { return enc.SetComplexity(opusComplexity) },
		func() error { return enc.SetPacketLoss(opusLossHint) },
	} {
		if err := set(); err != nil {
			return nil, fmt.Errorf("opus encoder: %w", err)
		}
	}
	return &opusEncoder{enc}, nil
}

func (e *opusEncoder) encode(dst []byte, pcm []int16) (int, error) {
	n, err := e.enc.EncodeInt16(pcm, dst)
	if err != nil {
		return 0, fmt.Errorf("opus encode: %w", err)
	}
	return n, nil
}

type opusDecoder struct {
	dec   *gopus.Decoder
	float [maxRedundancy]float32 // recovered
}

func newOpusDecoder() *opusDecoder {
	dec, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(SampleRate, 1))
	if err != nil {
		panic("rtc: opus decoder: " + err.Error()) // only ever for arguments that are not Opus
	}
	return &opusDecoder{dec: dec}
}

// decode mixes stereo down to mono.
func (d *opusDecoder) decode(dst []int16, payload []byte) (int, error) {
	n, err := d.dec.DecodeInt16(payload, dst)
	if err != nil {
		return 0, fmt.Errorf("opus decode: %w", err)
	}
	return n, nil
}

func (d *opusDecoder) recover(dst []int16, next []byte) bool {
	if !gopus.PacketHasLBRR(next) {
		return false
	}
	n, err := d.dec.DecodeWithFEC(next, d.float[:len(dst)], true)
	if err != nil || n != len(dst) {
		return false
	}
	for i, v := range d.float[:n] {
		dst[i] = toInt16(v * 32768)
	}
	return true
}

func (d *opusDecoder) conceal(dst []int16) bool {
	n, err := d.dec.DecodeInt16(nil, dst)
	return err == nil && n == len(dst)
}

// opusSpan is the length of a packet in samples at 48 kHz, 0 if it breaks RFC 6716 §3.1 or §3.2.
func opusSpan(payload []byte) int {
	if len(payload) == 0 {
		return 0
	}
	frames := 2
	switch payload[0] & 3 {
	case 0:
		frames = 1
	case 3:
		if len(payload) < 2 {
			return 0
		}
		frames = int(payload[1] & 0x3f)
	}
	if n := frames * opusFrame(payload[0]>>3); n <= maxSpan {
		return n
	}
	return 0
}

// opusPause is the length in bytes up to which a packet says that its sender is silent.
const opusPause = 2

// opusRedundancy is how many samples of the packet before a payload carries too (RFC 6716
// §2.1.7).
func opusRedundancy(payload []byte) int {
	if opusSpan(payload) == 0 || !gopus.PacketHasLBRR(payload) {
		return 0
	}
	return opusFrame(payload[0] >> 3)
}

// opusFrame is the length of one frame of a configuration (RFC 6716 §3.1, table 2).
func opusFrame(config byte) int {
	const ms = SampleRate / 1000
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 10 * ms << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		return 5 * ms / 2 << (config & 3)
	}
}
