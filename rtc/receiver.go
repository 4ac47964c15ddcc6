package rtc

import "time"

// receiver is the whole inbound path of one stream: jitter buffer, decoder by payload type,
// concealment. push is for the goroutine that reads RTP, pull for the one that plays; the rest
// may be called from any.
type receiver struct{}

func newReceiver() *receiver { return &receiver{} }

// setPayloads tells what the negotiated payload types mean, and may change in mid-call.
// Names that are not audio ("telephone-event") may be in it or not.
func (r *receiver) setPayloads(names map[uint8]string) {}

// push takes every RTP packet of the stream, also those that are not audio: their sequence
// numbers tell loss from silence.
func (r *receiver) push(pt uint8, seq uint16, ts uint32, ssrc uint32, marker bool, payload []byte, arrived time.Time) {
}

// pull fills pcm, FrameSamples long, with what is to be played now.
func (r *receiver) pull(pcm []int16) { clear(pcm) }

// fill sets the figures of the inbound half.
func (r *receiver) fill(s *Stats) {}
