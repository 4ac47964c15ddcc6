package rtc

import (
	"fmt"

	"github.com/thesyncim/gopus"
)

// What we send: a rate at which wide-band speech is transparent to most ears, the complexity
// that costs half the processor time of the highest, and redundancy against one packet in ten
// lost.
const (
	opusBitrate    = 28000
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
