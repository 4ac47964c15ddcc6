// Package nsim tells how alike two sounds are to an ear: by the neurogram similarity index of their
// spectrograms (NSIM, Hines and Harte 2012), as ViSQOL does.
package nsim

import (
	"math"
	"slices"
)

// Patches of half a second are compared one by one, each where it fits best, so that a change of
// the delay costs only what it distorts (as in ViSQOL, Hines et al. 2015).
const (
	patch = 60 // spectra
	drift = 40 // how far around the common delay a patch is searched, in spectra: 0.32 s
	// faintest is the mean level, in dB above the floor, below which a patch is ignored.
	faintest = 8
)

// Comparison is a received sound compared with the original.
type Comparison struct {
	Likeness float64 // NSIM, the mean over all patches; 1 is the same
	Delay    float64 // in ms, the median over all patches
}

// soundRate is the rate of what is compared.
const soundRate = 48000

// grids is how many offsets between two spectra of the original are tried. Spectra are 8 ms apart,
// so a sound that is 4 ms late can seem 0.04 less similar than the same sound 2 ms later. The mean
// over all offsets is what a random delay gives.
const grids = 4

// Compare says how similar a sound is to the original, both at 48 kHz; it may be up to a second late, and
// louder or softer.
func Compare(original, received []float64) Comparison {
	bank := newBank()
	x, y := Resample(original, soundRate, spectrumRate), Resample(received, soundRate, spectrumRate)
	late := commonDelay(x, y)
	gain := math.Sqrt(energy(x) / max(1e-9, energy(y)))
	for i := range y {
		y[i] *= gain
	}
	was := bank.spectrogram(x)
	loudest := was.loudest()
	a := was.decibels(loudest)
	var alike, delays []float64
	for shift := 0; shift < hop; shift += hop / grids {
		b := bank.spectrogram(y[min(shift, len(y)):]).decibels(loudest)
		for at := 0; at+patch < len(a); at += patch / 2 {
			was := a[at : at+patch]
			if was.mean() < faintest {
				continue
			}
			if like, k := was.likeIn(b, at+late/hop); like >= 0 {
				alike = append(alike, like)
				delays = append(delays, delayOf(x, y, at*hop, k*hop+shift))
			}
		}
	}
	slices.Sort(delays)
	middle := 0.0
	if len(delays) > 0 {
		middle = delays[len(delays)/2]
	}
	return Comparison{mean(alike), middle}
}

// Aligned says how similar a sound is to the original, both at 48 kHz, where the delay is known and was taken
// away: each patch is compared where it stands, at its own level. 1 is the same.
func Aligned(original, received []float64) float64 {
	bank := newBank()
	was := bank.spectrogram(Resample(original, soundRate, spectrumRate))
	loudest := was.loudest()
	a := was.decibels(loudest)
	b := bank.spectrogram(Resample(received, soundRate, spectrumRate)).decibels(loudest)
	var alike []float64
	for at := 0; at+patch < min(len(a), len(b)); at += patch / 2 {
		if a[at:at+patch].mean() >= faintest {
			alike = append(alike, nsim(a[at:at+patch], b[at:at+patch]))
		}
	}
	return mean(alike)
}

// likeIn is how similar a patch is where it fits best, around the expected place, and where that
// is; below 0 there is no such place.
func (a spectrogram) likeIn(b spectrogram, expected int) (like float64, at int) {
	like = -1
	for _, k := range a.places(b, expected) {
		if l := nsim(a, b[k:k+len(a)]); l > like {
			like, at = l, k
		}
	}
	return like, at
}

// commonDelay is the delay of y after x in samples, by their envelopes, 0 to one second.
func commonDelay(x, y []float64) int {
	const step = spectrumRate / 200
	p, h := envelope(x, step), envelope(y, step)
	best, most := 0, math.Inf(-1)
	for lag := range 200 {
		sum := 0.0
		for i := 0; i < len(p) && i+lag < len(h); i++ {
			sum += p[i] * h[i+lag]
		}
		if sum > most {
			best, most = lag, sum
		}
	}
	return best * step
}

// envelope is the level of x every step samples, less its mean.
func envelope(x []float64, step int) []float64 {
	e := make([]float64, len(x)/step)
	for i := range e {
		e[i] = math.Sqrt(energy(x[i*step:(i+1)*step]) / float64(step))
	}
	middle := mean(e)
	for i := range e {
		e[i] -= middle
	}
	return e
}

// places are the three spectra of b, around the one expected, from which on it is most like a.
func (a spectrogram) places(b spectrogram, expected int) []int {
	type place struct {
		at    int
		apart float64
	}
	var all []place
	for k := max(0, expected-drift); k <= min(len(b)-len(a), expected+drift); k++ {
		sum := 0.0
		for i := range a {
			for j := range bands {
				d := a[i][j] - b[k+i][j]
				sum += d * d
			}
		}
		all = append(all, place{k, sum})
	}
	slices.SortFunc(all, func(p, q place) int {
		if p.apart < q.apart {
			return -1
		}
		return 1
	})
	var at []int
	for _, p := range all[:min(3, len(all))] {
		at = append(at, p.at)
	}
	return at
}

// nsim is the neurogram similarity index of two patches (Hines and Harte 2012): it compares the
// levels and their changes around each point.
func nsim(a, b spectrogram) float64 {
	const top = 60.0 // dB
	const c1, c3 = .01 * top, (.03 * top) * (.03 * top) / 2
	product := func(p, q spectrogram) spectrogram {
		r := make(spectrogram, len(p))
		for i := range r {
			for k := range bands {
				r[i][k] = p[i][k] * q[i][k]
			}
		}
		return r
	}
	ma, mb := a.blurred(), b.blurred()
	aa, bb, ab := product(a, a).blurred(), product(b, b).blurred(), product(a, b).blurred()
	sum := 0.0
	for i := range a {
		for k := range bands {
			x, y := ma[i][k], mb[i][k]
			vx, vy := max(0, aa[i][k]-x*x), max(0, bb[i][k]-y*y)
			level := (2*x*y + c1) / (x*x + y*y + c1)
			sum += level * (ab[i][k] - x*y + c3) / (math.Sqrt(vx*vy) + c3)
		}
	}
	return sum / float64(len(a)*bands)
}

// blurred averages each point with its eight neighbours, weighted 1 2 1 both ways; at the edges the
// last point counts twice.
func (s spectrogram) blurred() spectrogram {
	weight := [3]float64{.25, .5, .25}
	out := make(spectrogram, len(s))
	for i := range s {
		for k := range bands {
			for di, wi := range weight {
				row := &s[min(max(i+di-1, 0), len(s)-1)]
				for dk, wk := range weight {
					out[i][k] += wi * wk * row[min(max(k+dk-1, 0), bands-1)]
				}
			}
		}
	}
	return out
}

func (s spectrogram) mean() float64 {
	sum := 0.0
	for i := range s {
		for _, v := range s[i] {
			sum += v
		}
	}
	return sum / float64(len(s)*bands)
}

// delayOf is the delay in ms of the patch of x at from in y, searched around at.
func delayOf(x, y []float64, from, at int) float64 {
	p := x[from : from+patch*hop]
	best, most := 0, math.Inf(-1)
	for k := max(0, at-hop); k <= at+hop && k+len(p) <= len(y); k++ {
		sum := 0.0
		for i, v := range p {
			sum += v * y[k+i]
		}
		if sum > most {
			best, most = k, sum
		}
	}
	return float64(best-from) * 1000 / spectrumRate
}

func energy(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / max(1, float64(len(x)))
}
