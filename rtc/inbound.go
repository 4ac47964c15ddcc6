package rtc

import (
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/patchcord/patchcord/internal/fault"
)

// payloads says what inbound payload types mean; a zero entry means nothing.
type payloads [128]struct {
	name  string
	clock uint32
}

// newPayloadNames merges lists. Where two use the same number, the later one wins.
func newPayloadNames(lists ...[]payloadType) *payloads {
	var p payloads
	for _, f := range slices.Concat(lists...) {
		p[f.number&0x7f].name, p[f.number&0x7f].clock = f.name, f.clock
	}
	return &p
}

func (p *payloads) names() map[uint8]string {
	m := map[uint8]string{}
	for number, f := range p {
		if f.name != "" {
			m[uint8(number)] = f.name
		}
	}
	return m
}

// readers are the goroutines that read from pion. Its callbacks may start one while Close waits;
// run refuses that.
type readers struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	over bool
}

// run starts f unless wait has been called, and reports whether it did.
func (r *readers) run(f func()) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return false
	}
	r.wg.Go(f)
	return true
}

func (r *readers) wait() {
	r.mu.Lock()
	r.over = true
	r.mu.Unlock()
	r.wg.Wait()
}

const (
	// packetSize is more than a packet on Ethernet can have.
	packetSize = 1500
	// maxErrors is the number of errors in a row after which a reader gives up, so that an error that does
	// not go away cannot keep it busy for ever.
	maxErrors = 1000
)

// maxStreams bounds the SSRCs of a session, each of which costs two goroutines and a pion
// transceiver until Close. A PBX uses a new SSRC for each source of sound: a few in a call.
const maxStreams = 128

var errManyStreams = Reason("the other side changed its sound source (SSRC) too often")

// onTrack is pion's call for each new SSRC, which a PBX may change in mid-call.
func (s *Session) onTrack(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	if s.streams.Add(1) > maxStreams {
		s.giveUp(errManyStreams)
		return
	}
	s.readers.run(func() {
		defer fault.Catch(func(e *fault.Error) {
			e.Log(s.log, "the inbound stream")
			s.giveUp(e)
		})
		s.readTrack(t)
	})
	s.readers.run(func() { drain(r.Read) })
}

// readTrack moves packets to the receiver until the stream ends.
func (s *Session) readTrack(t *webrtc.TrackRemote) {
	buf := make([]byte, packetSize)
	var p rtp.Packet
	keys := keyWatch{report: func(d DTMFReceived) { s.out.put(d) }}
	for failures := 0; failures < maxErrors; {
		n, _, err := t.Read(buf)
		if ended(err) {
			return
		}
		// pion returns an error together with a packet whose payload type it does not know.
		if n == 0 || p.Unmarshal(buf[:n]) != nil {
			failures++
			continue
		}
		failures = 0
		s.take(&p, &keys)
	}
	s.log.Warn("an inbound stream was given up after too many errors")
}

func (s *Session) take(p *rtp.Packet, keys *keyWatch) {
	known, now := s.inbound.Load(), time.Now()
	var copies []redBlock
	if known[p.PayloadType].name == redName {
		var room [redBlocks]redBlock
		if blocks := splitRed(p.Payload, &room); blocks != nil { // else it is no audio, and is only counted
			last := len(blocks) - 1
			p.PayloadType, p.Payload, copies = blocks[last].payload, blocks[last].data, blocks[:last]
		}
	}
	f := known[p.PayloadType]
	if f.name != eventName {
		keys.voice(p.Timestamp, f.clock)
	} else if e, err := parseEvent(p.Payload); err == nil {
		keys.event(e, p.SequenceNumber, p.Timestamp, f.clock)
	}
	s.in.push(p.PayloadType, p.SequenceNumber, p.Timestamp, p.SSRC, p.Marker, p.Payload, now)
	for i, c := range copies {
		s.in.pushCopy(c, p, len(copies)-i, now)
	}
}

// ended tells whether an error means the end of the stream.
func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed)
}
