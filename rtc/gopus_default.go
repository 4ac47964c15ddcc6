//go:build !libopus

package rtc

func newOpusEncoder() (encoder, error) { return newGopusEncoder() }
func newOpusDecoder() decoder          { return newGopusDecoder() }
