package rtc

import (
	"errors"
	"fmt"

	"github.com/thesyncim/gopus"
)

// gopusEncoder and gopusDecoder are Opus in Go. With redundancy gopus 0.1.1 allocates 13 kB in five
// pieces for each voiced frame; the only way to avoid that is to send no redundancy.
type gopusEncoder struct {
	enc         *gopus.Encoder
	preferences opusPreferences
	loss        int
	bitrate     int
	easing      easing
}

func newGopusEncoder() (*gopusEncoder, error) {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{
		SampleRate: SampleRate, Channels: 1, Application: gopus.ApplicationVoIP,
	})
	if err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	e := &gopusEncoder{enc: enc}
	return e, e.expect(0)
}

func (e *gopusEncoder) expect(percent int) error {
	e.loss = percent
	return e.set()
}

func (e *gopusEncoder) prefer(w opusPreferences) error {
	e.preferences = w
	return e.set()
}

func (e *gopusEncoder) set() error {
	w := e.preferences.settings(e.loss)
	e.bitrate = w.bitrate
	e.enc.SetFEC(w.redundancy)
	mode, signal := gopus.BitrateModeCVBR, gopus.SignalMusic // which means CELT
	if w.constant {
		mode = gopus.BitrateModeCBR
	}
	if w.hybrid {
		signal = gopus.SignalAuto
	}
	band := map[opusBand]gopus.Bandwidth{
		narrowBand: gopus.BandwidthNarrowband, mediumBand: gopus.BandwidthMediumband, wideBand: gopus.BandwidthWideband,
		superBand: gopus.BandwidthSuperwideband, fullBand: gopus.BandwidthFullband,
	}[w.band]
	if err := errors.Join(
		e.enc.SetBandwidth(band), e.enc.SetBitrateMode(mode), e.enc.SetPacketLoss(w.loss), e.enc.SetBitrate(w.bitrate),
		e.enc.SetComplexity(w.complexity), e.enc.SetSignal(signal),
	); err != nil {
		return fmt.Errorf("opus encoder: %w", err)
	}
	return nil
}

func (e *gopusEncoder) encode(dst []byte, pcm []int16) (int, error) {
	if len(pcm) != e.enc.FrameSize() {
		if err := e.enc.SetFrameSize(len(pcm)); err != nil {
			return 0, fmt.Errorf("opus encode: %w", err)
		}
	}
	if rate, changes := e.easing.bitrate(e.bitrate, len(pcm)); changes && !e.preferences.constant {
		if err := e.enc.SetBitrate(rate); err != nil {
			return 0, fmt.Errorf("opus encode: %w", err)
		}
	}
	n, err := e.enc.EncodeInt16(pcm, dst)
	if err != nil {
		return 0, fmt.Errorf("opus encode: %w", err)
	}
	return n, nil
}

type gopusDecoder struct {
	dec   *gopus.Decoder
	float [maxRedundancy]float32 // recovered
}

func newGopusDecoder() *gopusDecoder {
	dec, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(SampleRate, 1))
	if err != nil {
		panic("rtc: opus decoder: " + err.Error()) // happens only for arguments that are not Opus
	}
	return &gopusDecoder{dec: dec}
}

// decode mixes stereo down to mono.
func (d *gopusDecoder) decode(dst []int16, payload []byte) (int, error) {
	n, err := d.dec.DecodeInt16(payload, dst)
	if err != nil {
		return 0, fmt.Errorf("opus decode: %w", err)
	}
	return n, nil
}

func (d *gopusDecoder) recover(dst []int16, next []byte) bool {
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

func (d *gopusDecoder) conceal(dst []int16) bool {
	n, err := d.dec.DecodeInt16(nil, dst)
	return err == nil && n == len(dst)
}
