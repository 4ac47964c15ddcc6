package demopbx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// request does what a client asked for; err is what was wrong with the frame.
func (p *pbx) request(sock *socket, r wire.Request, err error) {
	if sock.gone {
		return
	}
	p.touch(sock)
	if err != nil {
		p.complain(sock.user, "", err.Error())
		return
	}
	if !p.subscription(sock, r) && !p.dialog(sock, r) && !p.desk(sock, r) && !p.service(sock, r) {
		p.complain(sock.user, "", fmt.Sprintf("the practice PBX does not do %T", r))
	}
}

// subscription does the requests of a client that signs in; false for any other.
func (p *pbx) subscription(sock *socket, r wire.Request) bool {
	switch r := r.(type) {
	case wire.AvoidDisconnect:
	case wire.OwnCalls:
		sock.own = r.Subscribe
		p.subscribed(sock, r.Subscribe)
		p.countPhones(sock.user)
	case wire.DomainCalls:
		sock.domain = r.Subscribe
		p.subscribed(sock, r.Subscribe)
	case wire.OrbitCalls:
		sock.orbits = r.Subscribe
		p.tellOrbits(sock)
	case wire.SubscribeBLF:
		p.watch(sock, r.Add)
	case wire.GetRingtones:
		p.send(sock, wire.Ringtones{Value: json.RawMessage(`["classic","soft"]`)})
	case wire.GetUsers:
		p.send(sock, p.domainState(sock.user))
	case wire.GetCalls: // clients of 2016 know no subscription
		sock.own = true
		p.countPhones(sock.user)
		p.sendCalls(sock)
	case wire.Register:
		p.register(sock, r.UserAgent)
	default:
		return false
	}
	return true
}

// dialog does the requests that belong to a call; false for any other.
func (p *pbx) dialog(sock *socket, r wire.Request) bool {
	switch r := r.(type) {
	case wire.Offer:
		p.place(sock, r)
	case wire.ICECandidate:
		if l := p.find(sock, r.CallID); l != nil {
			p.addCandidate(l, r)
		}
	case wire.Ringing:
		p.alerts(sock, r)
	case wire.Answer:
		p.answered(sock, r)
	case wire.Busy:
		p.busy(sock, r)
	case wire.Hangup:
		p.hangUp(sock, r)
	case wire.Hold:
		p.hold(sock, r)
	case wire.BlindTransfer:
		p.answerFor(sock, r.ID, p.blind(sock.user, r.ID, r.To))
	case wire.AttTransfer:
		p.answerFor(sock, r.ID, p.attended(sock.user, r.ID, r.ID2))
	case wire.OldBlindTransfer:
		p.answerFor(sock, r.ID, p.blind(sock.user, r.ID, r.To))
	case wire.Ack, wire.ByeDone, wire.CancelDone, wire.Mute:
	default:
		return false
	}
	return true
}

// desk does what a client asks of the user's desk phone; false for anything else.
func (p *pbx) desk(sock *socket, r wire.Request) bool {
	switch r := r.(type) {
	case wire.MakeCall:
		p.answerFor(sock, "", p.deskDial(sock.user, r.To))
	case wire.AcceptCall:
		p.answerFor(sock, r.ID, p.deskAnswer(sock.user, r.ID))
	case wire.HoldCall:
		p.answerFor(sock, r.ID, p.deskToggle(sock.user, r.ID))
	case wire.ClearCall:
		p.answerFor(sock, r.ID, p.clear(sock.user, r.ID))
	default:
		return false
	}
	return true
}

// answerFor tells a client the code of a refusal; 0 shows in the call states.
func (p *pbx) answerFor(sock *socket, id string, code int) {
	if code != 0 {
		p.respond(sock, id, code)
	}
}

// service does the rest that this PBX has; false for what it has not.
func (p *pbx) service(sock *socket, r wire.Request) bool {
	switch r := r.(type) {
	case wire.RecCall:
		p.record(sock, r)
	case wire.SendChat:
		p.chat(sock.user, r.Dest, r.Text)
	default:
		return false
	}
	return true
}

func (p *pbx) alerts(sock *socket, r wire.Ringing) {
	l := p.find(sock, r.CallID)
	if l == nil || l.placed || l.call == nil || !l.call.ringing() {
		p.complain(sock.user, r.CallID, "no call of ours rings there")
		return
	}
	p.checkCSeq(l, r.CSeq)
	p.note(Entry{Kind: CallRinging, User: l.user.number, Peer: l.call.caller.party.Number, Call: l.id})
}

func (p *pbx) busy(sock *socket, r wire.Busy) {
	l := p.find(sock, r.CallID)
	if l == nil || l.call == nil {
		p.complain(sock.user, r.CallID, "there is no such call to refuse")
		return
	}
	p.checkCSeq(l, r.CSeq)
	p.turnDown(l, r.Code)
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
	p.send(sock, wire.Response{CallID: callid, Code: code, Reason: reasons[code]})
}
