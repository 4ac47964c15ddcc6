package rtc

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/patchcord/patchcord/internal/fault"
)

// errClosed is what a closed Session answers.
var errClosed = Reason("the sound of this call has ended")

// Session is the media of one call leg: one ICE and DTLS association, one audio stream each
// way, and the offers and answers that change them. All methods may be called from any
// goroutine, but WriteFrame from one and ReadFrame from one.
type Session struct {
	pc     *webrtc.PeerConnection
	sender *webrtc.RTPSender
	known  []payloadType
	track  *track
	in     *receiver
	out    *outbox
	report figures
	log    *slog.Logger

	place    atomic.Pointer[place]    // where our candidates belong
	inbound  atomic.Pointer[payloads] // for the readers
	closed   atomic.Bool
	closing  sync.Once
	closeErr error
	path     path
	readers  readers
	streams  atomic.Int32 // SSRCs of the far end
	monitor  monitor
	whole    *gathering    // nil with trickle ICE
	expects  atomic.Bool   // the far end sends, by the descriptions
	over     chan struct{} // closed by Close

	mu           sync.Mutex // one negotiation step at a time
	state        negotiation
	settled      negotiation // the state after a rollback of our open offer
	wire         agreement   // what the last exchange agreed on, with our m-lines
	far          transport
	role         string // our a=setup, decided by the first exchange
	hold         bool   // we hold: agreed
	holdOffered  bool
	version      uint64
	restarting   bool                      // the old path is given up, and the answer for a new one has not come
	restartOffer webrtc.SessionDescription // pion's own, while restarting
	candidates   int                       // of the far end, so far
	waiting      []string                  // those that came before its description
}

func (e *Engine) newSession() (*Session, error) {
	pc, err := e.api.NewPeerConnection(webrtc.Configuration{ICEServers: e.servers})
	if err != nil {
		return nil, fmt.Errorf("create connection: %w", err)
	}
	s := &Session{pc: pc, known: e.payloads, track: newTrack(), in: newReceiver(), out: newOutbox(e.log), log: e.log, over: make(chan struct{})}
	s.track.opus, s.in.opus = e.opus(), e.opus()
	s.place.Store(&place{mid: pionMid})
	s.inbound.Store(&payloads{})
	if s.sender, err = pc.AddTrack(s.track); err != nil {
		return nil, errors.Join(fmt.Errorf("create audio stream: %w", err), s.Close())
	}
	pc.OnICECandidate(func(c *webrtc.ICECandidate) { s.survive(func() { s.onCandidate(c) }) })
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { s.survive(s.onState) })
	pc.OnTrack(s.onTrack)
	pc.OnICEConnectionStateChange(s.onICE)
	s.sender.Transport().ICETransport().OnSelectedCandidatePairChange(func(p *webrtc.ICECandidatePair) { s.survive(func() { s.onPair(p) }) })
	s.readers.run(func() { s.survive(s.readReports) })
	s.readers.run(func() { s.survive(s.runMonitor) })
	return s, nil
}

// survive runs f, which is not vital for a call: a panic ends f alone.
func (s *Session) survive(f func()) {
	defer fault.Catch(func(e *fault.Error) { e.Log(s.log, "a part of the media session") })
	f()
}

// Events gives what happens; Close closes the channel. It holds 256 events; if nobody reads, the
// newest candidates and digits are lost.
func (s *Session) Events() <-chan Event { return s.out.ch }

// SetSending opens or shuts our outbound stream, as for a hold of ours. Digits that wait when
// it is shut are dropped.
func (s *Session) SetSending(on bool) { s.track.setOpen(on) }

// WriteFrame sends FrameSamples of sound, or half as many. It drives the stream's clock and so must be called every
// FrameLen, or twice as often, also while nothing may be sent. Halves are sent as packets of 10 ms where the far end
// takes them and the path is steady, and are heard earlier. It never blocks. Before media flows frames are dropped
// without an error, but for the last one, which is sent as soon as there is a path.
func (s *Session) WriteFrame(pcm []int16) error {
	switch {
	case s.closed.Load():
		return errClosed
	case len(pcm) != FrameSamples && len(pcm) != FrameSamples/2:
		return fmt.Errorf("write frame: %d samples instead of %d or half of that", len(pcm), FrameSamples)
	}
	return s.track.writeFrame(pcm)
}

// ReadFrame fills pcm with what is to be played now: sound, concealment of what was lost, or
// silence. pcm is a frame or less; half a frame at a time saves 10 ms of delay. A longer pcm is
// filled frame by frame. It never blocks.
func (s *Session) ReadFrame(pcm []int16) {
	for part := range slices.Chunk(pcm, FrameSamples) {
		s.in.pull(part)
	}
}

// SendDTMF queues a key of 0123456789*#ABCD; 0 for d means 100 ms, and 40 ms to 1 s are the
// limits. The key goes out as RFC 4733 events in place of voice, by the clock of WriteFrame.
func (s *Session) SendDTMF(digit rune, d time.Duration) error {
	p, err := newPress(digit, d)
	if err == nil {
		err = s.track.pressKey(p)
	}
	if err != nil {
		return fmt.Errorf("send digit: %w", err)
	}
	return nil
}

// Stats are the figures so far.
func (s *Session) Stats() Stats {
	var st Stats
	s.in.fill(&st)
	if st.Codec == "opus" {
		st.Opus = s.in.opus.String()
	}
	st.Sent, st.BytesSent = s.track.sent.Load(), s.track.bytes.Load()
	s.report.fill(&st)
	s.monitor.fill(&st)
	return st
}

// Close ends the session in any state, and returns when nothing of it is running any more. The far
// end is notified by DTLS. Further calls wait for the first and return the same.
func (s *Session) Close() error {
	s.closing.Do(func() {
		s.closed.Store(true)
		close(s.over)
		if err := s.pc.GracefulClose(); err != nil {
			s.closeErr = fmt.Errorf("close media: %w", err)
		}
		s.readers.wait()
		s.out.close()
	})
	return s.closeErr
}
