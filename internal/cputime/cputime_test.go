package cputime

import "testing"

// TestUsed grows with work.
func TestUsed(t *testing.T) {
	before := Used()
	for n := 0; Used() == before; n++ {
		if n == 1<<30 {
			t.Fatal("work takes no time")
		}
	}
}
