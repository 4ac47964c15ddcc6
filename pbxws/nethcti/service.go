package nethcti

import (
	"maps"
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// hearQueue takes a queue with its members and those who wait.
func (b *board) hearQueue(q queue) bool {
	if q.Queue == "" {
		return false
	}
	if hasRoom(b, b.queues, eventQueue, string(q.Queue), pbxws.MaxAccounts) {
		b.queues[string(q.Queue)] = q
		b.tellQueue(q)
	}
	return true
}

// hearMember takes a member of a queue; a queue that nobody listed is a reason to read the lists again.
func (b *board) hearMember(m member) bool {
	q, known := b.queues[string(m.Queue)]
	switch {
	case m.Queue == "" || m.Member == "":
		return false
	case !known:
		b.doubtful = true
		return true
	}
	members := maps.Clone(q.Members)
	if members == nil {
		members = table[member]{}
	}
	members[string(m.Member)] = m
	q.Members = members
	b.queues[string(q.Queue)] = q
	b.tellQueue(q)
	return true
}

func (b *board) tellQueue(q queue) {
	reported := pbxws.Queue{ID: pbxws.AccountID(q.Queue), Name: string(q.Name), Waiting: len(q.Waiting)}
	for number, m := range q.Members {
		one := pbxws.QueueMember{
			ID: b.account(number), Name: string(m.Name), In: bool(m.LoggedIn), Fixed: m.Type == "static",
			Paused: bool(m.Paused), Taken: int(m.Taken),
		}
		if one.Paused { // the reason stays when the pause is over
			one.Reason, one.Since = string(m.Reason), m.PausedAt.millis()
		}
		if one.Ready() {
			reported.Agents++
		}
		reported.Members = append(reported.Members, one)
	}
	slices.SortFunc(reported.Members, func(a, b pbxws.QueueMember) int { return numbers(a.ID, b.ID) })
	for id, w := range q.Waiting {
		one := pbxws.QueueCaller{ID: pbxws.CallID(id), Party: partyOf(w.Number, w.Name), Position: int(w.Position), Since: w.Since.millis()}
		if reported.Longest.IsZero() || !one.Since.IsZero() && one.Since.Before(reported.Longest) {
			reported.Longest = one.Since
		}
		reported.Callers = append(reported.Callers, one)
	}
	slices.SortFunc(reported.Callers, func(a, b pbxws.QueueCaller) int {
		if a.Position != b.Position {
			return a.Position - b.Position
		}
		return a.Since.Compare(b.Since)
	})
	b.emit(pbxws.QueueChanged{Queue: reported})
}

// hearParking takes a parking place. How long the call stays counts from now; it can be over already.
func (b *board) hearParking(p parking, now time.Time) bool {
	if p.Place == "" {
		return false
	}
	if !hasRoom(b, b.places, eventParking, string(p.Place), pbxws.MaxOrbits) {
		return true
	}
	o := pbxws.Orbit{ID: pbxws.OrbitID(p.Place), Name: string(p.Name)}
	if c := p.Parked; c.Number != "" || c.Channel != "" {
		o.Call, o.Parked, o.By = pbxws.CallID(c.Channel), partyOf(c.Number, c.Name), partyOf(c.ByNumber, c.ByName)
		if o.Call == "" {
			o.Call = pbxws.CallID("parked at " + string(p.Place))
		}
		o.Since, o.Until = now, now.Add(max(0, time.Duration(c.Timeout)*time.Second))
		if before := b.places[string(p.Place)]; before.Call == o.Call {
			o.Since = before.Since
		}
	}
	b.places[string(p.Place)] = o
	b.emit(pbxws.OrbitChanged{Orbit: o})
	return true
}

// hearTrunk takes a line to the outside.
func (b *board) hearTrunk(t trunk) bool {
	if t.Exten == "" {
		return false
	}
	reported := pbxws.Trunk{
		ID: pbxws.AccountID(t.Exten), Name: string(t.Name), Word: string(t.Status), Calls: len(t.Calls), Channels: int(max(0, t.Channels)),
	}
	switch {
	case t.Registration == "rejected" || t.Registration == "failed" || t.Registration == "noauth" || t.Registration == "unregistered":
		reported.State, reported.Word = pbxws.TrunkTrouble, string(t.Registration)
	case t.Status == statusOffline:
		reported.State = pbxws.TrunkTrouble
	case t.Status == statusOnline || t.Status == statusBusy:
		reported.State = pbxws.TrunkUp
	}
	b.emit(pbxws.TrunkChanged{Trunk: reported})
	return true
}

// hearConference takes a conference.
func (b *board) hearConference(m conference) bool {
	if m.ID == "" {
		return false
	}
	reported := pbxws.Conference{ID: b.account(string(m.ID))}
	for number, g := range m.Users {
		if g.Exten != "" {
			number = string(g.Exten)
		}
		reported.Members = append(reported.Members, pbxws.ConferenceMember{ID: b.account(number), Name: string(g.Name), Owner: bool(g.Owner), Muted: bool(g.Muted)})
	}
	slices.SortFunc(reported.Members, func(a, b pbxws.ConferenceMember) int { return numbers(a.ID, b.ID) })
	b.emit(pbxws.ConferenceChanged{Conference: reported})
	return true
}
