package rtc

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
)

// path is the state of the media path as our events have it.
type path struct {
	mu   sync.Mutex
	up   bool // Connected was the last of the two
	lost bool // Lost was
	ever bool // it has been up

	pair  pair         // the last
	next  atomic.Int32 // the cause of the next change, by what was negotiated
	found atomic.Bool  // ICE found a way; what fails then is DTLS
}

var (
	errFarClosed = Reason("the other side closed the sound connection")
	errSilent    = Reason("nothing came from the other side for half a minute")
	errNoPath    = Reason("no network path to the other side was found")
	errDTLS      = Reason("the other side could not prove who it is (DTLS), so there is no sound")
)

// onState is called by pion for each new state. Its goroutines may overtake one another, so that
// the state is read from pion and not taken from the call.
func (s *Session) onState() {
	s.path.mu.Lock()
	defer s.path.mu.Unlock()
	switch state := s.pc.ConnectionState(); {
	case state == webrtc.PeerConnectionStateConnected && !s.path.up:
		s.path.up, s.path.lost, s.path.ever = true, false, true
		s.readers.run(func() { s.survive(s.beginSending) })
		s.out.put(Connected{})
	case state == webrtc.PeerConnectionStateFailed && !s.path.lost:
		s.lose(s.whyLost(errSilent))
	case state == webrtc.PeerConnectionStateClosed && !s.path.lost && !s.closed.Load():
		s.lose(s.whyLost(errFarClosed))
	}
}

// beginSending sends the frame in hand as soon as its encryption is there, a moment after the path.
func (s *Session) beginSending() {
	try := time.NewTicker(time.Millisecond)
	defer try.Stop()
	for {
		settled, err := s.track.begin(time.Now())
		if err != nil {
			s.log.Debug("the first frame is not sent early", "err", err)
		}
		if settled {
			return
		}
		select {
		case <-try.C:
		case <-s.over:
			return
		}
	}
}

// giveUp ends the path from our side. The owner still has to close the session.
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

// address is where we send from; not valid before there is a path.
func (p *path) address() netip.AddrPort {
	p.mu.Lock()
	defer p.mu.Unlock()
	ip, err := netip.ParseAddr(p.pair.here)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip.WithZone(""), p.pair.herePort)
}

// cause is why the path changes.
type cause int32

const (
	otherPair     cause = iota // ICE settled on another pair by itself
	remoteRestart              // the far end offered an ICE restart
	localRestart               // we did
)

// pair is a pair of candidates.
type pair struct {
	here, there         string // addresses
	herePort, therePort uint16
	relayed             bool
}

// sameHosts says that two pairs differ in their ports alone.
func (p pair) sameHosts(q pair) bool {
	return p.here == q.here && p.there == q.there && p.relayed == q.relayed
}

// onPair is called by pion for each pair of candidates that it selects, also for the same one
// again.
func (s *Session) onPair(p *webrtc.ICECandidatePair) {
	if p == nil || p.Local == nil || p.Remote == nil {
		return
	}
	now := pair{p.Local.Address, p.Remote.Address, p.Local.Port, p.Remote.Port, p.Local.Typ == webrtc.ICECandidateTypeRelay}
	s.path.mu.Lock()
	was := s.path.pair
	s.path.pair = now
	s.path.mu.Unlock()
	if why := cause(s.path.next.Swap(int32(otherPair))); now != was {
		s.monitor.moved(time.Now(), why, now.sameHosts(was))
	}
}

// lose is called with path.mu held.
func (s *Session) lose(err error) {
	s.path.up, s.path.lost = false, true
	s.out.put(Lost{Err: err})
}

// whyLost gives the cause; established is the cause for a path that was up.
func (s *Session) whyLost(established error) error {
	switch {
	case s.path.ever:
		return established
	case s.path.found.Load():
		return errDTLS
	}
	return errNoPath
}

// onICE is called by pion for each new state of ICE alone.
func (s *Session) onICE(state webrtc.ICEConnectionState) {
	if state == webrtc.ICEConnectionStateConnected {
		s.path.found.Store(true)
	}
}
