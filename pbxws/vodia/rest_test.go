package vodia

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// webSide is the REST side of a PBX controlled by a test: its answers by method and path, and the
// requests it got. Without an answer it sends 404.
type webSide struct {
	answers map[string]string // a body, or "403 a refusal"
	asked   chan string
}

// onlyAtStart are questions that a link asks by itself.
var onlyAtStart = []string{"/starcodes", "/accounts", "/orbits", "/registration"}

func (w *webSide) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	line := strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Method, r.URL.RequestURI(), body))
	if !slices.ContainsFunc(onlyAtStart, func(s string) bool { return strings.HasSuffix(r.URL.Path, s) }) {
		w.asked <- line
	}
	answer, known := w.answers[r.Method+" "+r.URL.Path]
	switch {
	case r.Header.Get("Cookie") != "session=q7Zk2mXvT0bLr9sWc4Nd":
		http.Error(rw, "who are you", http.StatusUnauthorized)
	case !known:
		http.NotFound(rw, r)
	case len(answer) > 3 && answer[0] >= '3' && answer[0] <= '5' && answer[3] == ' ':
		var status int
		_, _ = fmt.Sscan(answer[:3], &status)
		http.Error(rw, answer[4:], status)
	default:
		_, _ = io.WriteString(rw, answer)
	}
}

const (
	ofUser       = "/rest/user/501@tenant.example.com/"
	newSettings  = "/rest/domain/tenant.example.com/account/501/user_settings"
	flatSettings = "/rest/domain/tenant.example.com/user_settings/501"
	oldSettings  = "/rest/domain/self/account/self/user_settings"
	modernPBX    = "PBX/70.1"
	legacyPBX    = "PBX/67.0.5 (Debian64)"
)

// TestWebSide: each command that uses REST, the request for it, and what is reported about the
// answer. A frame in want is one of ours on the websocket.
func TestWebSide(t *testing.T) {
	history := `{"total":2,"missed":1,"missedspan":0,"categories":"[]","data":[
		{"id":"1","from":"\"Sam Lee\" <sip:501@tenant.example.com>","to":"<sip:502@tenant.example.com>","from-number":"501","to-number":"502","to-name":"Front Desk","inbound":false,"external":false,"start":1760000005.5,"connect":1760000010,"end":1760000020},
		{"id":"2","from":"<sip:15555550142@x>","to":"<sip:501@tenant.example.com>","inbound":true,"start":"1760000100","connect":"","end":1760000120},
		{"id":"3","start":{}},
		{"id":"4","from-number":"501","to-number":"71","inbound":true,"start":1760000001,"connect":1760000002}]}`
	for _, tt := range []struct {
		name    string
		server  string
		order   pbxws.Command
		answers map[string]string
		asked   []string
		want    []string
	}{
		{"do not disturb", modernPBX, pbxws.SetDND{On: true}, map[string]string{"POST " + ofUser + "dnd": "true"},
			[]string{"POST " + ofUser + `dnd {"state":true}`}, []string{"account 501 dnd=true", "done pbxws.SetDND"}},
		{"do not disturb, a no", modernPBX, pbxws.SetDND{}, map[string]string{"POST " + ofUser + "dnd": "false"},
			[]string{"POST " + ofUser + `dnd {"state":false}`}, []string{"refused pbxws.SetDND 0 the PBX said no"}},

		{"history", modernPBX, pbxws.Fetch{Topic: pbxws.TopicHistory}, map[string]string{"GET " + ofUser + "history": history},
			[]string{"GET " + ofUser + "history"},
			[]string{"history 2:15555550142>501:in=true:missed=true:1760000100 1:501 Sam Lee>502 Front Desk:in=false:missed=false:1760000005 4:501>71:in=false:missed=false:1760000001"}},
		{"history, none", modernPBX, pbxws.Fetch{Topic: pbxws.TopicHistory}, map[string]string{"GET " + ofUser + "history": `{"total":0,"data":[]}`},
			[]string{"GET " + ofUser + "history"}, []string{"history"}},
		{"history, not there", modernPBX, pbxws.Fetch{Topic: pbxws.TopicHistory}, nil,
			[]string{"GET " + ofUser + "history"}, []string{"refused pbxws.Fetch 404 404 page not found"}},
		{"history, gibberish", modernPBX, pbxws.Fetch{Topic: pbxws.TopicHistory}, map[string]string{"GET " + ofUser + "history": `{"data":7}`},
			[]string{"GET " + ofUser + "history"}, []string{"unrecognized " + ofUser + "history: there is no list where one is expected", "refused pbxws.Fetch 0 its answer could not be read; the trace shows it"}},
		{"history, a page", modernPBX, pbxws.Fetch{Topic: pbxws.TopicHistory}, map[string]string{"GET " + ofUser + "history": `<html>`},
			[]string{"GET " + ofUser + "history"}, []string{"refused pbxws.Fetch 0 the PBX answered with a web page"}},
		{"history, endless", modernPBX, pbxws.Fetch{Topic: pbxws.TopicHistory}, map[string]string{"GET " + ofUser + "history": strings.Repeat(" ", maxArchive+1)},
			[]string{"GET " + ofUser + "history"}, []string{"refused pbxws.Fetch 0 the reply is longer than a PBX's would be"}},
		{"phone book", modernPBX, pbxws.Fetch{Topic: pbxws.TopicPhonebook}, map[string]string{
			"GET " + ofUser + "adrbook": `[{"name":"Ana Reyes","number":"+15555550142","email":"ana@example.com","category":"","company":"Reyes","mobile":15555550143,"notes":""},{"name":"","number":""}]`},
			[]string{"GET " + ofUser + "adrbook"}, []string{"phonebook Ana Reyes:Reyes:ana@example.com:[+15555550142 15555550143]"}},
		{"voicemail", modernPBX, pbxws.Fetch{Topic: pbxws.TopicVoicemail}, map[string]string{
			"GET " + ofUser + "messages": `{"messages":[{"id":"m1","from":"<sip:502@x>","start":1760000005,"duration":12,"unread":false},{"id":"m2","from":"\"Ana\" <sip:7@x>","start":1760000100,"duration":"3","unread":"true"},{"id":"m3","from":"8","time":1760000200,"length":1,"read":true}]}`},
			[]string{"GET " + ofUser + "messages?api=2&page=1&size=100"},
			[]string{"mailbox m3:8:1s:unread=false:1760000200 m2:7 Ana:3s:unread=true:1760000100 m1:502:12s:unread=false:1760000005", "voicemail 1 new 2 old"}},

		{"a message", modernPBX, pbxws.FetchSound{ID: "m 1/2"}, map[string]string{"GET " + ofUser + "message/m 1/2": "RIFF"},
			[]string{"GET " + ofUser + "message/m%201%2F2"}, []string{"sound m 1/2: RIFF"}},
		{"a message, gone", modernPBX, pbxws.FetchSound{ID: "m1"}, nil,
			[]string{"GET " + ofUser + "message/m1"}, []string{"refused pbxws.FetchSound 404 the PBX does not have it any more"}},
		{"a message, endless", modernPBX, pbxws.FetchSound{ID: "m1"}, map[string]string{"GET " + ofUser + "message/m1": strings.Repeat("a", pbxws.MaxSound+1)},
			[]string{"GET " + ofUser + "message/m1"}, []string{"refused pbxws.FetchSound 0 it is larger than 8 MB"}},
		{"a message, a page", modernPBX, pbxws.FetchSound{ID: "m1"}, map[string]string{"GET " + ofUser + "message/m1": "<html>"},
			[]string{"GET " + ofUser + "message/m1"}, []string{"refused pbxws.FetchSound 0 the PBX answered with a web page"}},

		{"forwards", modernPBX, pbxws.Fetch{Topic: pbxws.TopicForwards}, map[string]string{
			"GET " + newSettings: `{"table":"users","settings":[{"name":"cfn","value":"8501"},{"name":"cfa","value":""},{"name":"cfb","value":503},{"name":"lang","value":"en"}]}`},
			[]string{"GET " + newSettings}, []string{"forwards when busy:503 when not answered:8501"}},
		{"forwards of an older PBX", legacyPBX, pbxws.Fetch{Topic: pbxws.TopicForwards}, map[string]string{"GET " + oldSettings: `{"cfa":"503","cfb":"","dnd":"false"}`},
			[]string{"GET " + oldSettings}, []string{"forwards always:503"}},
		{"forwards, the other way", modernPBX, pbxws.Fetch{Topic: pbxws.TopicForwards}, map[string]string{"GET " + oldSettings: `[{"name":"cfa","value":"503"}]`},
			[]string{"GET " + newSettings, "GET " + flatSettings, "GET " + oldSettings}, []string{"forwards always:503"}},
		{"forwards, as versions since 58 are described", modernPBX, pbxws.Fetch{Topic: pbxws.TopicForwards}, map[string]string{
			"GET " + flatSettings: `{"adrbook_pref":"","cfa":"","cfa_times":"","cfb":"","cfd":"8","cfn":"8501","cfn_timeout":"15","cfr":"503","cw":"true"}`},
			[]string{"GET " + newSettings, "GET " + flatSettings}, []string{"forwards when not answered:8501 when offline:503"}},
		{"set a forward, as versions since 58 are described", modernPBX, pbxws.SetForward{Forward: pbxws.Forward{When: pbxws.ForwardNoAnswer, To: "503"}}, map[string]string{
			"PUT " + flatSettings: "{}", "GET " + flatSettings: `{"cfn":"+503"}`},
			[]string{"POST " + newSettings + ` {"table":"users","settings":[{"name":"cfn","value":"503"}]}`,
				"PUT " + flatSettings + ` {"cfn":"503"}`, "GET " + flatSettings},
			[]string{"done pbxws.SetForward", "forwards when not answered:+503"}},
		{"set a forward that is not kept", modernPBX, pbxws.SetForward{Forward: pbxws.Forward{When: pbxws.ForwardOffline, To: "503"}}, map[string]string{
			"POST " + newSettings: "true", "GET " + newSettings: `{"settings":[{"name":"cfa","value":""}]}`},
			[]string{"POST " + newSettings + ` {"table":"users","settings":[{"name":"cfr","value":"503"}]}`, "GET " + newSettings},
			[]string{"refused pbxws.SetForward 0 it accepted the change but does not show it", "forwards"}},
		{"set a forward without a look at it", modernPBX, pbxws.SetForward{Forward: pbxws.Forward{To: "503"}}, map[string]string{
			"POST " + newSettings: "true", "GET " + newSettings: "403 no"},
			[]string{"POST " + newSettings + ` {"table":"users","settings":[{"name":"cfa","value":"503"}]}`, "GET " + newSettings},
			[]string{"done pbxws.SetForward"}},
		{"set a forward", modernPBX, pbxws.SetForward{Forward: pbxws.Forward{When: pbxws.ForwardBusy, To: "503"}}, map[string]string{
			"POST " + newSettings: "true", "GET " + newSettings: `{"settings":{"cfb":"503"}}`},
			[]string{"POST " + newSettings + ` {"table":"users","settings":[{"name":"cfb","value":"503"}]}`, "GET " + newSettings},
			[]string{"done pbxws.SetForward", "forwards when busy:503"}},
		{"end a forward at an older PBX", legacyPBX, pbxws.SetForward{}, map[string]string{
			"PUT " + oldSettings: "", "GET " + oldSettings: `{}`},
			[]string{"PUT " + oldSettings + ` {"table":"users","settings":[{"name":"cfa","value":""}]}`, "GET " + oldSettings},
			[]string{"done pbxws.SetForward", "forwards"}},
		{"set a forward, refused", modernPBX, pbxws.SetForward{}, map[string]string{"POST " + newSettings: "409 not while the moon shines"},
			[]string{"POST " + newSettings + ` {"table":"users","settings":[{"name":"cfa","value":""}]}`},
			[]string{"refused pbxws.SetForward 409 not while the moon shines"}},
		{"a forward that nobody knows", modernPBX, pbxws.SetForward{Forward: pbxws.Forward{When: 9}}, nil, nil,
			[]string{"refused pbxws.SetForward 0 it does not forward calls ?"}},

		{"desk: dial", modernPBX, pbxws.DeskDial{To: "502"}, map[string]string{"POST " + ofUser + "calls": "true"},
			[]string{"POST " + ofUser + `calls {"remote-dial":"502"}`}, []string{"done pbxws.DeskDial"}},
		{"desk: answer", modernPBX, pbxws.DeskAnswer{Call: "12"}, map[string]string{"POST " + ofUser + "calls": "true"},
			[]string{"POST " + ofUser + `calls {"remote-answer":"12"}`}, []string{"done pbxws.DeskAnswer"}},
		{"desk: hold", modernPBX, pbxws.DeskHold{Call: "12", On: true}, map[string]string{"POST " + ofUser + "calls": "true"},
			[]string{"POST " + ofUser + `calls {"remote-hold":"12"}`}, []string{"done pbxws.DeskHold"}},
		{"desk: resume", modernPBX, pbxws.DeskHold{Call: "12"}, map[string]string{"POST " + ofUser + "calls": ""},
			[]string{"POST " + ofUser + `calls {"remote-resume":"12"}`}, []string{"done pbxws.DeskHold"}},
		{"desk: hang up", modernPBX, pbxws.DeskHangup{Call: "12"}, map[string]string{"POST " + ofUser + "calls": "null"},
			[]string{"POST " + ofUser + `calls {"hangup":"12"}`}, []string{"done pbxws.DeskHangup"}},
		{"desk: transfer", modernPBX, pbxws.DeskTransfer{Call: "12", To: "503"}, map[string]string{"POST " + ofUser + "calls": "true"},
			[]string{"POST " + ofUser + `calls {"transfer":"12","number":"503"}`}, []string{"done pbxws.DeskTransfer"}},
		{"desk: no such call anywhere", modernPBX, pbxws.DeskHangup{Call: "12"}, nil,
			[]string{"POST " + ofUser + `calls {"hangup":"12"}`}, []string{"refused pbxws.DeskHangup 0 this call has ended"}},
		{"desk: busy", modernPBX, pbxws.DeskHangup{Call: "12"}, map[string]string{"POST " + ofUser + "calls": `409 {"a":1}`},
			[]string{"POST " + ofUser + `calls {"hangup":"12"}`}, []string{"refused pbxws.DeskHangup 409 the PBX answered 409 Conflict"}},
		{"desk: forbidden, so by the portal's words", modernPBX, pbxws.DeskDial{To: "502"}, map[string]string{"POST " + ofUser + "calls": "403 no"},
			[]string{"POST " + ofUser + `calls {"remote-dial":"502"}`}, []string{`{"action":"make-call","to":"502"}`}},
		{"desk: an older PBX", legacyPBX, pbxws.DeskDial{To: "502"}, nil, nil, []string{`{"action":"make-call","to":"502"}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &webSide{answers: tt.answers, asked: make(chan string, 16)}
			p := newPBX(t, tt.server)
			p.mux.Handle("/rest/user/", w)
			p.mux.Handle("/rest/domain/", w)
			c, there := p.dial(t, versionAuto)
			for range greeting(nil, wire.Register{}) {
				there.next()
			}
			if err := c.Send(t.Context(), tt.order); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				got := ""
				if want[0] == '{' {
					got = string(there.next())
				} else {
					got = show(nextEvent(t, c))
				}
				if got != want {
					t.Errorf("told %s\nwant %s", got, want)
				}
			}
			for _, want := range tt.asked {
				if got := <-w.asked; got != want {
					t.Errorf("asked %s\nwant  %s", got, want)
				}
			}
			if len(w.asked) > 0 {
				t.Errorf("asked besides: %s", <-w.asked)
			}
		})
	}
}

// TestAttendedTransferByTheWebSide: the bridge is asked for by the ids of the PBX's records; a
// refusal leaves both calls as they were, and their ends afterwards mean nothing special.
func TestAttendedTransferByTheWebSide(t *testing.T) {
	w := &webSide{answers: map[string]string{"POST " + ofUser + "calls": "409 they will not"}, asked: make(chan string, 16)}
	p := newPBX(t, modernPBX)
	p.mux.Handle("/rest/user/", w)
	c, there := p.dial(t, versionAuto)
	there.send(`{"invitesdp":"v=0 a","callid":"a@pbx","cseq":1,"from":"<sip:502@t>","to":"<sip:501@t>"}`)
	there.send(`{"invitesdp":"v=0 b","callid":"b@pbx","cseq":1,"from":"<sip:503@t>","to":"<sip:501@t>"}`)
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if got := show(nextEvent(t, c)); got != w {
				t.Fatalf("told %s\nwant %s", got, w)
			}
		}
	}
	order := func(c pbxws.Conn, orders ...pbxws.Command) {
		t.Helper()
		for _, o := range orders {
			if err := c.Send(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
	}
	expect("offered in:a@pbx 502 -> 501", "offered in:b@pbx 503 -> 501")
	order(c, pbxws.Answer{Leg: "in:a@pbx", SDP: "v=0"}, pbxws.Answer{Leg: "in:b@pbx", SDP: "v=0"})
	there.send(`{"action":"call-state","calls":[{"id":"21","from":"<sip:502@t>","to":"<sip:501@t>","extension":["501","502"],"state":"connected"},` +
		`{"id":"22","from":"<sip:503@t>","to":"<sip:501@t>","extension":["501","503"],"state":"connected"}]}`)
	expect("call 21 502 -> 501 talking [501 502]", "call 22 503 -> 501 talking [501 503]")
	join := pbxws.AttendedTransfer{Leg: "in:a@pbx", With: "in:b@pbx"}
	order(c, join)
	expect("refused pbxws.AttendedTransfer 409 they will not")
	if got, want := <-w.asked, "POST "+ofUser+`calls {"transfer":"21","id":"22"}`; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	there.send(`{"bye":"true","callid":"b@pbx"}`)
	expect("ended in:b@pbx the other side hung up")
	order(c, join)
	expect("refused pbxws.AttendedTransfer 0 one of the two calls has ended")
}

// TestRepliesOfManyShapes: replies that no page describes are taken in any shape that makes
// sense.
func TestRepliesOfManyShapes(t *testing.T) {
	for _, tt := range []struct {
		name string
		body string
		hear func(*translator) func([]byte) error
		want string
	}{
		{"star codes by name", `{"park":"*5","retrieve":"*6","pickup":"*7","dnd":"*78"}`, starCodesOf, "*5 *6 *7"},
		{"star codes by code", `{"*51":"Call Park","*61":"Call park retrieve","*71":"Directed call pickup","*72":"Group pickup"}`, starCodesOf, "*51 *61 *71"},
		{"star codes in a list", `[{"name":"park_call","code":"*5"},{"name":"pick up parked call","code":"*6"},{"code":"*7","description":"pickup"}]`, starCodesOf, "*5 *6 *7"},
		{"star codes inside", `{"starcodes":[{"name":"park","value":"*5","help":"retrieve it by *6"}]}`, starCodesOf, "*5 *86 *87"},
		{"star codes in objects", `{"park":{"code":"*5","description":"..."},"pickup":{"code":"*7"},"retrieve":{"value":"*6"}}`, starCodesOf, "*5 *6 *7"},
		{"star codes of another kind", `{"park":"85","retrieve":["*6"],"pickup":true}`, starCodesOf, "*85 *86 *87"},
		{"no star codes", `null`, starCodesOf, "*85 *86 *87"},
		{"directory in a list", `[{"account":"502","name":"Desk","type":"extensions"},{"account":501,"type":"extensions"}]`, directoryOf,
			"domain 501:extension::registered:unknown 502:extension:Desk:registered:unknown"},
		{"directory inside", `{"accounts":[{"extension":"70","display_name":"Orbit","type":"orbits"},{"name":"nobody"}]}`, directoryOf, "domain 70:orbit:Orbit:registered:unknown"},
		{"directory by number", `{"502":{"name":"Desk","type":"extension"},"400":{"display":"Sales","type":"acds","registered":"true"},"x":7}`, directoryOf,
			"domain 400:queue:Sales:registered:unknown 502:extension:Desk:registered:unknown"},
		{"directory by number, names only", `{"502":"Desk","503":"Ana"}`, directoryOf, "domain 502:extension:Desk:registered:unknown 503:extension:Ana:registered:unknown"},
		{"directory by sort", `{"extensions":[{"account":"502","first_name":"Front","name":"Desk"}],"conferences":{"90":{"name":"Room"}},"hunts":["600"],"total":3}`, directoryOf,
			"domain 90:conference:Room:registered:unknown 502:extension:Front Desk:registered:unknown 600:hunt group::registered:unknown"},
		{"directory in the vendor's older form", `[{"name":"100","display":"AA","calls":0},{"name":"121","display":"Anecdote","calls":0}]`, directoryOf,
			"domain 100:extension:AA:registered:unknown 121:extension:Anecdote:registered:unknown"},
		{"no directory", `[]`, directoryOf, ""},
		{"orbits", `[{"account":"70","name":"Orbit 70"},{"orbit":"71","calls":[{"id":"9","from":"\"Ana\" <sip:7@x>"}]},{"number":72,"from":"<sip:8@x>"}]`, orbitsOf,
			`orbit 70 "" empty / orbit 71 "" 7 Ana / orbit 72 "" 8`},
		{"orbits by number", `{"70":{"calls":[{"id":"9","from":"<sip:7@x>"}]},"71":{"calls":{}}}`, orbitsOf, `orbit 70 "" 7 / orbit 71 "" empty`},
		{"own state", `{"dnd":"1"}`, dndOf, "account 501 dnd=true"},
		{"history by id", `{"data":{"a1":{"from-number":"501","to-number":"502","start":"2026-11-21T10:00:00Z","connect":0}}}`, historyOf,
			"history a1:501>502:in=false:missed=false:1795255200"},
		{"history in milliseconds", `[{"id":1,"from-number":"502","to-number":"501","start":1760000005000}]`, historyOf, "history 1:502>501:in=true:missed=true:1760000005"},
		{"phone book by id", `{"entries":{"7":{"first_name":"Ana","name":"Reyes","numbers":["1","2"],"mail":"a@b"}}}`, phonebookOf, "phonebook Ana Reyes::a@b:[1 2]"},
		{"voicemail by id", `{"messages":{"m9":{"caller":"<sip:502@x>","timestamp":"1760000005","length":"2","heard":"false"}}}`, voicemailOf,
			"mailbox m9:502:2s:unread=true:1760000005 / voicemail 1 new 0 old"},
		{"own state", `{"state":true,"reason":"","expires":"3600"}`, dndOf, "account 501 dnd=true"},
		{"own state, bare", `false`, dndOf, "account 501 dnd=false"},
		{"own state, untold", `{}`, dndOf, ""},
	} {
		s := newTranslator("tenant.example.com", "501", generation{})
		if err := tt.hear(s)([]byte(tt.body)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		var reported []string
		events, _ := s.take()
		for _, e := range events {
			reported = append(reported, show(e))
		}
		got := strings.Join(reported, " / ")
		if strings.HasPrefix(tt.want, "*") {
			got = strings.Join([]string{s.codes.Park, s.codes.Retrieve, s.codes.Pickup}, " ")
		}
		if got != tt.want {
			t.Errorf("%s: told %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func starCodesOf(s *translator) func([]byte) error { return s.codes.Read }
func directoryOf(s *translator) func([]byte) error { return s.handleDirectory }
func orbitsOf(s *translator) func([]byte) error    { return s.handleOrbits }
func historyOf(s *translator) func([]byte) error   { return s.handleHistory }
func phonebookOf(s *translator) func([]byte) error { return s.handlePhonebook }
func voicemailOf(s *translator) func([]byte) error { return s.handleVoicemail }
func dndOf(s *translator) func([]byte) error       { return s.handleDND }

// The directory of REST fills names in and takes nothing back of what was told live.
func TestDirectoryKeepsLiveState(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	disturbed := true
	s.receive(wire.UserState{AccountEntry: wire.AccountEntry{Account: "502", Type: "extensions", Registered: new(bool), DND: &disturbed, ChatStatus: "meeting", Code: "200"}})
	s.receive(wire.BLFState{Account: "503", State: "busy"})
	s.receive(wire.BLFState{Account: "505", State: "busy"})
	s.take()
	list := []byte(`[{"account":"505"},{"account":"502","name":"Desk","type":"extensions","registered":true,"dnd":false},{"account":"504","name":"New","type":"extensions","registered":false}]`)
	if err := s.handleDirectory(list); err != nil {
		t.Fatal(err)
	}
	events, requests := s.take()
	const want = "domain 502:extension:Desk:dnd:meeting:busy 503:extension::busy 504:extension:New:unknown 505:extension::registered:busy"
	if len(events) != 1 || show(events[0]) != want {
		t.Errorf("told %s\nwant %s", show(events[0]), want)
	}
	if len(requests) != 1 || fmt.Sprint(requests[0]) != "{[505 502 504]}" {
		t.Errorf("asked %v", requests)
	}
	_ = s.handleDirectory(list)
	if _, requests := s.take(); len(requests) != 0 {
		t.Errorf("asked again for the same lamps: %v", requests)
	}
	s.receive(wire.DomainState{Accounts: []wire.AccountEntry{{Account: "501"}}})
	s.take()
	if err := s.handleDirectory(list); err != nil {
		t.Fatal(err)
	}
	if events, _ := s.take(); len(events) != 0 {
		t.Errorf("after the PBX's own directory: told %s", show(events[0]))
	}
}

// TestFalseIsAnAnswer: it refuses an order, but answers a question.
func TestFalseIsAnAnswer(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	s.queryDND()
	for _, e := range s.takeREST() {
		s.receiveREST(restResult{restRequest: e, reply: reply{status: http.StatusOK, body: []byte("false\n")}})
	}
	if events, _ := s.take(); len(events) != 1 || show(events[0]) != "account 501 dnd=false" {
		t.Errorf("told %v", events)
	}
}

// FuzzReplies: no reply of REST breaks anything, and the events can be applied.
func FuzzReplies(f *testing.F) {
	for _, body := range []string{
		`{"data":[{"id":"1","start":1760000005.5,"from":"\"a\" <sip:501@x>"}]}`, `[{"name":"a","number":["1"],"mobile":2}]`, `{"messages":[{"duration":1e300,"read":"0"}]}`,
		`{"settings":{"cfa":"1"}}`, `[{"name":"cfa","value":"1"}]`, `{"*85":"park"}`, `[{"account":"1","calls":{}}]`, `true`, ``, `]`, `1},{"":[`, `{"accounts":[[]]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newTranslator("t", "501", generation{})
		state := pbxws.NewState("501")
		for _, hear := range []func([]byte) error{
			s.handleHistory, s.handlePhonebook, s.handleVoicemail, s.handleForwards, s.codes.Read, s.handleDirectory, s.handleOrbits, s.handleDND,
		} {
			_ = hear(body)
		}
		for _, code := range []string{s.codes.Park, s.codes.Retrieve, s.codes.Pickup} {
			if strings.Trim(code, "*#0123456789") != "" || strings.Trim(code, "0123456789") == code {
				t.Errorf("%q is no star code", code)
			}
		}
		events, requests := s.take()
		for _, e := range events {
			state.Apply(e, time.Unix(0, 0))
		}
		for _, r := range requests {
			if _, err := wire.EncodeRequest(r); err != nil {
				t.Errorf("%#v: %v", r, err)
			}
		}
	})
}

// TestBlindTransferByTheWebSide: where there is a web side the documented way is taken, with the id of the
// PBX's own record; a plain no and a resource that is not there lead to the websocket's word, any
// other refusal is told.
func TestBlindTransferByTheWebSide(t *testing.T) {
	for name, tt := range map[string]struct {
		answer  string
		asParty bool
		socket  string
		want    string
	}{
		"taken":          {answer: "true", want: "done pbxws.BlindTransfer"},
		"refused":        {answer: "409 busy there", want: "refused pbxws.BlindTransfer 409 busy there"},
		"a plain no":     {answer: "false", socket: `{"action":"blind-transfer2","id":"a@pbx","from":"501","to":"503"}`},
		"not there":      {answer: "404 no", socket: `{"action":"blind-transfer2","id":"a@pbx","from":"501","to":"503"}`},
		"from the party": {answer: "404 no", asParty: true, socket: `{"action":"blind-transfer2","id":"a@pbx","from":"502@tenant.example.com","to":"503"}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := &webSide{answers: map[string]string{"POST " + ofUser + "calls": tt.answer}, asked: make(chan string, 16)}
			p := newPBX(t, modernPBX)
			p.mux.Handle("/rest/user/", w)
			p.dialer = newDialer(config{
				URL: p.URL, Domain: "tenant.example.com", User: "501", TransferAsParty: tt.asParty,
				Secret: func(context.Context) (string, error) { return "password", nil },
			})
			c, there := p.dial(t, versionAuto)
			for range greeting(nil, wire.Register{}) {
				there.next()
			}
			there.send(`{"invitesdp":"v=0 a","callid":"a@pbx","cseq":1,"from":"<sip:502@t>","to":"<sip:501@t>"}`)
			nextEvent(t, c)
			for _, o := range []pbxws.Command{pbxws.Answer{Leg: "in:a@pbx", SDP: "v=0"}, pbxws.BlindTransfer{Leg: "in:a@pbx", To: "503"}} {
				if err := c.Send(t.Context(), o); err != nil {
					t.Fatal(err)
				}
			}
			there.next() // our answer
			if got, want := <-w.asked, "POST "+ofUser+`calls {"transfer":"a@pbx","number":"503"}`; got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
			if tt.socket != "" {
				if got := string(there.next()); got != tt.socket {
					t.Errorf("sent %s, want %s", got, tt.socket)
				}
				return
			}
			if got := show(nextEvent(t, c)); got != tt.want {
				t.Errorf("told %s, want %s", got, tt.want)
			}
		})
	}
}

// TestDeskCallThatRingsIsRejected: what rings at the desk phone is not hung up but rejected.
func TestDeskCallThatRingsIsRejected(t *testing.T) {
	for state, want := range map[string]wire.CallAction{"alerting": {Reject: "7"}, "connected": {Hangup: "7"}} {
		s := newTranslator("t", "501", generation{})
		s.receive(wire.CallState{Calls: []wire.CallEntry{{ID: "7", FromNumber: "502", ToNumber: "501", State: state}}})
		s.order(pbxws.DeskHangup{Call: "7"})
		if e := s.takeREST(); len(e) != 1 || e[0].body != want {
			t.Errorf("%s: %+v, want %+v", state, e, want)
		}
	}
}
