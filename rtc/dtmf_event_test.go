package rtc

import (
	"bytes"
	"testing"
)

// Laid out by hand from the figure of RFC 4733 §2.3.
var eventPayloads = []struct {
	payload []byte
	event   dtmfEvent
}{
	{[]byte{9, 0x07, 0x00, 0xc8}, dtmfEvent{'9', false, 7, 200}},
	{[]byte{9, 0x87, 0x06, 0x40}, dtmfEvent{'9', true, 7, 1600}},
	{[]byte{1, 0x0a, 0x01, 0x90}, dtmfEvent{'1', false, 10, 400}},
	{[]byte{10, 0x8a, 0xff, 0xff}, dtmfEvent{'*', true, 10, 65535}},
	{[]byte{11, 0x3f, 0x00, 0x00}, dtmfEvent{'#', false, 63, 0}},
	{[]byte{15, 0x00, 0x03, 0xc0}, dtmfEvent{'D', false, 0, 960}},
}

func TestEventPayloads(t *testing.T) {
	for _, row := range eventPayloads {
		if got, err := parseEvent(row.payload); err != nil || got != row.event {
			t.Errorf("parseEvent(% x) = %+v, %v; want %+v", row.payload, got, err, row.event)
		}
		if got := appendEvent(nil, row.event); !bytes.Equal(got, row.payload) {
			t.Errorf("appendEvent(%+v) = % x, want % x", row.event, got, row.payload)
		}
	}
	if got, err := parseEvent([]byte{2, 0xca, 1, 0x90, 3, 4}); err != nil || got != (dtmfEvent{'2', true, 10, 400}) {
		t.Errorf("reserved bit and what follows: %+v, %v", got, err)
	}
	for _, bad := range [][]byte{nil, {1, 2, 3}, {16, 0, 0, 0}, {36, 0x80, 1, 0}} {
		if got, err := parseEvent(bad); err == nil {
			t.Errorf("parseEvent(% x) = %+v, want an error", bad, got)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	for _, row := range eventPayloads {
		f.Add(row.payload)
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := parseEvent(payload)
		if err != nil {
			return
		}
		again, err := parseEvent(appendEvent(nil, e))
		if err != nil || again != e {
			t.Errorf("% x: %+v, then %+v, %v", payload, e, again, err)
		}
	})
}
