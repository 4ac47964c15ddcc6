package tui

import (
	"strings"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// Sending a call elsewhere: to a number, to somebody who is asked first, to a parking place, into
// a conference.

// consult opens the field for the one to ask, if the phone would ask anybody at all.
func (m *model) consult(string) string { return m.send(consultField) }

// send opens the field for the other end of a transfer.
func (m *model) send(kind fieldKind) string {
	l := m.mine()
	to := string(m.scene.PBX.Self)
	if to == "" || number.Same(to, l.Peer.Number) {
		to = "0" // any number does: only the refusal is of interest
	}
	if refusal := m.scene.Refuses(m.scene.sending(kind, l.ID, to)); refusal != "" {
		return refusal
	}
	m.openField(kind, "")
	m.view.field.leg = l.ID
	if string(m.view.board.mark) == l.Peer.Number {
		m.view.board.mark = "" // dialled from the grid: nobody is sent to themselves
	}
	if leg, with, two := m.scene.linkPair(); two && kind == consultField {
		m.propose(leg, with)
	}
	return ""
}

// propose marks the other one of two calls as the one to ask, unless a person means another.
func (m *model) propose(one, two phone.Leg) {
	f, b := m.view.field, &m.view.board
	other := two.Peer.Number
	if f.leg == two.ID {
		other = one.Peer.Number
	}
	f.proposed, b.number = other, other
	if m.scene.directory.place(pbxws.AccountID(other)) >= 0 {
		b.mark, b.number = pbxws.AccountID(other), ""
	}
}

// otherWay switches a field between a transfer at once and asking first.
func (m *model) otherWay(string) string {
	f := m.view.field
	switch {
	case f != nil && f.kind == commandField:
		return m.completeCommand()
	case f != nil && f.kind == findField:
		return m.menuOfFound()
	case f == nil || f.kind != transferField && f.kind != consultField:
		return "there is no other way here"
	case f.kind == transferField:
		if refusal := m.scene.Refuses(phone.Consult{Leg: f.leg, To: "0"}); refusal != "" {
			return refusal
		}
		f.kind = consultField
	default:
		f.kind = transferField
	}
	return ""
}

// joinRoom is the conference that calls are joined in, false where the PBX has none.
func joinRoom(sc *scene) (pbxws.AccountID, bool) {
	for i := range sc.directory.entries {
		id := sc.directory.entries[i].id
		if sc.PBX.Accounts[id].Kind == pbxws.KindConference {
			return id, true
		}
	}
	return "", false
}

func (m *model) join(string) string {
	room, ok := joinRoom(&m.scene)
	if !ok {
		return "this PBX has no conference to join in"
	}
	return m.do(phone.Join{Room: phone.Account{ID: room}})
}

func (m *model) park(string) string {
	l := m.mine()
	if refusal := m.scene.Refuses(phone.ParkCall{Leg: l.ID}); refusal != "" {
		return refusal
	}
	m.view.park = parkPane{}
	m.openField(parkField, "")
	m.view.field.leg = l.ID
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

// sendOutcome is the part of outcome that is about sending a call elsewhere or recording it; ok
// is false for other actions. What the PBX cannot do is left out.
func sendOutcome(a keymap.Action, sc *scene, l phone.Leg) (words string, ok bool) {
	name := sc.short(l.Peer)
	asked, waiting, _ := sc.Consulting()
	var needs pbxws.Caps
	possible := l.State == phone.Connected
	switch a {
	case keymap.ConsultComplete:
		words = "put " + sc.short(waiting.Peer) + " through to " + sc.short(asked.Peer) + ", you leave"
		possible = sc.Refuses(phone.CompleteTransfer{}) == ""
	case keymap.ConsultDrop:
		words = "drop " + sc.short(asked.Peer) + " and go back to " + sc.short(waiting.Peer)
		possible = true
	case keymap.CallTransfer:
		words, needs = "transfer "+name+": who?", pbxws.CapBlindTransfer
	case keymap.CallConsult:
		words, needs = "ask somebody first: who?", pbxws.CapAttendedTransfer
	case keymap.CallJoin:
		room, there := joinRoom(sc)
		words, possible = "join all in conference "+string(room), there && answered(sc) > 1
	case keymap.CallLink:
		leg, with, two := sc.linkPair()
		words, needs, possible = "link "+sc.short(leg.Peer)+" with "+sc.short(with.Peer)+", you leave", pbxws.CapAttendedTransfer, two
	case keymap.CallPark:
		words, needs = "park "+name+": where?", pbxws.CapPark
	case keymap.CallRecord:
		words, needs = "record the call with "+name, pbxws.CapRecord
		if l.Recording {
			words = "stop recording the call with " + name
		}
	default:
		return "", false
	}
	if !possible || !sc.Caps.Has(needs) {
		words = ""
	}
	return words, true
}

// answered counts the calls that are up with somebody at the other end.
func answered(sc *scene) int {
	n := 0
	for _, l := range sc.Legs {
		if l.State == phone.Connected && !onDesk(l) {
			n++
		}
	}
	return n
}
