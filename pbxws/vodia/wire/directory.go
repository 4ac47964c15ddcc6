package wire

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// kinds are the PBX's words for the sorts of account: those of its pushed directory and those of
// its lists of accounts by sort.
var kinds = map[string]pbxws.Kind{
	"extensions": pbxws.KindExtension, "acds": pbxws.KindQueue, "hunts": pbxws.KindHuntGroup,
	"attendants": pbxws.KindAttendant, "aas": pbxws.KindAttendant, "ivrnodes": pbxws.KindAttendant,
	"conferences": pbxws.KindConference, "confrooms": pbxws.KindConference,
	"orbits": pbxws.KindOrbit, "parkorbits": pbxws.KindOrbit, "colines": pbxws.KindTrunk,
	"paginggroups": pbxws.KindPaging, "srvflags": pbxws.KindOther, "callingcards": pbxws.KindOther, "hoots": pbxws.KindOther,
}

// KindOf reads the type of an account.
func KindOf(word string) pbxws.Kind {
	word = strings.ToLower(word)
	for _, form := range []string{word, word + "s"} {
		if kind, ok := kinds[form]; ok {
			return kind
		}
	}
	return pbxws.KindOther
}

// ReadDirectory reads GET on ResourceAccounts: a list of accounts, or a list for each sort of account.
func ReadDirectory(body []byte) ([]AccountEntry, error) {
	o, err := document(body)
	if err != nil {
		return nil, err
	}
	var entries []AccountEntry
	if in := o.inner(""); in != nil {
		for _, m := range in.members {
			if _, sort := kinds[string(m.key)]; !sort || m.value[0] != '[' && m.value[0] != '{' {
				continue
			}
			group, groupErr := entriesOf(m.value, (*object).directoryEntry)
			for _, e := range group {
				e.Type = cmp.Or(e.Type, string(m.key))
				entries = append(entries, e)
			}
			err = errors.Join(err, groupErr)
		}
		if len(entries) > 0 || err != nil {
			return entries, err
		}
	}
	return rows(body, (*object).directoryEntry, "accounts", "data", "users")
}

// directoryEntry reads an account by the usual names of its members. The vendor's older lists call
// the number "name" and the name "display".
func (o *object) directoryEntry() AccountEntry {
	e := AccountEntry{
		Account: cmp.Or(o.first("account", "extension", "number", "ext", "user"), o.name), Type: o.text("type"),
		Name:       joinNames(o.first("first_name", "firstname"), o.first("name", "last_name", "lastname", "display_name", "display")),
		Registered: o.optionalFlag("registered"), DND: o.optionalFlag("dnd"),
	}
	if e.Account == "" && o.raw("display") != nil && isNumber(o.text("name")) {
		e.Account, e.Name = o.text("name"), o.text("display")
	}
	return e
}

func joinNames(first, last string) string {
	if first == "" || last == "" {
		return first + last
	}
	return first + " " + last
}

// ReadPhones reads GET on ResourcePhones and names the registered telephones without the one that
// carries agent in one of its members. What an entry holds is not described.
func ReadPhones(body []byte, agent string) (others []string, err error) {
	type phone struct {
		name string
		ours bool
	}
	list, err := rows(body, func(o *object) phone {
		p := phone{name: cmp.Or(o.first("useragent", "user-agent", "agent", "ua", "model", "name", "contact"), o.name)}
		for _, m := range o.members {
			if word, ok := asWord(m.value); ok && agent != "" && strings.Contains(word, agent) {
				p.ours = true
			}
		}
		return p
	}, "registrations", "registration", "data")
	for _, p := range list {
		if !p.ours {
			others = append(others, p.name)
		}
	}
	return others, err
}

// ReadOrbits reads GET on ResourceOrbits.
func ReadOrbits(body []byte) ([]OrbitState, error) {
	return rows(body, (*object).orbit, "orbits", "data", "accounts")
}

// ReadDND reads GET on ResourceDND: a state, bare or as a member; nil when it tells none.
func ReadDND(body []byte) (*bool, error) {
	o, err := document(body)
	if err != nil {
		return nil, err
	}
	key := ""
	if in := o.inner(""); in != nil {
		o, key = in, "state"
		if in.raw(key) == nil {
			key = "dnd"
		}
	}
	return o.optionalFlag(key), nil
}

// MessageCount reads the Messages of a DomainState; ok is false for a value that is no count. The
// vendor shows the member without a value: a number, and an object with new and old, are taken.
func MessageCount(messages json.RawMessage) (mwi pbxws.MWI, ok bool) {
	if len(messages) == 0 || string(messages) == `""` {
		return mwi, false
	}
	o := &object{members: []field{{[]byte("new"), messages}}}
	if in := o.inner("new"); in != nil {
		o = in
	}
	if o.raw("new") == nil {
		return mwi, false
	}
	mwi = pbxws.MWI{New: o.number("new"), Old: o.number("old")}
	return mwi, o.odd == nil && mwi.New >= 0 && mwi.Old >= 0
}
