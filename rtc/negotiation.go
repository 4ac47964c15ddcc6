package rtc

import (
	"context"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// negotiation is the state of an exchange of descriptions (RFC 3264 §4), one at a time.
type negotiation uint8

const (
	fresh     negotiation = iota
	offered               // ours is out
	answered              // they answered ours; the same answer may come again
	answering             // we answered theirs
)

// ErrNewEndpoint says that a later description comes from another endpoint: other ICE
// credentials in an answer, or another certificate. It needs a new session.
var ErrNewEndpoint = Reason("the other side changed its connection; the sound needs a new one")

// ErrGlare says that the two sides made an offer at the same time: ours must be made again later.
var ErrGlare = Reason("both sides changed the call at the same time; try again")

// offer is the first offer of a session.
func (s *Session) offer(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	local, err := s.pc.CreateOffer(nil)
	if err != nil {
		return "", fmt.Errorf("create offer: %w", err)
	}
	s.wire = firstOffer(s.known)
	s.state = offered
	if err := s.pc.SetLocalDescription(local); err != nil {
		return "", fmt.Errorf("start gathering: %w", err)
	}
	return s.write(ctx, local.SDP, s.wire)
}

// write makes the next description for the wire.
func (s *Session) write(ctx context.Context, local string, a agreement) (string, error) {
	s.version++
	if s.whole == nil {
		return outgoing(local, a, s.version)
	}
	candidates, err := s.whole.wait(ctx, s.over)
	if err != nil {
		return "", fmt.Errorf("gather candidates: %w", err)
	}
	return outgoingWhole(local, a, s.version, candidates, s.path.address())
}

// Reoffer makes an offer in the session: with hold set we send at most music and want to hear
// nothing (sendonly), else both ways. SetAnswer takes the answer; nothing changes before that.
// ErrGlare says that another exchange is under way.
func (s *Session) Reoffer(ctx context.Context, hold bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return "", fmt.Errorf("change media: %w", err)
	}
	sdp, err := s.reoffer(ctx, hold)
	if err != nil {
		return "", fmt.Errorf("change media: %w", err)
	}
	return sdp, nil
}

// reoffer makes an offer in the session. pion gets the offer of an ICE restart together with its
// answer, because it cannot roll an offer back.
func (s *Session) reoffer(ctx context.Context, hold bool) (string, error) {
	local := s.local()
	if s.restarting {
		s.gatherAnew()
		offer, err := s.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: true})
		if err != nil {
			return "", fmt.Errorf("create offer: %w", err)
		}
		local, s.restartOffer = offer.SDP, offer
		s.path.next.Store(int32(localRestart))
	}
	sdp, err := s.write(ctx, local, s.wire.offered(wanted(hold), s.known))
	if err != nil {
		return "", err
	}
	s.settled, s.state, s.holdOffered = s.state, offered, hold
	return sdp, nil
}

// gatherAnew forgets the candidates of the old path.
func (s *Session) gatherAnew() {
	if s.whole != nil {
		s.whole.reset()
	}
}

// Rollback withdraws an offer of Reoffer or Restart that was refused, was never answered, or yields
// to one of the far end's (RFC 8829 §4.1.10.2). Without such an offer it does nothing. After a
// Restart the old path does not come back: our next offer restarts ICE again.
func (s *Session) Rollback() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == offered && s.role != "" {
		s.state, s.holdOffered = s.settled, s.hold
	}
}

// local is pion's own description with the candidates so far.
func (s *Session) local() string {
	if d := s.pc.CurrentLocalDescription(); d != nil {
		return d.SDP
	}
	return ""
}

// ready tells whether a further exchange may begin.
func (s *Session) ready(ctx context.Context) error {
	switch {
	case s.closed.Load():
		return errClosed
	case s.role == "":
		return Reason("the first offer is not answered yet")
	case s.state == offered:
		return ErrGlare
	}
	return ctx.Err()
}

// SetAnswer takes the far end's answer to our last offer, also an early one (183); from then on
// media flows. A repetition may change codec and direction. ErrNewEndpoint says that another
// endpoint has answered this time.
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
		return errClosed
	case s.state != offered && s.state != answered:
		return Reason("none of our offers waits for one")
	}
	a, forPion, err := incoming(sdp, s.known, s.wire.audio)
	if err != nil {
		return err
	}
	first := s.role == ""
	if err := s.checkEndpoint(a.transport, first); err != nil {
		return err
	}
	// They send with the payload types of our offer (RFC 3264 §5.1) or, wrongly, of their answer.
	if err := s.agree(a, newPayloadNames(a.payloads, offeredPayloads(s.wire.payloads, s.known))); err != nil {
		return err
	}
	if first || s.pathOffered() {
		if err := s.takePath(forPion); err != nil {
			return err
		}
		s.far, s.restarting, s.candidates = a.transport, false, len(s.waiting)
	}
	if first {
		s.role = oppositeRole(a.setup)
	}
	s.state, s.hold = answered, s.holdOffered
	s.expect(a)
	s.addCandidates(a)
	return nil
}

// expect notes whether a description of the far end lets it send to us.
func (s *Session) expect(a agreement) { s.expects.Store(a.direction&sends != 0 && !s.hold) }

// AnswerReoffer takes an offer of the far end in the session (hold, resume, another codec, ICE
// restart) and returns our answer. ErrGlare says that an offer of ours is not answered yet,
// ErrNewEndpoint that it needs a new session.
func (s *Session) AnswerReoffer(ctx context.Context, offer string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.ready(ctx)
	if err == nil {
		var sdp string
		if sdp, err = s.takeOffer(ctx, offer); err == nil {
			return sdp, nil
		}
	}
	return "", fmt.Errorf("answer changed media: %w", err)
}

// answer is the answer to the offer that begins a session.
func (s *Session) answer(ctx context.Context, offer string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeOffer(ctx, offer)
}

// takeOffer passes an offer to pion only where the path is new: at first and on an ICE restart (RFC
// 8839 §4.4.1.1). All else in a later offer is about codecs and direction, which this package
// decides.
func (s *Session) takeOffer(ctx context.Context, offer string) (string, error) {
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
	// What they sent with the old payload types is still on its way.
	if err := s.agree(a, newPayloadNames(s.wire.payloads, a.payloads)); err != nil {
		return "", err
	}
	s.wire.sections, s.wire.audio, s.wire.bundle = a.sections, a.audio, a.bundle
	s.place.Store(&place{a.sections[a.audio].mid, uint16(a.audio)})
	if first || !s.far.sameAs(a.transport) {
		if !first {
			s.path.next.Store(int32(remoteRestart))
		}
		s.far, s.restarting, s.candidates = a.transport, false, len(s.waiting)
		if err := s.answerInPion(forPion); err != nil {
			return "", err
		}
	}
	s.state = answering
	s.expect(a)
	s.addCandidates(a)
	return s.write(ctx, s.local(), a.answered(wanted(s.hold), s.role))
}

func (s *Session) answerInPion(offer string) error {
	s.gatherAnew()
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

// agree applies a description of the far end; in are the payload types that may come from now on.
func (s *Session) agree(a agreement, in *payloads) error {
	if err := s.track.agree(a.payloads, a.direction&receives != 0); err != nil {
		return err
	}
	s.in.setPayloads(in.names())
	s.inbound.Store(in)
	s.wire.payloads = a.payloads
	return nil
}
