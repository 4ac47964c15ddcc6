package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// sendText sends a text message: by REST if there is any, which confirms it, else by the message of
// the portal of 2016, which nobody answers.
func (t *translator) sendText(c pbxws.SendText) {
	done := func() { t.emit(pbxws.CommandDone{Command: c}) }
	byPortal := func() {
		t.send(wire.SendChat{Src: t.self, Dest: string(c.To), Text: c.Text})
		done()
	}
	if t.generation.noREST {
		byPortal()
		return
	}
	t.queueREST(restRequest{
		command: c, method: http.MethodPost, path: t.pathOf(wire.ResourceChat) + wire.TextQuery(string(c.To)),
		body: wire.TextRequest{Type: "text", Text: c.Text}, fallback: byPortal,
		done: func([]byte) error { done(); return nil },
	})
}

// handleCustomer takes a customer record.
func (t *translator) handleCustomer(m wire.CRMContact) {
	t.emit(pbxws.CustomerFound{Incoming: m.Direction != "Outbound", URL: m.ServerURL, Fields: m.Fields()})
}
