package history

import (
	"testing"
	"time"
)

func TestNumbersAreTheSame(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"+39 0721 555 016", "0721555016", true},
		{"00390721555016", "0721/555-016", true},
		{"305", "305", true},
		{"305", "1305", false},
		{"0721555016", "0721555017", false},
		{"anna@acme.example", "anna@acme.example", true},
		{"", "", false},
	} {
		if got := Same(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}

// TestNoDoubles: our clock and the PBX's need not agree.
func TestNoDoubles(t *testing.T) {
	shifted := func(r Record, id string, by time.Duration) Record {
		r.ID, r.Sound, r.Began, r.Ended = id, nil, r.Began.Add(by), r.Ended.Add(by)
		if !r.Answered.IsZero() {
			r.Answered = r.Answered.Add(by)
		}
		return r
	}
	talked, missed := call(1, Talked), call(9, Missed)
	nameless := call(30, Talked)
	nameless.Name = ""
	twice := call(40, Missed)
	for name, tt := range map[string]struct {
		own, theirs []Record
		want        []string
	}{
		"the same moment":         {[]Record{talked}, []Record{shifted(talked, "p1", 2*time.Second)}, []string{"call-1"}},
		"a clock that is wrong":   {[]Record{talked}, []Record{shifted(talked, "p1", -90*time.Second)}, []string{"call-1"}},
		"missed, clock too wrong": {[]Record{missed}, []Record{shifted(missed, "p1", 90*time.Second)}, []string{"p1", "call-9"}},
		"twice in a moment":       {[]Record{twice}, []Record{shifted(twice, "p2", 3*time.Second), shifted(twice, "p1", time.Second)}, []string{"p1", "call-40"}},
		"another one":             {[]Record{talked}, []Record{shifted(talked, "p1", time.Hour)}, []string{"p1", "call-1"}},
		"only theirs":             {nil, []Record{shifted(missed, "p1", 0)}, []string{"p1"}},
		"named by the PBX":        {[]Record{nameless}, []Record{shifted(call(30, Talked), "p1", 0)}, []string{"call-30"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Merge(tt.own, tt.theirs)
			var ids []string
			for _, r := range got {
				ids = append(ids, r.ID)
			}
			if len(ids) != len(tt.want) {
				t.Fatalf("%q, want %q", ids, tt.want)
			}
			for _, r := range got {
				if r.Name != "Mario" {
					t.Errorf("%+v", r)
				}
			}
		})
	}
	if nameless.Name != "" {
		t.Error("what was given was changed")
	}
}

func TestReturned(t *testing.T) {
	back := call(2, Talked)
	back.Incoming, back.Number = false, "0721555016"
	got := Merge([]Record{call(3, Missed), back, call(1, Missed)}, nil)
	if got[0].Returned || !got[2].Returned {
		t.Errorf("%+v", got)
	}
}

// TestMissedView counts what nobody has looked at and nobody has called back.
func TestMissedView(t *testing.T) {
	back := call(5, Talked)
	v := View{Calls: []Record{call(8, Missed), call(7, Declined)}, Seen: noon}
	if n := v.Missed(); n != 1 {
		t.Errorf("%d", n)
	}
	v.Calls = []Record{back, call(3, Missed)}
	if n := v.Missed(); n != 0 {
		t.Errorf("%d, although it was returned", n)
	}
	v = View{Calls: []Record{call(3, Missed)}, Seen: noon.Add(time.Hour)}
	if n := v.Missed(); n != 0 {
		t.Errorf("%d, although they were seen", n)
	}
}
