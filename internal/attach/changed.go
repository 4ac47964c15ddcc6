package attach

import (
	"sync"

	"github.com/patchcord/patchcord/internal/delta"
	"github.com/patchcord/patchcord/phone"
)

// changed has what was worked out for one screen, for others that are told the same. The zero value is ready.
type changed struct {
	mu sync.Mutex
	// to is the newest snapshot, from what has changed until then, by the snapshot that a screen has.
	to   uint64
	from map[uint64]*change
}

// change is one way to a snapshot. What comes second waits for the first.
type change struct {
	once sync.Once
	text []byte
	err  error
}

// between is what changed between two snapshots, as lines. What a new screen gets is not kept: it is long.
func (c *changed) between(d *delta.Differ, was, is phone.Snapshot) ([]byte, error) {
	work := func() ([]byte, error) { return changes(d, world{Phone: was}, world{Phone: is}) }
	if was.N == 0 || is.N == 0 {
		return work()
	}
	shared := c.at(was.N, is.N)
	if shared == nil {
		return work()
	}
	shared.once.Do(func() { shared.text, shared.err = work() })
	return shared.text, shared.err
}

// at is where that is kept; nil for what no other screen will ask for, as there is a newer snapshot.
func (c *changed) at(from, to uint64) *change {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case to < c.to:
		return nil
	case to > c.to:
		c.to, c.from = to, map[uint64]*change{}
	}
	shared := c.from[from]
	if shared == nil {
		shared = &change{}
		c.from[from] = shared
	}
	return shared
}
