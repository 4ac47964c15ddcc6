package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// callRecord is one call of GET calls. The vendor names what is in it; the keys are those of the call
// states.
type callRecord struct {
	ID    string  `json:"id"`
	State string  `json:"state"`
	From  string  `json:"from"`
	To    string  `json:"to"`
	Start float64 `json:"start"`
}

func callRecords(a *exchange.Account) []callRecord {
	list := []callRecord{}
	for _, c := range a.Calls {
		list = append(list, callRecord{
			ID: c.ID, State: stateFor(c, a), Start: wire.Seconds(c.Began),
			From: address(c.Caller.Party), To: address(c.Callee.Party),
		})
	}
	return list
}

func (f *Front) getCalls(w http.ResponseWriter, _ *http.Request, a *exchange.Account) {
	list := []callRecord{}
	f.pbx.Do(func() { list = callRecords(a) })
	reply(w, list)
}

// callAction is a body of POST calls: one member says what to do. A call is named by its id or by
// the callid of the user's leg. With is the second call of a transfer, or the call of a remark.
type callAction struct {
	wire.CallAction
	Comment  string `json:"comment"`
	Category string `json:"category"`
}

func (f *Front) postCalls(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	var action callAction
	if !readBody(w, r, &action) {
		return
	}
	code, known := 503, true
	f.pbx.Do(func() { code, known = f.act(a, action) })
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

// act performs a callAction. It returns the code of a refusal, and whether it knows the action.
func (f *Front) act(a *exchange.Account, do callAction) (code int, known bool) {
	switch {
	case do.Transfer != "" && do.Number != "":
		return f.transfer(a, do.Transfer, do.Number), true
	case do.Transfer != "" && do.With != "":
		return f.join(a, do.Transfer, do.With), true
	case do.Hangup+do.Reject != "":
		return f.clear(a, do.Hangup+do.Reject), true
	case do.RemoteDial != "":
		return f.pbx.DeskDial(a, do.RemoteDial), true
	case do.RemoteAnswer != "":
		return f.pbx.DeskAnswer(a, f.endOf(a, do.RemoteAnswer)), true
	case do.RemoteHold != "":
		return f.pbx.DeskHold(a, f.endOf(a, do.RemoteHold), true), true
	case do.RemoteResume != "":
		return f.pbx.DeskHold(a, f.endOf(a, do.RemoteResume), false), true
	case do.With != "" && do.Comment+do.Category != "":
		return f.remark(a, do.With, do.Comment+do.Category), true
	}
	return 0, false
}

// remark takes a comment on a call or its category.
func (f *Front) remark(a *exchange.Account, id, text string) int {
	e := f.endOf(a, id)
	if e == nil {
		return 481
	}
	f.pbx.Remark(e, text)
	return 0
}
