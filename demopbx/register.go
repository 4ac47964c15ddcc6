package demopbx

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	// maxLamps bounds what one socket may watch.
	maxLamps = 4096
	// registrationTold is the time that a registration is said to last when it never ends.
	registrationTold = 3600
)

func (p *pbx) subscribed(sock *socket, on bool) {
	if on {
		p.callsDue(sock, true)
	}
}

func (p *pbx) tellOrbits(sock *socket) {
	for _, a := range p.tenant.order {
		if sock.orbits && a.kind == pbxws.KindOrbit {
			p.send(sock, p.orbitState(a))
		}
	}
}

func (p *pbx) watch(sock *socket, numbers []string) {
	for _, n := range numbers {
		a := p.tenant.accounts[numberOf(n)]
		if a == nil || len(sock.lamps) >= maxLamps {
			continue
		}
		sock.lamps[a.number] = true
		p.send(sock, lampOf(a))
	}
}

// register makes the socket a telephone: calls that ring for the user ring here too.
func (p *pbx) register(sock *socket, agent string) {
	fresh := !sock.registered
	sock.registered, sock.phone = true, true
	sock.agent = agent[:min(len(agent), maxWords)]
	told := registrationTold
	if limit := p.o.Faults.RegistrationExpires; limit > 0 {
		told = max(1, int(limit.Seconds()))
		p.agenda.drop(sock.expires)
		sock.expires = p.agenda.in(limit, func() {
			sock.registered = false
			p.countPhones(sock.user)
		})
	}
	if !p.o.Faults.NoRegisterReply {
		p.send(sock, wire.RegisterReply{Expires: told, Add: "practice PBX"})
	}
	p.countPhones(sock.user)
	if !fresh {
		return
	}
	p.note(Entry{Kind: PhoneReady, User: sock.user.number})
	for _, c := range sock.user.calls {
		if c.callee.acct == sock.user && c.ringing() && !c.ringsAt(sock) {
			p.invite(c, sock)
		}
	}
}
