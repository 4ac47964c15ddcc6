package wire

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// ReadHistory reads GET on ResourceHistory, the newest call first. Incoming is true for a call that
// came from outside. Lines without parties are left out.
func ReadHistory(body []byte) ([]pbxws.PastCall, error) {
	calls, err := rows(body, pastCall, "data", "calls", "history")
	calls = slices.DeleteFunc(calls, func(c pbxws.PastCall) bool { return c.From == (pbxws.Party{}) && c.To == (pbxws.Party{}) })
	slices.SortStableFunc(calls, func(a, b pbxws.PastCall) int { return b.Began.Compare(a.Began) })
	return calls, err
}

// pastCall reads a line of the history.
func pastCall(o *object) pbxws.PastCall {
	return pbxws.PastCall{
		ID:    cmp.Or(o.text("id"), o.name),
		From:  PartyOf(o.text("from"), o.text("from-number"), o.text("from-name")),
		To:    PartyOf(o.text("to"), o.text("to-number"), o.text("to-name")),
		Began: o.moment("start", "time"), Answered: o.moment("connect"), Ended: o.moment("end"),
		Incoming: o.flag("inbound"),
	}
}

// ReadPhonebook reads GET on ResourceAddresses. Empty entries are left out.
func ReadPhonebook(body []byte) ([]pbxws.Contact, error) {
	contacts, err := rows(body, contact, "data", "entries", "adrbook", "contacts", "addresses")
	return slices.DeleteFunc(contacts, func(c pbxws.Contact) bool { return c.Name == "" && c.Company == "" && len(c.Numbers) == 0 }), err
}

func contact(o *object) pbxws.Contact {
	c := pbxws.Contact{
		Name:    joinNames(o.first("first_name", "firstname"), o.first("name", "last_name", "lastname", "display")),
		Company: o.text("company"), Email: o.first("email", "mail"),
	}
	for _, number := range slices.Concat(o.texts("number"), o.texts("numbers"), o.texts("phone"), o.texts("mobile")) {
		if number = strings.TrimSpace(number); number != "" && !slices.Contains(c.Numbers, number) {
			c.Numbers = append(c.Numbers, number)
		}
	}
	return c
}

// ReadVoicemail reads GET on ResourceMessages, the newest message first.
func ReadVoicemail(body []byte) ([]pbxws.VoiceMessage, error) {
	messages, err := rows(body, voiceMessage, "messages", "data", "content")
	slices.SortStableFunc(messages, func(a, b pbxws.VoiceMessage) int { return b.At.Compare(a.At) })
	return messages, err
}

// voiceMessage reads a message. Only that there is a list is documented; the names are those of
// the PBX's other records.
func voiceMessage(o *object) pbxws.VoiceMessage {
	m := pbxws.VoiceMessage{
		ID:     cmp.Or(o.first("id", "message", "name"), o.name),
		From:   PartyOf(o.first("from", "caller"), o.first("from-number", "number"), o.first("from-name", "display")),
		At:     o.moment("start", "time", "date", "created", "timestamp"),
		Length: time.Duration(min(o.firstSeconds("duration", "length"), 24*3600) * float64(time.Second)),
		Unread: o.flag("unread") || o.flag("new"),
	}
	for _, key := range []string{"read", "heard"} {
		if read := o.optionalFlag(key); read != nil {
			m.Unread = !*read
		}
	}
	return m
}

// firstSeconds is seconds of the first of the members that is there.
func (o *object) firstSeconds(keys ...string) float64 {
	for _, key := range keys {
		if o.raw(key) != nil {
			return o.seconds(key)
		}
	}
	return 0
}
