package rtc

import (
	"context"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Restart makes an offer with an ICE restart (RFC 8839 §4.4.1.1) in the session: new credentials,
// new candidates as events, all else as agreed. SetAnswer takes the answer; PathChanged says when
// media takes the new path. The old path is given up at once, so this is for one that is dead or
// about to be. An answer with another certificate is ErrNewEndpoint.
func (s *Session) Restart(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.ready(ctx)
	if err == nil {
		s.restarting = true
		var sdp string
		if sdp, err = s.reoffer(ctx, s.hold); err == nil {
			return sdp, nil
		}
	}
	return "", fmt.Errorf("restart path: %w", err)
}

// pathOffered tells whether the open offer is an ICE restart.
func (s *Session) pathOffered() bool { return s.restarting && s.state == offered }

// takePath gives pion the answer to an ICE restart. If pion refused an earlier answer, the offer is set again first.
func (s *Session) takePath(answer string) error {
	if s.restarting && s.pc.SignalingState() == webrtc.SignalingStateStable {
		if err := s.pc.SetLocalDescription(s.restartOffer); err != nil {
			return err
		}
	}
	return s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// checkEndpoint tells whether an answer comes from the same endpoint as those before.
func (s *Session) checkEndpoint(t transport, first bool) error {
	switch {
	case first || !s.pathOffered() && s.far.sameAs(t):
		return nil
	case !s.pathOffered() || s.far.fingerprint != t.fingerprint:
		return ErrNewEndpoint
	case s.far.sameAs(t):
		return Reason("the other side does not follow to another network path")
	}
	return nil
}
