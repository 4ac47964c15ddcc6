package phone

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// oneLine is a text of somebody else as a notice shows it.
func oneLine(text string) string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + " ..."
	}
	return strings.Join(strings.Fields(text), " ")
}

// customer says what a customer record tells of whoever is in a call.
func customer(e pbxws.CustomerFound) string {
	var words []string
	for _, f := range e.Fields {
		words = append(words, f.Name+" "+f.Value)
	}
	whose := either(e.Incoming, "the caller's customer record", "the customer record of who is called")
	return oneLine(strings.TrimSpace(whose + ": " + strings.TrimSpace(strings.Join(words, ", ")+" "+e.URL)))
}
