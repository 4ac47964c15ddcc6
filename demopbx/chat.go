package demopbx

import (
	"net/http"
	"time"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// textReturns is how long the echo takes to write back.
const textReturns = 300 * time.Millisecond

// chat brings a text message to whoever has the number; the echo sends it back. It is false when
// nobody has it.
func (p *pbx) chat(from *account, to, text string) bool {
	dest := p.tenant.accounts[numberOf(to)]
	if dest == nil {
		return false
	}
	p.note(Entry{Kind: TextSent, User: from.number, Peer: dest.number})
	p.texts++
	p.tell(dest, wire.Chat{Peer: from.number, Text: text})
	if dest.number == NumberEcho {
		p.agenda.in(textReturns, func() { p.tell(from, wire.Chat{Peer: dest.number, Text: text}) })
	}
	return true
}

// postChat takes a text message and replies with its number.
func (p *pbx) postChat(w http.ResponseWriter, r *http.Request, a *account) {
	var body wire.TextRequest
	if !readBody(w, r, &body) {
		return
	}
	if body.Type != "text" || body.Text == "" {
		http.Error(w, "only texts can be sent", http.StatusBadRequest)
		return
	}
	sent, number := false, uint64(0)
	p.ask(func() {
		sent = p.chat(a, r.URL.Query().Get("number"), body.Text)
		number = p.texts
	})
	if !sent {
		http.Error(w, reasons[404], http.StatusConflict)
		return
	}
	reply(w, number)
}
