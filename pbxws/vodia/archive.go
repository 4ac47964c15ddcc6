package vodia

import (
	"net/http"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// queryTopic requests a topic.
func (t *translator) queryTopic(c pbxws.Fetch) {
	switch c.Topic {
	case pbxws.TopicHistory:
		t.query(c, wire.ResourceHistory, "", t.handleHistory)
	case pbxws.TopicPhonebook:
		t.query(c, wire.ResourceAddresses, "", t.handlePhonebook)
	case pbxws.TopicVoicemail:
		t.query(c, wire.ResourceMessages, wire.MessagesQuery, t.handleVoicemail)
	case pbxws.TopicForwards:
		t.queryForwards(c)
	}
}

// query requests a resource of our account.
func (t *translator) query(c pbxws.Command, r wire.Resource, query string, done func([]byte) error) {
	t.queueREST(restRequest{command: c, method: http.MethodGet, path: t.pathOf(r) + query, done: done})
}

// querySound requests the sound of a message. That it is a WAV file is described; how the PBX says that there is
// no such message is not.
func (t *translator) querySound(c pbxws.FetchSound) {
	t.queueREST(restRequest{
		command: c, method: http.MethodGet, path: t.pathOf(wire.ResourceMessage) + wire.MessageID(c.ID), sound: true,
		done: func(file []byte) error {
			t.emit(pbxws.SoundLoaded{Of: c.Of, ID: c.ID, File: file})
			return nil
		},
	})
}

func (t *translator) pathOf(r wire.Resource) string {
	return wire.ResourcePath(t.self+"@"+t.domain, r)
}

func (t *translator) queueREST(e restRequest) { t.rest = append(t.rest, e) }

func (t *translator) handleHistory(body []byte) error {
	calls, err := wire.ReadHistory(body)
	if err != nil {
		return err
	}
	for i := range calls { // what the PBX calls inbound came from outside; our own number decides if it is known
		switch t.self {
		case calls[i].From.Number:
			calls[i].Incoming = false
		case calls[i].To.Number:
			calls[i].Incoming = true
		}
	}
	t.emit(pbxws.HistoryLoaded{Records: calls})
	return nil
}

func (t *translator) handlePhonebook(body []byte) error {
	contacts, err := wire.ReadPhonebook(body)
	if err == nil {
		t.emit(pbxws.PhonebookLoaded{Contacts: contacts})
	}
	return err
}

func (t *translator) handleVoicemail(body []byte) error {
	messages, err := wire.ReadVoicemail(body)
	if err != nil {
		return err
	}
	t.emit(pbxws.VoicemailLoaded{Messages: messages})
	mwi := pbxws.MWI{}
	for _, m := range messages {
		if m.Unread {
			mwi.New++
		} else {
			mwi.Old++
		}
	}
	t.emit(pbxws.MWIChanged{MWI: mwi})
	return nil
}
