package rtc

import (
	"context"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Restart makes an offer of a new network path (ICE restart, RFC 8839 §4.4.1.1) inside the session:
// new credentials, new candidates as events, all else as agreed. SetAnswer takes the answer;
// PathChanged tells when media takes the new path. The old one is given up at once, so this is for
// a path that is dead or about to be. An answer with another certificate is ErrNewEndpoint.
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

// pathOffered says that the offer that is out asks for a new path.
func (s *Session) pathOffered() bool { return s.restarting && s.state == offered }

// takePath gives pion the answer to an offer of a path, or a better answer than one it refused.
func (s *Session) takePath(answer string) error {
	if s.restarting && s.pc.SignalingState() == webrtc.SignalingStateStable {
		if err := s.pc.SetLocalDescription(s.restartOffer); err != nil {
			return err
		}
	}
	return s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// checkEndpoint compares the other side of an answer with that of the answers before.
func (s *Session) checkEndpoint(t transport, first bool) error {
	switch {
	case first || !s.pathOffered() && s.far.sameAs(t):
		return nil
	case !s.pathOffered() || s.far.fingerprint != t.fingerprint:
		return ErrNewEndpoint
	case s.far.sameAs(t):
		return Reason("the far end does not follow to a new network path")
	}
	return nil
}
