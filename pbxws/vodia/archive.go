package vodia

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// askTopic asks the PBX for a topic.
func (s *switchboard) askTopic(c pbxws.Ask) {
	switch c.Topic {
	case pbxws.TopicHistory:
		s.question(c, ResourceHistory, "", s.hearHistory)
	case pbxws.TopicPhonebook:
		s.question(c, ResourceAddresses, "", s.hearPhonebook)
	case pbxws.TopicVoicemail:
		s.question(c, ResourceMessages, MessagesQuery, s.hearVoicemail)
	case pbxws.TopicForwards:
		s.askForwards(c)
	}
}

// question asks for a resource of our account.
func (s *switchboard) question(c pbxws.Command, r Resource, query string, done func([]byte) error) {
	s.run(errand{command: c, method: http.MethodGet, path: s.pathOf(r) + query, done: done})
}

func (s *switchboard) pathOf(r Resource) string { return ResourcePath(s.self+"@"+s.domain, r) }

func (s *switchboard) run(e errand) { s.errands = append(s.errands, e) }

func (s *switchboard) hearHistory(body []byte) error {
	calls, err := rows(body, s.pastCall, "data", "calls", "history")
	if err != nil {
		return err
	}
	calls = slices.DeleteFunc(calls, func(c pbxws.PastCall) bool { return c.From == (pbxws.Party{}) && c.To == (pbxws.Party{}) })
	slices.SortStableFunc(calls, func(a, b pbxws.PastCall) int { return b.Began.Compare(a.Began) })
	s.emit(pbxws.HistoryLoaded{Records: calls})
	return nil
}

// pastCall reads a line of the history. What the PBX calls inbound came from outside, so our
// own number decides where one of the parties has it.
func (s *switchboard) pastCall(o *object) pbxws.PastCall {
	c := pbxws.PastCall{
		ID:    firstOf(o.text("id"), o.name),
		From:  partyOf(o.text("from"), o.text("from-number"), o.text("from-name")),
		To:    partyOf(o.text("to"), o.text("to-number"), o.text("to-name")),
		Began: o.moment("start", "time"), Answered: o.moment("connect"), Ended: o.moment("end"),
		Incoming: o.flag("inbound"),
	}
	switch s.self {
	case c.From.Number:
		c.Incoming = false
	case c.To.Number:
		c.Incoming = true
	}
	return c
}

func (s *switchboard) hearPhonebook(body []byte) error {
	contacts, err := rows(body, contact, "data", "entries", "adrbook", "contacts", "addresses")
	if err != nil {
		return err
	}
	contacts = slices.DeleteFunc(contacts, func(c pbxws.Contact) bool { return c.Name == "" && c.Company == "" && len(c.Numbers) == 0 })
	s.emit(pbxws.PhonebookLoaded{Contacts: contacts})
	return nil
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

func (s *switchboard) hearVoicemail(body []byte) error {
	messages, err := rows(body, voiceMessage, "messages", "data", "content")
	if err != nil {
		return err
	}
	slices.SortStableFunc(messages, func(a, b pbxws.VoiceMessage) int { return b.At.Compare(a.At) })
	s.emit(pbxws.VoicemailLoaded{Messages: messages})
	mwi := pbxws.MWI{}
	for _, m := range messages {
		if m.Unread {
			mwi.New++
		} else {
			mwi.Old++
		}
	}
	s.emit(pbxws.MWIChanged{MWI: mwi})
	return nil
}

// voiceMessage reads a message. Only that there is a list is documented; the names are those of
// the PBX's other records.
func voiceMessage(o *object) pbxws.VoiceMessage {
	m := pbxws.VoiceMessage{
		ID:     firstOf(o.first("id", "message", "name"), o.name),
		From:   partyOf(o.first("from", "caller"), o.first("from-number", "number"), o.first("from-name", "display")),
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
