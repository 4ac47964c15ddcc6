package history

import (
	"fmt"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/cputime"
	"github.com/patchcord/patchcord/internal/number"
)

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
		"nobody's number":         {[]Record{from("anonymous", missed)}, []Record{shifted(from("", missed), "p1", time.Second)}, []string{"call-9"}},
		"two of nobody's number":  {[]Record{from("anonymous", missed)}, []Record{shifted(from("anonymous", missed), "p1", time.Minute)}, []string{"p1", "call-9"}},
		"a number not shown":      {[]Record{missed}, []Record{shifted(from("anonymous", missed), "p1", 0)}, []string{"p1", "call-9"}},
		"named by the PBX":        {[]Record{nameless}, []Record{shifted(call(30, Talked), "p1", 0)}, []string{"call-30"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Merge(tt.own, tt.theirs, "")
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
	got := Merge([]Record{call(3, Missed), back, call(1, Missed)}, nil, "")
	if got[0].Returned || !got[2].Returned {
		t.Errorf("%+v", got)
	}
}

// from is a call with another number.
func from(caller string, r Record) Record {
	r.Number, r.who = caller, Record{}.who
	return r
}

// TestReturnedBySomebodyElse: only a talk with the same person returns a missed call.
func TestReturnedBySomebodyElse(t *testing.T) {
	for _, tt := range []struct {
		missed, talked string
		want           bool
	}{
		{"+390721555016", "0721555016", true},
		{"0721555016", "000390721555016", true},
		{"+12025550123", "912025550123", true},
		{"+44205550123", "+12025550123", false},
		{"+4930123456", "+4940123456", false},
		{"anna@10.0.0.5", "luca@10.0.0.5", false},
		{"anonymous", "anonymous", false},
		{"", "", false},
		{"203", "1203", false},
	} {
		got := Merge([]Record{from(tt.talked, call(2, Talked)), from(tt.missed, call(1, Missed))}, nil, "")
		if got[1].Returned != tt.want {
			t.Errorf("a call missed from %q is returned by one with %q: %v", tt.missed, tt.talked, got[1].Returned)
		}
	}
}

// TestReturnedInACountry: who is the same person depends on the country.
func TestReturnedInACountry(t *testing.T) {
	for home, want := range map[number.Country]bool{"": true, "39": false, "49": true} {
		list := []Record{from("0333123456", call(2, Talked)), from("333123456", call(1, Missed))}
		if got := Merge(list, nil, home); got[1].Returned != want {
			t.Errorf("in %q: returned is %v", home, got[1].Returned)
		}
		v := View{Calls: list}
		if n := v.Missed(home); n == 0 != want {
			t.Errorf("in %q: %d missed", home, n)
		}
		theirs := from("0333123456", call(1, Missed))
		if got := Merge([]Record{from("333123456", call(1, Missed))}, []Record{theirs}, home); len(got) == 1 != want {
			t.Errorf("in %q: %d calls", home, len(got))
		}
	}
}

// TestMissedView counts missed calls that were neither seen nor returned.
func TestMissedView(t *testing.T) {
	back := call(5, Talked)
	v := View{Calls: []Record{call(8, Missed), call(7, Declined)}, Seen: noon}
	if n := v.Missed(""); n != 1 {
		t.Errorf("%d", n)
	}
	v.Calls = []Record{back, call(3, Missed)}
	if n := v.Missed(""); n != 0 {
		t.Errorf("%d, although it was returned", n)
	}
	v = View{Calls: []Record{call(3, Missed)}, Seen: noon.Add(time.Hour)}
	if n := v.Missed(""); n != 0 {
		t.Errorf("%d, although they were seen", n)
	}
}

// TestMergeStaysFlat: ten times the calls take about ten times as long, even if somebody invents
// numbers with the same ending.
func TestMergeStaysFlat(t *testing.T) {
	calls := func(n int, format string) []Record {
		list := make([]Record, n)
		for i := range list {
			list[i] = from(fmt.Sprintf(format, i), call(n-i, []Outcome{Talked, Missed}[i%2]))
			list[i] = list[i].fit()
		}
		return list
	}
	for _, format := range []string{"+39%010d", "+39%05d555016", "x%d@10.0.0.5"} {
		took := func(n int) time.Duration {
			list := calls(n, format)
			before := cputime.Used()
			Merge(list, nil, "")
			return cputime.Used() - before
		}
		took(1000)
		few, many := max(took(10_000), time.Millisecond), took(100_000)
		for i := 0; i < 5 && many > 50*few; i++ { // the collector may have run
			many = took(100_000)
		}
		if many > 50*few {
			t.Errorf("%s: %s for 10,000 calls, %s for 100,000", format, few, many)
		}
	}
}

// TestRecordingOfTheirs: where the PBX recorded a call of ours, ours has its recording.
func TestRecordingOfTheirs(t *testing.T) {
	own, theirs, other := call(1, Talked), call(1, Talked), call(90, Talked)
	theirs.ID, theirs.Recording = "p1", "p1"
	other.ID, other.Recording = "p2", "p2"
	for _, r := range Merge([]Record{own}, []Record{theirs, other}, "") {
		if want := map[string]string{own.ID: "p1", "p2": "p2"}[r.ID]; r.Recording != want {
			t.Errorf("%s has the recording %q, want %q", r.ID, r.Recording, want)
		}
	}
	if own.Recording != "" {
		t.Error("what was given was changed")
	}
}
