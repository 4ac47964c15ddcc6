package demopbx

import (
	"net/http"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// The page names the resources of an account and what their requests look like, but hardly
// any reply. What is told here in the words of the page's other records is our choice.

// restOf serves the resources of an account.
func (p *pbx) restOf(mux *http.ServeMux) {
	const user, settings = "/rest/user/{account}/", "/rest/domain/{tenant}/account/{account}/user_settings"
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request, *account){
		"GET " + user + "accounts":     p.getAccounts,
		"GET " + user + "adrbook":      p.getContacts,
		"POST " + user + "adrbook":     p.postContact,
		"GET " + user + "calls":        p.getCalls,
		"POST " + user + "chat":        p.postChat,
		"POST " + user + "calls":       p.postCalls,
		"GET " + user + "dnd":          p.getDND,
		"POST " + user + "dnd":         p.postDND,
		"GET " + user + "history":      p.getHistory,
		"GET " + user + "messages":     p.getMessages,
		"GET " + user + "orbits":       p.getOrbits,
		"GET " + user + "registration": p.getRegistrations,
		"GET " + user + "starcodes":    p.getStarCodes,
	} {
		mux.HandleFunc(pattern, p.forAccount(handle))
	}
	mux.HandleFunc("GET "+settings, p.forSettings(p.getSettings))
	mux.HandleFunc("PUT "+settings, p.forSettings(p.changeSettings))
	const flat = "/rest/domain/{tenant}/user_settings/{account}"
	mux.HandleFunc("GET "+flat, p.forSettings(p.getFlatSettings))
	mux.HandleFunc("PUT "+flat, p.forSettings(p.changeFlatSettings))
	mux.HandleFunc("POST "+settings, p.forSettings(p.changeSettings))
}

// signedIn is who asks, by the session's cookie or by HTTP Basic.
func (p *pbx) signedIn(r *http.Request) (login, bool) {
	if l, ok := p.who(r); ok {
		return l, true
	}
	name, password, basic := r.BasicAuth()
	if !basic || !constantTimeEqual(password, Password) {
		return login{}, false
	}
	number, admin, known := p.whoIs(name)
	return login{user: number, admin: admin}, known
}

// forAccount lets a handler have the account of the path.
func (p *pbx) forAccount(handle func(http.ResponseWriter, *http.Request, *account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.serveAccount(w, r, r.PathValue("account"), handle)
	}
}

// serveAccount lets a handler have the named account, if whoever asks is signed in as it or as
// an administrator.
func (p *pbx) serveAccount(w http.ResponseWriter, r *http.Request, name string, handle func(http.ResponseWriter, *http.Request, *account)) {
	number, _, known := p.whoIs(name)
	a, there := p.tenant.extension(number)
	switch l, ok := p.signedIn(r); {
	case !ok:
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
	case !known || !there:
		http.NotFound(w, r)
	case !l.admin && l.user != a.number:
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
	default:
		handle(w, r, a)
	}
}

func (p *pbx) getDND(w http.ResponseWriter, _ *http.Request, a *account) {
	var state wire.DNDRequest
	p.ask(func() { state.State = a.dnd })
	reply(w, state)
}

func (p *pbx) postDND(w http.ResponseWriter, r *http.Request, a *account) {
	var state wire.DNDRequest
	if !readBody(w, r, &state) {
		return
	}
	p.ask(func() { p.setDND(a, state.State) })
	reply(w, true)
}

// directoryEntry is one account of GET accounts.
type directoryEntry struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Type    string `json:"type"`
}

func (p *pbx) getAccounts(w http.ResponseWriter, _ *http.Request, _ *account) {
	var list []directoryEntry
	p.ask(func() {
		for _, a := range p.tenant.order {
			list = append(list, directoryEntry{a.number, a.name, kindWords[a.kind]})
		}
	})
	reply(w, list)
}

// orbitEntry is one park orbit of GET orbits, with the calls that are parked there.
type orbitEntry struct {
	directoryEntry
	Calls []callRecord `json:"calls"`
}

func (p *pbx) getOrbits(w http.ResponseWriter, _ *http.Request, _ *account) {
	var list []orbitEntry
	p.ask(func() {
		for _, a := range p.tenant.order {
			if a.kind == pbxws.KindOrbit {
				list = append(list, orbitEntry{directoryEntry{a.number, a.name, kindWords[a.kind]}, callRecords(a)})
			}
		}
	})
	reply(w, list)
}

// getStarCodes names the codes that can be dialled here, by what they do.
func (p *pbx) getStarCodes(w http.ResponseWriter, _ *http.Request, _ *account) {
	reply(w, map[string]string{
		"park": parkCode, "retrieve": retrieveCode, "pickup": pickupCode,
		"forward": forwardCode, "forward-off": noForwardCode, "dnd": dndCode, "dnd-off": noDNDCode,
	})
}

// registration is one telephone of GET registration. Expires is in seconds.
type registration struct {
	UserAgent string `json:"useragent"`
	Transport string `json:"transport"`
	Expires   int    `json:"expires"`
}

func (p *pbx) getRegistrations(w http.ResponseWriter, _ *http.Request, a *account) {
	list := []registration{}
	p.ask(func() {
		for _, sock := range p.phonesOf(a) {
			left := registrationTold
			if sock.expires != nil {
				left = int(time.Until(sock.expires.at).Seconds())
			}
			list = append(list, registration{sock.agent, "wss", left})
		}
		if p.o.DeskPhones {
			list = append(list, registration{"Practice desk phone", "udp", registrationTold})
		}
	})
	reply(w, list)
}

// page cuts a list to what the query asks for: its page, from 1, of so many entries.
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
