package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// rcc is a record of messages that were sent so long ago.
func rcc(messages ...record.Entry) []record.Entry {
	for i := range messages {
		messages[i].N = uint64(i + 1)
		if messages[i].Dir == "" {
			messages[i].Dir = appws.Out
		}
	}
	return messages
}

// TestCallOfMessage: a message is said to have made a call where it holds the call's number or id, came at most five
// seconds before it, was the last that could, and this phone placed no such call itself. While the call is up a message
// with its number or id is about it. Nothing else is.
func TestCallOfMessage(t *testing.T) {
	const userCall = `{"api":"RCC","mt":"UserCall","user":"7","e164":"203"}`
	rings := ringingFrom(pbxws.Party{Number: "203"})
	rings.Link, rings.N, rings.Began = "branch", 1, ago(10*time.Second)
	placed := rings
	placed.Dir, placed.State = phone.Outgoing, phone.Ringing
	desk := placed
	desk.Place, desk.Call = phone.DeskPhone, "c-4711-0815-99"
	second := rings
	second.ID, second.N, second.Began = "second", 2, ago(8*time.Second)
	over := rings
	over.State, over.Ended = phone.Ended, ago(5*time.Second)
	at := func(seconds int, text string) record.Entry {
		return record.Entry{At: ago(time.Duration(seconds) * time.Second), Text: text}
	}
	answers := at(11, `{"mt":"UserCallResult","e164":"203"}`)
	answers.Dir, answers.Pair = appws.In, 1
	for name, c := range map[string]struct {
		system  string
		legs    []phone.Leg
		entries []record.Entry
		want    string
	}{
		"made it":                      {"branch", []phone.Leg{rings}, rcc(at(12, userCall)), "made call 1 at branch"},
		"of another system":            {"hq", []phone.Leg{rings}, rcc(at(12, userCall)), ""},
		"of no system":                 {"", []phone.Leg{rings}, rcc(at(12, userCall)), ""},
		"too early":                    {"branch", []phone.Leg{rings}, rcc(at(16, userCall)), ""},
		"of another number":            {"branch", []phone.Leg{rings}, rcc(at(12, `{"mt":"UserCall","e164":"2031"}`)), ""},
		"the number is in a sentence":  {"branch", []phone.Leg{rings}, rcc(at(12, `{"mt":"UserCall","to":"call 203 please"}`)), ""},
		"the number is something else": {"branch", []phone.Leg{rings}, rcc(at(12, `{"mt":"UserCall","port":203}`)), ""},
		"a later one could":            {"branch", []phone.Leg{rings}, rcc(at(13, userCall), at(12, userCall)), ""},
		"an answer makes nothing":      {"branch", []phone.Leg{rings}, rcc(answers), ""},
		"we placed the call":           {"branch", []phone.Leg{placed}, rcc(at(12, userCall)), ""},
		"on the desk phone":            {"branch", []phone.Leg{desk}, rcc(at(12, userCall)), "made call 1 at branch"},
		"its id":                       {"branch", []phone.Leg{desk}, rcc(at(12, `{"a":[{"x":"c-4711-0815-99"}]}`)), "made call 1 at branch"},
		"while it is up":               {"branch", []phone.Leg{placed}, rcc(at(4, `{"mt":"CallInfo","peer":{"num":203}}`)), "call 1 at branch"},
		"after it":                     {"branch", []phone.Leg{over}, rcc(at(4, `{"mt":"CallInfo","peer":{"num":203}}`)), ""},
		"two have the number":          {"branch", []phone.Leg{rings, second}, rcc(at(4, `{"mt":"CallInfo","num":"203"}`)), ""},
		"a handshake":                  {"branch", []phone.Leg{rings}, rcc(record.Entry{At: ago(12 * time.Second), Text: userCall, Handshake: true}), ""},
		"no JSON":                      {"branch", []phone.Leg{rings}, rcc(at(12, `{"num":}}]`)), ""},
	} {
		sc := &scene{now: noon}
		sc.take(with(together(), c.legs...))
		sc.apps = []sessions.View{{ID: 1, Name: "rcc", System: c.system, Entries: c.entries}}
		call, ok := sc.callOf(1, c.entries[0])
		got := call.Name
		if call.Made {
			got = "made " + got
		}
		if ok != (c.want != "") || got != c.want || ok && call.ID != string(c.legs[0].ID) {
			t.Errorf("%s: %+v, want %q", name, call, c.want)
		}
	}
}

// TestMessageMadeCall: the pane says which call a message made, beside it and in full, and a key goes to the call.
func TestMessageMadeCall(t *testing.T) {
	rings := ringingFrom(pbxws.Party{Number: "203"})
	rings.Link, rings.N = "branch", 1
	s := with(together(), rings)
	r := newRobot(t, s)
	r.m.apps = &fakeApps{}
	r.send(appsMsg{[]sessions.View{{ID: 1, Name: "rcc", System: "branch", State: sessions.Open, Entries: rcc(
		record.Entry{At: rings.Began.Add(-time.Second), MT: "UserCall", Text: `{"mt":"UserCall","e164":"203"}`},
	)}}})
	r.press("g", "a").sees("made call 1 at branch", "this message made: call 1 at branch")
	r.press("enter").sees("this message made: call 1 at branch").press("esc")
	r.press("I").sees("RINGING", "203 Giulia Ferri").seesNot("APPWEBSOCKET").expect()
	if r.m.scene.call != rings.ID {
		t.Errorf("the marked call is %q", r.m.scene.call)
	}
	s.Legs[0].State = phone.Connected
	r.show(s)
	r.press("g", "a", "I").sees("QUALITY").expect()
}
