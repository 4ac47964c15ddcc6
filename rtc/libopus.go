package rtc

import (
	"errors"
	"fmt"

	"github.com/patchcord/patchcord/internal/libopus"
)

// Opus makes the encoders and decoders of Opus: the system's libopus, or gopus, which is written in Go and
// built in. The zero value is gopus.
type Opus struct{ system *libopus.Library }

// ErrNoOpus is that the system has no libopus.
var ErrNoOpus = libopus.ErrAbsent

// SystemOpus loads the system's libopus. It takes about a millisecond. The error is a sentence for a person, and
// ErrNoOpus where there is none.
func SystemOpus() (Opus, error) {
	l, err := libopus.Open()
	return Opus{l}, err
}

// String is its name, like "libopus 1.3.1".
func (o Opus) String() string {
	if o.system == nil {
		return "gopus"
	}
	return "libopus " + o.system.Version()
}

func (o Opus) newEncoder() (encoder, error) {
	if o.system == nil {
		return newGopusEncoder()
	}
	return newLibopusEncoder(o.system)
}

func (o Opus) newDecoder() decoder {
	if o.system != nil {
		if dec, err := o.system.NewDecoder(); err == nil { // it was tried when it was loaded
			return &libopusDecoder{dec}
		}
	}
	return newGopusDecoder()
}

// libopusEncoder and libopusDecoder are the Opus of the system.
type libopusEncoder struct {
	enc         *libopus.Encoder
	preferences opusPreferences
	loss        int
	bitrate     int
	easing      easing
}

func newLibopusEncoder(l *libopus.Library) (*libopusEncoder, error) {
	enc, err := l.NewEncoder()
	if err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	e := &libopusEncoder{enc: enc}
	return e, e.expect(0)
}

func (e *libopusEncoder) expect(percent int) error {
	e.loss = percent
	return e.set()
}

func (e *libopusEncoder) prefer(w opusPreferences) error {
	e.preferences = w
	return e.set()
}

func (e *libopusEncoder) set() error {
	w := e.preferences.settings(e.loss)
	e.bitrate = w.bitrate
	choose := func(on bool, yes, no int) int {
		if on {
			return yes
		}
		return no
	}
	band := map[opusBand]int{
		narrowBand: libopus.To4kHz, mediumBand: libopus.To6kHz, wideBand: libopus.To8kHz, superBand: libopus.To12kHz, fullBand: libopus.To20kHz,
	}[w.band]
	if err := errors.Join(
		e.enc.Set(libopus.InbandFEC, choose(w.redundancy, 1, 0)), e.enc.Set(libopus.Loss, w.loss), e.enc.Set(libopus.Bitrate, w.bitrate),
		e.enc.Set(libopus.MaxBand, band), e.enc.Set(libopus.Variable, choose(w.constant, 0, 1)), e.enc.Set(libopus.Complexity, w.complexity),
		e.enc.Set(libopus.Signal, choose(w.hybrid, libopus.AnySignal, libopus.Music)),
	); err != nil {
		return fmt.Errorf("opus encoder: %w", err)
	}
	return nil
}

func (e *libopusEncoder) encode(dst []byte, pcm []int16) (int, error) {
	if rate, changes := e.easing.bitrate(e.bitrate, len(pcm)); changes && !e.preferences.constant {
		if err := e.enc.Set(libopus.Bitrate, rate); err != nil {
			return 0, fmt.Errorf("opus encode: %w", err)
		}
	}
	n, err := e.enc.Encode(dst, pcm)
	if err != nil {
		return 0, fmt.Errorf("opus encode: %w", err)
	}
	return n, nil
}

type libopusDecoder struct{ dec *libopus.Decoder }

func (d *libopusDecoder) decode(dst []int16, payload []byte) (int, error) {
	n, err := d.dec.Decode(dst, payload)
	if err != nil {
		return 0, fmt.Errorf("opus decode: %w", err)
	}
	return n, nil
}

func (d *libopusDecoder) recover(dst []int16, next []byte) bool {
	if opusRedundancy(next) == 0 {
		return false
	}
	n, err := d.dec.Recover(dst, next)
	return err == nil && n == len(dst)
}

func (d *libopusDecoder) conceal(dst []int16) bool {
	n, err := d.dec.Decode(dst, nil)
	return err == nil && n == len(dst)
}
