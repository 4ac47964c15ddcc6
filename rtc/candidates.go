package rtc

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// place is the audio section of the last description on the wire.
type place struct {
	mid   string
	mline uint16
}

// AddCandidate takes one candidate of the far end, "candidate:..." with or without "a=". One that
// comes before its description waits for it; more than 64 are refused. mid and mline are not used:
// there is one path. An error concerns this candidate only.
func (s *Session) AddCandidate(line, mid string, mline uint16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return fmt.Errorf("add candidate: %w", errClosed)
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
		return fmt.Errorf("the far end gave %d already", maxCandidates)
	}
	c, err := ice.UnmarshalCandidate(line)
	if err != nil { // pion's words repeat the line as it came
		return fmt.Errorf("%.80q is not a candidate", line)
	}
	if c.Component() != ice.ComponentRTP { // RTCP comes on the same port
		return nil
	}
	s.candidates++
	if ufrag, ok := c.GetExtension("ufrag"); s.far.ufrag == "" || s.pathOffered() || ok && ufrag.Value != s.far.ufrag {
		s.waiting = append(s.waiting, line)
		return nil
	}
	return s.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: line})
}

// addCandidates adds the candidates of a description and those that came before it. A bad one does
// not stop the others.
func (s *Session) addCandidates(a agreement) {
	early := s.waiting
	s.waiting = nil
	s.candidates -= len(early)
	for _, line := range slices.Concat(a.sections[a.audio].candidates, early) {
		if err := s.addCandidate(line); err != nil {
			s.log.Debug("a candidate of the far end was skipped", "err", err)
		}
	}
}

func (s *Session) onCandidate(c *webrtc.ICECandidate) {
	switch {
	case c == nil && s.whole != nil:
		s.whole.finish()
		return
	case c == nil:
		s.out.put(EndOfCandidates{})
		return
	case s.whole != nil:
		s.whole.add(c.ToJSON().Candidate)
		return
	}
	at := s.place.Load()
	s.out.put(LocalCandidate{Line: c.ToJSON().Candidate, Mid: at.mid, MLine: at.mline})
}
