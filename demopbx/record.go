package demopbx

import "github.com/patchcord/patchcord/pbxws/vodia"

// record switches recording on demand.
func (p *pbx) record(sock *socket, r vodia.RecCall) {
	l := p.legOfID(sock.user, r.ID)
	if l == nil {
		p.complain(sock.user, r.ID, "there is no such call to record")
		return
	}
	c := l.call
	_, far := c.endsOf(l)
	c.recording = r.On
	var m vodia.Message = vodia.RecStop{ID: r.ID}
	text := "off"
	if r.On {
		m, text = vodia.RecStart{ID: r.ID}, "on"
	}
	p.send(sock, m)
	p.note(Entry{Kind: Recording, User: sock.user.number, Peer: far.party.Number, Call: l.id, Text: text})
	p.callChanged(c)
}
