package rtc

import (
	"errors"
	"sync"

	"github.com/pion/webrtc/v4"
)

// path is what has been told about the media path.
type path struct {
	mu   sync.Mutex
	up   bool // the last told is Connected
	lost bool // the last told is Lost
	ever bool // it has been up
}

var (
	errFarClosed = errors.New("the far end closed the media connection")
	errSilent    = errors.New("nothing has been heard from the far end for half a minute")
	errNoPath    = errors.New("no network path to the far end could be found")
	errDTLS      = errors.New("the far end could not be authenticated (DTLS), so no media is exchanged")
)

// onState is pion's call for each new state. Its goroutines may overtake one another, so that
// the state is asked for rather than taken from the call.
func (s *Session) onState() {
	s.path.mu.Lock()
	defer s.path.mu.Unlock()
	switch state := s.pc.ConnectionState(); {
	case state == webrtc.PeerConnectionStateConnected && !s.path.up:
		s.path.up, s.path.lost, s.path.ever = true, false, true
		s.out.put(Connected{})
	case state == webrtc.PeerConnectionStateFailed && !s.path.lost:
		s.lose(s.whyFailed())
	case state == webrtc.PeerConnectionStateClosed && !s.path.lost && !s.closed.Load():
		s.lose(errFarClosed)
	}
}

func (s *Session) lose(err error) {
	s.path.up, s.path.lost = false, true
	s.out.put(Lost{Err: err})
}

func (s *Session) whyFailed() error {
	switch {
	case s.sender.Transport().State() == webrtc.DTLSTransportStateFailed:
		return errDTLS
	case s.path.ever:
		return errSilent
	}
	return errNoPath
}
