package rtc

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
)

// path is what has been told about the media path.
type path struct {
	mu   sync.Mutex
	up   bool // the last told is Connected
	lost bool // the last told is Lost
	ever bool // it has been up

	asked atomic.Bool // a change of path is under way because one side wants it
	found atomic.Bool // ICE found a way; what fails then is DTLS
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
		s.lose(s.whyLost(errSilent))
	case state == webrtc.PeerConnectionStateClosed && !s.path.lost && !s.closed.Load():
		s.lose(s.whyLost(errFarClosed))
	}
}

// giveUp ends the path from our side; the session is left to be closed by its owner.
func (s *Session) giveUp(err error) {
	s.path.mu.Lock()
	lost := s.path.lost
	if !lost {
		s.lose(err)
	}
	s.path.mu.Unlock()
	if !lost {
		_ = s.pc.Close() // what is left to report of it, Close does
	}
}

// everUp tells whether media could flow at some time.
func (p *path) everUp() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ever
}

// onPair is pion's call for each pair of candidates that it settles on.
func (s *Session) onPair(*webrtc.ICECandidatePair) {
	s.watch.moved(time.Now(), s.path.asked.Swap(false))
}

// lose is called with path.mu held.
func (s *Session) lose(err error) {
	s.path.up, s.path.lost = false, true
	s.out.put(Lost{Err: err})
}

// whyLost names the cause; established is that of a path that was up.
func (s *Session) whyLost(established error) error {
	switch {
	case s.path.ever:
		return established
	case s.path.found.Load():
		return errDTLS
	}
	return errNoPath
}

// onICE is pion's call for each new state of ICE alone.
func (s *Session) onICE(state webrtc.ICEConnectionState) {
	if state == webrtc.ICEConnectionStateConnected {
		s.path.found.Store(true)
	}
}
