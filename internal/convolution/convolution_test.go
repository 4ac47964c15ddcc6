package convolution

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestOf(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 1))
	noise := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = dice.NormFloat64()
		}
		return x
	}
	for _, n := range [][2]int{{1, 0}, {1, 1}, {1, 2}, {5, 3}, {3, 5}, {64, 64}, {100, 7}, {101, 7}, {1000, 3}, {7, 500}, {33, 8}} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			x, h := noise(n[0]), noise(n[1])
			out := Of(x, h)
			if len(out) != n[0]+n[1]-1 {
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
		})
	}
}
