package demopbx

// orphan leaves the socket's legs to themselves for a while.
func (p *pbx) orphan(sock *socket) {
	for _, l := range p.legs {
		if l.sock != sock || l.over {
			continue
		}
		l.sock = nil
		switch {
		case l.call == nil:
			p.closeLeg(l)
		case p.o.Faults.OrphansDie:
			p.disown(l)
		default:
			l.orphan = p.agenda.in(p.o.Faults.OrphanGrace, func() { p.disown(l) })
		}
	}
}

// disown takes a telephone that went away out of the call: one that rang is no longer rung, any other
// ends it.
func (p *pbx) disown(l *leg) {
	if !l.placed && l.call.ringing() {
		p.phoneGone(l)
		return
	}
	own, _ := l.call.endsOf(l)
	p.endCall(l.call, own, 0)
}

// adopt gives a user's orphans to a socket.
func (p *pbx) adopt(sock *socket) {
	for _, l := range p.legs {
		if l.user == sock.user && l.sock == nil {
			p.reclaim(sock, l)
		}
	}
}

func (p *pbx) reclaim(sock *socket, l *leg) {
	p.agenda.drop(l.orphan)
	l.orphan, l.sock = nil, sock
	if l.lost {
		p.bury(l)
	}
}
