package control

import (
	"slices"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// transcripts are lines of clients with what is given to the telephone, nothing where it is refused, and
// the line that answers.
var transcripts = map[string]struct {
	legs    []phone.Leg
	request string
	intent  phone.Intent
	reply   string
}{
	"park anywhere": {[]phone.Leg{up("a", "601")}, `{"verb":"park"}`, phone.ParkCall{}, `{"ok":true,"text":"Mario is parked at 81"}`},
	"park at a place": {[]phone.Leg{up("a", "601"), up("b", "602")}, `{"verb":"park","to":"81","call":"b"}`,
		phone.ParkCall{Leg: "b", Orbit: "81"}, `{"ok":true,"text":"Mario is parked at 81"}`},
	"park nothing": {nil, `{"verb":"park"}`, nil, `{"ok":false,"text":"no call to park"}`},
	"consult": {[]phone.Leg{up("a", "601")}, `{"verb":"consult","to":"203"}`, phone.Consult{Leg: "a", To: "203"},
		`{"ok":true,"text":"asking 203; 601 waits"}`},
	"consult one who is up": {[]phone.Leg{up("a", "601"), onHold("b", "602")}, `{"verb":"consult","to":"602"}`,
		phone.ConsultWith{Leg: "a", With: "b"}, `{"ok":true,"text":"asking 602; 601 waits"}`},
	"consult a service code": {[]phone.Leg{up("a", "601")}, `{"verb":"consult","to":"*21*0900#"}`, nil,
		`{"ok":false,"text":"*21*0900# is a SERVICE CODE that may change settings; other programs cannot send a call there"}`},
	"consult without a call": {nil, `{"verb":"consult","to":"203"}`, nil, `{"ok":false,"text":"no call to transfer"}`},
	"link two": {[]phone.Leg{up("a", "601"), onHold("b", "602")}, `{"verb":"link"}`, phone.LinkCalls{Leg: "b", With: "a"},
		`{"ok":true,"text":"602 was put through to 601"}`},
	"link two by their numbers": {[]phone.Leg{up("a", "601"), onHold("b", "602")}, `{"verb":"link","call":"a","with":"b"}`,
		phone.LinkCalls{Leg: "a", With: "b"}, `{"ok":true,"text":"601 was put through to 602"}`},
	"link one with the other": {[]phone.Leg{up("a", "601"), onHold("b", "602")}, `{"verb":"link","call":"a"}`,
		phone.LinkCalls{Leg: "a", With: "b"}, `{"ok":true,"text":"601 was put through to 602"}`},
	"link a consultation": {[]phone.Leg{onHold("a", "601"), consulting("b", "602", "a")}, `{"verb":"link"}`, phone.CompleteTransfer{},
		`{"ok":true,"text":"601 was put through to 602"}`},
	"link one alone": {[]phone.Leg{up("a", "601")}, `{"verb":"link"}`, nil, `{"ok":false,"text":"you need two calls for that"}`},
	"join": {[]phone.Leg{up("a", "601"), onHold("b", "602")}, `{"verb":"join"}`, phone.Join{Room: phone.Account{ID: "90"}},
		`{"ok":true,"text":"in conference 90: you, 601, 602"}`},
	"join here": {[]phone.Leg{up("a", "601"), onHold("b", "602")}, `{"verb":"join","here":true}`, phone.Mix{},
		`{"ok":true,"text":"in conference, on this phone: 601, 602 and you"}`},
	"join here alone": {[]phone.Leg{up("a", "601")}, `{"verb":"join","here":true}`, nil, `{"ok":false,"text":"you need two calls for that"}`},
	"link two of two PBXs": {[]phone.Leg{up("a", "601"), at("branch", onHold("b", "602"))}, `{"verb":"link"}`, phone.Mix{Leg: "b", With: "a", Out: true},
		`{"ok":true,"text":"in conference, on this phone: 601, 602 and you"}`},
	"split": {[]phone.Leg{mixed("a", "601"), mixed("b", "602")}, `{"verb":"split","call":"b"}`, phone.Split{Leg: "b"},
		`{"ok":true,"text":"the conference is split; you stay with 602"}`},
	"split nothing": {[]phone.Leg{up("a", "601")}, `{"verb":"split"}`, nil, `{"ok":false,"text":"there is no conference on this phone"}`},
	"join nowhere":  {[]phone.Leg{up("a", "601")}, `{"verb":"join","to":"99"}`, nil, `{"ok":false,"text":"there is no conference 99"}`},
	"join nobody":   {nil, `{"verb":"join"}`, nil, `{"ok":false,"text":"no call to join"}`},
	"tones": {[]phone.Leg{up("a", "601")}, `{"verb":"tones","digits":"12#"}`, phone.SendDigits{Digits: "12#"},
		`{"ok":true,"text":"sent 12# to 601"}`},
	"no tones":            {[]phone.Leg{up("a", "601")}, `{"verb":"tones","digits":"x"}`, nil, `{"ok":false,"text":"tones are 0-9, *, # and A-D"}`},
	"tones to a held one": {[]phone.Leg{onHold("a", "601")}, `{"verb":"tones","digits":"1","call":"a"}`, nil, `{"ok":false,"text":"601 is on hold and hears no tones"}`},
	"record": {[]phone.Leg{up("a", "601")}, `{"verb":"record","set":"start"}`, phone.SetRecording{On: true},
		`{"ok":true,"text":"the call with 601 is recorded"}`},
	"record no more": {[]phone.Leg{recorded("a", "601")}, `{"verb":"record","set":"stop","call":"a"}`, phone.SetRecording{Leg: "a"},
		`{"ok":true,"text":"the call with 601 is no longer recorded"}`},
	"record here": {[]phone.Leg{up("a", "601")}, `{"verb":"record","set":"start","here":true}`, phone.RecordHere{On: true},
		`{"ok":true,"text":"recording to /r/1.wav"}`},
	"record here no more": {[]phone.Leg{recorded("a", "601")}, `{"verb":"record","set":"stop","here":true}`, phone.RecordHere{},
		`{"ok":true,"text":"recorded to /r/1.wav"}`},
	"record here twice": {[]phone.Leg{recorded("a", "601")}, `{"verb":"record","set":"start","here":true}`, nil,
		`{"ok":false,"text":"that call is recorded already"}`},
	"record maybe": {[]phone.Leg{up("a", "601")}, `{"verb":"record"}`, nil, `{"ok":false,"text":"say start or stop"}`},
}

func up(id, number string) phone.Leg {
	return phone.Leg{ID: pbxws.LegID(id), Peer: pbxws.Party{Number: number}, State: phone.Connected, Answered: noon}
}

func onHold(id, number string) phone.Leg {
	l := up(id, number)
	l.LocalHold = true
	return l
}

func mixed(id, number string) phone.Leg {
	l := up(id, number)
	l.Mixed = true
	return l
}

// at is a call of another PBX.
func at(link phone.LinkID, l phone.Leg) phone.Leg {
	l.Link = link
	return l
}

func consulting(id, number, waiting string) phone.Leg {
	l := up(id, number)
	l.Consults = pbxws.LegID(waiting)
	return l
}

func recorded(id, number string) phone.Leg {
	l := up(id, number)
	l.Recording, l.RecordingTo = true, "/r/1.wav"
	return l
}

func TestTranscripts(t *testing.T) {
	for name, tt := range transcripts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t, true, tt.legs...)
			o.change(func(s *phone.Snapshot) {
				s.PBX.Accounts = s.PBX.Accounts.With("90", pbxws.Account{ID: "90", Kind: pbxws.KindConference})
			})
			conn, err := connect(t.Context(), o.dir)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(timeout))
			if _, err := conn.Write([]byte(tt.request + "\n")); err != nil {
				t.Fatal(err)
			}
			if lines := jsonl.Lines(conn, longestReply); !lines.Scan() || lines.Text() != tt.reply {
				t.Errorf("%s was answered by\n%s, want\n%s", tt.request, lines.Text(), tt.reply)
			}
			if want := []phone.Intent{tt.intent}; tt.intent == nil && len(o.given) > 0 || tt.intent != nil && !slices.Equal(o.given, want) {
				t.Errorf("the telephone was given %#v, want %#v", o.given, want)
			}
		})
	}
}
