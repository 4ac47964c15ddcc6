package vodia

import (
	"net/http"
	"strconv"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// The vendor describes the resources of an account and their requests, but hardly any reply. The replies
// here are our choice, with the keys of the vendor's other records.

// restOf serves the resources of an account.
func (f *Front) restOf(mux *http.ServeMux) {
	const user, settings = "/rest/user/{account}/", "/rest/domain/{tenant}/account/{account}/user_settings"
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request, *exchange.Account){
		"GET " + user + "accounts":     f.getAccounts,
		"GET " + user + "adrbook":      f.getContacts,
		"POST " + user + "adrbook":     f.postContact,
		"GET " + user + "calls":        f.getCalls,
		"POST " + user + "chat":        f.postChat,
		"POST " + user + "calls":       f.postCalls,
		"GET " + user + "dnd":          f.getDND,
		"POST " + user + "dnd":         f.postDND,
		"GET " + user + "history":      f.getHistory,
		"GET " + user + "message/{id}": f.getMessage,
		"GET " + user + "messages":     f.getMessages,
		"GET " + user + "orbits":       f.getOrbits,
		"GET " + user + "registration": f.getRegistrations,
		"GET " + user + "starcodes":    f.getStarCodes,
	} {
		mux.HandleFunc(pattern, f.forAccount(handle))
	}
	mux.HandleFunc("GET "+settings, f.forSettings(f.getSettings))
	mux.HandleFunc("PUT "+settings, f.forSettings(f.changeSettings))
	const flat = "/rest/domain/{tenant}/user_settings/{account}"
	mux.HandleFunc("GET "+flat, f.forSettings(f.getFlatSettings))
	mux.HandleFunc("PUT "+flat, f.forSettings(f.changeFlatSettings))
	mux.HandleFunc("POST "+settings, f.forSettings(f.changeSettings))
}

// signedIn is who asks, by the session's cookie or by HTTP Basic.
func (f *Front) signedIn(r *http.Request) (login, bool) {
	if l, ok := f.who(r); ok {
		return l, true
	}
	name, password, basic := r.BasicAuth()
	if !basic || !constantTimeEqual(password, exchange.Password) {
		return login{}, false
	}
	number, admin, known := f.whoIs(name)
	return login{user: number, admin: admin}, known
}

// forAccount lets a handler have the account of the path.
func (f *Front) forAccount(handle func(http.ResponseWriter, *http.Request, *exchange.Account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.serveAccount(w, r, r.PathValue("account"), handle)
	}
}

// serveAccount lets a handler have the named account, if whoever asks is signed in as it or as
// an administrator.
func (f *Front) serveAccount(w http.ResponseWriter, r *http.Request, name string, handle func(http.ResponseWriter, *http.Request, *exchange.Account)) {
	number, _, known := f.whoIs(name)
	a, there := f.pbx.Extension(number)
	switch l, ok := f.signedIn(r); {
	case !ok:
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
	case !known || !there:
		http.NotFound(w, r)
	case !l.admin && l.user != a.Number:
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
	default:
		handle(w, r, a)
	}
}

func (f *Front) getDND(w http.ResponseWriter, _ *http.Request, a *exchange.Account) {
	var state wire.DNDRequest
	f.pbx.Do(func() { state.State = a.DND })
	reply(w, state)
}

func (f *Front) postDND(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	var state wire.DNDRequest
	if !readBody(w, r, &state) {
		return
	}
	f.pbx.Do(func() { f.pbx.SetDND(a, state.State) })
	reply(w, true)
}

// directoryEntry is one account of GET accounts.
type directoryEntry struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Type    string `json:"type"`
}

func (f *Front) getAccounts(w http.ResponseWriter, _ *http.Request, _ *exchange.Account) {
	var list []directoryEntry
	f.pbx.Do(func() {
		for _, a := range f.pbx.Accounts() {
			list = append(list, directoryEntry{a.Number, a.Name, kindWords[a.Kind]})
		}
	})
	reply(w, list)
}

// orbitEntry is one park orbit of GET orbits, with the calls that are parked there.
type orbitEntry struct {
	directoryEntry
	Calls []callRecord `json:"calls"`
}

func (f *Front) getOrbits(w http.ResponseWriter, _ *http.Request, _ *exchange.Account) {
	var list []orbitEntry
	f.pbx.Do(func() {
		for _, a := range f.pbx.Accounts() {
			if isOrbit(a) {
				list = append(list, orbitEntry{directoryEntry{a.Number, a.Name, kindWords[a.Kind]}, callRecords(a)})
			}
		}
	})
	reply(w, list)
}

// getStarCodes names the codes that can be dialled here, by what they do.
func (f *Front) getStarCodes(w http.ResponseWriter, _ *http.Request, _ *exchange.Account) {
	reply(w, map[string]string{
		"park": exchange.ParkCode, "retrieve": exchange.RetrieveCode, "pickup": exchange.PickupCode,
		"forward": exchange.ForwardCode, "forward-off": exchange.NoForwardCode, "dnd": exchange.DNDCode, "dnd-off": exchange.NoDNDCode,
	})
}

// registration is one telephone of GET registration. Expires is in seconds.
type registration struct {
	UserAgent string `json:"useragent"`
	Transport string `json:"transport"`
	Expires   int    `json:"expires"`
}

func (f *Front) getRegistrations(w http.ResponseWriter, _ *http.Request, a *exchange.Account) {
	list := []registration{}
	f.pbx.Do(func() {
		for s := range f.sockets {
			if s.user == a && s.client.Registered {
				list = append(list, registration{s.agent, "wss", s.expiresIn()})
			}
		}
		if f.pbx.HasDeskPhones() {
			list = append(list, registration{"Practice desk phone", "udp", announcedExpiry})
		}
	})
	reply(w, list)
}

// page cuts a list to the page of the query, from 1, and its size.
func page[T any](r *http.Request, list []T) []T {
	size, err := strconv.Atoi(r.URL.Query().Get("size"))
	if err != nil || size <= 0 {
		return list
	}
	before, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if before = max(0, before-1); before > len(list)/size {
		return list[:0]
	}
	list = list[before*size:]
	return list[:min(len(list), size)]
}
