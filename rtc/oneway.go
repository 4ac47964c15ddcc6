package rtc

import (
	"fmt"
	"time"
)

// Inbound is the receiving side of a Session by itself: jitter buffer, decoder and concealment,
// with a clock that the caller sets. It is for measurements that need hours, and no network. It is
// for one goroutine.
type Inbound struct{ receiver *receiver }

// NewInbound receives one codec of Config.Codecs, with an Opus where it is that.
func NewInbound(codec string, o Opus) (*Inbound, error) {
	if _, err := payloadsOf([]string{codec}); err != nil {
		return nil, err
	}
	r := newReceiver()
	r.opus = o
	r.setPayloads(map[uint8]string{0: codec})
	return &Inbound{r}, nil
}

// Push takes a packet that arrives at a time: its sequence number, its timestamp by the codec's
// clock, and its payload, of which it keeps nothing.
func (in *Inbound) Push(seq uint16, ts uint32, payload []byte, at time.Time) {
	in.receiver.push(0, seq, ts, 0, false, payload, at)
}

// Pull is Session.ReadFrame at a time.
func (in *Inbound) Pull(pcm []int16, at time.Time) { in.receiver.pullAt(pcm, at) }

// Stats has the figures of this side.
func (in *Inbound) Stats() Stats {
	var s Stats
	in.receiver.fill(&s)
	return s
}

// Outbound is the encoding side of a Session by itself, for one goroutine.
type Outbound struct{ encoder encoder }

// NewOutbound sends one codec of Config.Codecs, with an Opus where it is that.
func NewOutbound(codec string, o Opus) (*Outbound, error) {
	e, err := newEncoder(codec, o)
	if err != nil {
		return nil, err
	}
	return &Outbound{e}, nil
}

// Encode writes the payload of FrameSamples of sound to dst, 1,472 bytes long, and returns its length.
func (o *Outbound) Encode(dst []byte, pcm []int16) (int, error) {
	if len(pcm) != FrameSamples || len(dst) < maxPayload {
		return 0, fmt.Errorf("encode: %d samples into %d bytes", len(pcm), len(dst))
	}
	return o.encoder.encode(dst, pcm)
}
