package vodia

import "strconv"

func (o *object) domainState() DomainState {
	m := DomainState{Messages: o.raw("messages")}
	if o.each("accounts", func(entry *object) { m.Accounts = append(m.Accounts, entry.account()) }) && m.Accounts == nil {
		m.Accounts = []AccountEntry{}
	}
	m.Calls, _ = o.calls()
	return m
}

func (o *object) account() AccountEntry {
	e := AccountEntry{
		Account: firstOf(o.word("account"), o.name), Type: o.text("type"), Name: o.text("name"), Domain: o.text("domain"),
		Registered: o.optionalFlag("registered"), DND: o.optionalFlag("dnd"),
		ChatStatus: o.text("chatstatus"), Code: o.word("code"),
	}
	if n, counted := o.callCount(); !counted {
		o.each("calls", func(call *object) { e.Calls = append(e.Calls, call.accountCall()) })
	} else if n > 0 {
		e.Code = firstOf(e.Code, "busy")
	}
	if o.raw("tag") != nil {
		tag := o.word("tag")
		e.Tag = &tag
	}
	return e
}

// callCount is the number of an account's calls where that is all it tells of them, as the vendor's
// lists do.
func (o *object) callCount() (n int, counted bool) {
	v := o.raw("calls")
	if v == nil {
		return 0, false
	}
	word, _ := asWord(v)
	n, err := strconv.Atoi(word)
	return n, err == nil
}

func (o *object) accountCall() AccountCall {
	return AccountCall{ID: o.word("id"), From: o.word("from"), To: o.word("to"), State: o.first("state", "callstate"), Start: o.seconds("start")}
}

// calls reads a list of calls and tells whether the frame speaks of calls at all; a list that
// is there and empty is not nil.
func (o *object) calls() ([]CallEntry, bool) {
	var calls []CallEntry
	there := o.each("calls", func(entry *object) { calls = append(calls, entry.call()) })
	if there && calls == nil {
		calls = []CallEntry{}
	}
	return calls, there
}

func (o *object) call() CallEntry {
	return CallEntry{
		ID: firstOf(o.word("id"), o.name), From: o.word("from"), To: o.word("to"),
		FromNumber: o.word("from-number"), FromName: o.text("from-name"),
		ToNumber: o.word("to-number"), ToName: o.text("to-name"),
		Extension: o.texts("extension"), State: o.first("state", "callstate"),
		Start: o.seconds("start"), Connect: o.word("connect"), Rec: o.word("rec"),
	}
}
