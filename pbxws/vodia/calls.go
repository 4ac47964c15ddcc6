package vodia

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// callTable holds the last lists of calls. The PBX sends whole lists, and we report the
// differences.
//
// Two streams of lists arrive, our own calls and those of the whole domain, and a list does not say
// to which it belongs. Hence:
//
//  1. A list with a call of others is that of the domain: a call that it lacks is over.
//  2. A list with only our own calls, or none, is about our own: what it lacks of them is over. Calls
//     of others that it lacks are only suspect. Such a call is over if the next list lacks it too, or
//     if no list shows it for unconfirmedLimit: by then the domain's own list would have come.
//
// A domain-state is always complete.
type callTable struct {
	known map[string]record
}

// unconfirmedLimit is how long a suspect call is kept.
const unconfirmedLimit = 5 * time.Second

// record is a call with what only the table knows.
type record struct {
	call pbxws.Call
	// callID is the name of our leg of it, where the list tells that beside the id.
	callID string
	own    bool
	// unconfirmed is true if the last list of the second kind lacked the call.
	unconfirmed bool
}

func newCallTable() callTable { return callTable{known: map[string]record{}} }

// ownIDs are the records of our own calls.
func (t callTable) ownIDs() map[string]bool {
	ids := map[string]bool{}
	for id, r := range t.known {
		if r.own {
			ids[id] = true
		}
	}
	return ids
}

// handleCalls takes the list of a call-state, nil for one that could not be read.
func (t *translator) handleCalls(entries []wire.CallEntry) {
	if entries != nil {
		t.mergeCalls(entries, false)
	}
}

// mergeCalls takes a list of calls; complete means that it is certainly that of the whole domain.
func (t *translator) mergeCalls(entries []wire.CallEntry, complete bool) {
	shown := make(map[string]bool, len(entries))
	records := make([]record, 0, len(entries))
	for _, e := range entries {
		id := idOf(e, shown)
		r := record{call: t.callOf(id, e), callID: e.CallID}
		r.own = t.isOwn(r)
		complete = complete || !r.own
		shown[id] = true
		records = append(records, r)
	}
	t.matchLegs(records, shown)
	for _, r := range records {
		t.putCall(r)
	}
	t.callsListed = true
	t.endMissing(shown, complete)
	t.applyRecords(shown)
	t.confirmEffects()
	t.retryUnresolved()
}

// namelessPrefix begins the ids of calls for which the PBX sends none.
const namelessPrefix = "nameless:"

// idOf names an entry: by its id, its callid, or else by who calls whom.
func idOf(e wire.CallEntry, shown map[string]bool) string {
	if id := cmp.Or(e.ID, e.CallID); id != "" {
		return id
	}
	who := wire.PartyOf(e.From, e.FromNumber, "").Number + ">" + wire.PartyOf(e.To, e.ToNumber, "").Number
	for _, ext := range e.Extension {
		if who == ">" {
			who = accountOf(ext) + who
		}
	}
	id := namelessPrefix + who
	for n := 2; shown[id]; n++ {
		id = namelessPrefix + who + "#" + strconv.Itoa(n)
	}
	return id
}

func (t *translator) putCall(r record) {
	id := string(r.call.ID)
	old, known := t.calls.known[id]
	t.calls.known[id] = r
	if !known || !old.call.Same(r.call) {
		t.emit(pbxws.CallChanged{Call: r.call})
	}
}

// endMissing applies the rule of callTable to the calls that a list did not show.
func (t *translator) endMissing(shown map[string]bool, complete bool) {
	for _, id := range slices.Sorted(maps.Keys(t.calls.known)) {
		r := t.calls.known[id]
		switch {
		case shown[id]:
		case complete || r.own || r.unconfirmed:
			delete(t.calls.known, id)
			t.emit(pbxws.CallEnded{ID: r.call.ID})
			t.endTransferred(id)
		default:
			r.unconfirmed = true
			t.calls.known[id] = r
		}
	}
}

// hasUnconfirmed reports whether there are suspect calls.
func (t callTable) hasUnconfirmed() bool {
	for _, r := range t.known {
		if r.unconfirmed {
			return true
		}
	}
	return false
}

// endUnconfirmed ends suspect calls.
func (t *translator) endUnconfirmed() {
	shown := make(map[string]bool, len(t.calls.known))
	for id, r := range t.calls.known {
		shown[id] = !r.unconfirmed
	}
	t.endMissing(shown, true)
	t.confirmEffects()
}

// endTransferred ends a leg that the lists lack in two cases: after a transfer, for a PBX that sends no
// bye, and if it was ringing when the link broke, since the PBX may not know any more that we are
// rung. In all other cases a missing record ends no leg.
func (t *translator) endTransferred(id string) {
	l := t.legs.byCall(id)
	if l == nil {
		return
	}
	l.call = ""
	switch {
	case l.transferring():
		t.end(l, pbxws.Cause{Ending: pbxws.EndedTransferred})
	case l.inherited && l.incoming && !l.answered:
		t.end(l, pbxws.Cause{Ending: pbxws.EndedCancelled})
	}
}

// callOf reads an entry of a list.
func (t *translator) callOf(id string, e wire.CallEntry) pbxws.Call {
	c := pbxws.Call{
		ID:   pbxws.CallID(id),
		From: wire.PartyOf(e.From, e.FromNumber, e.FromName), To: wire.PartyOf(e.To, e.ToNumber, e.ToName),
		Began: wire.Time(e.Start), Phase: phaseOf(e), Recording: e.Rec != "",
	}
	if at, err := strconv.ParseFloat(e.Connect, 64); err == nil {
		c.Answered = wire.Time(at)
	}
	c.Members = t.membersOf(e, c)
	c.Caller, c.Callee = t.accountIn(c, c.From), t.accountIn(c, c.To)
	return c
}

// phaseOf reads the phase of a call: by its state or, if that does not say, by whether it was
// answered.
func phaseOf(e wire.CallEntry) pbxws.Phase {
	switch e.State {
	case "onhold", "holding":
		return pbxws.PhaseHeld
	case "connected":
		return pbxws.PhaseConnected
	}
	if e.Connect != "" && e.Connect != "0" {
		return pbxws.PhaseConnected
	}
	return pbxws.PhaseAlerting
}

// membersOf are the accounts in a call: those in the entry without a trailing "*", or else the
// parties that are known accounts.
func (t *translator) membersOf(e wire.CallEntry, c pbxws.Call) []pbxws.AccountID {
	var members []pbxws.AccountID
	add := func(id string) {
		if m := pbxws.AccountID(id); id != "" && !slices.Contains(members, m) {
			members = append(members, m)
		}
	}
	for _, ext := range e.Extension {
		add(accountOf(ext))
	}
	if len(members) > 0 {
		return members
	}
	for _, p := range []pbxws.Party{c.From, c.To} {
		if _, known := t.known[p.Number]; known || p.Number == t.self {
			add(p.Number)
		}
	}
	return members
}

// accountIn is the account of a party, whose id is its number; empty for a party outside.
func (t *translator) accountIn(c pbxws.Call, p pbxws.Party) pbxws.AccountID {
	id := pbxws.AccountID(p.Number)
	if _, known := t.known[p.Number]; known || p.Number == t.self || c.Has(id) {
		return id
	}
	return ""
}

// accountOf is the account of an entry of "extension".
func accountOf(ext string) string {
	account, _, _ := strings.Cut(strings.ReplaceAll(ext, "*", ""), "@")
	return account
}

// isOwn reports whether a call is one of the user's, on this link or on a desk phone.
func (t *translator) isOwn(r record) bool {
	c, id := r.call, string(r.call.ID)
	return c.Has(pbxws.AccountID(t.self)) || c.From.Number == t.self || c.To.Number == t.self ||
		t.legs.named(id) != nil || t.legs.byCall(id) != nil || r.callID != "" && t.legs.named(r.callID) != nil
}
