package wire

// blf reads lamps. Their format is not documented. It accepts an account and a state under any of
// the usual names, a list of such, an object with states by account, and one inside the other.
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

// lamps adds the lamps in an object; around has what the objects around it say about all of them.
// An account without a state is idle, since the PBX's other messages use null for that.
func (o *object) lamps(around BLFState, found *[]BLFState) {
	lamp := around
	if w, ok := o.scalar("account", "extension", "ext", "user", "number"); ok {
		lamp.Account = w
	}
	state, known := o.scalar("state", "status", "code", "callstate", "blf")
	if known {
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
