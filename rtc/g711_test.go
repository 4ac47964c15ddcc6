package rtc

import (
	"math"
	"testing"

	"github.com/zaf/g711"
)

func TestG711AgreesWithAnotherImplementation(t *testing.T) {
	for s := math.MinInt16; s <= math.MaxInt16; s++ {
		pcm := int16(s)
		if got, want := encodeMu(pcm), g711.EncodeUlawFrame(pcm); got != want {
			t.Fatalf("encodeMu(%d) = %#x, want %#x", pcm, got, want)
		}
		if got, want := encodeA(pcm), g711.EncodeAlawFrame(pcm); got != want {
			t.Fatalf("encodeA(%d) = %#x, want %#x", pcm, got, want)
		}
	}
	for code := range 256 {
		if got, want := DecodeMu(byte(code)), g711.DecodeUlawFrame(byte(code)); got != want {
			t.Errorf("DecodeMu(%#x) = %d, want %d", code, got, want)
		}
		if got, want := DecodeA(byte(code)), g711.DecodeAlawFrame(byte(code)); got != want {
			t.Errorf("DecodeA(%#x) = %d, want %d", code, got, want)
		}
	}
}
