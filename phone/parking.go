package phone

import (
	"fmt"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// Parking. Where the PBX chooses the orbit, it tells which one by the state of the orbit, before or
// after it ends the call here.

// parkedWord is what Leg.Transfer says of a call that is parked at an orbit not known yet. Known, the
// orbit follows.
const parkedWord = "parked"

// placeOf is an orbit in words.
func placeOf(orbit pbxws.OrbitID) string {
	if orbit == "" {
		return parkedWord
	}
	return parkedWord + " at " + string(orbit)
}

func (m *move) park(orbit pbxws.OrbitID) {
	where := placeOf(orbit)
	m.sendOn(pbxws.Park{Leg: m.wire, Orbit: orbit}, where,
		fmt.Sprintf("parking %s ...", who(m.Peer)),
		fmt.Sprintf("%s is %s", who(m.Peer), where),
		fmt.Sprintf("%s was not %s", who(m.Peer), where))
}

// parked ends a call whose orbit is not known yet; that gets a moment to be told.
func (m *move) parked(c pbxws.Cause) {
	m.end(c)
	m.do(m.await(untilPlace))
}

// placed notes the orbit of a call that is parked.
func (m *move) placed(orbit pbxws.OrbitID) {
	if m.Transfer != parkedWord {
		return
	}
	m.Transfer = placeOf(orbit)
	m.sent = who(m.Peer) + " is " + m.Transfer
	if m.State == Ended {
		m.do(drop{untilPlace}, say{GradeDone, m.sent, m.now.Sub(m.askedTransfer), m.transferEnds()})
	}
}

// unplaced gives up waiting for the orbit.
func (m *move) unplaced() {
	if m.Transfer == parkedWord {
		m.sayOf(m.transferEnds(), GradeDone, "%s is parked; the PBX does not say where", m.Peer)
	}
}

// placeParked tells a call that was parked anywhere which orbit it is.
func (k *link) placeParked(o pbxws.Orbit) {
	if c := k.parking(o); c != nil {
		k.desk.step(c, parkedAt{o.ID})
	}
}

// parking is the call that waits to be told the orbit, if this is it; nil for none.
func (k *link) parking(o pbxws.Orbit) *call {
	for _, c := range k.calls() {
		if o.Call != "" && c.Transfer == parkedWord && (o.Parked.Number == c.Peer.Number || number.Same(o.Parked.Number, c.Peer.Number)) {
			return c
		}
	}
	return nil
}
