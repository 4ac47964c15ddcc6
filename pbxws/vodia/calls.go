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
// 1. A list with a call of others is that of the domain: a call that it lacks is over. 2. A list
// with only our own calls, or none, is about our own: what it lacks of them is over. Calls of
// others that it lacks are only suspect. Such a call is over if the next list lacks it too, or if
// no list shows it for doubtLimit: by then the domain's own list would have come.
//
// A domain-state is always complete.
type callTable struct {
	known map[string]record
}

// doubtLimit is how long a suspect call is kept.
const doubtLimit = 5 * time.Second

// record is a call with what only the table knows.
type record struct {
	call pbxws.Call
	// callID is the name of our leg of it, where the list tells that beside the id.
	callID string
	own    bool
	// doubted is true if the last list of the second kind lacked the call.
	doubted bool
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

// hearCalls takes the list of a call-state, nil for one that could not be read.
func (s *switchboard) hearCalls(entries []wire.CallEntry) {
	if entries != nil {
		s.mergeCalls(entries, false)
	}
}

// mergeCalls takes a list of calls; complete means that it is certainly that of the whole domain.
func (s *switchboard) mergeCalls(entries []wire.CallEntry, complete bool) {
	shown := make(map[string]bool, len(entries))
	records := make([]record, 0, len(entries))
	for _, e := range entries {
		id := idOf(e, shown)
		r := record{call: s.callOf(id, e), callID: e.CallID}
		r.own = s.isOwn(r)
		complete = complete || !r.own
		shown[id] = true
		records = append(records, r)
	}
	s.matchLegs(records, shown)
	for _, r := range records {
		s.putCall(r)
	}
	s.listed = true
	s.endMissing(shown, complete)
	s.tellLegs(shown)
	s.settleAwaited()
	s.hearUnresolved()
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

func (s *switchboard) putCall(r record) {
	id := string(r.call.ID)
	old, known := s.calls.known[id]
	s.calls.known[id] = r
	if !known || !old.call.Same(r.call) {
		s.emit(pbxws.CallChanged{Call: r.call})
	}
}

// endMissing applies the rule of callTable to the calls that a list did not show.
func (s *switchboard) endMissing(shown map[string]bool, complete bool) {
	for _, id := range slices.Sorted(maps.Keys(s.calls.known)) {
		r := s.calls.known[id]
		switch {
		case shown[id]:
		case complete || r.own || r.doubted:
			delete(s.calls.known, id)
			s.emit(pbxws.CallEnded{ID: r.call.ID})
			s.leftBehind(id)
		default:
			r.doubted = true
			s.calls.known[id] = r
		}
	}
}

// doubts reports whether there are suspect calls.
func (t callTable) doubts() bool {
	for _, r := range t.known {
		if r.doubted {
			return true
		}
	}
	return false
}

// settleDoubts ends suspect calls.
func (s *switchboard) settleDoubts() {
	shown := make(map[string]bool, len(s.calls.known))
	for id, r := range s.calls.known {
		shown[id] = !r.doubted
	}
	s.endMissing(shown, true)
	s.settleAwaited()
}

// leftBehind ends a leg that the lists lack in two cases: after a transfer, for a PBX that sends no
// bye, and if it was ringing when the link broke, since the PBX may not know any more that we are
// rung. In all other cases a missing record ends no leg.
func (s *switchboard) leftBehind(id string) {
	l := s.legs.byCall(id)
	if l == nil {
		return
	}
	l.call = ""
	switch {
	case l.transferring():
		s.end(l, pbxws.Cause{Ending: pbxws.EndedTransferred})
	case l.inherited && l.incoming && !l.answered:
		s.end(l, pbxws.Cause{Ending: pbxws.EndedCancelled})
	}
}

// callOf reads an entry of a list.
func (s *switchboard) callOf(id string, e wire.CallEntry) pbxws.Call {
	c := pbxws.Call{
		ID:   pbxws.CallID(id),
		From: wire.PartyOf(e.From, e.FromNumber, e.FromName), To: wire.PartyOf(e.To, e.ToNumber, e.ToName),
		Began: wire.Time(e.Start), Phase: phaseOf(e), Recording: e.Rec != "",
	}
	if at, err := strconv.ParseFloat(e.Connect, 64); err == nil {
		c.Answered = wire.Time(at)
	}
	c.Members = s.membersOf(e, c)
	c.Caller, c.Callee = s.accountIn(c, c.From), s.accountIn(c, c.To)
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
func (s *switchboard) membersOf(e wire.CallEntry, c pbxws.Call) []pbxws.AccountID {
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
		if _, known := s.known[p.Number]; known || p.Number == s.self {
			add(p.Number)
		}
	}
	return members
}

// accountIn is the account of a party, whose id is its number; empty for a party outside.
func (s *switchboard) accountIn(c pbxws.Call, p pbxws.Party) pbxws.AccountID {
	id := pbxws.AccountID(p.Number)
	if _, known := s.known[p.Number]; known || p.Number == s.self || c.Has(id) {
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
func (s *switchboard) isOwn(r record) bool {
	c, id := r.call, string(r.call.ID)
	return c.Has(pbxws.AccountID(s.self)) || c.From.Number == s.self || c.To.Number == s.self ||
		s.legs.named(id) != nil || s.legs.byCall(id) != nil || r.callID != "" && s.legs.named(r.callID) != nil
}
