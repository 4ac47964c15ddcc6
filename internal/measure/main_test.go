package main

import (
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
