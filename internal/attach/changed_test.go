package attach

import (
	"bytes"
	"sync"
	"testing"

	"github.com/patchcord/patchcord/internal/delta"
)

// TestChangedOnce: what changed between two snapshots is worked out for the first screen that asks, and shared by
// all that stand at the same one. What is of no use to others is not kept.
func TestChangedOnce(t *testing.T) {
	first := board(3)
	second := busier(first, 1, 1)
	one, two, three := worldOf(first).Phone, worldOf(second).Phone, worldOf(busier(second, 1, 2)).Phone
	one.N, two.N, three.N = 1, 2, 3
	var c changed
	texts := make([][]byte, 8)
	var screens sync.WaitGroup
	for i := range texts {
		screens.Go(func() { texts[i], _ = c.between(delta.NewDiffer(), one, two) })
	}
	screens.Wait()
	for _, text := range texts {
		if len(text) == 0 || &text[0] != &texts[0][0] {
			t.Errorf("%q was worked out twice", text)
		}
	}
	slow, _ := c.between(delta.NewDiffer(), one, three)
	quick, _ := c.between(delta.NewDiffer(), two, three)
	if len(slow) == 0 || len(quick) == 0 || bytes.Equal(slow, quick) || len(c.from) != 2 {
		t.Errorf("%q and %q, %d kept", slow, quick, len(c.from))
	}
	late, _ := c.between(delta.NewDiffer(), one, two)
	if !bytes.Equal(late, texts[0]) || len(c.from) != 2 || c.to != 3 {
		t.Errorf("%q, %d kept until %d", late, len(c.from), c.to)
	}
	one.N = 0
	if whole, err := c.between(delta.NewDiffer(), one, three); err != nil || len(whole) == 0 || len(c.from) != 2 {
		t.Errorf("%q, %v, %d kept", whole, err, len(c.from))
	}
}
