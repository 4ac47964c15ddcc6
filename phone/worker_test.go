package phone

import "testing"

// TestSessionWithAPathStays: a session that gets its path while another one is made for the call stays, and what it
// tells reaches the call; one without a path tells nothing once that is settled.
func TestSessionWithAPathStays(t *testing.T) {
	for _, up := range []bool{true, false} {
		events := 0
		w := newWorker(nil, byMessage, nil, nil, nil)
		w.now = &feed{post: func(input) { events++ }}
		w.now.up.Store(up)
		if got := w.hasPath(); got != up {
			t.Errorf("up %t: has a path %t", up, got)
		}
		w.now.deliver(mediaUp{})
		if (events == 1) != up {
			t.Errorf("up %t: %d events", up, events)
		}
		w.now.mute(false)
		if events != 1 {
			t.Errorf("up %t: %d events when it is back", up, events)
		}
	}
	if newWorker(nil, byMessage, nil, nil, nil).hasPath() {
		t.Error("no session has a path")
	}
}
