package convolution

import (
	"math"
	"testing"
)

func TestOf(t *testing.T) {
	x, h := []float64{1, -2, 3, 0.5, 4}, []float64{2, 0, -1}
	out := Of(x, h)
	if len(out) != 7 {
		t.Fatalf("%d samples", len(out))
	}
	for n, got := range out {
		var want float64
		for i, v := range x {
			if k := n - i; k >= 0 && k < len(h) {
				want += v * h[k]
			}
		}
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("sample %d is %g, want %g", n, got, want)
		}
	}
}
