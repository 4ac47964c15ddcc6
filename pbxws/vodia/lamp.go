package vodia

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// blf reads lamps. Their payload is not described. Taken are an account and a state under any of
// the usual names, a list of such, an object that names states by account, and one inside of the
// other.
func (o *object) blf() Message {
	var lamps []BLFState
	o.lamps(BLFState{}, &lamps)
	switch len(lamps) {
	case 0:
		return BLFState{}
	case 1:
		return lamps[0]
	}
	return BLFList{lamps}
}

// lamps adds the lamps in an object; around is what the objects around it tell of them all. An
// account without a state is idle: the PBX's other messages have null for that.
func (o *object) lamps(around BLFState, found *[]BLFState) {
	lamp := around
	if w, ok := o.scalar("account", "extension", "ext", "user", "number"); ok {
		lamp.Account = w
	}
	state, told := o.scalar("state", "status", "code", "callstate", "blf")
	if told {
		lamp.State = state
	}
	before := len(*found)
	if lamp.Account == "" || lamp.State == "" {
		for _, m := range o.members {
			inside := lamp
			if key := string(m.key); isNumber(key) {
				inside.Account = key
			}
			inside.within(m, found)
		}
	}
	if lamp.Account != "" && len(*found) == before {
		*found = append(*found, lamp)
	}
}

// within adds the lamps in the value of a member.
func (l BLFState) within(m field, found *[]BLFState) {
	in := object{}
	switch m.value[0] {
	case '{':
		if in.split(m.value) == nil {
			in.lamps(l, found)
		}
	case '[':
		for item := range elements(m.value) {
			if item[0] == '{' || item[0] == '[' {
				l.within(field{m.key, item}, found)
			}
		}
	default:
		if isNumber(string(m.key)) {
			l.State = scalarOf(m.value)
			*found = append(*found, l)
		}
	}
}

// scalar is the first of the members that is a text, a number, true or false.
func (o *object) scalar(keys ...string) (string, bool) {
	for _, key := range keys {
		if v := o.raw(key); v != nil && v[0] != '{' && v[0] != '[' {
			return scalarOf(v), true
		}
	}
	return "", false
}

// scalarOf is a text, a number, true or false as text, and null as none.
func scalarOf(v []byte) string {
	if s, ok := asWord(v); ok {
		return s
	}
	if string(v) == "null" {
		return ""
	}
	return string(v)
}

// hearLamps takes lamps.
func (s *switchboard) hearLamps(lamps []BLFState) {
	for _, m := range lamps {
		s.hearLamp(m)
	}
}

// hearLamp takes a lamp. The words of its state are those of RFC 4235 and of the PBX's other
// frames, numbers are SIP's.
func (s *switchboard) hearLamp(m BLFState) {
	blf, ok := lampOfWord(m.State)
	if m.Account == "" || !ok {
		s.emit(pbxws.Unrecognized{Name: "blf", Why: "it tells no account or no state that is known"})
		return
	}
	s.note(m.Account, func(a *pbxws.Account) { a.BLF = blf })
	s.emit(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: pbxws.AccountID(m.Account), BLF: &blf}})
}

// lampOf reads an account's line state: busy by its code or by its calls, alerting while none
// of the calls that say so is past it.
func lampOf(e AccountEntry) pbxws.BLF {
	if len(e.Calls) == 0 {
		if e.Code != "" {
			return pbxws.BLFBusy
		}
		return pbxws.BLFIdle
	}
	for _, c := range e.Calls {
		if !alertingWord(c.State) {
			return pbxws.BLFBusy
		}
	}
	return pbxws.BLFAlerting
}

func alertingWord(state string) bool {
	switch strings.ToLower(state) {
	case "alerting", "ringing", "ringback", "early":
		return true
	}
	return false
}

func lampOfWord(state string) (pbxws.BLF, bool) {
	switch word := strings.ToLower(state); {
	case alertingWord(word), word == "180", word == "183":
		return pbxws.BLFAlerting, true
	case word == "", word == "idle", word == "free", word == "available", word == "terminated", word == "0", word == "false":
		return pbxws.BLFIdle, true
	case word == "busy", word == "connected", word == "confirmed", word == "holding", word == "onhold", word == "200", word == "486", word == "true":
		return pbxws.BLFBusy, true
	}
	return pbxws.BLFUnknown, false
}
