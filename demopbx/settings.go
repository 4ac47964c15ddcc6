package demopbx

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// settings is the body of the settings resource, both ways.
type settings struct {
	Table    string    `json:"table"`
	Settings []setting `json:"settings"`
}

// setting is one of them. A switch is "true" or "false", a forwarding the number or empty.
type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// self is how a client writes its own tenant and account.
const self = "self"

// userTable is the table of an account's settings.
const userTable = "users"

// forSettings lets a handler have the account that a settings path names.
func (p *pbx) forSettings(handle func(http.ResponseWriter, *http.Request, *account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l, _ := p.signedIn(r)
		number := r.PathValue("account")
		if number == self {
			number = l.user
		}
		if tenant := r.PathValue("tenant"); tenant != self {
			number += "@" + tenant
		}
		p.serveAccount(w, r, number, handle)
	}
}

func (p *pbx) getSettings(w http.ResponseWriter, _ *http.Request, a *account) {
	reply(w, settings{Table: userTable, Settings: p.settingsOf(a)})
}

// getFlatSettings tells the same as the vendor describes it since version 58: an object with a
// member for each.
func (p *pbx) getFlatSettings(w http.ResponseWriter, _ *http.Request, a *account) {
	all := map[string]string{}
	for _, s := range p.settingsOf(a) {
		all[s.Name] = s.Value
	}
	reply(w, all)
}

func (p *pbx) settingsOf(a *account) (all []setting) {
	p.ask(func() {
		all = []setting{
			{"name", a.name}, {"cfa", a.forward.always}, {"cfb", a.forward.busy}, {"cfn", a.forward.noAnswer},
			{"cfr", a.forward.offline},
			{"dnd", strconv.FormatBool(a.dnd)},
		}
	})
	return all
}

func (p *pbx) changeFlatSettings(w http.ResponseWriter, r *http.Request, a *account) {
	var wanted map[string]string
	if !readBody(w, r, &wanted) {
		return
	}
	var list []setting
	for name, value := range wanted {
		list = append(list, setting{name, value})
	}
	if p.takeSettings(w, a, list) {
		reply(w, struct{}{})
	}
}

// changeSettings writes what it knows and passes over the rest, as a PBX with many settings
// would take those too.
func (p *pbx) changeSettings(w http.ResponseWriter, r *http.Request, a *account) {
	var wanted settings
	if !readBody(w, r, &wanted) {
		return
	}
	if wanted.Table != userTable {
		http.Error(w, "unknown table", http.StatusBadRequest)
		return
	}
	if p.takeSettings(w, a, wanted.Settings) {
		reply(w, true)
	}
}

// takeSettings changes settings, all or none; false when a refusal has been written.
func (p *pbx) takeSettings(w http.ResponseWriter, a *account, list []setting) bool {
	for _, s := range list {
		if !fit(s.Name) || !fit(s.Value) {
			http.Error(w, "a setting is too long or not printable", http.StatusBadRequest)
			return false
		}
	}
	p.ask(func() {
		for _, s := range list {
			p.set(a, s)
		}
	})
	return true
}

// set changes a setting and tells everybody.
func (p *pbx) set(a *account, s setting) {
	switch s.Name {
	case "name":
		a.name = s.Value
	case "cfa":
		a.forward.always = s.Value
	case "cfb":
		a.forward.busy = s.Value
	case "cfn":
		a.forward.noAnswer = s.Value
	case "cfr":
		a.forward.offline = s.Value
	case "dnd":
		p.setDND(a, s.Value == "true")
		return
	default:
		p.complain(a, "", "unknown setting "+s.Name)
		return
	}
	p.note(Entry{Kind: SettingChanged, User: a.number, Text: s.Name + " " + s.Value})
	for sock := range p.sockets {
		p.send(sock, wire.UserChange{AccountEntry: p.accountEntry(a)})
	}
}

func (p *pbx) setDND(a *account, on bool) {
	a.dnd = on
	text := "off"
	if on {
		text = "on"
	}
	p.note(Entry{Kind: DNDChanged, User: a.number, Text: text})
	p.accountChanged(a)
}

// fit says that a text of a client may be kept and shown to others.
func fit(s string) bool {
	return len(s) <= maxWords && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
