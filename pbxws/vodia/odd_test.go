package vodia

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// TestOddMembers: an unexpected optional member does not affect the rest of the message.
func TestOddMembers(t *testing.T) {
	const line = "candidate:1 1 udp 1 203.0.113.1 9 typ host"
	for _, tt := range []struct {
		frame string
		want  wire.Message
		quiet bool // it is another form that is understood, or the member does not matter
	}{
		{`{"invitesdp":"v=0","callid":"a","group":false}`, wire.Invite{CallID: "a", SDP: "v=0"}, false},
		{`{"invitesdp":"v=0","callid":"a","group":["72"]}`, wire.Invite{CallID: "a", SDP: "v=0", Group: "72"}, false},
		{`{"invitesdp":"v=0","callid":"a","group":{"72":"Sales"}}`, wire.Invite{CallID: "a", SDP: "v=0"}, false},
		{`{"invitesdp":"v=0","callid":"a","alertinfo":true}`, wire.Invite{CallID: "a", SDP: "v=0"}, false},
		{`{"invitesdp":"v=0","callid":"a","from":{"number":"502"},"from-user":"502"}`, wire.Invite{CallID: "a", SDP: "v=0", FromUser: "502"}, false},
		{`{"bye":"true","callid":"a","reason":{}}`, wire.Bye{CallID: "a"}, false},
		{`{"bye":"true","callid":"a","code":"486 Busy"}`, wire.Bye{CallID: "a", Code: 486, Reason: "Busy"}, false},
		{`{"bye":"true","callid":"a","code":"SIP/2.0 603 Decline","reason":"no"}`, wire.Bye{CallID: "a", Code: 603, Reason: "no"}, false},
		{`{"bye":"true","callid":"a","code":[486]}`, wire.Bye{CallID: "a", Code: 486}, false},
		{`{"bye":"true","callid":"a","code":486.5}`, wire.Bye{CallID: "a", Code: 486}, false},
		{`{"bye":"true","callid":"a","code":"busy"}`, wire.Bye{CallID: "a"}, false},
		{`{"bye":"true","callid":"a","code":"99999999999999999999"}`, wire.Bye{CallID: "a"}, false},
		{`{"cancel":"true","callid":"a","code":"200 OK"}`, wire.Cancel{CallID: "a", Code: 200, Reason: "OK"}, false},
		{`{"response":"404 Not Found","callid":"a"}`, wire.Response{CallID: "a", Code: 404, Reason: "Not Found"}, false},
		{`{"sdp":"v=0","callid":"a","code":"183 Session Progress"}`, wire.SDP{CallID: "a", SDP: "v=0", Code: 183, Reason: "Session Progress"}, false},
		{`{"sdp":{"sdp":"v=0","type":7},"callid":"a","to-display":[]}`, wire.SDP{CallID: "a", SDP: "v=0", Kind: "7"}, false},
		{`{"sdp":true,"callid":"a","code":200}`, wire.SDP{CallID: "a", Code: 200}, false},
		{`{"sdp":[],"callid":"a","code":486}`, wire.SDP{CallID: "a", Code: 486}, true},
		{`{"candidate":"` + line + `","callid":"a","adr":""}`, wire.Candidate{CallID: "a", Line: line}, false},
		{`{"candidate":"` + line + `","callid":"a","adr":["1.2.3.4:5"]}`, wire.Candidate{CallID: "a", Line: line, Addrs: []wire.Addr{{Host: "1.2.3.4", Port: 5}}}, true},
		{`{"candidate":"` + line + `","callid":"a","adr":"[::1]:5"}`, wire.Candidate{CallID: "a", Line: line, Addrs: []wire.Addr{{Host: "::1", Port: 5}}}, true},
		{`{"candidate":"` + line + `","callid":"a","adr":["1.2.3.4",5]}`, wire.Candidate{CallID: "a", Line: line, Addrs: []wire.Addr{{Host: "1.2.3.4", Port: 5}}}, true},
		{`{"candidate":"` + line + `","callid":"a","adr":[{"address":"1.2.3.4","port":"5"},["h",1],["1.2.3.4",70000]]}`, wire.Candidate{CallID: "a", Line: line, Addrs: []wire.Addr{{Host: "1.2.3.4", Port: 5}}}, false},
		{`{"candidate":"` + line + `","callid":"a","sdpMLineIndex":"x"}`, wire.Candidate{CallID: "a", Line: line}, false},
		{`{"candidate":{"candidate":"` + line + `","sdpMLineIndex":-1,"sdpMid":[]},"callid":"a"}`, wire.Candidate{CallID: "a", Line: line}, false},
		{`{"candidate":"candidate:1","adr":[["1.2.3.4",5]]}`, wire.Candidate{Line: "candidate:1"}, false},
		{`{"action":"sip-register","expires":60.5}`, wire.RegisterReply{Expires: 60}, false},
		{`{"action":"sip-register","expires":"3600s","add":{}}`, wire.RegisterReply{Expires: 3600}, false},
		{`{"action":"missed-calls","count":"3 new"}`, wire.MissedCalls{Count: 3}, false},
		{`{"action":"call-state","calls":[{"id":"1","start":"now","extension":{"501":1},"rec":{},"state":[]}]}`, wire.CallState{Calls: []wire.CallEntry{{ID: "1"}}}, false},
		{`{"action":"call-state","calls":true}`, wire.CallState{}, false},
		{`{"action":"user-state","account":"501","registered":"perhaps","dnd":"On","calls":7.5}`, wire.UserState{AccountEntry: wire.AccountEntry{Account: "501"}}, false},
	} {
		got, err := wire.DecodeMessage([]byte(tt.frame))
		if (err == nil) != tt.quiet {
			t.Errorf("%s: said of it is %v", tt.frame, err)
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s\n got %#v, %v\nwant %#v", tt.frame, got, err, tt.want)
		}
	}
	for _, frame := range []string{ // bytes that no JSON text may hold: Latin-1, a tab, a line break
		"{\"invitesdp\":\"v=0\",\"callid\":\"a\",\"from-display\":\"M\xfcller\"}",
		"{\"invitesdp\":\"v=0\",\"callid\":\"a\",\"from-display\":\"M\tller\"}",
		"{\"invitesdp\":\n\"v=0\",\"callid\":\"a\",\"from-display\":\"M\nller\"}",
	} {
		got, err := wire.DecodeMessage([]byte(frame))
		if want := (wire.Invite{CallID: "a", SDP: "v=0", FromDisplay: "M\ufffdller"}); !reflect.DeepEqual(got, want) || err == nil {
			t.Errorf("%q\n got %#v, %v\nwant %#v and words", frame, got, err, want)
		}
	}
	for _, frame := range []string{ // without these nobody knows what is meant
		`{"bye":"true","callid":{}}`, `{"invitesdp":true,"callid":"a"}`, `{"invitesdp":{"type":"offer"},"callid":"a"}`, `{"sdp":[],"callid":"a"}`,
	} {
		if got, err := wire.DecodeMessage([]byte(frame)); got != nil || err == nil {
			t.Errorf("%s: %#v, %v", frame, got, err)
		}
	}
}

// essential are the members that make a message what it is.
func essential(key string) bool {
	switch key {
	case "action", "callid", "sdp", "invitesdp", "candidate", "bye", "cancel", "cancelresponse", "response", "ringtones", "info", "change":
		return true
	}
	return false
}

// strange are values of every kind that JSON has.
var strange = []string{
	`null`, `true`, `false`, `0`, `-7.5`, `1e300`, `486`, `""`, `"x"`, `"486 Busy"`, `"\u001b]0;x\u0007"`, `[]`, `[null]`, `["72"]`, `[[]]`, `[{}]`, `{}`, `{"a":1}`, `{"72":{"a":[]}}`,
}

// bent gives variants of the frame in which one optional member, at any depth, has a value of each
// odd kind.
func bent(t *testing.T, frame []byte, try func([]byte)) {
	t.Helper()
	var whole any
	if err := json.Unmarshal(frame, &whole); err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	var walk func(v any, top bool)
	walk = func(v any, top bool) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item, false)
			}
		case map[string]any:
			for key, was := range v {
				if top && essential(key) {
					continue
				}
				for _, s := range strange {
					v[key] = json.RawMessage(s)
					text, err := json.Marshal(whole)
					if err != nil {
						t.Fatal(err)
					}
					try(text)
				}
				v[key] = was
				walk(was, false)
			}
		}
	}
	walk(whole, true)
}

// transcribed are the frames of the PBX in all transcripts.
func transcribed(t *testing.T) (frames [][]byte) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if frame, ok := strings.CutPrefix(names.Replace(lines.Text()), "< "); ok {
				frames = append(frames, []byte(frame))
			}
		}
		f.Close()
	}
	if len(frames) < 100 {
		t.Fatalf("only %d frames", len(frames))
	}
	return frames
}

// TestNoOddMemberLosesAMessage: with any value in an optional member of any frame of any
// transcript, the frame keeps its type, call and description, and a list loses no entry.
func TestNoOddMemberLosesAMessage(t *testing.T) {
	tried := 0
	for _, frame := range slices.Concat(transcribed(t), everyFrame(t)) {
		want, _ := wire.DecodeMessage(frame)
		if s, ok := want.(wire.SDP); want == nil || ok && s.SDP == "" { // with a code alone there is nothing else to go by
			continue
		}
		bent(t, frame, func(odd []byte) {
			tried++
			got, err := wire.DecodeMessage(odd)
			if !sameEssence(got, want) {
				t.Errorf("%s\nwas  %#v\nis   %#v, %v", odd, want, got, err)
			}
		})
	}
	if tried < 10_000 {
		t.Errorf("only %d frames tried", tried)
	}
}

// sameEssence compares the type, the callid and the description of two messages.
func sameEssence(a, b wire.Message) bool {
	if s, ok := b.(wire.BLFList); ok && len(s.Lamps) > 0 { // what a lamp's state is makes it one lamp or many
		switch a.(type) {
		case wire.BLFState, wire.BLFList:
			return true
		}
	}
	switch b.(type) {
	case wire.BLFState:
		if _, many := a.(wire.BLFList); many {
			return true
		}
	case wire.OrbitState, wire.OrbitList:
		switch a.(type) {
		case wire.OrbitState, wire.OrbitList:
			return true
		}
	}
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	switch b := b.(type) {
	case wire.SDP:
		a := a.(wire.SDP)
		return a.CallID == b.CallID && (a.SDP == b.SDP || a.Code >= 400 || b.Code >= 400)
	case wire.Invite:
		return a.(wire.Invite).CallID == b.CallID && a.(wire.Invite).SDP == b.SDP
	case wire.Candidate:
		return a.(wire.Candidate).CallID == b.CallID && a.(wire.Candidate).Line == b.Line
	case wire.Signal:
		id, _ := a.(wire.Signal).About()
		want, _ := b.About()
		return id == want
	}
	return true
}

// TestNoOddMemberLosesACall plays whole calls with every kind of value in every optional member:
// the call still comes in, comes up and ends.
func TestNoOddMemberLosesACall(t *testing.T) {
	for name, call := range map[string]struct {
		begin  func(*translator)
		frames []string
		want   []string
	}{
		"in": {func(*translator) {}, []string{
			`{"invitesdp":"v=0","callid":"y@pbx","cseq":1,"from":"<sip:502@t>","to":"<sip:501@t>","from-user":"502","from-display":"Desk","from-number":"502","group":"72","alertinfo":"x"}`,
			`{"candidate":"candidate:1 1 udp 1 203.0.113.1 9 typ host","adr":[["203.0.113.1",9]],"callid":"y@pbx","sdpMid":"0","sdpMLineIndex":0}`,
			`{"bye":"true","callid":"y@pbx","cseq":2,"code":486,"reason":"Busy"}`,
		}, []string{"offered", "candidate", "ended"}},
		"out": {func(s *translator) { place(s, legID("A"), "502") }, []string{
			`{"sdp":"v=0","code":183,"callid":"x@pbx","cseq":1,"to-user":"502","to-display":"Desk","reason":"x"}`,
			`{"action":"call-state","calls":[{"id":"77","from":"<sip:501@t>","to":"<sip:502@t>","from-number":"501","to-number":"502","extension":["501","502"],"state":"connected","connect":"1760000012"}]}`,
			`{"bye":"true","callid":"x@pbx","cseq":2,"code":200,"reason":"OK"}`,
		}, []string{"described", "answered", "ended"}},
	} {
		for i := range call.frames {
			bent(t, []byte(call.frames[i]), func(odd []byte) {
				s := newTranslator("t", "501", generation{})
				call.begin(s)
				var reported []string
				for j, frame := range call.frames {
					if j == i {
						frame = string(odd)
					}
					if m, _ := wire.DecodeMessage([]byte(frame)); m != nil {
						s.receive(m)
					}
					events, _ := s.take()
					for _, e := range events {
						reported = append(reported, strings.Fields(show(e))[0])
					}
				}
				for _, want := range call.want {
					refused := strings.Contains(string(odd), "486 Busy") || strings.Contains(string(odd), `"code":486`)
					unlisted := want == "answered" && i == 1 // the list is what tells it
					if !slices.Contains(reported, want) && !(name == "out" && i == 0 && refused) && !unlisted {
						t.Errorf("%s: %s: told %v, want %s", name, odd, reported, want)
					}
				}
			})
		}
	}
}

// TestOddCalls: which entries of a list of calls mean that a call of ours was answered.
func TestOddCalls(t *testing.T) {
	for _, tt := range []struct{ name, before, after string }{
		{"by callid alone", ``, `{"callid":"x@pbx","state":"connected"}`},
		{"by callid beside an id", `{"id":"77","callid":"x@pbx","state":"alerting"}`, `{"id":"77","callid":"x@pbx","state":"connected"}`},
		{"by number and extension", `{"from-number":"501","to-number":"502","extension":["501","*502"],"state":"alerting"}`,
			`{"from-number":"501","to-number":"502","extension":["501","*502"],"state":"connected"}`},
		{"by extension alone", ``, `{"extension":["*502","501@t"],"state":"connected"}`},
		{"by the number at the far end", ``, `{"from":"<sip:501@t>","to":"<sip:502@t>","connect":"1760000012.5"}`},
		{"a number with its domain", ``, `{"from-number":"501@t","to-number":"502@t","state":"connected"}`},
		{"beside calls of others without ids", `{"from-number":"601","to-number":"602","state":"connected"},{"from-number":"601","to-number":"602","state":"connected"}`,
			`{"from-number":"601","to-number":"602","state":"connected"},{"from-number":"501","to-number":"502","state":"connected"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newTranslator("t", "501", generation{})
			place(s, legID("A"), "502")
			s.receive(decoded(t, `{"sdp":"v=0","code":183,"callid":"x@pbx"}`))
			s.receive(decoded(t, `{"action":"call-state","calls":[`+tt.before+`]}`))
			events, _ := s.take()
			if count[pbxws.LegAnswered](events) != 0 {
				t.Fatalf("answered already: %v", events)
			}
			s.receive(decoded(t, `{"action":"call-state","calls":[`+tt.after+`]}`))
			events, requests := s.take()
			if count[pbxws.LegAnswered](events) != 1 || count[wire.Ack](requests) != 1 {
				t.Errorf("told %v, sent %v", events, requests)
			}
			ours := 0
			state := pbxws.NewState("501")
			for _, e := range events {
				state.Apply(e, time.Unix(0, 0))
			}
			for _, c := range state.Calls.All() {
				if c.Leg == legID("A") {
					ours++
				}
			}
			if ours != 1 {
				t.Errorf("%d records are ours: %v", ours, state.Calls)
			}
		})
	}
}

// TestNamelessCallsCannotBeOrdered: an order about a call without an id from the PBX is refused,
// not sent with an id that we made up.
func TestNamelessCallsCannotBeOrdered(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	s.receive(decoded(t, `{"action":"call-state","calls":[{"from-number":"501","to-number":"502","state":"connected"}]}`))
	events, _ := s.take()
	changed, ok := events[0].(pbxws.CallChanged)
	if !ok {
		t.Fatalf("told %v", events)
	}
	s.order(pbxws.DeskHangup{Call: changed.Call.ID})
	events, requests := s.take()
	if len(requests)+len(s.takeREST()) != 0 || count[pbxws.CommandRefused](events) != 1 {
		t.Errorf("told %v, sent %v", events, requests)
	}
}

// TestAccountsAreBounded: nothing that the PBX tells of ever new accounts grows without end.
func TestAccountsAreBounded(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	for i := range pbxws.MaxAccounts + 100 {
		id := strconv.Itoa(i)
		s.receive(wire.UserState{AccountEntry: wire.AccountEntry{Account: id, Registered: new(bool)}})
		s.receive(wire.UserChange{AccountEntry: wire.AccountEntry{Account: id}})
		s.receive(wire.BLFState{Account: id})
		s.receive(wire.OrbitState{Orbit: id, Calls: []wire.CallEntry{{ID: id}}})
		s.take()
	}
	if len(s.known) != pbxws.MaxAccounts || len(s.registrationKnown) != pbxws.MaxAccounts || len(s.parked) != pbxws.MaxOrbits {
		t.Errorf("%d accounts, %d with a state, %d orbits", len(s.known), len(s.registrationKnown), len(s.parked))
	}
}
