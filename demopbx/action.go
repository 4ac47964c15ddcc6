package demopbx

import "net/http"

// callRecord is one leg of GET calls; the documented description names what is in it, the
// keys are those of the call states.
type callRecord struct {
	ID    string  `json:"id"`
	State string  `json:"state"`
	From  string  `json:"from"`
	To    string  `json:"to"`
	Start float64 `json:"start"`
}

func callRecords(a *account) []callRecord {
	list := []callRecord{}
	for _, c := range a.calls {
		list = append(list, callRecord{
			ID: c.id, State: stateFor(c, a), Start: epoch(c.began),
			From: address(c.caller.party), To: address(c.callee.party),
		})
	}
	return list
}

func (p *pbx) getCalls(w http.ResponseWriter, _ *http.Request, a *account) {
	list := []callRecord{}
	p.ask(func() { list = callRecords(a) })
	reply(w, list)
}

// callAction is a body of POST calls: one member says what to do. A call is named by its id or
// by the callid of the user's leg.
type callAction struct {
	Hangup   string `json:"hangup"`
	Reject   string `json:"reject"`
	Transfer string `json:"transfer"`
	Number   string `json:"number"` // a blind transfer's target
	// ID is the other call of an attended transfer, or the one that is remarked on.
	ID       string `json:"id"`
	Comment  string `json:"comment"`
	Category string `json:"category"`
	// The rest works the desk phone.
	RemoteDial   string `json:"remote-dial"` // a number
	RemoteAnswer string `json:"remote-answer"`
	RemoteHold   string `json:"remote-hold"`
	RemoteResume string `json:"remote-resume"`
}

func (p *pbx) postCalls(w http.ResponseWriter, r *http.Request, a *account) {
	var action callAction
	if !readBody(w, r, &action) {
		return
	}
	code, known := 503, true
	p.ask(func() { code, known = p.act(a, action) })
	switch {
	case !known:
		http.Error(w, http.StatusText(http.StatusNotImplemented), http.StatusNotImplemented)
	case code == 481:
		http.Error(w, reasons[code], http.StatusNotFound)
	case code != 0:
		http.Error(w, reasons[code], http.StatusConflict)
	default:
		reply(w, true)
	}
}

// act does a callAction. It returns the code of a refusal, and whether it knows the action.
func (p *pbx) act(a *account, do callAction) (code int, known bool) {
	switch {
	case do.Transfer != "" && do.Number != "":
		return p.blind(a, do.Transfer, do.Number), true
	case do.Transfer != "" && do.ID != "":
		return p.attended(a, do.Transfer, do.ID), true
	case do.Hangup+do.Reject != "":
		return p.clear(a, do.Hangup+do.Reject), true
	case do.RemoteDial != "":
		return p.deskDial(a, do.RemoteDial), true
	case do.RemoteAnswer != "":
		return p.deskAnswer(a, do.RemoteAnswer), true
	case do.RemoteHold != "":
		return p.deskHold(a, do.RemoteHold, true), true
	case do.RemoteResume != "":
		return p.deskHold(a, do.RemoteResume, false), true
	case do.ID != "" && do.Comment+do.Category != "":
		return p.remark(a, do.ID, do.Comment+do.Category), true
	}
	return 0, false
}

// remark takes a comment on a call or its category.
func (p *pbx) remark(a *account, id, text string) int {
	s, ok := p.sideOf(a, id)
	if !ok {
		return 481
	}
	p.note(Entry{Kind: Remarked, User: a.number, Peer: s.far.party.Number, Call: callidOf(s.own), Text: text})
	return 0
}
