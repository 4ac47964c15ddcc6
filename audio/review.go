package audio

// review compares the devices in use with a new list.
func (s *Switch) review(l Listing) {
	s.reviewSlot(&s.mic, l, l.Mics)
	s.reviewSlot(&s.speaker, l, l.Speakers)
	s.noteEcho(l)
}

func (s *Switch) reviewSlot(at *slot, l Listing, there []Endpoint) {
	p := at.used.Load()
	switch {
	case at.wanted == None:
	case p.silent():
		s.restore(at, there)
	case p.follows && l.pulse && len(there) == 0: // our stream still runs, on the server's own sink for nobody
		was := p.used().Name
		p.endpoint.Store(&Endpoint{ID: standInID})
		s.emit(lost(at.role, was, ""))
	case p.follows:
		s.follow(p, at, there)
		s.offer(at, there)
	}
}

// restore takes the first device that comes, since any is better than none.
func (s *Switch) restore(at *slot, there []Endpoint) {
	fit := false
	for _, e := range there {
		fit = fit || !e.Monitor || at.monitor
	}
	if !fit {
		return
	}
	p := s.next(at)
	if p.silent() {
		s.retire(p, 0)
		return
	}
	s.install(at, p)
	at.offered = false
	s.emit(restored(at.role, p.used().Name))
}

// follow notes that the server has moved our stream to the new default. When the last microphone
// goes, the default may be the monitor of a speaker, through which the other side would hear
// itself; that one is replaced.
func (s *Switch) follow(p *port, at *slot, there []Endpoint) {
	now, ok := named(there, "")
	was := p.used()
	if !ok || now.ID == was.ID {
		return
	}
	if now.Monitor && !at.monitor {
		s.emit(s.replace(at))
		return
	}
	p.endpoint.Store(&now)
	s.emit(followed(at.role, was.Name, now.Name))
}

// offer reports once that the wanted device is there while another one is used.
func (s *Switch) offer(at *slot, there []Endpoint) {
	if at.wanted == "" {
		return
	}
	e, ok := named(there, at.wanted)
	if ok && !at.offered {
		s.emit(returned(at.role, e.Name))
	}
	at.offered = ok
}

// What is known of the system's echo canceller.
const (
	echoUnknown int32 = iota
	echoStays
	echoCancelled
)

func (s *Switch) noteEcho(l Listing) {
	p := s.mic.used.Load()
	known := echoUnknown
	if l.pulse && !p.silent() {
		known = l.echoOf(p.used(), p.follows)
	}
	s.echo.system.Store(known)
}
