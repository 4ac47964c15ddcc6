package nsim

import (
	"math"
	"math/cmplx"
)

// Likeness is measured on spectra of 32 ms, 8 ms apart, of sound at 16 kHz, in 32 bands as wide as
// those of the ear (ERB, Glasberg and Moore 1990).
const (
	spectrumRate = 16000
	window       = 512
	hop          = 128
	bands        = 32
)

// spectrogram is the power of a sound in each band, by time.
type spectrogram [][bands]float64

// bank of filters.
type bank struct {
	weights [bands][window/2 + 1]float64 // of each line of a spectrum in each band
	hann    [window]float64
	turns   [window / 2]complex128
}

// newBank makes triangular bands from 50 Hz to 7.6 kHz.
func newBank() *bank {
	const lowest, highest = 50.0, 7600.0
	number := func(hertz float64) float64 { return 21.4 * math.Log10(1+.00437*hertz) }
	edge := func(i int) float64 {
		n := number(lowest) + (number(highest)-number(lowest))*float64(i)/(bands+1)
		return (math.Pow(10, n/21.4) - 1) / .00437
	}
	b := new(bank)
	for i := range b.hann {
		b.hann[i] = .5 - .5*math.Cos(2*math.Pi*float64(i)/(window-1))
	}
	for i := range b.turns {
		b.turns[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/window)
	}
	for i := range b.weights {
		w := &b.weights[i]
		left, middle, right := edge(i), edge(i+1), edge(i+2)
		sum := 0.0
		for k := range w {
			f := float64(k) * spectrumRate / window
			w[k] = max(0, min((f-left)/(middle-left), (right-f)/(right-middle), 1))
			sum += w[k]
		}
		if sum == 0 { // narrower than a line
			nearest := int(math.Round(middle * window / spectrumRate))
			w[nearest], sum = 1, 1
		}
		for k := range w {
			w[k] /= sum
		}
	}
	return b
}

// spectrogram computes the spectra of a sound at spectrumRate.
func (b *bank) spectrogram(x []float64) spectrogram {
	n := max(0, (len(x)-window)/hop)
	s := make(spectrogram, n)
	line, scratch := make([]complex128, window), make([]complex128, window)
	for i := range s {
		for j := range line {
			line[j] = complex(x[i*hop+j]*b.hann[j], 0)
		}
		b.transform(line, scratch)
		for k := range window/2 + 1 {
			power := real(line[k])*real(line[k]) + imag(line[k])*imag(line[k])
			for band := range bands {
				s[i][band] += b.weights[band][k] * power
			}
		}
	}
	return s
}

// loudest is the mean power over the bands in the loudest spectrum.
func (s spectrogram) loudest() float64 {
	most := 0.0
	for _, bands := range s {
		sum := 0.0
		for _, power := range bands {
			sum += power
		}
		most = max(most, sum)
	}
	return most / bands
}

// decibels is the level above a floor that is 50 dB below a power.
func (s spectrogram) decibels(power float64) spectrogram {
	const floor = 50
	level := make(spectrogram, len(s))
	for i := range s {
		for k, p := range s[i] {
			level[i][k] = max(0, 10*math.Log10((p+1e-12)/(power+1e-12))+floor)
		}
	}
	return level
}

// transform is the discrete Fourier transform of x in place, for a power of two up to window, by
// decimation in time; scratch has the same length.
func (b *bank) transform(x, scratch []complex128) {
	half := len(x) / 2
	if half == 0 {
		return
	}
	for i := range half {
		scratch[i], scratch[half+i] = x[2*i], x[2*i+1]
	}
	b.transform(scratch[:half], x[:half])
	b.transform(scratch[half:], x[half:])
	for k := range half {
		turned := b.turns[k*window/len(x)] * scratch[half+k]
		x[k], x[k+half] = scratch[k]+turned, scratch[k]-turned
	}
}

// Resample changes the rate of a sound by band-limited interpolation: a sinc under a Hann window,
// sixteen crossings wide to either side.
func Resample(x []float64, from, to int) []float64 {
	const crossings = 16
	if from == to {
		return x
	}
	cut := min(1, float64(to)/float64(from)) // of the band that fits both rates
	reach := int(math.Ceil(crossings / cut))
	kernels := make(map[int][]float64) // by the place of the new sample between two old ones
	kernel := func(phase int) []float64 {
		if k := kernels[phase]; k != nil {
			return k
		}
		k := make([]float64, 2*reach+1)
		for i := range k {
			d := (float64(phase)/float64(to) - float64(i-reach)) * cut
			switch {
			case d == 0:
				k[i] = cut
			case math.Abs(d) < crossings:
				k[i] = cut * math.Sin(math.Pi*d) / (math.Pi * d) * (.5 + .5*math.Cos(math.Pi*d/crossings))
			}
		}
		kernels[phase] = k
		return k
	}
	y := make([]float64, len(x)*to/from)
	for i := range y {
		at, k := i*from/to, kernel(i*from%to)
		for j := max(0, at-reach); j <= min(len(x)-1, at+reach); j++ {
			y[i] += x[j] * k[j-at+reach]
		}
	}
	return y
}
