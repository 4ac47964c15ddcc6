package history

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestOneCallOfTwoPrograms: a call that was handled in one program is not missed in the other,
// whichever writes first, and not after the next start either.
func TestOneCallOfTwoPrograms(t *testing.T) {
	for name, tt := range map[string]struct {
		handled   Outcome
		sameID    bool
		lateFirst bool // the program that missed it writes first
		other     string
		calls     int
	}{
		"declined":            {handled: Declined, calls: 1},
		"declined, told late": {handled: Declined, lateFirst: true, calls: 1},
		"talked, told late":   {handled: Talked, lateFirst: true, calls: 1},
		"under one id":        {handled: Declined, sameID: true, calls: 1},
		"under one id, late":  {handled: Declined, sameID: true, lateFirst: true, calls: 1},
		"missed by both":      {handled: Missed, calls: 1},
		"somebody else":       {handled: Declined, other: "+39 0721 000 000", calls: 2},
	} {
		t.Run(name, func(t *testing.T) {
			path := pathIn(t)
			synctest.Test(t, func(t *testing.T) {
				one, two := inFakeTime(path, false), inFakeTime(path, false)
				one.See(noon)
				synctest.Wait()
				mine, theirs := call(1, tt.handled), call(1, Missed)
				theirs.Began = theirs.Began.Add(80 * time.Millisecond)
				if !tt.sameID {
					theirs.ID = "their-1"
				}
				if tt.other != "" {
					theirs.Number = tt.other
				}
				put := []func(){func() { one.Put(mine) }, func() { two.Put(theirs) }}
				if tt.lateFirst {
					put[0], put[1] = put[1], put[0]
				}
				put[0]()
				time.Sleep(50 * time.Millisecond)
				put[1]()
				time.Sleep(3 * looksEvery)
				check := func(who string, b *Book) {
					v := <-b.Watch(t.Context())
					missed := 0
					if tt.handled == Missed || tt.other != "" {
						missed = 1
					}
					if len(v.Calls) != tt.calls || v.Missed("") != missed {
						t.Errorf("%s: %d missed, %+v", who, v.Missed(""), v.Calls)
					}
				}
				check("the one", one)
				check("the other", two)
				one.Close()
				two.Close()
				again := inFakeTime(path, false)
				time.Sleep(time.Second)
				check("the next start", again)
				again.Close()
			})
		})
	}
}
