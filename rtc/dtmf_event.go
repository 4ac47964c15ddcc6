package rtc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// dtmfDigits holds the sixteen keys in the order of their event codes (RFC 4733 §3.2, table 3).
const dtmfDigits = "0123456789*#ABCD"

// dtmfEvent is one telephone-event payload (RFC 4733 §2.3). All packets of an event carry its
// first timestamp and a growing duration, and its end is sent three times.
type dtmfEvent struct {
	digit    rune   // one of dtmfDigits
	end      bool   // the key has been released
	volume   uint8  // power of the tone in -dBm0, 0 to 63
	duration uint16 // since the key was pressed, in RTP ticks
}

// appendEvent adds the four bytes of e to dst; e.digit must be one of dtmfDigits.
func appendEvent(dst []byte, e dtmfEvent) []byte {
	flags := e.volume & 0x3f
	if e.end {
		flags |= 0x80
	}
	dst = append(dst, byte(strings.IndexRune(dtmfDigits, e.digit)), flags)
	return binary.BigEndian.AppendUint16(dst, e.duration)
}

var errShortEvent = errors.New("telephone-event payload is shorter than four bytes")

// parseEvent reads the first event of a payload. It ignores the reserved bit and whatever follows
// the four bytes, as RFC 4733 §2.3.3 demands. Events that are no keys, such as fax tones, are an
// error.
func parseEvent(payload []byte) (dtmfEvent, error) {
	if len(payload) < 4 {
		return dtmfEvent{}, errShortEvent
	}
	code := int(payload[0])
	if code >= len(dtmfDigits) {
		return dtmfEvent{}, fmt.Errorf("telephone-event %d is not a key", code)
	}
	return dtmfEvent{
		digit:    rune(dtmfDigits[code]),
		end:      payload[1]&0x80 != 0,
		volume:   payload[1] & 0x3f,
		duration: binary.BigEndian.Uint16(payload[2:]),
	}, nil
}
