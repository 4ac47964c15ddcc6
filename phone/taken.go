package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Who took a call that rang here. No PBX says so of the call itself. Those that show the calls of others show that the
// same caller talks to somebody else from the moment on in which it stops to ring here.

const (
	// keepPickups is how many of those moments are kept.
	keepPickups = 32
	// tellsWithin is how long after the end of our call the PBX may show who took it.
	tellsWithin = 3 * time.Second
	// settlesWithin is how long a new link may take to show the calls that there are.
	settlesWithin = 5 * time.Second
)

// pickup is the moment in which somebody at the PBX answered a call.
type pickup struct {
	at   time.Time
	from string
	by   pbxws.Party
}

// notePickup keeps the moment in which a call of others was answered, and names whom it tells of.
func (k *link) notePickup(before, now pbxws.Call) {
	own := k.call(now.Leg)
	rang := before.Phase == pbxws.PhaseAlerting
	if before.ID == "" { // a new link brings all calls at once
		rang = k.desk.now.Sub(k.upSince) > settlesWithin
	}
	if !rang && before.Callee == now.Callee || now.Phase != pbxws.PhaseConnected || now.From.Number == "" {
		return
	}
	by := pbxws.Party{Number: string(now.Callee), Name: now.To.Name}
	switch a, known := k.pbx.Accounts.Get(now.Callee); {
	case own != nil && own.State != Alerting && own.State != Ended, !known, a.Kind != pbxws.KindExtension:
		return
	case k.pbx.Own(now.Callee):
		by = pbxws.Party{Name: "you, at another telephone"}
	case a.Name != "":
		by.Name = a.Name
	}
	k.pickups = keep(append(k.pickups, pickup{k.desk.now, now.From.Number, by}), keepPickups)
	for _, c := range k.calls() {
		if c.State == Ended && c.Cause.Ending == pbxws.EndedElsewhere && k.desk.now.Sub(c.Ended) <= tellsWithin {
			c.TakenBy = k.taker(c)
		}
	}
}

// taker is who took a call that rang here, nobody where that is not told or may be either of two.
func (k *link) taker(c *call) pbxws.Party {
	var by []pbxws.Party
	for _, p := range k.pickups {
		if !p.at.Before(c.Began) && (c.State != Ended || p.at.Sub(c.Ended) <= tellsWithin) && k.home().SameNumber(p.from, c.Peer.Number) && !slices.Contains(by, p.by) {
			by = append(by, p.by)
		}
	}
	if c.Dir != Incoming || !c.Answered.IsZero() || len(by) != 1 {
		return pbxws.Party{}
	}
	return by[0]
}

// sayTaker completes an end of a call that rings here: a PBX that shows who took it may end it as if the caller had
// given up.
func (k *link) sayTaker(c *call, e pbxws.Event) pbxws.Event {
	ended, over := e.(pbxws.LegEnded)
	if !over || c.State != Alerting {
		return e
	}
	switch ended.Cause.Ending {
	case pbxws.EndedCancelled, pbxws.EndedElsewhere, pbxws.EndedUnknown:
		if by := k.taker(c); by != (pbxws.Party{}) {
			c.TakenBy = by
			ended.Cause.Ending = pbxws.EndedElsewhere
		}
	}
	return ended
}
