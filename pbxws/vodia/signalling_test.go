package vodia

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	actpass = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=setup:actpass\r\n"
	active  = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=setup:active\r\n"
	passive = "v=0\na=setup:passive\n"
	silent  = "v=0\r\nm=audio 9 RTP/AVP 0\r\n"
)

// The decision list of the protocol page, section 8.2: which descriptions are offers, and
// which of these readings are guesses.
func TestKindOfDescription(t *testing.T) {
	modern, legacy := versionAuto.decide(70), versionAuto.decide(67)
	const offer, answer = pbxws.SDPOffer, pbxws.SDPAnswer
	for _, tt := range []struct {
		name       string
		generation generation
		sdp        wire.SDP
		offered    bool
		kind       pbxws.SDPKind
		sure       bool
	}{
		{"its own word", legacy, wire.SDP{SDP: actpass, Kind: "offer"}, false, offer, true},
		{"its own word, answer", modern, wire.SDP{SDP: actpass, Kind: "answer"}, false, answer, true},
		{"its own word, early", modern, wire.SDP{SDP: actpass, Kind: "pranswer"}, false, answer, true},
		{"a word that is none", modern, wire.SDP{SDP: actpass, Kind: "rollback"}, false, offer, false},
		{"we offered", modern, wire.SDP{SDP: actpass}, true, answer, true},
		{"we offered, and so do they", modern, wire.SDP{SDP: actpass, Kind: "offer"}, true, offer, true},
		{"active", modern, wire.SDP{SDP: active}, false, answer, true},
		{"passive", modern, wire.SDP{SDP: passive}, false, answer, true},
		{"modern", modern, wire.SDP{SDP: actpass}, false, offer, false},
		{"unknown version", versionAuto.decide(0), wire.SDP{SDP: actpass}, false, offer, false},
		{"legacy", legacy, wire.SDP{SDP: actpass}, false, answer, false},
		{"no role", legacy, wire.SDP{SDP: silent}, false, answer, false},
		{"a person said legacy", versionLegacy.decide(70), wire.SDP{SDP: actpass}, false, answer, true},
		{"a person said modern", versionModern.decide(67), wire.SDP{SDP: actpass}, false, offer, true},
	} {
		if kind, sure := tt.generation.kindOf(tt.sdp, tt.offered); kind != tt.kind || sure != tt.sure {
			t.Errorf("%s: kind %d, sure %t", tt.name, kind, sure)
		}
	}
}

// What a PBX that ends a call means by it.
func TestCauses(t *testing.T) {
	ringing := leg{incoming: true}
	talking := leg{incoming: true, answered: true}
	placed := leg{}
	leaving := leg{answered: true, pending: pbxws.BlindTransfer{To: "503"}}
	for _, tt := range []struct {
		name   string
		leg    leg
		code   int
		reason string
		want   pbxws.Ending
	}{
		{"the caller gave up", ringing, 0, "", pbxws.EndedCancelled},
		{"the caller gave up, with a code", ringing, 487, "", pbxws.EndedCancelled},
		{"somebody else answered", ringing, 200, "", pbxws.EndedElsewhere},
		{"somebody else answered, in words", ringing, 0, "Call completed elsewhere", pbxws.EndedElsewhere},
		{"hung up", talking, 0, "", pbxws.EndedThere},
		{"media never agreed", talking, 415, "", pbxws.EndedMedia},
		{"busy", placed, 486, "", pbxws.EndedBusy},
		{"transferred", leaving, 0, "", pbxws.EndedTransferred},
		{"transferred, with a code of success", leaving, 200, "", pbxws.EndedTransferred},
		{"lost while leaving", leaving, 480, "", pbxws.EndedNoAnswer},
	} {
		if got := tt.leg.causeOf(tt.code, tt.reason); got.Ending != tt.want || got.Code != tt.code {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestRefusalCodes(t *testing.T) {
	for _, tt := range []struct {
		cause pbxws.Cause
		want  int
	}{
		{pbxws.Cause{}, 603}, {pbxws.Cause{Ending: pbxws.EndedBusy}, 486}, {pbxws.Cause{Ending: pbxws.EndedMedia}, 488},
		{pbxws.Cause{Ending: pbxws.EndedDeclined, Code: 480}, 480}, {pbxws.Cause{Code: 200}, 603},
	} {
		if got := refusalCode(tt.cause); got != tt.want {
			t.Errorf("%v: %d, want %d", tt.cause, got, tt.want)
		}
	}
}

// hears gives what one call of ours makes of a run of messages.
func hears(h generation, messages ...wire.Message) (events []pbxws.Event, requests []wire.Request) {
	s := newTranslator("t", "501", h)
	place(s, legID("A"), "502")
	for _, m := range messages {
		s.receive(m)
	}
	return s.take()
}

func count[T any, U any](list []U) int {
	n := 0
	for _, e := range list {
		if _, ok := any(e).(T); ok {
			n++
		}
	}
	return n
}

// However pickup is signalled, and however often, it is told once and acknowledged once.
func TestPickupOnce(t *testing.T) {
	id := callIDOf(legID("A"))
	early := wire.SDP{CallID: id, SDP: actpass, Code: 183}
	final := wire.SDP{CallID: id, SDP: actpass, Code: 200}
	bare := wire.SDP{CallID: id, SDP: actpass}
	state := list("9 501 502 connected")
	modern, legacy := versionAuto.decide(70), versionAuto.decide(67)
	for _, tt := range []struct {
		name       string
		generation generation
		messages   []wire.Message
		answered   int
		described  int
	}{
		{"early only", modern, []wire.Message{early, early}, 0, 1},
		{"state then final", modern, []wire.Message{early, state, final, state}, 1, 1},
		{"final then state", modern, []wire.Message{early, final, state, final}, 1, 1},
		{"state before any description", modern, []wire.Message{state, final}, 1, 1},
		{"no code", modern, []wire.Message{bare}, 1, 1},
		{"final at once", modern, []wire.Message{final}, 1, 1},
		{"legacy, twice", legacy, []wire.Message{early, final}, 1, 1},
		{"legacy, still early", legacy, []wire.Message{early, early}, 0, 1},
		{"legacy without codes", legacy, []wire.Message{bare, bare, bare}, 1, 1},
		{"a new offer in mid-call", modern, []wire.Message{early, final, wire.SDP{CallID: id, SDP: silent}}, 1, 2},
		{"legacy repeats itself in mid-call", legacy, []wire.Message{early, final, wire.SDP{CallID: id, SDP: silent}}, 1, 1},
		{"legacy says what it means", legacy, []wire.Message{early, final, wire.SDP{CallID: id, SDP: silent, Kind: "offer"}}, 1, 2},
		{"a response is progress only", modern, []wire.Message{wire.Response{CallID: id, Code: 180}, wire.Response{CallID: id, Code: 200}}, 0, 0},
	} {
		events, requests := hears(tt.generation, tt.messages...)
		if got := count[pbxws.LegAnswered](events); got != tt.answered || count[wire.Ack](requests) != got {
			t.Errorf("%s: answered %d times, acknowledged %d times", tt.name, got, count[wire.Ack](requests))
		}
		if got := count[pbxws.LegDescribed](events); got != tt.described {
			t.Errorf("%s: described %d times, want %d", tt.name, got, tt.described)
		}
	}
}

func TestOrdersThatMeanNothing(t *testing.T) {
	s := newTranslator("t", "501", generation{})
	place(s, legID("A"), "502")
	for _, tt := range []struct {
		name     string
		order    pbxws.Command
		requests int
		refused  int
	}{
		{"placed twice", pbxws.Offer{Leg: legID("A"), To: "502"}, 0, 1},
		{"joined with itself", pbxws.AttendedTransfer{Leg: legID("A"), With: legID("A")}, 0, 1},
		{"hung up", pbxws.Bye{Leg: legID("A")}, 1, 0},
		{"hung up twice", pbxws.Bye{Leg: legID("A")}, 0, 0},
		{"held after the end", pbxws.Hold{Leg: legID("A"), On: true}, 0, 0},
		{"placed again", pbxws.Offer{Leg: legID("A"), To: "502"}, 0, 1},
		{"joined after the end", pbxws.AttendedTransfer{Leg: legID("A"), With: legID("B")}, 0, 1},
		{"a candidate for nobody", pbxws.AddCandidate{Leg: legID("C")}, 0, 0},
		{"ringing for nobody", pbxws.Ringing{Leg: legID("C")}, 0, 0},
	} {
		s.order(tt.order)
		events, requests := s.take()
		if len(requests) != tt.requests || count[pbxws.CommandRefused](events) != tt.refused || len(events) != tt.refused {
			t.Errorf("%s: asked %v, told %v", tt.name, requests, events)
		}
	}
}

// A refused attended transfer is forgotten on both legs: the end of either is an ordinary one.
func TestRefusedJoinIsForgotten(t *testing.T) {
	s := newTranslator("t", "501", generation{noREST: true})
	for _, id := range []string{"a@pbx", "b@pbx"} {
		s.receive(wire.Invite{CallID: id, SDP: "v=0", From: "<sip:7@t>"})
		s.order(pbxws.Answer{Leg: newLegID(id), SDP: "v=0"})
	}
	s.order(pbxws.AttendedTransfer{Leg: "in:a@pbx", With: "in:b@pbx"})
	s.receive(wire.Response{CallID: "a@pbx", Code: 603})
	s.take()
	s.receive(wire.Bye{CallID: "b@pbx"})
	if events, _ := s.take(); len(events) != 1 || show(events[0]) != "ended in:b@pbx the other side hung up" {
		t.Errorf("told %v", events)
	}
}

// Ids go from leg to callid and back without a table.
func TestLegNames(t *testing.T) {
	for _, id := range []pbxws.LegID{legID("A"), "in:hT3kQw9ZpLsD@pbx"} {
		if got := legIDOf(callIDOf(id)); got != id {
			t.Errorf("%s came back as %s", id, got)
		}
	}
	if id := callIDOf("leg 7"); !hex32(id) || id == callIDOf("leg 8") || id != callIDOf("leg 7") {
		t.Errorf("a callid of ours is %s", id)
	}
	if newLegID("") == newLegID("") {
		t.Error("two calls without an id are one leg")
	}
}

// TestAlertInfo: a call asks for an answer without a hand where its Alert-Info says so, in whatever spelling.
func TestAlertInfo(t *testing.T) {
	for text, want := range map[string]bool{
		"<>;info=alert-autoanswer;delay=0": true, "<sip:x>;answer-after=0": true, "Auto Answer": true, "AUTOANSWER": true,
		"": false, "Ring Answer": false, "info=alert-external": false, "<http://127.0.0.1/Bellcore-dr3>": false,
	} {
		if got := asksForAnswer(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
