package tui

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// Sending a call elsewhere: to a number, to somebody who is asked first, to a parking place, into
// a conference.

// sendActions are what keys do to send a call elsewhere.
func sendActions() []action {
	return []action{
		{
			id: keymap.CallTransfer, call: meantCall, hints: ranks{keymap.Talking: 40}, menu: 30, desk: true,
			after: "[NUMBER]",
			with: answering(func(m *model, to string) string {
				return m.do(m.scene.sending(transferField, m.mine().ID, to))
			}),
			preview: func(sc *scene, l phone.Leg) string {
				return ifAble(sc, l, pbxws.CapBlindTransfer, "transfer "+sc.farEnd(l)+": who?")
			},
			do: func(m *model, _ string) string { return m.send(transferField) },
		},
		{
			id: keymap.CallConsult, call: meantCall, hints: ranks{keymap.Talking: 50}, menu: 40, names: []string{"consult"},
			after: "[NUMBER]",
			with: answering(func(m *model, to string) string {
				return m.do(m.scene.sending(consultField, m.mine().ID, to))
			}),
			preview: func(sc *scene, l phone.Leg) string {
				return ifAble(sc, l, pbxws.CapAttendedTransfer, "ask somebody first: who?")
			},
			do: func(m *model, _ string) string { return m.send(consultField) },
		},
		{
			id: keymap.CallPark, call: meantCall, hints: ranks{keymap.Talking: 130}, menu: 100, do: (*model).park,
			after: "[NUMBER]",
			with: answering(func(m *model, to string) string {
				return m.do(phone.ParkCall{Leg: m.mine().ID, Orbit: pbxws.OrbitID(to)})
			}),
			preview: func(sc *scene, l phone.Leg) string {
				return ifAble(sc, l, pbxws.CapPark, "park "+sc.farEnd(l)+": where?")
			},
		},
		{
			id: keymap.CallJoin, order: true, hints: ranks{keymap.Talking: 150, keymap.Consult: 60}, menu: 50, consult: 30, names: []string{"conference"},
			after: "[here]",
			with: answering(func(m *model, where string) string {
				if where != "here" {
					return m.do(phone.Join{Room: phone.Account{Link: m.scene.Link.ID, ID: pbxws.AccountID(where)}})
				}
				return m.do(phone.Mix{})
			}),
			preview: previewJoin,
			word: func(_ *view, sc *scene) string {
				if _, splits := sc.joinIntent().(phone.Split); splits {
					return "split"
				}
				return ""
			},
			do: func(m *model, _ string) string { return m.do(m.scene.joinIntent()) },
		},
		{
			id: keymap.CallLink, order: true, hints: ranks{keymap.Talking: 140}, menu: 60, do: (*model).link,
			preview: func(sc *scene, _ phone.Leg) string {
				leg, with, two := sc.Pair()
				intent := sc.LinkIntent(leg, with)
				if !two || sc.Refuses(intent) != "" {
					return ""
				}
				words := "link " + sc.farEnd(leg) + " with " + sc.farEnd(with) + ", you leave"
				if _, here := intent.(phone.Mix); here {
					words += ", on this phone"
				}
				return words
			},
		},
		{
			id: keymap.ConsultComplete, order: true, hints: ranks{keymap.Consult: 20}, consult: 10, names: []string{"complete"},
			preview: func(sc *scene, _ phone.Leg) string {
				if sc.Refuses(phone.CompleteTransfer{}) != "" {
					return ""
				}
				asked, waiting, _ := sc.Consulting()
				return "put " + sc.farEnd(waiting) + " through to " + sc.farEnd(asked) + ", you leave"
			},
			do: func(m *model, _ string) string { return m.do(phone.CompleteTransfer{}) },
		},
		{
			id: keymap.ConsultDrop, order: true, hints: ranks{keymap.Consult: 30}, consult: 40, names: []string{"drop"}, do: (*model).dropConsult,
			preview: func(sc *scene, _ phone.Leg) string {
				asked, waiting, _ := sc.Consulting()
				return "drop " + sc.farEnd(asked) + " and go back to " + sc.farEnd(waiting)
			},
			word: func(_ *view, sc *scene) string {
				_, waiting, _ := sc.Consulting()
				return "back to " + sc.farEnd(waiting)
			},
		},
	}
}

// joinIntent is what the key for conferences means: bring the calls together, or take the conference apart
// that this phone carries.
func (sc *scene) joinIntent() phone.Intent {
	if sc.Refuses(phone.Mix{}) == "" || !sc.Mixes() {
		return sc.JoinIntent()
	}
	l, _ := sc.inCall()
	if !l.Mixed {
		l, _ = sc.Meant(phone.Split{})
	}
	return phone.Split{Leg: l.ID}
}

func previewJoin(sc *scene, _ phone.Leg) string {
	if answered(sc) < 2 {
		return ""
	}
	switch i := sc.joinIntent().(type) {
	case phone.Join:
		return "join all in conference " + string(i.Room.ID)
	case phone.Split:
		l, _ := sc.Leg(i.Leg)
		return "split: talk to " + sc.farEnd(l) + ", hold the others"
	}
	if l, _ := sc.inCall(); l.Apart {
		return "join them, on this phone"
	}
	return "join all, on this phone"
}

// send opens the field for the other end of a transfer.
func (m *model) send(kind numberKind) string {
	l := m.mine()
	to := string(m.scene.on(l.Link).PBX.Self)
	if to == "" || m.scene.Link.Country.SameNumber(to, l.Peer.Number) {
		to = "0" // any number does: only the refusal is of interest
	}
	if refusal := m.scene.Refuses(m.scene.sending(kind, l.ID, to)); refusal != "" {
		return refusal
	}
	n := m.openField(kind, "")
	n.leg, n.avoid = l.ID, append(n.avoid, phone.Account{Link: l.Link, ID: pbxws.AccountID(l.Peer.Number)})
	if slices.Contains(n.avoid, n.roster.mark) {
		n.roster.mark = phone.Account{}
	}
	n.follow(&m.scene)
	if leg, with, two := m.scene.Pair(); two && kind == consultField {
		n.propose(&m.scene, leg, with)
	}
	return ""
}

// propose selects the other one of two calls as the one to ask, unless a person means another.
func (n *numberPane) propose(sc *scene, one, two phone.Leg) {
	other := two.Peer.Number
	if n.leg == two.ID {
		other = one.Peer.Number
	}
	n.proposed = other
	n.roster.markNumber(sc, other)
}

func (m *model) park(string) string {
	l := m.mine()
	if refusal := m.scene.Refuses(phone.ParkCall{Leg: l.ID}); refusal != "" {
		return refusal
	}
	m.makeRoom()
	m.view.panes.push(&parkPane{leg: l.ID, typed: term.NewInput(maxTyped, "")})
	return ""
}

// freeOrbits names a few places where nobody is parked.
func freeOrbits(sc *scene) string {
	var names []string
	for _, id := range orbits(sc.PBX) {
		if sc.PBX.Orbits[id].Call == "" && len(names) < 4 {
			names = append(names, string(id))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; free: " + strings.Join(names, " ")
}

// whoHolds names who goes on hold with a call: the conference that it is in, or its party.
func (sc *scene) whoHolds(l phone.Leg) string {
	if l.Mixed {
		return "the conference"
	}
	return sc.farEnd(l)
}

// mixedBut are the other calls that have sound in the conference that this phone carries.
func (sc *scene) mixedBut(one phone.Leg) []phone.Leg {
	return slices.DeleteFunc(slices.Clone(sc.live()), func(l phone.Leg) bool { return l.ID == one.ID || !l.Mixed || l.Apart != one.Apart || l.LocalHold })
}

// talkingTo names who hears us with a call of that conference.
func (sc *scene) talkingTo(first phone.Leg) string {
	names := sc.farEnd(first)
	for _, l := range sc.mixedBut(first) {
		names += ", " + sc.farEnd(l)
	}
	return names
}

// whoStays says who is left of that conference when a call has ended.
func (sc *scene) whoStays(l phone.Leg) string {
	if others := sc.mixedBut(l); len(others) == 1 {
		return sc.farEnd(others[0]) + " stays"
	}
	return "the others stay"
}

// answered counts the calls that are up with somebody at the other end.
func answered(sc *scene) int {
	n := 0
	for _, l := range sc.Legs {
		if l.State == phone.Connected && l.Place == phone.Here {
			n++
		}
	}
	return n
}
