package exchange

import (
	"fmt"
	"strings"
	"testing"
)

// life is what a crowd did in so many steps.
func life(seed uint64, steps int) string {
	p := New(Options{Seed: seed}, nil)
	var b strings.Builder
	for range steps {
		p.crowd.step()
		for _, c := range p.callOrder {
			fmt.Fprintf(&b, "%s %s %v;", c.Caller.Party, c.Callee.Party, c.Ringing())
		}
		fmt.Fprintln(&b, p.crowd.dnd(), p.crowd.offline())
	}
	return b.String()
}

func TestSeedRepeats(t *testing.T) {
	one := life(42, 300)
	if one != life(42, 300) {
		t.Error("the same seed lived two lives")
	}
	if one == life(43, 300) {
		t.Error("two seeds lived the same life")
	}
}

func TestCrowdStaysLively(t *testing.T) {
	p := New(Options{Seed: 1}, nil)
	for i := range 20_000 {
		p.crowd.step()
		if busy := p.crowd.busy; i%1000 == 0 && (busy < 50 || busy > 110) {
			t.Fatalf("%d busy after %d steps", busy, i)
		}
	}
	if n := p.crowd.dnd(); n < 15 || n > 60 {
		t.Errorf("%d on DND", n)
	}
	if n := p.crowd.offline(); n < 25 || n > 80 {
		t.Errorf("%d offline", n)
	}
	if n := len(p.crowd.ringing); n > 20 {
		t.Errorf("%d calls ring", n)
	}
}

func TestPlacesAreLively(t *testing.T) {
	p := New(Options{Seed: 3}, nil)
	for range 10_000 {
		p.crowd.step()
		waiting := 0
		for _, place := range p.tenant.places {
			waiting += len(place.Calls)
		}
		if waiting > 2 {
			return
		}
	}
	t.Error("people hardly ever waited")
}
