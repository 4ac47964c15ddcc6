package demopbx

import (
	"net/http"

	"github.com/patchcord/patchcord/pbxws/vodia"
)

// forAccount lets a handler have the account of the path: signed in as it, as an
// administrator, or with HTTP Basic and its password.
func (p *pbx) forAccount(handle func(http.ResponseWriter, *http.Request, *account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, _, known := p.whoIs(r.PathValue("account"))
		a, there := p.tenant.extension(number)
		l, signedIn := p.who(r)
		if name, password, basic := r.BasicAuth(); !signedIn && basic && constantTimeEqual(password, Password) {
			var who string
			who, l.admin, signedIn = p.whoIs(name)
			l.user = who
		}
		switch {
		case !signedIn:
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		case !known || !there:
			http.NotFound(w, r)
		case !l.admin && l.user != a.number:
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		default:
			handle(w, r, a)
		}
	}
}

func (p *pbx) getDND(w http.ResponseWriter, _ *http.Request, a *account) {
	var state vodia.DNDRequest
	p.ask(func() { state.State = a.dnd })
	reply(w, state)
}

func (p *pbx) postDND(w http.ResponseWriter, r *http.Request, a *account) {
	var state vodia.DNDRequest
	if !readBody(w, r, &state) {
		return
	}
	p.ask(func() {
		a.dnd = state.State
		text := "off"
		if a.dnd {
			text = "on"
		}
		p.note(Entry{Kind: DNDChanged, User: a.number, Text: text})
		p.accountChanged(a)
	})
	reply(w, true)
}

// directoryEntry is one account of GET accounts.
type directoryEntry struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Type    string `json:"type"`
}

func (p *pbx) getAccounts(w http.ResponseWriter, _ *http.Request, _ *account) {
	var list []directoryEntry
	p.ask(func() {
		for _, a := range p.tenant.order {
			list = append(list, directoryEntry{a.number, a.name, kindWords[a.kind]})
		}
	})
	reply(w, list)
}

// callRecord is one leg of GET calls; the documented description names what is in it, the
// keys are those of the call states.
type callRecord struct {
	ID    string  `json:"id"`
	State string  `json:"state"`
	From  string  `json:"from"`
	To    string  `json:"to"`
	Start float64 `json:"start"`
}

func (p *pbx) getCalls(w http.ResponseWriter, _ *http.Request, a *account) {
	list := []callRecord{}
	p.ask(func() {
		for _, c := range a.calls {
			list = append(list, callRecord{
				ID: c.id, State: stateFor(c, a), Start: epoch(c.began),
				From: address(c.caller.party), To: address(c.callee.party),
			})
		}
	})
	reply(w, list)
}

// callAction is a body of POST calls: what to do with which call, by its id or its callid.
type callAction struct {
	Hangup   string `json:"hangup"`
	Reject   string `json:"reject"`
	Transfer string `json:"transfer"`
	Number   string `json:"number"` // a blind transfer's target
	With     string `json:"id"`     // the other call of an attended transfer
}

func (p *pbx) postCalls(w http.ResponseWriter, r *http.Request, a *account) {
	var action callAction
	if !readBody(w, r, &action) {
		return
	}
	code := http.StatusServiceUnavailable
	p.ask(func() { code = p.act(a, action) })
	if code != http.StatusOK {
		http.Error(w, http.StatusText(code), code)
		return
	}
	reply(w, true)
}

// act does a callAction and returns an HTTP status.
func (p *pbx) act(a *account, action callAction) int {
	refused := 0
	switch {
	case action.Transfer != "" && action.Number != "":
		refused = p.blind(a, p.legOfID(a, action.Transfer), action.Number)
	case action.Transfer != "" && action.With != "":
		refused = p.attended(a, p.legOfID(a, action.Transfer), p.legOfID(a, action.With))
	case action.Hangup+action.Reject != "":
		l := p.legOfID(a, action.Hangup+action.Reject)
		if l == nil {
			return http.StatusNotFound
		}
		p.turnDown(l, 603)
		p.sendBye(l, 0) // unlike a client that refuses, this one has not been told
	default:
		return http.StatusNotImplemented
	}
	if refused != 0 {
		return http.StatusConflict
	}
	return http.StatusOK
}
