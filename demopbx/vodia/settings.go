package vodia

import (
	"net/http"
	"strconv"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// self is how a client writes its own tenant and account.
const self = "self"

// forSettings lets a handler have the account that a settings path names.
func (f *Front) forSettings(handle func(http.ResponseWriter, *http.Request, *exchange.Account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l, _ := f.signedIn(r)
		number := r.PathValue("account")
		if number == self {
			number = l.user
		}
		if tenant := r.PathValue("tenant"); tenant != self {
			number += "@" + tenant
		}
		f.serveAccount(w, r, number, handle)
	}
}

func (f *Front) getSettings(w http.ResponseWriter, _ *http.Request, a *exchange.Account) {
	reply(w, wire.SettingsRequest{Table: wire.UserTable, Settings: f.settingsOf(a)})
}

// getFlatSettings gives the same in the form of version 58 and later: an object with a member for each.
func (f *Front) getFlatSettings(w http.ResponseWriter, _ *http.Request, a *exchange.Account) {
	all := map[string]string{}
	for _, s := range f.settingsOf(a) {
		all[s.Name] = s.Value
	}
	reply(w, all)
}

func (f *Front) settingsOf(a *exchange.Account) (all []wire.Setting) {
	f.pbx.Do(func() {
		all = []wire.Setting{{Name: "name", Value: a.Name}}
		for when, to := range a.Forwards {
			if name, ok := wire.ForwardSetting(pbxws.ForwardWhen(when)); ok {
				all = append(all, wire.Setting{Name: name, Value: to})
			}
		}
		all = append(all, wire.Setting{Name: "dnd", Value: strconv.FormatBool(a.DND)})
	})
	return all
}

func (f *Front) changeFlatSettings(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	var wanted map[string]string
	if !readBody(w, r, &wanted) {
		return
	}
	var list []wire.Setting
	for name, value := range wanted {
		list = append(list, wire.Setting{Name: name, Value: value})
	}
	if f.takeSettings(w, a, list) {
		reply(w, struct{}{})
	}
}

// changeSettings writes what it knows and passes over the rest, as a PBX with many settings
// would take those too.
func (f *Front) changeSettings(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	var wanted wire.SettingsRequest
	if !readBody(w, r, &wanted) {
		return
	}
	if wanted.Table != wire.UserTable {
		http.Error(w, "unknown table", http.StatusBadRequest)
		return
	}
	if f.takeSettings(w, a, wanted.Settings) {
		reply(w, true)
	}
}

// takeSettings changes settings, all or none; false when a refusal has been written.
func (f *Front) takeSettings(w http.ResponseWriter, a *exchange.Account, list []wire.Setting) bool {
	for _, s := range list {
		if !exchange.Printable(s.Name) || !exchange.Printable(s.Value) {
			http.Error(w, "a setting is too long or not printable", http.StatusBadRequest)
			return false
		}
	}
	f.pbx.Do(func() {
		for _, s := range list {
			f.set(a, s)
		}
	})
	return true
}

// set changes a setting.
func (f *Front) set(a *exchange.Account, s wire.Setting) {
	for when := range a.Forwards {
		when := pbxws.ForwardWhen(when)
		if name, ok := wire.ForwardSetting(when); ok && name == s.Name {
			f.pbx.SetForward(a, when, s.Value)
			return
		}
	}
	switch s.Name {
	case "name":
		f.pbx.SetName(a, s.Value)
	case "dnd":
		f.pbx.SetDND(a, s.Value == "true")
	default:
		f.complain(a, "", "unknown setting "+s.Name)
	}
}
