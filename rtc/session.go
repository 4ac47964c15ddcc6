package rtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

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

	place      atomic.Pointer[place]    // where our candidates belong
	inbound    atomic.Pointer[payloads] // for the readers
	remoteHold atomic.Bool
	closed     atomic.Bool
	closing    sync.Once
	closeErr   error
	path       path
	readers    readers
	streams    atomic.Int32 // SSRCs of the far end

	mu          sync.Mutex // one negotiation step at a time
	state       negotiation
	wire        agreement // what the last exchange agreed on, with our m-lines
	far         transport
	role        string // our a=setup, decided by the first exchange
	hold        bool   // we hold: agreed
	holdOffered bool
	version     uint64
	candidates  int      // of the far end, so far
	waiting     []string // those that came before its description
}

// negotiation is where an exchange of descriptions stands (RFC 3264 §4): one at a time.
type negotiation uint8

const (
	fresh     negotiation = iota
	offered               // ours is out
	answered              // they answered ours; a repetition of that answer may come
	answering             // we answered theirs
)

// place is the audio section of the last description on the wire.
type place struct {
	mid   string
	mline uint16
}

// ErrGlare says that an offer met one of the other side: it must be made again later.
var ErrGlare = errors.New("both sides changed the call at the same time; try again")

func (e *Engine) newSession() (*Session, error) {
	pc, err := e.api.NewPeerConnection(webrtc.Configuration{ICEServers: e.servers})
	if err != nil {
		return nil, fmt.Errorf("create connection: %w", err)
	}
	s := &Session{pc: pc, known: e.payloads, track: newTrack(), in: newReceiver(), out: newOutbox(e.log), log: e.log}
	s.place.Store(&place{mid: pionMid})
	s.inbound.Store(&payloads{})
	if s.sender, err = pc.AddTrack(s.track); err != nil {
		return nil, errors.Join(fmt.Errorf("create audio stream: %w", err), s.Close())
	}
	pc.OnICECandidate(s.onCandidate)
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { s.onState() })
	pc.OnTrack(s.onTrack)
	pc.OnICEConnectionStateChange(s.onICE)
	s.readers.run(s.readReports)
	return s, nil
}

// offer is the first offer of a session.
func (s *Session) offer() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	local, err := s.pc.CreateOffer(nil)
	if err != nil {
		return "", fmt.Errorf("create offer: %w", err)
	}
	s.wire = firstOffer(s.known)
	s.state = offered
	sdp, err := s.write(local.SDP, s.wire)
	if err != nil {
		return "", err
	}
	if err := s.pc.SetLocalDescription(local); err != nil {
		return "", fmt.Errorf("start gathering: %w", err)
	}
	return sdp, nil
}

// write makes the next description for the wire.
func (s *Session) write(local string, a agreement) (string, error) {
	s.version++
	return outgoing(local, a, s.version)
}

// Reoffer makes an offer inside the session: with hold set we send music at most and want to
// hear nothing (sendonly), else both ways. SetAnswer takes the answer. Nothing changes before
// it is there. ErrGlare says that another exchange is under way.
func (s *Session) Reoffer(ctx context.Context, hold bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return "", fmt.Errorf("change media: %w", err)
	}
	offer := s.wire.offered(wanted(hold), s.known)
	sdp, err := s.write(s.pc.CurrentLocalDescription().SDP, offer)
	if err != nil {
		return "", fmt.Errorf("change media: %w", err)
	}
	s.state, s.wire.payloads, s.holdOffered = offered, offer.payloads, hold
	return sdp, nil
}

// ready tells whether a further exchange may begin.
func (s *Session) ready(ctx context.Context) error {
	switch {
	case s.closed.Load():
		return ErrClosed
	case s.state == fresh:
		return errors.New("the first offer is not answered yet")
	case s.state == offered:
		return ErrGlare
	}
	return ctx.Err()
}

// SetAnswer takes the far end's answer to our last offer, also an early one (183): media flows
// from then on. A repetition may change codec and direction. ErrNewEndpoint says that it
// comes from somebody else than the answer before.
func (s *Session) SetAnswer(sdp string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.setAnswer(sdp); err != nil {
		return fmt.Errorf("take answer: %w", err)
	}
	return nil
}

func (s *Session) setAnswer(sdp string) error {
	switch {
	case s.closed.Load():
		return ErrClosed
	case s.state != offered && s.state != answered:
		return errors.New("no offer of ours waits for one")
	}
	a, forPion, err := incoming(sdp, s.known, s.wire.audio)
	if err != nil {
		return err
	}
	first := s.role == ""
	if !first && !s.far.sameAs(a.transport) {
		return ErrNewEndpoint
	}
	if err := s.agree(a); err != nil {
		return err
	}
	if first {
		if err := s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: forPion}); err != nil {
			return err
		}
		s.far, s.role = a.transport, oppositeRole(a.setup)
	}
	s.state, s.hold = answered, s.holdOffered
	s.addCandidates(a)
	return nil
}

// AnswerReoffer takes an offer of the far end's inside the session (hold, resume, another
// codec, another network path) and returns our answer. ErrGlare says that an offer of ours is
// out, ErrNewEndpoint that a new session has to answer.
func (s *Session) AnswerReoffer(ctx context.Context, offer string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.ready(ctx)
	if err == nil {
		var sdp string
		if sdp, err = s.takeOffer(offer); err == nil {
			return sdp, nil
		}
	}
	return "", fmt.Errorf("answer changed media: %w", err)
}

// answer is the answer to the offer that begins a session.
func (s *Session) answer(offer string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeOffer(offer)
}

// takeOffer asks pion only where the path itself is new: at first and on an ICE restart
// (RFC 8839 §4.4.1.1). All else of a later offer concerns codecs and direction, which are ours.
func (s *Session) takeOffer(offer string) (string, error) {
	a, forPion, err := incoming(offer, s.known, s.wire.audio)
	if err != nil {
		return "", err
	}
	first := s.role == ""
	if !first && s.far.fingerprint != a.fingerprint {
		return "", ErrNewEndpoint
	}
	if first {
		s.role = oppositeRole(a.setup)
	}
	if err := s.agree(a); err != nil {
		return "", err
	}
	s.wire.sections, s.wire.audio, s.wire.bundle = a.sections, a.audio, a.bundle
	s.place.Store(&place{a.sections[a.audio].mid, uint16(a.audio)})
	if first || !s.far.sameAs(a.transport) {
		s.far, s.candidates = a.transport, len(s.waiting)
		if err := s.answerInPion(forPion); err != nil {
			return "", err
		}
	}
	s.state = answering
	s.addCandidates(a)
	return s.write(s.pc.CurrentLocalDescription().SDP, a.answered(wanted(s.hold), s.role))
}

func (s *Session) answerInPion(offer string) error {
	if err := s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return err
	}
	local, err := s.pc.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("create answer: %w", err)
	}
	return s.pc.SetLocalDescription(local)
}

func (t transport) sameAs(u transport) bool {
	return t.ufrag == u.ufrag && t.pwd == u.pwd && t.fingerprint == u.fingerprint
}

// agree puts a description of the far end into force.
func (s *Session) agree(a agreement) error {
	takes := a.direction&receives != 0
	if err := s.track.agree(a.payloads, takes); err != nil {
		return err
	}
	// They may send under the numbers of our offer or of their answer (RFC 3264 §5.1, §6.1).
	in := newPayloadNames(a.payloads, s.wire.payloads)
	s.in.setPayloads(in.names())
	s.inbound.Store(in)
	s.wire.payloads = a.payloads
	s.remoteHold.Store(!takes)
	return nil
}

// RemoteHold tells whether the far end, by its last description, does not want to hear us.
func (s *Session) RemoteHold() bool { return s.remoteHold.Load() }

// AddCandidate takes one candidate of the far end, "candidate:..." with or without "a=".
// Before the description that they belong to they wait; more than 64 are refused. mid and mline are not needed:
// there is one path. An error concerns this candidate only.
func (s *Session) AddCandidate(line, mid string, mline uint16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return fmt.Errorf("add candidate: %w", ErrClosed)
	}
	if err := s.addCandidate(line); err != nil {
		return fmt.Errorf("add candidate: %w", err)
	}
	return nil
}

func (s *Session) addCandidate(line string) error {
	const longest = 1024
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "a=")
	line = strings.TrimPrefix(line, "candidate:")
	switch {
	case line == "": // end of candidates (RFC 8838 §8.2), which pion does not need
		return nil
	case len(line) > longest:
		return errors.New("the line is too long")
	case s.candidates >= maxCandidates:
		return fmt.Errorf("the far end gave more than %d", maxCandidates)
	}
	c, err := ice.UnmarshalCandidate(line)
	if err != nil {
		return fmt.Errorf("read %q: %w", line, err)
	}
	if c.Component() != ice.ComponentRTP { // RTCP comes on the same port
		return nil
	}
	s.candidates++
	if ufrag, ok := c.GetExtension("ufrag"); s.far.ufrag == "" || ok && ufrag.Value != s.far.ufrag {
		s.waiting = append(s.waiting, line)
		return nil
	}
	return s.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: line})
}

// addCandidates adds those of a description and those that came before it. A bad one leaves
// the others.
func (s *Session) addCandidates(a agreement) {
	early := s.waiting
	s.waiting = nil
	s.candidates -= len(early)
	for _, line := range slices.Concat(a.sections[a.audio].candidates, early) {
		if err := s.addCandidate(line); err != nil {
			s.log.Debug("a candidate of the far end was skipped", "error", err)
		}
	}
}

func (s *Session) onCandidate(c *webrtc.ICECandidate) {
	if c == nil {
		return
	}
	at := s.place.Load()
	s.out.put(LocalCandidate{Line: c.ToJSON().Candidate, Mid: at.mid, MLine: at.mline})
}

// Events tells what happens; the channel is closed by Close. It holds 256 events; a reader
// that leaves it full loses the newest candidates and digits.
func (s *Session) Events() <-chan Event { return s.out.ch }

// SetSending opens or shuts our outbound stream, as for a hold of ours. Digits that wait when
// it is shut are dropped.
func (s *Session) SetSending(on bool) { s.track.setOpen(on) }

// WriteFrame sends FrameSamples of sound. It keeps the stream's clock and so must be called
// every FrameLen, whether or not something may be sent; it never blocks. Before media flows
// frames vanish without an error.
func (s *Session) WriteFrame(pcm []int16) error {
	switch {
	case s.closed.Load():
		return ErrClosed
	case len(pcm) != FrameSamples:
		return fmt.Errorf("write frame: %d samples instead of %d", len(pcm), FrameSamples)
	}
	return s.track.writeFrame(pcm)
}

// ReadFrame fills pcm, FrameSamples long, with what is to be heard now: sound, concealment of
// what was lost, or silence. It never blocks.
func (s *Session) ReadFrame(pcm []int16) { s.in.pull(pcm) }

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
	st.Sent = s.track.sent.Load()
	s.report.fill(&st)
	return st
}

// Close ends the session, from any state, and returns when nothing of it is left running.
// It is told to the far end by DTLS. Further calls wait for the first and return the same.
func (s *Session) Close() error {
	s.closing.Do(func() {
		s.closed.Store(true)
		if err := s.pc.GracefulClose(); err != nil {
			s.closeErr = fmt.Errorf("close media: %w", err)
		}
		s.readers.wait()
		s.out.close()
	})
	return s.closeErr
}
