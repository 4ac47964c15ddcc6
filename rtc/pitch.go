package rtc

import "math"

// unity is a gain of one.
const unity = 1 << 14

// scale multiplies by a gain from 0 to unity.
func scale(s int16, gain int32) int16 { return int16(int32(s) * gain >> 14) }

// fade is the gain of concealment after so many samples.
func fade(run int) int32 {
	return int32(unity * max(0, fadeTo-max(run, fadeFrom)) / (fadeTo - fadeFrom))
}

// crossfade writes the transition from one sound to another to dst. All three have the same length;
// dst may be one of them or overlap what is behind it.
func crossfade(dst, from, to []int16) {
	for i := range dst {
		up := unity * int32(i) / int32(len(dst))
		dst[i] = scale(from[i], unity-up) + scale(to[i], up)
	}
}

// quietPower is the mean square below which nobody hears a joint: -60 dB of full scale.
const quietPower = 32 * 32

// quiet tells whether the last overlap of pcm is too soft for a joint to be heard.
func quiet(pcm []int16) bool {
	tail := pcm[len(pcm)-overlap:]
	return dot(tail, tail, 1) < quietPower*overlap
}

// bestLag finds how far back, from lo to hi samples, pcm was most similar to its last overlap
// samples. The likeness is 1 for a sound that differs in level only, 0 where nothing matches. pcm
// holds at least hi+overlap samples.
func bestLag(pcm []int16, lo, hi int) (lag int, likeness float64) {
	const step = 3 // a third of the rate is enough for finding the pitch
	lag, likeness = lo, -1
	for l := lo; l <= hi; l += step {
		if like := alike(pcm, l, step); like > likeness {
			lag, likeness = l, like
		}
	}
	from, to := max(lo, lag-step+1), min(hi, lag+step-1)
	likeness = -1
	for l := from; l <= to; l++ {
		if like := alike(pcm, l, 1); like > likeness {
			lag, likeness = l, like
		}
	}
	return lag, max(0, likeness)
}

// alike is the normalised correlation of the last overlap samples with those lag before, looking
// at every step-th sample.
func alike(pcm []int16, lag, step int) float64 {
	tail := pcm[len(pcm)-overlap:]
	before := pcm[len(pcm)-overlap-lag : len(pcm)-lag]
	power := dot(tail, tail, step) * dot(before, before, step)
	if power == 0 {
		return 0
	}
	return dot(tail, before, step) / math.Sqrt(power)
}

func dot(a, b []int16, step int) float64 {
	sum := int64(0)
	for i := 0; i < len(a); i += step {
		sum += int64(int32(a[i]) * int32(b[i]))
	}
	return float64(sum)
}
