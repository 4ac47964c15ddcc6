package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/pbxws"
)

// sendText sends a text message: by the web side of the PBX where there is one, which confirms it,
// else by the word of the old portal, which nobody answers.
func (s *switchboard) sendText(c pbxws.SendText) {
	done := func() { s.emit(pbxws.CommandDone{Command: c}) }
	byPortal := func() {
		s.ask(SendChat{Src: s.self, Dest: string(c.To), Text: c.Text})
		done()
	}
	if s.habit.oldWeb {
		byPortal()
		return
	}
	s.run(errand{
		command: c, method: http.MethodPost, path: s.pathOf(ResourceChat) + TextQuery(string(c.To)),
		body: TextRequest{Type: "text", Text: c.Text}, otherwise: byPortal,
		done: func([]byte) error { done(); return nil },
	})
}

// hearCustomer takes a customer record. Its data is JSON inside of a string; what that holds is not
// described, so every member that is a word is told.
func (s *switchboard) hearCustomer(m CRMContact) {
	found := pbxws.CustomerFound{Incoming: m.Direction != "Outbound", URL: m.ServerURL}
	if o, err := document([]byte(m.Data)); err == nil {
		if in := o.inner(""); in != nil {
			for _, member := range in.members {
				if word, ok := asWord(member.value); ok && word != "" && len(found.Fields) < maxFields {
					found.Fields = append(found.Fields, pbxws.Field{Name: string(member.key), Value: word})
				}
			}
		}
	}
	s.emit(found)
}

// maxFields bounds what is told of a customer record.
const maxFields = 32
