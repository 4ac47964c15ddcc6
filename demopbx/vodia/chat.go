package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// postChat takes a text message and replies with its number.
func (f *Front) postChat(w http.ResponseWriter, r *http.Request, a *exchange.Account) {
	var body wire.TextRequest
	if !readBody(w, r, &body) {
		return
	}
	if body.Type != "text" || body.Text == "" {
		http.Error(w, "only texts can be sent", http.StatusBadRequest)
		return
	}
	var number uint64
	sent := false
	f.pbx.Do(func() { number, sent = f.pbx.SendText(a, r.URL.Query().Get("number"), body.Text) })
	if !sent {
		http.Error(w, reasons[404], http.StatusConflict)
		return
	}
	reply(w, number)
}
