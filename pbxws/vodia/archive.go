package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// askTopic asks the PBX for a topic.
func (s *switchboard) askTopic(c pbxws.Ask) {
	switch c.Topic {
	case pbxws.TopicHistory:
		s.question(c, wire.ResourceHistory, "", s.hearHistory)
	case pbxws.TopicPhonebook:
		s.question(c, wire.ResourceAddresses, "", s.hearPhonebook)
	case pbxws.TopicVoicemail:
		s.question(c, wire.ResourceMessages, wire.MessagesQuery, s.hearVoicemail)
	case pbxws.TopicForwards:
		s.askForwards(c)
	}
}

// question asks for a resource of our account.
func (s *switchboard) question(c pbxws.Command, r wire.Resource, query string, done func([]byte) error) {
	s.run(errand{command: c, method: http.MethodGet, path: s.pathOf(r) + query, done: done})
}

func (s *switchboard) pathOf(r wire.Resource) string {
	return wire.ResourcePath(s.self+"@"+s.domain, r)
}

func (s *switchboard) run(e errand) { s.errands = append(s.errands, e) }

func (s *switchboard) hearHistory(body []byte) error {
	calls, err := wire.ReadHistory(body)
	if err != nil {
		return err
	}
	for i := range calls { // what the PBX calls inbound came from outside; our own number decides if it is known
		switch s.self {
		case calls[i].From.Number:
			calls[i].Incoming = false
		case calls[i].To.Number:
			calls[i].Incoming = true
		}
	}
	s.emit(pbxws.HistoryLoaded{Records: calls})
	return nil
}

func (s *switchboard) hearPhonebook(body []byte) error {
	contacts, err := wire.ReadPhonebook(body)
	if err == nil {
		s.emit(pbxws.PhonebookLoaded{Contacts: contacts})
	}
	return err
}

func (s *switchboard) hearVoicemail(body []byte) error {
	messages, err := wire.ReadVoicemail(body)
	if err != nil {
		return err
	}
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
