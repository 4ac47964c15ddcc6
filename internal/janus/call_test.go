package janus

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	master = 1002
	helper = 1003
)

// TestPlaced is a call of ours, on a helper that is given back when it is over.
func TestPlaced(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.do(Call{"a", "sip:202@pbx.example.com", "v=0 ours"}, AddCandidate{"a", "candidate:1", "0", 0}, EndOfCandidates{"a"})
		d.requests("call@1003+offer attach register@1004:helper trickle@1003 trickle@1003")
		d.says(helper, `{"event":"calling"}`)
		d.says(helper, `{"event":"ringing"}`)
		d.says(helper, `{"event":"proceeding","code":180}`)
		d.events("Progressed{ID:a Code:180}")
		d.says(helper, `{"event":"accepted","username":"sip:202@pbx.example.com"}`, "answer", "v=0 theirs")
		d.events("Described{ID:a SDP:v=0 theirs Offer:false}", "Answered{ID:a}")
		d.core(helper, "webrtcup")
		d.core(helper, "media")
		d.do(Hold{"a", true})
		d.requests("hold@1003")
		d.events()
		d.says(helper, `{"event":"holding"}`)
		d.events("Held{ID:a On:true}")
		d.do(Hold{"a", false})
		d.says(helper, `{"event":"resuming"}`)
		d.events("Held{ID:a On:false}")
		d.do(Reoffer{"a", "v=0 path"})
		d.requests("unhold@1003 update@1003+offer")
		d.says(helper, `{"event":"updating"}`)
		d.says(helper, `{"event":"accepted"}`, "answer", "v=0 there")
		d.events("Described{ID:a SDP:v=0 there Offer:false}")
		d.says(helper, `{"event":"hangup","code":200,"reason":"Session Terminated"}`)
		d.core(helper, "hangup")
		d.events("Ended{ID:a How:0 Code:200 Reason:Session Terminated}")
		d.requests("detach@1003")
		d.do(Call{"b", "sip:203@pbx.example.com", "v=0 ours"})
		d.requests("call@1004+offer attach register@1005:helper")
	})
}

// TestEarlySound: the answer comes before the pickup, and not again with it.
func TestEarlySound(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.do(Call{"a", "sip:202@pbx.example.com", "v=0 ours"})
		d.says(helper, `{"event":"calling"}`)
		d.says(helper, `{"event":"progress","username":"sip:202@pbx.example.com"}`, "answer", "v=0 early")
		d.events("Progressed{ID:a Code:183}", "Described{ID:a SDP:v=0 early Offer:false}")
		d.says(helper, `{"event":"accepted","username":"sip:202@pbx.example.com"}`)
		d.events("Answered{ID:a}")
	})
}

// TestTaken is a call of theirs: it rings on the master, the next one on a helper.
func TestTaken(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.says(master, `{"event":"incomingcall","username":"sip:202@127.0.0.1:5060","displayname":"Bruno","callee":"sip:201@10.0.0.1;transport=udp"}`, "offer", "v=0 theirs")
		one := d.offered("Bruno", "v=0 theirs")
		d.requests("")
		d.says(helper, `{"event":"incomingcall","username":"sip:203@127.0.0.1:5060","displayname":"Carla","callee":"sip:201@10.0.0.1;transport=udp"}`, "offer", "v=0 hers")
		two := d.offered("Carla", "v=0 hers")
		d.requests("attach register@1004:helper")
		d.do(Answer{one, "v=0 ours"})
		d.says(master, `{"event":"accepted"}`)
		d.events("Answered{ID:" + string(one) + "}")
		d.do(Decline{two, 486}, Decline{two, 480})
		d.requests("accept@1002+answer decline@1003")
		d.says(helper, `{"event":"declining","code":486}`)
		d.says(helper, `{"event":"hangup","code":486,"reason":"Busy Here"}`)
		d.events("Ended{ID:" + string(two) + " How:1 Code:486 Reason:Busy Here}")
		d.requests("detach@1003")
		d.says(master, `{"event":"missed_call","caller":"sip:204@127.0.0.1","displayname":"Dora"}`)
		d.events("Missed{From:{URI:sip:204@127.0.0.1 User:204 Name:Dora}}")
		d.do(Hangup{one}, Hangup{one})
		d.requests("hangup@1002")
		d.says(master, `{"event":"hangingup"}`)
		d.core(master, "hangup")
		d.says(master, `{"event":"hangup","code":200,"reason":"to BYE"}`)
		d.events("Ended{ID:" + string(one) + " How:1 Code:200 Reason:to BYE}")
		d.requests("")
	})
}

// offered is the call that has just come in.
func (d *desk) offered(name, sdp string) CallID {
	d.Helper()
	e, ok := (<-d.Events()).(Offered)
	if !ok || e.From.Name != name || e.SDP != sdp || !strings.HasPrefix(string(e.ID), "in-") || e.To.User != "201" {
		d.Fatalf("%+v", e)
	}
	pass(timeout[askRing])
	return e.ID
}

// TestAnsweredAtOnce: the gateway tells of a call a moment before it can be answered.
func TestAnsweredAtOnce(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.says(master, `{"event":"incomingcall","username":"sip:202@x"}`, "offer", "v=0 theirs")
		one := (<-d.Events()).(Offered).ID
		d.do(AddCandidate{one, "candidate:1", "0", 0}, Answer{one, "v=0 ours"}, Hangup{one})
		d.requests("trickle@1002")
		pass(timeout[askRing])
		d.requests("accept@1002+answer hangup@1002")
	})
}

// TestTakenWithoutAnOffer: our offer goes with the pickup, their answer comes with the ACK.
func TestTakenWithoutAnOffer(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.says(master, `{"event":"incomingcall","username":"sip:202@127.0.0.1","callee":"sip:201@10.0.0.1"}`)
		one := d.offered("", "")
		d.do(Answer{one, "v=0 ours"})
		d.requests("accept@1002+offer")
		d.says(master, `{"event":"accepting"}`)
		pass(31 * time.Second)
		d.events()
		d.says(master, `{"event":"accepted"}`, "answer", "v=0 theirs")
		d.events("Described{ID:"+string(one)+" SDP:v=0 theirs Offer:false}", "Answered{ID:"+string(one)+"}")
	})
}

// TestChanged: the far end changes a call; without an offer of its own it gets our description again.
func TestChanged(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.says(helper, `{"event":"updatingcall"}`, "offer", "a=inactive")
		d.events("Described{ID:a SDP:a=inactive Offer:true}", "FarHeld{ID:a On:true}")
		d.says(helper, `{"event":"updatingcall"}`, "offer", "a=sendonly")
		d.events("Described{ID:a SDP:a=sendonly Offer:true}")
		d.says(helper, `{"event":"updatingcall"}`, "offer", "a=sendrecv")
		d.events("Described{ID:a SDP:a=sendrecv Offer:true}", "FarHeld{ID:a On:false}")
		d.do(Answer{"a", "v=0 well"})
		d.requests("update@1003+answer")
		d.says(helper, `{"event":"updated"}`)
		pass(time.Minute)
		d.took()
		d.events()
		d.says(helper, `{"event":"updatingcall"}`)
		d.requests("update@1003+offer")
		d.says(helper, `{"event":"accepted"}`, "answer", "v=0 again")
		d.events()
		d.do(Reoffer{"a", "v=0 path"})
		d.says(helper, `{"event":"accepted"}`, "answer", "v=0 there")
		d.events("Described{ID:a SDP:v=0 there Offer:false}")
	})
}

// up brings a call of ours up on a handle.
func (d *desk) up(id CallID, handle uint64) {
	d.Helper()
	d.do(Call{id, "sip:202@pbx.example.com", "v=0 ours"})
	d.says(handle, `{"event":"calling"}`)
	d.says(handle, `{"event":"accepted","username":"sip:202@pbx.example.com"}`, "answer", "v=0 theirs")
	d.events("Described{ID:"+string(id)+" SDP:v=0 theirs Offer:false}", "Answered{ID:"+string(id)+"}")
	d.took()
}

// TestEndings: how a call ended, by what was said of it.
func TestEndings(t *testing.T) {
	for name, c := range map[string]struct {
		said []string
		want string
	}{
		"refused":        {[]string{`{"event":"hangup","code":486,"reason":"Busy Here"}`}, "How:0 Code:486 Reason:Busy Here"},
		"elsewhere":      {[]string{`{"event":"hangup","code":487,"reason":"Request Terminated","reason_header_cause":"200"}`}, "How:2 Code:487 Reason:Request Terminated"},
		"of another one": {[]string{`{"event":"hangup","code":486,"reason":"Busy"},"call_id":"other","x":{}`, `{"event":"hangup","code":404}`}, "How:0 Code:404 Reason:"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *desk) {
				d.do(Call{"a", "sip:202@pbx.example.com", "v=0 ours"})
				d.says(helper, `{"event":"calling"}`)
				for _, said := range c.said {
					if before, after, odd := strings.Cut(said, `,"call_id"`); odd {
						d.messages <- []byte(`{"janus":"event","sender":1003,"plugindata":{"data":{"sip":"event","result":` + before + `,"call_id"` + after + `}}}`)
						continue
					}
					d.says(helper, said)
				}
				d.events("Ended{ID:a " + c.want + "}")
			})
		})
	}
}

// TestFreedByUs: what we end ourselves is not lost.
func TestFreedByUs(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.do(Hangup{"a"})
		d.core(helper, "hangup")
		pass(4 * time.Second)
		d.events()
		pass(2 * time.Second)
		d.events("Ended{ID:a How:1 Code:0 Reason:}")
	})
}

// TestBounds: descriptions and candidates of no reasonable size.
func TestBounds(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() { d.answers["attach"] = `{"janus":"error","transaction":"TX","error":{"code":461}}` })
		d.says(master, `{"event":"incomingcall","username":"sip:202@x"}`, "offer", strings.Repeat("x", maxSDP+1))
		pass(timeout[askRing])
		d.requests("decline@1002")
		d.events()
		d.do(Call{"a", "sip:202@x", "v=0"})
		d.says(helper, `{"event":"calling"}`)
		d.says(helper, `{"event":"accepted"}`, "answer", strings.Repeat("x", maxSDP+1))
		d.events("Answered{ID:a}")
		d.do(Call{"b", "sip:202@x", "v=0"})
		for range 2 * maxWaiting {
			d.do(AddCandidate{"b", "candidate:1", "0", 0})
		}
		d.change(func() { clear(d.answers) })
		pass(6 * time.Second)
		if n := strings.Count(d.took(), "trickle"); n != maxWaiting {
			t.Errorf("%d candidates were kept", n)
		}
	})
}

// TestFreed: the gateway gives up the sound of a call, and the end of the call does not come.
func TestFreed(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.core(helper, "hangup")
		d.events()
		pass(3 * time.Second)
		d.events("Ended{ID:a How:4 Code:0 Reason:Close PC}")
		d.requests("detach@1003")
		d.up("b", 1004)
		d.core(1004, "hangup")
		d.says(1004, `{"event":"hangup","code":200,"reason":"to BYE"}`)
		d.events("Ended{ID:b How:4 Code:0 Reason:Close PC}")
	})
}

// TestRefusedOrders: what the gateway refuses in its reply, and the plugin in an event, also with the
// code 0.
func TestRefusedOrders(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.change(func() {
			d.answers["call"] = `{"janus":"error","transaction":"TX","error":{"code":490,"reason":"Already in a call"}}`
		})
		d.do(Call{"a", "sip:202@pbx.example.com", "v=0 bad"})
		d.events("Refused{Order:{ID:a To:sip:202@pbx.example.com SDP:v=0 bad} Code:490 Reason:Already in a call}")
		d.requests("call@1003+offer attach detach@1003 register@1004:helper")
		d.change(func() { delete(d.answers, "call") })
		d.up("b", 1004)
		d.change(func() {
			d.answers["dtmf_info"] = `{"janus":"event","transaction":"TX","sender":1004,"plugindata":{"data":{"sip":"event","error_code":0,"error":"Wrong state"}}}`
		})
		d.do(Tones{"b", "5#"})
		d.events("Refused{Order:{ID:b Digits:5#} Code:0 Reason:Wrong state}")
		d.do(Tones{"b", strings.Repeat("1", maxWaiting+1)})
		d.events("Refused{Order:{ID:b Digits:" + strings.Repeat("1", maxWaiting+1) + "} Code:0 Reason:these are too many tones at once}")
		d.do(Hold{"c", true}, Join{"b", "c"}, Call{"b", "sip:1@x", "v=0"})
		d.events(
			"Refused{Order:{ID:c On:true} Code:0 Reason:the call is over}",
			"Refused{Order:{ID:b With:c} Code:0 Reason:both calls must be up}",
			"Refused{Order:{ID:b To:sip:1@x SDP:v=0} Code:0 Reason:there is such a call already}",
		)
	})
}

// TestUnanswered: what is acknowledged and then never heard of again ends in time.
func TestUnanswered(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		for _, c := range []struct {
			order Order
			limit time.Duration
			want  string
		}{
			{Hold{"a", true}, 5 * time.Second, "Refused{Order:{ID:a On:true} Code:0 Reason:it was not answered in time}"},
			{Reoffer{"a", "v=0"}, 10 * time.Second, "Refused{Order:{ID:a SDP:v=0} Code:0 Reason:it was not answered in time}"},
			{Answer{"a", "v=0"}, 10 * time.Second, "Refused{Order:{ID:a SDP:v=0} Code:0 Reason:it was not answered in time}"},
			{Tones{"a", "12"}, 5 * time.Second, "Refused{Order:{ID:a Digits:12} Code:0 Reason:it was not answered in time}"},
			{Transfer{"a", "sip:1@x"}, 10 * time.Second, "Refused{Order:{ID:a To:sip:1@x} Code:0 Reason:it was not answered in time}"},
			{Hangup{"a"}, 5 * time.Second, "Ended{ID:a How:1 Code:0 Reason:}"},
		} {
			d.do(c.order)
			pass(c.limit - time.Millisecond)
			d.events()
			pass(2 * time.Millisecond)
			d.events(c.want)
		}
		d.took()
		d.do(Call{"b", "sip:202@pbx.example.com", "v=0"})
		pass(11 * time.Second)
		d.events("Refused{Order:{ID:b To:sip:202@pbx.example.com SDP:v=0} Code:0 Reason:it was not answered in time}")
		if took := d.took(); !strings.HasSuffix(took, "detach@1004") {
			t.Errorf("asked %q", took)
		}
	})
}

// TestTonesKeepChangesBack: a re-INVITE that meets an INFO is lost at the gateway.
func TestTonesKeepChangesBack(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.do(Tones{"a", "1"}, Tones{"a", "23"}, Hold{"a", true}, Hold{"a", false})
		d.requests("dtmf_info@1003 dtmf_info@1003 dtmf_info@1003")
		for range 3 {
			d.says(helper, `{"event":"dtmfsent"}`)
		}
		pass(3*timeout[askTone] - time.Millisecond)
		d.requests("")
		pass(2 * time.Millisecond)
		d.requests("hold@1003 unhold@1003")
		d.says(helper, `{"event":"holding"}`)
		d.says(helper, `{"event":"resuming"}`)
		d.events("Held{ID:a On:false}")
	})
}

// TestCrossing: a call comes in on the handle that ours is being placed on.
func TestCrossing(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.do(Call{"a", "sip:202@pbx.example.com", "v=0 ours"})
		d.took()
		d.says(helper, `{"event":"incomingcall","username":"sip:203@x","displayname":"Carla","callee":"sip:201@x"}`, "offer", "v=0 hers")
		in := d.offered("Carla", "v=0 hers")
		d.requests("call@1004+offer attach register@1005:helper")
		d.says(1004, `{"event":"calling"}`)
		d.do(Decline{in, 0})
		if r := d.gate.asked[0]; r.Body["code"] != codeDecline {
			t.Errorf("%+v", r)
		}
		d.requests("decline@1003")
	})
}

// TestNoHelpers: a gateway without helpers places calls on the master, one after the other, each when the
// media of the one before is freed.
func TestNoHelpers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		registers := 0
		g.odd = func(r request) string {
			if r.Body["type"] != "helper" {
				return ""
			}
			registers++
			return `{"janus":"event","transaction":"TX","sender":` + strconv.FormatUint(r.Handle, 10) + `,"plugindata":{"data":{"error_code":442,"error":"Unknown type"}}}`
		}
		d := newDesk(t, g)
		defer d.Close()
		d.events("Registered{}")
		d.took()
		d.do(Call{"a", "sip:202@x", "v=0 ours"})
		d.requests("call@1002+offer")
		d.says(master, `{"event":"calling"}`)
		d.says(master, `{"event":"hangup","code":486,"reason":"Busy Here"}`)
		d.events("Ended{ID:a How:0 Code:486 Reason:Busy Here}")
		d.do(Call{"b", "sip:203@x", "v=0 ours"})
		d.requests("")
		d.core(master, "hangup")
		d.requests("call@1002+offer")
		pass(9 * time.Second)
		if registers < 2 {
			t.Error("helpers are not tried again")
		}
	})
}

// TestNoRoom: there are handles for ten calls beside the one that the master may have.
func TestNoRoom(t *testing.T) {
	inBubble(t, func(d *desk) {
		for i := range maxHandles {
			d.do(Call{CallID('a' + rune(i)), "sip:202@pbx.example.com", "v=0 ours"})
		}
		d.events()
		if n := len(d.live); n != maxHandles {
			t.Errorf("%d handles", n)
		}
		pass(9 * time.Second)
		d.events()
		d.says(helper, `{"event":"hangup","code":404}`)
		d.events("Ended{ID:a How:0 Code:404 Reason:}")
		if took := d.took(); !strings.HasSuffix(took, "detach@1003 attach register@1013:helper call@1013+offer") {
			t.Errorf("asked %q", took)
		}
	})
}

// TestTransfer: blind, by what the far end tells of its new call.
func TestTransfer(t *testing.T) {
	refer := func(substate, status string) string {
		return `{"event":"notify","notify":"refer","substate":"` + substate + `","content-type":"message/sipfrag","content":"` + status + `\n"}`
	}
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.do(Transfer{"a", "sip:486@x"})
		d.requests("transfer@1003")
		d.says(helper, `{"event":"transferring"}`)
		pass(9 * time.Second)
		d.says(helper, refer("active", "SIP/2.0 100 Trying"))
		pass(2 * time.Minute)
		d.took()
		d.events()
		d.says(helper, refer("terminated", "SIP/2.0 486 Busy Here"))
		d.events("Refused{Order:{ID:a To:sip:486@x} Code:486 Reason:Busy Here}")
		d.do(Transfer{"a", "sip:203@x"})
		d.says(helper, `{"event":"transferring"}`)
		pass(10 * time.Second)
		d.events("Refused{Order:{ID:a To:sip:203@x} Code:0 Reason:it was not answered in time}")
		d.took()
		d.do(Transfer{"a", "sip:203@x"})
		d.says(helper, `{"event":"transferring"}`)
		d.says(helper, refer("terminated", ""))
		d.events("Refused{Order:{ID:a To:sip:203@x} Code:0 Reason:the PBX has not told the outcome}")
		d.do(Transfer{"a", "sip:203@x"})
		d.says(helper, `{"event":"transferring"}`)
		d.says(helper, refer("terminated", "SIP/2.0 200 OK"))
		d.events("Transferred{ID:a}")
		d.requests("transfer@1003 transfer@1003 hangup@1003")
		d.says(helper, `{"event":"hangup","code":200,"reason":"to BYE"}`)
		d.events("Ended{ID:a How:3 Code:200 Reason:to BYE}")
	})
}

// TestJoin: two far ends talk to each other, also where one of them has left already.
func TestJoin(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.up("b", 1004)
		d.do(Join{"a", "b"})
		d.says(helper, `{"event":"transferring"}`)
		if r := d.gate.asked[0]; r.Body["uri"] != "sip:202@pbx.example.com" || r.Body["replace"] != "sip-1004" {
			t.Errorf("%+v", r)
		}
		d.says(1004, `{"event":"hangup","code":200,"reason":"Session Terminated"}`)
		d.events("Ended{ID:b How:0 Code:200 Reason:Session Terminated}")
		d.says(helper, `{"event":"notify","notify":"refer","substate":"active","content":"SIP/2.0 200 OK"}`)
		d.events("Transferred{ID:a}")
		d.says(helper, `{"event":"hangup","code":200,"reason":"to BYE"}`)
		d.events("Ended{ID:a How:3 Code:200 Reason:to BYE}")
	})
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.up("b", 1004)
		d.do(Join{"a", "b"})
		d.says(helper, `{"event":"transferring"}`)
		d.took()
		d.says(helper, `{"event":"notify","notify":"refer","substate":"active","content":"SIP/2.0 200 OK"}`)
		d.events("Transferred{ID:a}", "Transferred{ID:b}")
		d.requests("hangup@1003 hangup@1004")
	})
}

// TestCandidates of the gateway's own, where it tells them one by one.
func TestCandidates(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.up("a", helper)
		d.messages <- []byte(`{"janus":"trickle","sender":1003,"candidate":{"candidate":"candidate:9 1 udp","sdpMid":"0","sdpMLineIndex":0}}`)
		d.messages <- []byte(`{"janus":"trickle","sender":1003,"candidate":{"completed":true}}`)
		d.events("Candidate{ID:a Line:candidate:9 1 udp Mid:0 MLine:0}")
	})
}
