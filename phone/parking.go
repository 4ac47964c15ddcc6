package phone

import (
	"fmt"
	"slices"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// Parking. If the PBX chooses the orbit, it reports that by the state of the orbit, before or after
// it ends the call here.

// parkedWord is Leg.Transfer of a call parked at an unknown orbit. A known orbit follows the word.
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

// parked ends a call whose orbit is not known yet; the PBX has a moment to report it.
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

// placeParked gives a parked call its orbit.
func (k *link) placeParked(o pbxws.Orbit) {
	if c := k.parking(o); c != nil {
		k.desk.step(c, parkedAt{o.ID})
	}
}

// parking is the call that waits for this orbit; nil for none.
func (k *link) parking(o pbxws.Orbit) *call {
	if own := k.call(k.pbx.Calls.At(o.Call).Leg); own != nil && own.Transfer == parkedWord {
		return own
	}
	if o.Call == "" {
		return nil
	}
	waiting := slices.DeleteFunc(k.calls(), func(c *call) bool { return c.Transfer != parkedWord })
	c, _ := number.Among(k.home(), o.Parked.Number, waiting, func(c *call) string { return c.Peer.Number })
	return c
}
