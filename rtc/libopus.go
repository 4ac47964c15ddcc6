//go:build libopus

package rtc

import (
	"errors"
	"fmt"

	"gopkg.in/hraban/opus.v2"
)

func newOpusEncoder() (encoder, error) { return newLibopusEncoder() }
func newOpusDecoder() decoder          { return newLibopusDecoder() }

// libopusEncoder and libopusDecoder are the Opus of the system. Its Go binding takes the capacity
// of a slice for its length: hence the full slice expressions.
type libopusEncoder struct {
	enc         *opus.Encoder
	preferences opusPreferences
	loss        int
}

func newLibopusEncoder() (*libopusEncoder, error) {
	enc, err := opus.NewEncoder(SampleRate, 1, opus.AppVoIP)
	if err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	if err := errors.Join(enc.SetInBandFEC(true), enc.SetComplexity(opusComplexity)); err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	e := &libopusEncoder{enc: enc}
	return e, e.expect(leastExpected)
}

func (e *libopusEncoder) expect(percent int) error {
	e.loss = min(max(percent, leastExpected), mostExpected)
	if err := errors.Join(e.enc.SetPacketLossPerc(e.loss), e.enc.SetBitrate(e.preferences.limit(opusBitrate(e.loss)))); err != nil {
		return fmt.Errorf("opus encoder: %w", err)
	}
	return nil
}

// prefer ignores the constant bitrate, for which this library has no setting.
func (e *libopusEncoder) prefer(w opusPreferences) error {
	e.preferences = w
	band := map[opusBand]opus.Bandwidth{
		narrowBand: opus.Narrowband, mediumBand: opus.Mediumband, wideBand: opus.Wideband,
		superBand: opus.SuperWideband, fullBand: opus.Fullband,
	}[w.band(w.limit(opusBitrate(e.loss)))]
	if err := errors.Join(e.enc.SetInBandFEC(!w.noFEC), e.enc.SetMaxBandwidth(band), e.expect(e.loss)); err != nil {
		return fmt.Errorf("opus encoder: %w", err)
	}
	return nil
}

func (e *libopusEncoder) encode(dst []byte, pcm []int16) (int, error) {
	n, err := e.enc.Encode(pcm, dst[:len(dst):len(dst)])
	if err != nil {
		return 0, fmt.Errorf("opus encode: %w", err)
	}
	return n, nil
}

type libopusDecoder struct{ dec *opus.Decoder }

func newLibopusDecoder() *libopusDecoder {
	dec, err := opus.NewDecoder(SampleRate, 1)
	if err != nil {
		panic("rtc: opus decoder: " + err.Error()) // happens only for arguments that are not Opus
	}
	return &libopusDecoder{dec}
}

func (d *libopusDecoder) decode(dst []int16, payload []byte) (int, error) {
	n, err := d.dec.Decode(payload, dst[:len(dst):len(dst)])
	if err != nil {
		return 0, fmt.Errorf("opus decode: %w", err)
	}
	return n, nil
}

func (d *libopusDecoder) recover(dst []int16, next []byte) bool {
	return opusRedundancy(next) > 0 && d.dec.DecodeFEC(next, dst[:len(dst):len(dst)]) == nil
}

func (d *libopusDecoder) conceal(dst []int16) bool {
	return d.dec.DecodePLC(dst[:len(dst):len(dst)]) == nil
}
