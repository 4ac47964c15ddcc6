package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"
)

// The examples of the protocol page, as they stand there, and what each says.
func TestRequestsOfThePage(t *testing.T) {
	one := []byte("1")
	for _, tt := range []struct {
		frame string
		want  Request
	}{
		{`{"action":"avoid-disconnect"}`, AvoidDisconnect{}},
		{`{"action":"own-calls","subscribe":true}`, OwnCalls{true}},
		{`{"action":"blf","add":["500","502"]}`, SubscribeBLF{[]string{"500", "502"}}},
		{`{"action":"sip-register","useragent":"termphone/0.1 (linux)"}`, Register{"termphone/0.1 (linux)"}},
		{`{"action":"sdp-packet","to":"502","sdp":{"type":"offer","sdp":"v=0\r\n"},"callid":"9f3c11ab@app"}`, Offer{"502", "v=0\r\n", "9f3c11ab@app"}},
		{`{"action":"ice-candidate","candidate":{"candidate":"candidate:1 1 udp 2130706431 192.0.2.7 50010 typ host","sdpMid":"0","sdpMLineIndex":0},"callid":"9f3c11ab@app"}`,
			ICECandidate{CallID: "9f3c11ab@app", Line: "candidate:1 1 udp 2130706431 192.0.2.7 50010 typ host", Mid: "0"}},
		{`{"action":"sip-ringing","callid":"hT3kQw9ZpLsD@pbx","cseq":1}`, Ringing{"hT3kQw9ZpLsD@pbx", one}},
		{`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":"v=0\r\n"},"callid":"hT3kQw9ZpLsD@pbx","cseq":1}`, Answer{"hT3kQw9ZpLsD@pbx", one, "v=0\r\n"}},
		{`{"action":"sip-ack","callid":"9f3c11ab@app"}`, Ack{"9f3c11ab@app"}},
		{`{"action":"sip-busy","callid":"hT3kQw9ZpLsD@pbx","cseq":1,"code":486}`, Busy{"hT3kQw9ZpLsD@pbx", one, 486}},
		{`{"action":"sip-bye","caller":"true","callid":"9f3c11ab@app"}`, Hangup{"9f3c11ab@app", true}},
		{`{"action":"bye-response","callid":"hT3kQw9ZpLsD@pbx","cseq":2}`, ByeDone{"hT3kQw9ZpLsD@pbx", []byte("2")}},
		{`{"action":"wrtc-hold","callid":"9f3c11ab@app","holdcmd":"sendonly","calldir":"caller"}`, Hold{CallID: "9f3c11ab@app", On: true, Caller: true}},
		{`{"action":"blind-transfer2","id":"9f3c11ab@app","from":"501","to":"503"}`, BlindTransfer{"9f3c11ab@app", "501", "503"}},
		{`{"action":"rec-call","id":"9f3c11ab@app","startstop":"on"}`, RecCall{"9f3c11ab@app", true}},
		{`{"action":"att-transfer","id":"12","from":"15555550142@tenant.example.com","id2":"15","to":"503@tenant.example.com"}`,
			AttTransfer{"12", "15555550142@tenant.example.com", "15", "503@tenant.example.com"}},
	} {
		got, err := DecodeRequest([]byte(tt.frame))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", tt.frame, got, err, tt.want)
		}
		back, err := EncodeRequest(tt.want)
		if err != nil || string(back) != tt.frame {
			t.Errorf("encoded %+v\n got %s, %v\nwant %s", tt.want, back, err, tt.frame)
		}
	}
}

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

func TestMessagesOfThePage(t *testing.T) {
	one, two := json.RawMessage("1"), json.RawMessage("2")
	lee := CallEntry{
		ID: "9f3c11ab@app", From: `"Sam Lee" <sip:501@tenant.example.com>`, To: `"Front Desk" <sip:502@tenant.example.com>`,
		FromNumber: "501", FromName: "Sam Lee", ToNumber: "502", ToName: "Front Desk",
		Extension: []string{"501", "*502"}, State: "alerting", Start: 1760000005.12,
	}
	for frame, want := range map[string]Message{
		`{"sdp":"v=0\r\n","code":183,"callid":"9f3c11ab@app","cseq":1,"to-user":"502","to-display":"Front Desk"}`: SDP{CallID: "9f3c11ab@app", CSeq: one, SDP: "v=0\r\n", Code: 183, ToUser: "502", ToDisplay: "Front Desk"},
		`{"invitesdp":"v=0\r\n","callid":"hT3kQw9ZpLsD@pbx","cseq":1,"from":"\"Ana Reyes\" <sip:+15555550142@tenant.example.com;user=phone>","to":"\"Sam Lee\" <sip:501@tenant.example.com>","from-user":"15555550142","from-display":"Ana Reyes","group":"","alertinfo":""}`: Invite{
			CallID: "hT3kQw9ZpLsD@pbx", CSeq: one, SDP: "v=0\r\n", From: `"Ana Reyes" <sip:+15555550142@tenant.example.com;user=phone>`,
			To: `"Sam Lee" <sip:501@tenant.example.com>`, FromUser: "15555550142", FromDisplay: "Ana Reyes"},
		`{"candidate":"candidate:1 1 udp 2130706431 203.0.113.10 52344 typ host","adr":[["203.0.113.10",52344],["10.0.0.5",52344]],"callid":"hT3kQw9ZpLsD@pbx"}`: Candidate{
			CallID: "hT3kQw9ZpLsD@pbx", Line: "candidate:1 1 udp 2130706431 203.0.113.10 52344 typ host", Addrs: []Addr{{"203.0.113.10", 52344}, {"10.0.0.5", 52344}}},
		`{"bye":"true","callid":"hT3kQw9ZpLsD@pbx","cseq":2}`:    Bye{CallID: "hT3kQw9ZpLsD@pbx", CSeq: two},
		`{"bye":"true","callid":"9f3c11ab@app","code":415}`:      Bye{CallID: "9f3c11ab@app", Code: 415},
		`{"cancel":"true","callid":"hT3kQw9ZpLsD@pbx","cseq":1}`: Cancel{CallID: "hT3kQw9ZpLsD@pbx", CSeq: one},
		`{"action":"call-state","calls":[{"id":"9f3c11ab@app","from":"\"Sam Lee\" <sip:501@tenant.example.com>","to":"\"Front Desk\" <sip:502@tenant.example.com>","from-number":"501","from-name":"Sam Lee","to-number":"502","to-name":"Front Desk","extension":["501","*502"],"state":"alerting","callstate":"alerting","start":1760000005.12,"connect":""}]}`: CallState{[]CallEntry{lee}},
		`{"action":"domain-state","messages":"","calls":[],"accounts":[{"account":"501","name":"Sam Lee","type":"extensions","registered":true,"dnd":false,"chatstatus":"online","code":null,"calls":null},{"account":"70","name":"Orbit 70","type":"orbits","calls":null}]}`: DomainState{
			Messages: json.RawMessage(`""`), Calls: []CallEntry{}, Accounts: []AccountEntry{
				{Account: "501", Name: "Sam Lee", Type: "extensions", Registered: yes(), DND: no(), ChatStatus: "online"},
				{Account: "70", Name: "Orbit 70", Type: "orbits"},
			}},
		`{"action":"user-state","type":"extensions","account":"502","domain":"tenant.example.com","registered":true,"dnd":false,"chatstatus":"online"}`: UserState{
			AccountEntry{Account: "502", Type: "extensions", Domain: "tenant.example.com", Registered: yes(), DND: no(), ChatStatus: "online"}},
		// The seed draws calls as an object, once.
		`{"action":"call-state","calls":{"id":"call id","from":"call from","to":"call-to","callstate":"connected"}}`: CallState{[]CallEntry{{ID: "call id", From: "call from", To: "call-to", State: "connected"}}},
	} {
		got, err := DecodeMessage([]byte(frame))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", frame, got, err, want)
		}
	}
}

// Variants that systems and their clients were seen to use, or that the page leaves open.
func TestVariants(t *testing.T) {
	for frame, want := range map[string]Message{
		// The member decides, by JavaScript's rules for truth and in the order of Vodia's client.
		`{"sdp":"v=0","invitesdp":"v=0","bye":"true"}`:                                             SDP{SDP: "v=0"},
		`{"sdp":"","invitesdp":"v=0"}`:                                                             Invite{SDP: "v=0"},
		`{"sdp":null,"candidate":false,"bye":1}`:                                                   Bye{},
		`{"bye":0,"cancel":"true"}`:                                                                Cancel{},
		`{"bye":-0.0e5,"cancelresponse":{}}`:                                                       CancelResponse{},
		`{"action":"call-state","bye":"true"}`:                                                     Bye{},
		`{"action":"call-state","bye":""}`:                                                         CallState{[]CallEntry{}},
		`{"sdp":{"type":"answer","sdp":"v=0"},"code":"183"}`:                                       SDP{SDP: "v=0", Kind: "answer", Code: 183},
		`{"response":486,"callid":"a"}`:                                                            Response{CallID: "a", Code: 486},
		`{"candidate":"a=candidate:1 1 udp 1 h 1 typ host","adr":[["::1","5000"]]}`:                Candidate{Line: "candidate:1 1 udp 1 h 1 typ host", Addrs: []Addr{{"::1", 5000}}},
		`{"candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0}}`:                 Candidate{Line: "candidate:1", Mid: "0"},
		`{"candidate":null,"callid":"a"}`:                                                          Unknown{Raw: json.RawMessage(`{"candidate":null,"callid":"a"}`)},
		`{"action":"sip-register","expires":"60"}`:                                                 RegisterReply{Expires: 60},
		`{"action":"rec-start","id":12}`:                                                           RecStart{"12"},
		`{"action":"callerid","number":502,"name":"Desk"}`:                                         CallerID{Name: "Desk", Number: "502"},
		`{"action":"call-state","calls":{"12":{"state":"connected"},"15":{"id":"16"}}}`:            CallState{[]CallEntry{{ID: "12", State: "connected"}, {ID: "16"}}},
		`{"action":"domain-state","accounts":{"502":{"name":"Desk","calls":0},"503":{"calls":2}}}`: DomainState{Accounts: []AccountEntry{{Account: "502", Name: "Desk"}, {Account: "503", Code: "busy"}}},
		`{"action":"missed-calls","calls":[1,2,3]}`:                                                MissedCalls{3},
		// Twins of a client's own frames, which some clients accept.
		`{"action":"sdp-packet","sdp":"v=0","callid":"a"}`: Invite{CallID: "a", SDP: "v=0"},
		`{"action":"sdp-answer","sdp":"v=0","callid":"a"}`: SDP{CallID: "a", SDP: "v=0", Kind: "answer"},
		`{"action":"ringing","callid":"a"}`:                Response{CallID: "a", Code: 180},
		`{"action":"sip-bye","callid":"a"}`:                Bye{CallID: "a"},
		`{"action":"sip-cancel","callid":"a"}`:             Cancel{CallID: "a"},
		`{"action":"sip-busy","callid":"a"}`:               Response{CallID: "a", Code: 486},
		`{"action":7}`:                                     Unknown{Raw: json.RawMessage(`{"action":7}`)},
	} {
		got, err := DecodeMessage([]byte(frame))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %#v, %v\nwant %#v", frame, got, err, want)
		}
	}
	for frame, want := range map[string]Request{
		`{"action":"sdp-packet","to":502,"sdp":"v=0"}`:                                   Offer{To: "502", SDP: "v=0"},
		`{"action":"ice-candidate","candidate":null}`:                                    ICECandidate{},
		`{"action":"sip-bye"}`:                                                           Hangup{},
		`{"action":"sip-bye","caller":true}`:                                             Hangup{Caller: true},
		`{"action":"wrtc-hold","holdcmd":"sendrecv","sdp":{"type":"offer","sdp":"v=0"}}`: Hold{SDP: "v=0"},
		`{"action":"dance"}`:                                                             Unsupported{Name: "dance", Raw: json.RawMessage(`{"action":"dance"}`)},
		`{}`:                                                                             Unsupported{Raw: json.RawMessage(`{}`)},
	} {
		got, err := DecodeRequest([]byte(frame))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %#v, %v\nwant %#v", frame, got, err, want)
		}
	}
}

func allMessages() []Message {
	cseq, calls := json.RawMessage(`"7 INVITE"`), []CallEntry{{ID: "1", From: "a", To: "b", Extension: []string{"501"}, State: "holding", Connect: "17.5", Rec: "adhoc"}}
	tag := "x"
	entry := AccountEntry{Account: "501", Type: "extensions", Name: "Sam", Registered: yes(), DND: no(), Code: "200", Tag: &tag,
		Calls: []AccountCall{{ID: "1", From: "<sip:1@t>", To: "2", State: "alerting", Start: 2}}}
	return []Message{
		SDP{"a", cseq, "v=0", "answer", 200, "502", "Desk", "OK"},
		Invite{"a", cseq, "v=0", "f", "t", "1", "n", "2", "Sales", "info=x"},
		Candidate{CallID: "a", Line: "candidate:1 1 udp 1 h 1 typ host", Addrs: []Addr{{"::1", 7}}},
		Bye{"a", cseq, 486, "Busy", "502"}, Cancel{"a", cseq, 200, "elsewhere", "502"}, CancelResponse{"a"}, Response{"a", cseq, 404, "no", "502"},
		Ringtones{json.RawMessage(`[1]`)}, Info{"a", json.RawMessage(`"x"`)}, Change{json.RawMessage(`true`)},
		DomainState{[]AccountEntry{entry}, calls, json.RawMessage(`{"new":1}`)}, UserState{entry}, UserChange{entry},
		CallState{calls}, OrbitState{"70", calls}, OrbitList{[]OrbitState{{"70", calls}, {"71", []CallEntry{}}}}, BLFList{[]BLFState{{"501", "idle"}, {"502", "busy"}}}, RegisterReply{60, "hello"}, BLFState{"501", "idle"}, MissedCalls{2},
		RecStart{"a"}, RecStop{"a"}, CallerID{"a", "n", "1"}, ByeResponse{"a"}, Chat{"502", "hi"}, CRMContact{"{}", "Outbound", "u"},
		Unknown{"new", json.RawMessage(`{"action":"new"}`)},
	}
}

func allRequests() []Request {
	cseq := json.RawMessage(`{"n": [1 ,2]}`)
	return []Request{
		AvoidDisconnect{}, OwnCalls{true}, DomainCalls{true}, OrbitCalls{}, GetRingtones{}, SubscribeBLF{[]string{"501"}}, Register{"x"}, GetUsers{}, GetCalls{},
		Offer{"502", "v=0", "a"}, ICECandidate{"a", "candidate:1", "0", 1}, Ringing{"a", cseq}, Answer{"a", cseq, "v=0"}, Ack{"a"}, Busy{"a", cseq, 486},
		Hangup{"a", true}, ByeDone{"a", cseq}, CancelDone{"a", cseq}, Hold{"a", true, true, "v=0"}, BlindTransfer{"a", "1", "2"}, AttTransfer{"a", "1", "b", "2"},
		Mute{"a", true}, RecCall{"a", true}, OldBlindTransfer{"a", "1", "2"}, HoldCall{"a"}, AcceptCall{"a"}, ClearCall{"a", true}, MakeCall{"502"},
		SendChat{"1", "2", "hi"}, AddToCRM{"s", "d", "a"}, Unsupported{"new", json.RawMessage(`{"action":"new"}`)},
	}
}

// What one end encodes the other decodes without loss, for every message. The bytes are those of
// testdata/frames.txt.
func TestRoundTrip(t *testing.T) {
	seen, frames := map[string]bool{}, &bytes.Buffer{}
	for _, m := range allMessages() {
		seen[reflect.TypeOf(m).Name()] = true
		frame, err := EncodeMessage(m)
		if err != nil {
			t.Fatalf("%T: %v", m, err)
		}
		fmt.Fprintf(frames, "< %s\n", frame)
		if got, err := DecodeMessage(frame); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s\n got %#v, %v\nwant %#v", frame, got, err, m)
		}
	}
	for _, r := range allRequests() {
		seen[reflect.TypeOf(r).Name()] = true
		frame, err := EncodeRequest(r)
		if err != nil {
			t.Fatalf("%T: %v", r, err)
		}
		fmt.Fprintf(frames, "> %s\n", frame)
		if got, err := DecodeRequest(frame); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%s\n got %#v, %v\nwant %#v", frame, got, err, r)
		}
	}
	for _, name := range unionMembers(t) {
		if !seen[name] {
			t.Errorf("%s is not tried", name)
		}
	}
	want, err := os.ReadFile("testdata/frames.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(frames.Bytes(), want) {
		t.Errorf("the frames are\n%s", frames)
	}
}

// unionMembers are the types with a marker method, read from the source.
func unionMembers(t *testing.T) []string {
	var names []string
	for _, file := range []string{"message.go", "request.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				names = append(names, fn.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	if len(names) < 50 {
		t.Fatalf("only %d types found", len(names))
	}
	return names
}

// Every member of every frame with every wrong type: never a panic, and an error names the
// member and does not quote what was in it.
func TestWrongTypes(t *testing.T) {
	const marker = "s3cret-c0ntent"
	wrong := []string{`{"` + marker + `":1}`, `["` + marker + `"]`, `"` + marker + `"`, `-7.5`, `true`, `1e999`, `[[[]]]`, `{}`, `[{}]`, `[null]`, `null`}
	try := func(frame []byte, decode func([]byte) error) {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(frame, &members); err != nil {
			t.Fatal(err)
		}
		for key, was := range members {
			if key == "action" {
				continue
			}
			for _, w := range wrong {
				members[key] = json.RawMessage(w)
				bent, err := json.Marshal(members)
				if err != nil {
					continue // 1e999 is refused by the encoder of this test
				}
				if err := decode(bent); err != nil && (strings.Contains(err.Error(), marker) || !strings.Contains(err.Error(), `"`)) {
					t.Errorf("%s: %v", bent, err)
				}
			}
			members[key] = was
		}
	}
	for _, m := range allMessages() {
		frame, _ := EncodeMessage(m)
		try(frame, func(bent []byte) error { _, err := DecodeMessage(bent); return err })
	}
	for _, r := range allRequests() {
		frame, _ := EncodeRequest(r)
		try(frame, func(bent []byte) error { _, err := DecodeRequest(bent); return err })
	}
}

func FuzzDecodeMessage(f *testing.F) {
	for _, m := range allMessages() {
		frame, err := EncodeMessage(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	f.Add([]byte(`{"candidate":"a","adr":[["",-1],[]]}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, _ := DecodeMessage(frame)
		if m == nil {
			return
		}
		again, err := EncodeMessage(m)
		if err != nil {
			t.Fatalf("%#v: %v", m, err)
		}
		if _, unknown := m.(Unknown); !unknown && !json.Valid(again) {
			t.Errorf("%#v became %s", m, again)
		}
	})
}

func FuzzDecodeRequest(f *testing.F) {
	for _, r := range allRequests() {
		frame, err := EncodeRequest(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		r, err := DecodeRequest(frame)
		if err != nil {
			return
		}
		again, err := EncodeRequest(r)
		if err != nil {
			t.Fatalf("%#v: %v", r, err)
		}
		back, err := DecodeRequest(again)
		if _, unknown := r.(Unsupported); !unknown && (err != nil || reflect.TypeOf(back) != reflect.TypeOf(r)) {
			t.Errorf("%#v became %s, %v", r, again, err)
		}
	})
}
