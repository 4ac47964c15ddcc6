package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWrongRequestsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"-only", "nonsense"}, {"-runs", "0"}} {
		err := measure(t.Context(), args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), args[1]) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// There is a ratio only beside a figure of the same run.
func TestRatio(t *testing.T) {
	if got := ratio(3, "a peer", []float64{2, 4, 6}, .5, nil); got != "; 0.75x a peer (4.00), goal 0.50" {
		t.Error(got)
	}
	if got := ratio(3, "a peer", nil, .5, errors.New("it is not here")); got != "; a peer: not measured (it is not here)" {
		t.Error(got)
	}
}
