package apps

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/keymap"
)

// sessionsNone keeps no sessions but takes what is sent, with the id of its session.
type sessionsNone struct {
	Sessions
	sent map[int]string
}

func (s sessionsNone) Key(int, uint64) (appws.SessionKey, error) { return "", sessions.ErrNoKey }

func (s sessionsNone) Send(id int, text []byte) error {
	s.sent[id] = string(text)
	return nil
}

// TestEditedInTheListOfAll: what was edited of a message in the list of all sessions is a draft of its session.
func TestEditedInTheListOfAll(t *testing.T) {
	sh := Shown{Key: func(keymap.Action) string { return "" }, Sessions: []sessions.View{
		{ID: 1, Name: "one"}, {ID: 2, Name: "two", Entries: []record.Entry{{N: 1, MT: "Ping", Text: `{"mt":"Ping"}`}}},
	}}
	pane := Pane{session: allID}
	openIn(true)(&pane, sessions.View{ID: allID, Name: allName, Entries: pane.all.view(sh.Sessions).Entries}, sh,
		Work{Open: func(string, bool) tea.Cmd { return nil }})
	said := OpenedMsg{Edit: true, Before: "a", After: `{"mt":"Pong"}`}.take(&pane, true).Said
	if pane.drafts["two"] != `{"mt":"Pong"}` || len(pane.drafts) != 1 || !strings.Contains(said, "on two") {
		t.Errorf("%v, %q", pane.drafts, said)
	}
}

// TestDraftOutlivesItsSession: what is written for a session stays when a changed configuration reopens it,
// in the open line and as its draft, and never goes to another session.
func TestDraftOutlivesItsSession(t *testing.T) {
	work := Work{Sessions: sessionsNone{sent: map[int]string{}}}
	shown := func(ids ...int) Shown {
		sh := Shown{Key: func(keymap.Action) string { return "" }}
		for _, id := range ids {
			name := "other"
			if id > 1 {
				name = "mine"
			}
			sh.Sessions = append(sh.Sessions, sessions.View{ID: id, Name: name, State: sessions.Open})
		}
		return sh
	}
	const text = `{"mt":"Draft"}`
	pane := Pane{unlocked: true, session: 2}
	compose := onOne((*Pane).compose)
	compose(&pane, shown(1, 2), work)
	pane.open(composeInput, text)
	if _, refusal := pane.Accept(shown(1), work); !strings.Contains(refusal, `the session "mine" is gone`) || pane.Input() == nil {
		t.Errorf("while it is gone: %q", refusal)
	}
	if s, _ := pane.current(shown(1, 3)); s.ID != 3 || pane.Input().String() != text {
		t.Errorf("opened anew: session %d, %q", s.ID, pane.Input().String())
	}
	pane.Close()
	pane.current(shown(1, 4))
	compose(&pane, shown(1, 4), work)
	if pane.Input().String() != text {
		t.Errorf("the draft is %q", pane.Input().String())
	}
	if _, refusal := pane.Accept(shown(1, 4), work); refusal != "" {
		t.Fatal(refusal)
	}
	pane.mark(9) // a record that is being opened
	pane.current(shown(1, 4))
	if pane.session != 9 {
		t.Errorf("a session that is not listed yet became session %d", pane.session)
	}
	if sent := work.Sessions.(sessionsNone).sent; len(sent) != 1 || sent[4] != text || len(pane.drafts) != 0 {
		t.Errorf("sent %v, drafts %v", sent, pane.drafts)
	}
}
