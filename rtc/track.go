package rtc

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// track is our outbound stream: one SSRC, its own sequence numbers and timestamps, and any payload
// type that was agreed on. pion's own tracks keep the same payload type when the codec changes, and
// cannot send digits.
type track struct {
	sent  atomic.Uint64
	bytes atomic.Uint64 // of payload
	ssrc  atomic.Uint32
	rate  atomic.Uint32 // clock of the codec in use

	mu         sync.Mutex // held for one packet at most
	writer     webrtc.TrackLocalWriter
	opus       Opus
	encoder    encoder
	voice      payloadType
	event      payloadType
	digits     bool // event is agreed on
	red        payloadType
	copies     redundancy
	doubles    bool // red is agreed on
	keypad     keypad
	packing    packing
	losses     expectation
	halfFrames halfFrames
	clock      func() time.Time // how long encoding takes
	step       uint32           // RTP ticks a frame
	open       bool             // SetSending
	allowed    bool             // the agreed direction lets us send
	talking    bool             // the last frame was voice; if not, the next one has the marker bit
	early      early
	header     rtp.Header
	payload    [maxPayload]byte
	packet     [maxPayload]byte // payload with the frames before it
	joined     [maxPayload]byte // frames of one packet
	whole      [FrameSamples]int16
}

func newTrack() *track {
	t := &track{open: true, clock: time.Now}
	t.header = rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
	return t
}

// ID and the next three are webrtc.TrackLocal's.
func (t *track) ID() string                { return "audio" }
func (t *track) StreamID() string          { return "phone" }
func (t *track) RID() string               { return "" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }

// Bind is called by pion when the stream may begin. The codec that it returns sets the clock of the
// sender reports.
func (t *track) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writer = ctx.WriteStream()
	t.header.SSRC = uint32(ctx.SSRC())
	t.ssrc.Store(t.header.SSRC)
	codecs := ctx.CodecParameters()
	for _, c := range codecs {
		if strings.EqualFold(c.MimeType, "audio/"+t.voice.name) {
			return c, nil
		}
	}
	if len(codecs) == 0 {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	return codecs[0], nil
}

// Unbind is called by pion when the stream has ended.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writer = nil
	return nil
}

// agree sets what is sent from the next frame on.
func (t *track) agree(payloads []payloadType, allowed bool) error {
	voice, event, digits := sending(payloads)
	c, _ := codecByName(voice.name)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.voice.name != voice.name {
		e, err := newEncoder(voice.name, t.opus)
		if err != nil {
			return fmt.Errorf("start encoder: %w", err)
		}
		t.encoder, t.halfFrames.effort, t.halfFrames.burdened = e, 0, false
	}
	if w, ok := t.encoder.(preferring); ok && (t.voice.name != voice.name || t.voice.asked != voice.asked) {
		if err := w.prefer(parseOpusPreferences(voice.asked)); err != nil {
			return fmt.Errorf("start encoder: %w", err)
		}
	}
	if t.voice.name != "" && t.voice.number != voice.number {
		t.early = early{} // it is in another codec
	}
	t.red, t.doubles = redundant(payloads, voice)
	if err := t.encoder.expect(t.expected()); err != nil {
		return fmt.Errorf("start encoder: %w", err)
	}
	t.voice, t.event, t.digits = voice, event, digits
	t.copies.forget()
	t.packing.set(voice.name, voice.length)
	t.halfFrames.begin()
	t.halfFrames.taken = voice.halfFrames
	if voice.name == "opus" && parseOpusPreferences(voice.asked).settings(0).hybrid {
		t.halfFrames.taken = false // SILK wants whole frames
	}
	t.step, t.allowed = c.tsStep, allowed
	t.rate.Store(c.clock)
	t.dropKeys()
	return nil
}

// reported takes the share of our packets that the far end has lost since its last report, and the jitter that it
// has.
func (t *track) reported(loss float64, jitter time.Duration) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.expected()
	t.losses.report(loss)
	t.halfFrames.report(jitter)
	if now := t.expected(); now != before && t.encoder != nil {
		return t.encoder.expect(now)
	}
	return nil
}

// expected is the loss in percent that the encoder should protect against: none where copies do, or where the
// far end reports none. Before its first report, some seconds after the call began, nobody knows.
func (t *track) expected() int {
	switch {
	case !t.losses.known:
		return leastExpected
	case t.copying() > 0:
		return 0
	}
	return t.losses.percent()
}

// copying is how many of the frames before it a packet carries.
func (t *track) copying() int {
	if !t.doubles {
		return 0
	}
	return copiesAgainst(t.losses.percent())
}

// sendsHalfFrames tells whether half a frame goes alone. While a key is sent it does not, because its packets come a frame
// apart.
func (t *track) sendsHalfFrames() bool {
	if !t.halfFrames.taken || t.sent.Load() == 0 || !t.keypad.idle() {
		return false
	}
	if t.voice.name != "opus" { // halves were asked for
		return true
	}
	return t.losses.known && t.expected() == 0 && t.copying() == 0 && t.halfFrames.steady && !t.halfFrames.burdened
}

// sends is the name of the codec in use, and how long a packet is.
func (t *track) sends() (codec string, packet time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.halfFrames.alone && t.packing.isPlain() {
		return t.voice.name, FrameLen / 2
	}
	return t.voice.name, max(FrameLen/2, time.Duration(t.voice.length)*time.Millisecond)
}

func (t *track) setOpen(open bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = open
	t.dropKeys()
}

// dropKeys drops digits that may not be sent now. Digits for a call on hold would go out when it is
// resumed, long after the menu that asked for them.
func (t *track) dropKeys() {
	if !t.open || !t.allowed || !t.digits {
		t.keypad = keypad{}
	}
}

func (t *track) pressKey(p press) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.digits:
		return errNoEvents
	case !t.open || !t.allowed:
		return errNotSending
	case len(t.keypad.waiting) == maxPresses:
		return errManyDigits
	}
	t.keypad.waiting = append(t.keypad.waiting, p)
	return nil
}

// writeFrame takes one frame of voice, or half of one.
func (t *track) writeFrame(pcm []int16) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if pcm = t.halfFrames.next(pcm, t.whole[:], t.sendsHalfFrames()); pcm == nil {
		return nil
	}
	return t.write(pcm)
}

// write sends voice, or the keypad's packet in the place of a frame. The stream's clock goes on while nothing may be
// sent.
func (t *track) write(pcm []int16) error {
	if t.writer == nil || t.encoder == nil {
		t.early.take(pcm, time.Now())
		return nil
	}
	ts := t.header.Timestamp
	defer func() { t.header.Timestamp = ts + t.step*uint32(len(pcm))/FrameSamples }()
	if !t.open || !t.allowed {
		t.pause()
		return nil
	}
	if t.sent.Load() > 0 && len(pcm) == FrameSamples { // pion swallows all that comes before there is a path
		keys := t.keypad.holdsVoice()
		if e, first, ok := t.keypad.next(ts, t.event.clock/50); ok {
			t.pause()
			t.header.Timestamp = t.keypad.start
			return t.send(t.event.number, first, appendEvent(t.payload[:0], e))
		}
		if keys {
			t.pause()
			return nil
		}
	}
	began := t.clock()
	n, err := t.encoder.encode(t.payload[:], pcm)
	if err != nil || n == 0 {
		return err
	}
	t.halfFrames.encoded(len(pcm), t.clock().Sub(began))
	if t.packing.isPlain() {
		return t.sendVoice(ts, t.payload[:n])
	}
	t.packing.add(ts, t.payload[:n])
	for {
		packet, at, ok := t.packing.next(t.joined[:])
		if !ok {
			return nil
		}
		t.header.Timestamp = at
		if err := t.sendVoice(at, packet); err != nil {
			return err
		}
	}
}

// pause ends a stretch of voice: what is not enough for a packet is not sent.
func (t *track) pause() {
	t.talking = false
	t.packing.drop()
}

// sendVoice sends a frame, with copies of those before it where that helps.
func (t *track) sendVoice(ts uint32, frame []byte) error {
	none := t.sent.Load() == 0
	first := !t.talking || none
	t.talking = true
	if none {
		t.early.keep(ts, frame, time.Now())
	}
	if !t.doubles {
		return t.send(t.voice.number, first, frame)
	}
	if first {
		t.copies.forget()
	}
	number, packet := t.voice.number, frame
	if copies := t.copying(); copies > 0 {
		number, packet = t.red.number, t.copies.wrap(t.packet[:0], t.voice.number, ts, frame, copies)
	}
	t.copies.keep(ts, frame)
	return t.send(number, first, packet)
}

// early is the last frame that was written before there was a path: its sound, or its payload if it was agreed how
// to encode it.
type early struct {
	at      time.Time
	pcm     [FrameSamples]int16
	ts      uint32
	size    int
	payload [maxPayload]byte
}

func (e *early) take(pcm []int16, at time.Time) {
	copy(e.pcm[:], pcm)
	e.at, e.size = at, 0
}

func (e *early) keep(ts uint32, payload []byte, at time.Time) {
	e.ts, e.at, e.size = ts, at, copy(e.payload[:], payload)
}

// begin sends the frame that was written before there was a path, unless the next one is due, and reports whether
// that is settled. So the far end hears us a frame earlier.
func (t *track) begin(now time.Time) (settled bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := &t.early
	switch {
	case now.Sub(e.at) >= FrameLen || t.sent.Load() > 0:
		return true, nil
	case t.writer == nil || t.encoder == nil:
		return false, nil
	case !t.open || !t.allowed || !t.packing.isPlain():
		return true, nil
	case e.size == 0:
		n, err := t.encoder.encode(e.payload[:], e.pcm[:])
		if err != nil {
			return true, err
		}
		e.ts, e.size, t.talking = t.header.Timestamp, n, true
		t.header.Timestamp += t.step
	}
	next, before := t.header.Timestamp, t.sent.Load()
	t.header.Timestamp = e.ts
	err = t.send(t.voice.number, true, e.payload[:e.size])
	t.header.Timestamp = next
	return err != nil || t.sent.Load() > before, err
}

// send writes one packet. Before DTLS is up pion swallows it, which is not an error.
func (t *track) send(payload uint8, marker bool, b []byte) error {
	t.header.PayloadType, t.header.Marker = payload, marker
	n, err := t.writer.WriteRTP(&t.header, b)
	if err != nil {
		return fmt.Errorf("send media: %w", err)
	}
	if n > 0 {
		t.sent.Add(1)
		t.bytes.Add(uint64(len(b)))
		t.header.SequenceNumber++
	}
	return nil
}
