package rtc

import "testing"

func TestConnectsOnLoopback(t *testing.T) {
	e := newEngine(t)
	call(t, e, e, nil, nil)
}
