package demopbx

import "github.com/patchcord/patchcord/pbxws/vodia/wire"

// record switches recording on demand.
func (p *pbx) record(sock *socket, r wire.RecCall) {
	s, ok := p.sideOf(sock.user, r.ID)
	if !ok {
		p.complain(sock.user, r.ID, "there is no such call to record")
		return
	}
	s.recording = r.On
	var m wire.Message = wire.RecStop{ID: r.ID}
	text := "off"
	if r.On {
		m, text = wire.RecStart{ID: r.ID}, "on"
	}
	p.tell(sock.user, m)
	p.note(Entry{Kind: Recording, User: sock.user.number, Peer: s.far.party.Number, Call: callidOf(s.own), Text: text})
	p.callChanged(s.call)
}
