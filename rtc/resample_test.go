package rtc

import (
	"math"
	"testing"
)

// gain is the gain of f for a tone in decibels, without the beginning.
func gain(in, out []int16) float64 {
	rms := func(pcm []int16) float64 {
		sum := 0.0
		for _, s := range pcm[len(pcm)/4:] {
			sum += float64(s) * float64(s)
		}
		return math.Sqrt(sum / float64(len(pcm)-len(pcm)/4))
	}
	return 20 * math.Log10(max(rms(out), 1e-3)/rms(in))
}

func downsampled(pcm []int16, ratio int) []int16 {
	d := newDownsampler(ratio)
	out := make([]int16, len(pcm)/ratio)
	for i := 0; i < len(pcm); i += FrameSamples {
		d.process(out[i/ratio:], pcm[i:i+FrameSamples])
	}
	return out
}

func upsampled(pcm []int16, ratio int) []int16 {
	u := NewUpsampler(ratio)
	out := make([]int16, len(pcm)*ratio)
	for i, s := range pcm {
		u.Sample(out[i*ratio:(i+1)*ratio], s)
	}
	return out
}

// scales are the two filters, with the factor of their frequencies.
var scales = []struct {
	ratio int
	scale float64
}{{narrowRatio, 1}, {wideRatio, 2}}

func TestDownsamplerPassesSpeechAndRejectsAliases(t *testing.T) {
	for _, r := range scales {
		for _, f := range []float64{100, 300, 1000, 2000, 3000, 3400} {
			in := tone(10, f*r.scale, 16000)
			if g := gain(in, downsampled(in, r.ratio)); math.Abs(g) > 0.1 {
				t.Errorf("%d to 1: %v Hz comes out at %.2f dB", r.ratio, f*r.scale, g)
			}
		}
		for _, f := range []float64{4600, 5000, 7000, 9000, 11500} {
			in := tone(10, f*r.scale, 16000)
			if g := gain(in, downsampled(in, r.ratio)); g > -65 {
				t.Errorf("%d to 1: %v Hz comes out at %.1f dB", r.ratio, f*r.scale, g)
			}
		}
	}
}

func TestUpsamplerAddsNoImages(t *testing.T) {
	for _, r := range scales {
		for _, f := range []float64{200, 1000, 3000, 3400} {
			in := make([]int16, 3200)
			for i := range in {
				in[i] = int16(math.Round(16000 * math.Sin(2*math.Pi*f*float64(i)/8000)))
			}
			out := upsampled(in, r.ratio)
			if g := gain(in, out); math.Abs(g) > 0.1 {
				t.Errorf("1 to %d: %v Hz comes out at %.2f dB", r.ratio, f*r.scale, g)
			}
			if p := power(out[len(out)-4*FrameSamples:], f*r.scale); p < 0.99999 {
				t.Errorf("1 to %d: %v Hz: %.6f of the power is elsewhere", r.ratio, f*r.scale, 1-p)
			}
		}
	}
}

func TestSamplesSaturate(t *testing.T) {
	for in, want := range map[float32]int16{0.4: 0, -0.6: -1, 32767.4: 32767, 40000: 32767, -40000: -32768} {
		if got := toInt16(in); got != want {
			t.Errorf("toInt16(%v) = %d, want %d", in, got, want)
		}
	}
}
