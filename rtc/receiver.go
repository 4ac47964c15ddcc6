package rtc

import (
	"sync"
	"time"

	"github.com/pion/rtp"
)

// receiver is the inbound side of one call: jitter buffer, decoder by payload type, concealment.
// push is for the goroutine that reads RTP, pull for the one that plays; the rest may be called
// from any.
type receiver struct {
	opus Opus

	mu        sync.Mutex
	formats   map[uint8]*format
	buffer    jitterBuffer
	codec     string // of the last sound
	concealed int    // samples
	runs      int    // of concealed samples
	played    int    // samples that were sound, concealed ones among them
	paused    bool   // the far end announced a pause
	bytes     uint64
	arrived   time.Time     // the last packet
	gap       time.Duration // the longest between two packets, until it is taken

	// What follows belongs to the goroutine that pulls and needs no lock, since decoding takes long.
	playout   *playout
	noise     *comfortNoise
	current   *packet // the last one taken from the buffer; its memory is used again
	format    *format // of the last sound
	made      int     // samples concealed in this pull
	begun     int     // runs of concealment begun in it
	pausing   int     // samples played so far of a pause that the far end announced; else 0
	offTarget int     // samples pulled since the delay is off its target
	settled   int     // samples pulled since the last cut
}

// format is what one payload type means. Comfort noise has no decoder.
type format struct {
	codec
	decoder decoder
}

// measure gives the length of a payload in samples, 0 if it is broken, and how many samples before
// it the payload carries too.
func (f *format) measure(payload []byte) (span, redundant int) {
	switch {
	case len(payload) > maxPayload || f.decoder == nil:
		return 0, 0
	case f.name == "opus":
		return opusSpan(payload), opusRedundancy(payload)
	default:
		if span = len(payload) * int(SampleRate/f.clock); span > maxSpan { // a byte is a tick
			return 0, 0
		}
		return span, 0
	}
}

func newReceiver() *receiver {
	return &receiver{playout: newPlayout(), noise: newComfortNoise()}
}

// setPayloads sets what the negotiated payload types mean; they may change in mid-call. Names that
// are no audio are ignored.
func (r *receiver) setPayloads(names map[uint8]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := make(map[string]*format)
	for _, f := range r.formats {
		known[f.name] = f // its decoder goes on
	}
	r.formats = make(map[uint8]*format, len(names))
	for pt, name := range names {
		if known[name] == nil {
			c, ok := codecByName(name)
			if !ok {
				continue
			}
			known[name] = &format{codec: c, decoder: newDecoder(name, r.opus)}
		}
		r.formats[pt] = known[name]
	}
}

// push takes every RTP packet of the stream, also those without audio, whose sequence numbers tell
// a pause from a loss. It keeps nothing of payload. The marker bit is not used: timestamps say the
// same.
func (r *receiver) push(pt uint8, seq uint16, ts uint32, ssrc uint32, _ bool, payload []byte, arrived time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.arrived.IsZero() {
		r.gap = max(r.gap, arrived.Sub(r.arrived))
	}
	r.arrived = arrived
	r.bytes += uint64(len(payload))
	p := packet{seq: seq, format: r.formats[pt], payload: payload, arrived: arrived}
	if p.format != nil {
		p.span, p.redundant = p.format.measure(payload)
		if p.span == 0 && p.format.decoder != nil {
			p.format = nil
		}
	}
	r.buffer.put(&p, ts, ssrc)
}

// pushCopy takes a frame that came once more in p, so many packets after its own. p itself was
// pushed before.
func (r *receiver) pushCopy(c redBlock, p *rtp.Packet, after int, arrived time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes += uint64(len(c.data)) + redHeader
	q := packet{seq: p.SequenceNumber - uint16(after), format: r.formats[c.payload], payload: c.data, arrived: arrived}
	if q.format == nil {
		return
	}
	if q.span, q.redundant = q.format.measure(c.data); q.span > 0 {
		r.buffer.putCopy(&q, p.Timestamp-c.offset, p.SSRC, after)
	}
}

// fill sets the figures of the inbound side.
func (r *receiver) fill(s *Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	received, lost := r.buffer.sequence.totals()
	s.Codec = r.codec
	s.Received, s.Lost, s.Late = uint64(received), uint64(lost), r.buffer.late
	s.Concealed = uint64((r.concealed + FrameSamples/2) / FrameSamples)
	s.Played = uint64((r.played - r.concealed) / FrameSamples)
	s.Jitter, s.Buffer = r.buffer.jitter.duration(), r.buffer.wait
	s.BytesReceived, s.LastPacket = r.bytes, r.arrived
}

// pull fills pcm, up to FrameSamples long, with what is to be played now.
func (r *receiver) pull(pcm []int16) { r.pullAt(pcm, time.Now()) }

func (r *receiver) pullAt(pcm []int16, now time.Time) {
	r.mu.Lock()
	idle := r.playout.silent() || r.pausing >= fadeTo
	excess, broken := r.buffer.begin(r.playout.waiting(), idle, now)
	r.mu.Unlock()
	if broken {
		r.playout.broken = true
	}
	r.ready(now, len(pcm))
	r.adjust(excess, len(pcm))
	r.ready(now, len(pcm)) // a cut may have left too little
	r.playout.take(pcm)
	r.mu.Lock()
	r.buffer.end(len(pcm))
	r.concealed += r.made
	r.runs += r.begun
	r.paused = r.pausing > 0
	if r.made > 0 || !r.playout.silent() {
		r.played += len(pcm)
	}
	r.mu.Unlock()
	r.made, r.begun = 0, 0
}

// ready decodes until n samples are there.
func (r *receiver) ready(now time.Time, n int) {
	for r.playout.waiting() < n {
		waiting := time.Duration(r.playout.waiting()) * time.Second / SampleRate
		r.mu.Lock()
		p, gap := r.buffer.due(r.current)
		if p != nil && p.span > 0 {
			r.buffer.waited(now.Sub(p.arrived) + waiting)
			r.codec = p.format.name
		}
		r.mu.Unlock()
		if p == nil {
			r.bridge(gap, n-r.playout.waiting())
			continue
		}
		r.current = p
		r.play(p, gap)
	}
}
