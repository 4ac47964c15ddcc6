package audio

// review compares what is in use with what there is.
func (s *Switch) review(l Listing) {
	s.reviewSeat(&s.mic, l, l.Mics)
	s.reviewSeat(&s.speaker, l, l.Speakers)
	s.noteEcho(l)
}

func (s *Switch) reviewSeat(at *seat, l Listing, there []Endpoint) {
	h := at.used.Load()
	switch {
	case at.wanted == None:
	case h.silent():
		s.restore(at, there)
	case h.follows && l.pulse && len(there) == 0: // and yet our stream runs: on the server's own stand-in
		was := h.used().Name
		h.endpoint.Store(&Endpoint{ID: standInID})
		s.tell(lost(at.part, was, ""))
	case h.follows:
		s.follow(h, at, there)
		s.offer(at, there)
	}
}

// restore takes the next device as soon as there is one, since any is better than none.
func (s *Switch) restore(at *seat, there []Endpoint) {
	fit := false
	for _, e := range there {
		fit = fit || !e.Monitor || at.monitor
	}
	if !fit {
		return
	}
	h := s.next(at)
	if h.silent() {
		s.retire(h, 0)
		return
	}
	s.install(at, h)
	at.offered = false
	s.tell(restored(at.part, h.used().Name))
}

// follow keeps up with the system's default, to which the server has moved our stream. When the
// last microphone goes, that is the monitor of a speaker, through which the other side would hear
// itself.
func (s *Switch) follow(h *half, at *seat, there []Endpoint) {
	now, ok := named(there, "")
	was := h.used()
	if !ok || now.ID == was.ID {
		return
	}
	if now.Monitor && !at.monitor {
		s.tell(s.replace(at))
		return
	}
	h.endpoint.Store(&now)
	s.tell(followed(at.part, was.Name, now.Name))
}

// offer tells once that what is wanted is there while something else stands in for it.
func (s *Switch) offer(at *seat, there []Endpoint) {
	if at.wanted == "" {
		return
	}
	e, ok := named(there, at.wanted)
	if ok && !at.offered {
		s.tell(returned(at.part, e.Name))
	}
	at.offered = ok
}

// What is known of the echo canceller.
const (
	echoUnknown int32 = iota
	echoStays
	echoCancelled
)

func (s *Switch) noteEcho(l Listing) {
	h := s.mic.used.Load()
	known := echoUnknown
	if l.pulse && !h.silent() {
		known = l.echoOf(h.used(), h.follows)
	}
	s.echo.Store(known)
}

// EchoCancelled tells whether the sound server takes the echo out of the microphone, if that is
// known: on PulseAudio and what answers like it, from a moment after the opening on, unless there is
// a canceller that may have been put before the microphone. It does not know of a headset that does
// so itself.
func (s *Switch) EchoCancelled() (yes, known bool) {
	state := s.echo.Load()
	return state == echoCancelled, state != echoUnknown
}
