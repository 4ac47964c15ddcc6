package demopbx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws/vodia"
)

// request does what a client asked for; err is what was wrong with the frame.
func (p *pbx) request(sock *socket, r vodia.Request, err error) {
	if sock.gone {
		return
	}
	p.touch(sock)
	if err != nil {
		p.complain(sock.user, "", err.Error())
		return
	}
	if !p.subscription(sock, r) && !p.dialog(sock, r) && !p.service(sock, r) {
		p.complain(sock.user, "", fmt.Sprintf("the practice PBX does not do %T", r))
	}
}

// subscription does the requests of a client that signs in; false for any other.
func (p *pbx) subscription(sock *socket, r vodia.Request) bool {
	switch r := r.(type) {
	case vodia.AvoidDisconnect:
	case vodia.OwnCalls:
		sock.own = r.Subscribe
		p.subscribed(sock, r.Subscribe)
	case vodia.DomainCalls:
		sock.domain = r.Subscribe
		p.subscribed(sock, r.Subscribe)
	case vodia.OrbitCalls:
		sock.orbits = r.Subscribe
		p.tellOrbits(sock)
	case vodia.SubscribeBLF:
		p.watch(sock, r.Add)
	case vodia.GetRingtones:
		p.send(sock, vodia.Ringtones{Value: json.RawMessage(`["classic","soft"]`)})
	case vodia.GetUsers:
		p.send(sock, p.domainState())
	case vodia.GetCalls:
		p.sendCalls(sock)
	case vodia.Register:
		p.register(sock)
	default:
		return false
	}
	return true
}

// dialog does the requests that belong to a call; false for any other.
func (p *pbx) dialog(sock *socket, r vodia.Request) bool {
	switch r := r.(type) {
	case vodia.Offer:
		p.place(sock, r)
	case vodia.ICECandidate:
		if l := p.find(sock, r.CallID); l != nil {
			p.addCandidate(l, r)
		}
	case vodia.Ringing:
		p.alerts(sock, r)
	case vodia.Answer:
		p.answered(sock, r)
	case vodia.Busy:
		p.busy(sock, r)
	case vodia.Hangup:
		p.hangUp(sock, r)
	case vodia.Hold:
		p.hold(sock, r)
	case vodia.BlindTransfer:
		p.transfer(sock, r.ID, r.To)
	case vodia.AttTransfer:
		p.consult(sock, r.ID, r.ID2)
	case vodia.OldBlindTransfer:
		p.transfer(sock, r.ID, r.To)
	case vodia.Ack, vodia.ByeDone, vodia.CancelDone, vodia.Mute:
	default:
		return false
	}
	return true
}

// service does the rest that this PBX has; false for what it has not.
func (p *pbx) service(sock *socket, r vodia.Request) bool {
	switch r := r.(type) {
	case vodia.RecCall:
		p.record(sock, r)
	case vodia.SendChat:
		for other := range p.sockets {
			if other.user.number == numberOf(r.Dest) {
				p.send(other, vodia.Chat{Peer: sock.user.number, Text: r.Text})
			}
		}
	default:
		return false
	}
	return true
}

func (p *pbx) alerts(sock *socket, r vodia.Ringing) {
	l := p.find(sock, r.CallID)
	if l == nil || l.placed || l.call == nil || !l.call.ringing() {
		p.complain(sock.user, r.CallID, "no call of ours rings there")
		return
	}
	p.checkCSeq(l, r.CSeq)
	p.note(Entry{Kind: CallRinging, User: l.user.number, Peer: l.call.caller.party.Number, Call: l.id})
}

func (p *pbx) busy(sock *socket, r vodia.Busy) {
	l := p.find(sock, r.CallID)
	if l == nil || l.call == nil {
		p.complain(sock.user, r.CallID, "there is no such call to refuse")
		return
	}
	p.checkCSeq(l, r.CSeq)
	p.turnDown(l, r.Code)
}

// legOfID finds the user's leg in a call that goes on, by its callid or the call's own id.
func (p *pbx) legOfID(user *account, id string) *leg {
	l := p.legs[legKey{user.number, id}]
	if c := p.calls[id]; l == nil && c != nil && c.has(user) {
		own, _ := c.ends(user)
		l = own.leg
	}
	if l == nil || l.call == nil || l.call.over {
		return nil
	}
	return l
}

// checkCSeq notes a client that does not echo what it was told; it is served all the same.
func (p *pbx) checkCSeq(l *leg, got json.RawMessage) {
	want := strconv.Itoa(l.cseq)
	if got := bytes.Trim(got, `"`); len(got) > 0 && string(got) != want {
		p.complain(l.user, l.id, fmt.Sprintf("cseq %.20s instead of %s", got, want))
	}
}

// complain notes what a client said that cannot be.
func (p *pbx) complain(user *account, callid, text string) {
	p.note(Entry{Kind: Complaint, User: user.number, Call: callid, Text: text})
}

// numberOf is the number in what a client dials: bare, with a tenant, or as a SIP URI.
func numberOf(dialled string) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(dialled), "sip:"), "@")
	return number
}

// respond answers a request in SIP's manner.
func (p *pbx) respond(sock *socket, callid string, code int) {
	p.send(sock, vodia.Response{CallID: callid, Code: code, Reason: reasons[code]})
}
