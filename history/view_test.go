package history

import (
	"testing"
	"testing/synctest"
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

// TestLook: a call that is up in the program that keeps the record is not cut off for one that looks at it.
func TestLook(t *testing.T) {
	path := pathIn(t)
	synctest.Test(t, func(t *testing.T) {
		keeper := inFakeTime(path, false)
		defer keeper.Close()
		keeper.Put(call(1, Talked))
		up := call(2, "")
		up.Ended = time.Time{}
		keeper.Put(up)
		sees(t, keeper, "the call that is over", holding(1))
		other := inFakeTime(path, true)
		defer other.Close()
		looked := time.Now().Add(time.Hour).Round(0)
		other.See(looked) // once that is known the whole file was read
		if v := sees(t, other, "when it was looked at", func(v View) bool { return v.Seen.Equal(looked) }); len(v.Calls) != 1 {
			t.Errorf("%+v", v.Calls)
		}
		other.Clear()
		sees(t, other, "nothing", holding(0))
		keeper.Put(call(2, Talked))
		sees(t, other, "the call that was up", holding(1))
	})
}
