package history

import (
	"testing"
	"time"
)

// TestInterrupted: a call of an earlier run is known by its number, in whatever form, and by about
// when it began.
func TestInterrupted(t *testing.T) {
	v := View{Calls: []Record{
		{ID: "b", Number: "305", Began: noon.Add(time.Hour), Outcome: Talked},
		{ID: "a", Number: "+390721555016", Began: noon, Outcome: Interrupted},
	}}
	for _, c := range []struct {
		with  string
		began time.Time
		want  bool
	}{
		{"0721555016", noon.Add(time.Second), true},
		{"0721555016", noon.Add(-time.Minute), true},
		{"0721555016", noon.Add(time.Hour), false},
		{"0721555016", noon.Add(-time.Hour), false},
		{"305", noon.Add(time.Hour), false},
	} {
		if got := v.Interrupted(c.with, c.began); got != c.want {
			t.Errorf("%s at %s: %t", c.with, c.began, got)
		}
	}
}
