package rtc

import (
	"context"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// negotiation is where an exchange of descriptions stands (RFC 3264 §4): one at a time.
type negotiation uint8

const (
	fresh     negotiation = iota
	offered               // ours is out
	answered              // they answered ours; a repetition of that answer may come
	answering             // we answered theirs
)

// ErrNewEndpoint says that a later description comes from another endpoint: other ICE
// credentials in an answer, or another certificate. It needs a new session.
var ErrNewEndpoint = Reason("the far end moved to another endpoint; the media needs a new session")

// ErrGlare says that an offer met one of the other side: it must be made again later.
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

// Reoffer makes an offer inside the session: with hold set we send music at most and want to
// hear nothing (sendonly), else both ways. SetAnswer takes the answer. Nothing changes before
// it is there. ErrGlare says that another exchange is under way.
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

// reoffer makes an offer inside the session. One of a new path is told to pion only with its
// answer: from an offer pion knows no way back.
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

// gatherAnew forgets the candidates of the path that was.
func (s *Session) gatherAnew() {
	if s.whole != nil {
		s.whole.reset()
	}
}

// Rollback withdraws an offer of Reoffer or Restart that was refused, never answered, or has to yield to one
// of the far end's (RFC 8829 §4.1.10.2). Without such an offer it does nothing. After a Restart the
// old path does not come back: the next offer of ours asks for a new one again.
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
		return errClosed
	case s.state != offered && s.state != answered:
		return Reason("no offer of ours waits for one")
	}
	a, forPion, err := incoming(sdp, s.known, s.wire.audio)
	if err != nil {
		return err
	}
	first := s.role == ""
	if err := s.checkEndpoint(a.transport, first); err != nil {
		return err
	}
	// They send under the numbers of our offer (RFC 3264 §5.1) or, wrongly, of their answer.
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

// expect notes whether packets are to come, by a description of the far end.
func (s *Session) expect(a agreement) { s.expects.Store(a.direction&sends != 0 && !s.hold) }

// AnswerReoffer takes an offer of the far end's inside the session (hold, resume, another
// codec, another network path) and returns our answer. ErrGlare says that an offer of ours is
// out, ErrNewEndpoint that a new session has to answer.
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

// takeOffer asks pion only where the path itself is new: at first and on an ICE restart
// (RFC 8839 §4.4.1.1). All else of a later offer concerns codecs and direction, which are ours.
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
	// What they sent under the old numbers is still on its way.
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

// agree puts a description of the far end into force; in says what is to be heard from now on.
func (s *Session) agree(a agreement, in *payloads) error {
	if err := s.track.agree(a.payloads, a.direction&receives != 0); err != nil {
		return err
	}
	s.in.setPayloads(in.names())
	s.inbound.Store(in)
	s.wire.payloads = a.payloads
	return nil
}
