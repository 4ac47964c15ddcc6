package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// sendText sends a text message: by REST if there is any, which confirms it, else by the message of
// the old portal, which nobody answers.
func (s *switchboard) sendText(c pbxws.SendText) {
	done := func() { s.emit(pbxws.CommandDone{Command: c}) }
	byPortal := func() {
		s.ask(wire.SendChat{Src: s.self, Dest: string(c.To), Text: c.Text})
		done()
	}
	if s.generation.noREST {
		byPortal()
		return
	}
	s.run(errand{
		command: c, method: http.MethodPost, path: s.pathOf(wire.ResourceChat) + wire.TextQuery(string(c.To)),
		body: wire.TextRequest{Type: "text", Text: c.Text}, otherwise: byPortal,
		done: func([]byte) error { done(); return nil },
	})
}

// hearCustomer takes a customer record.
func (s *switchboard) hearCustomer(m wire.CRMContact) {
	s.emit(pbxws.CustomerFound{Incoming: m.Direction != "Outbound", URL: m.ServerURL, Fields: m.Fields()})
}
