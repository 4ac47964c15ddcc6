package audio

// Sum adds sounds of one length up, in 32 bits, so that each listener can be given all of them but
// their own. It belongs to one goroutine.
type Sum struct{ total []int32 }

// NewSum makes the empty sum of sounds of up to n samples.
func NewSum(n int) *Sum { return &Sum{make([]int32, n)} }

// Clear empties the sum.
func (s *Sum) Clear() { clear(s.total) }

// Add adds a sound. More than 65,000 of them would not fit.
func (s *Sum) Add(pcm []int16) {
	total := s.total[:len(pcm)]
	for i, sample := range pcm {
		total[i] += int32(sample)
	}
}

// Without writes the sum less one of its sounds into out, which has the same length; nil is none.
// Sound that is too loud for 16 bits is bent towards full scale and never clipped.
func (s *Sum) Without(own, out []int16) {
	total := s.total[:len(out)]
	for i, v := range total {
		if own != nil {
			v -= int32(own[i])
		}
		if v > softest || v < -softest {
			out[i] = limited(float32(v))
			continue
		}
		out[i] = int16(v)
	}
}

// softest is the knee of the limit in whole samples: what is not above it stays as it is.
const softest = int32(fullScale * 707 / 1000)
