package nethcti

import (
	"encoding/json"
	"errors"
	"fmt"

	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/connection"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	talking = `{"exten":"202","name":"Bob Bianchi","status":"busy","conversations":{"PJSIP/202-1>PJSIP/2001-2":{"id":"PJSIP/202-1>PJSIP/2001-2",
		"owner":"202","direction":"out","connected":true,"recording":"mute","throughQueue":true,"queueId":"401","counterpartNum":"0721405516","counterpartName":"Rossi","startTime":"946684800000"}}}`
	silentBob = `{"exten":"202","name":"Bob Bianchi","status":"online","conversations":{}}`
)

func textOf(events []pbxws.Event) string {
	var all []string
	for _, e := range events {
		all = append(all, words(e))
	}
	return strings.Join(all, "\n")
}

// Events that come while the lists are read wait for them, and are not lost.
func TestEventsWaitForTheLists(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.gate = make(chan struct{})
		l := up(t, f.start())
		f.send(eventExtension, raw(talking))
		if events := l.reported(); len(events) != 0 || l.state.Accounts.Len() != 0 {
			t.Errorf("reported before the lists is %v", events)
		}
		close(f.gate)
		l.reported()
		c := l.state.Calls.At("PJSIP/202-1>PJSIP/2001-2")
		if l.state.Accounts.At("202").BLF != pbxws.BLFBusy || c.To.Number != "0721405516" || c.Queue != "401" || !c.Paused || c.Began.UTC().Year() != 2000 {
			t.Errorf("%+v\n%+v", l.state.Accounts.At("202"), c)
		}
		l.close()
	})
}

// Lists that do not come are asked for again, and what comes meanwhile is shown.
func TestListsThatDoNotCome(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.answer("GET /astproxy/extensions", "504 {}")
		l := up(t, f.start())
		f.send(eventExtension, raw(talking))
		if l.reported(); l.state.Accounts.At("202").BLF != pbxws.BLFBusy || l.state.Accounts.At("201").ID != "" {
			t.Errorf("known are %v", l.state.Accounts)
		}
		f.answer("GET /astproxy/extensions", extensionsOnline)
		time.Sleep(retryFirst)
		if l.reported(); l.state.Accounts.At("201").Name != "Alice Verdi" || l.state.Calls.Len() != 0 {
			t.Errorf("known are %v and %v", l.state.Accounts, l.state.Calls)
		}
		l.close()
	})
}

// The lists are read again, seldom, when the PBX reloads or names somebody whom no list knows. What they
// no longer hold is gone.
func TestListsAreReadAgain(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		l := up(t, f.start())
		f.send(eventExtension, raw(talking))
		l.reported()
		f.asked()
		for range 20 {
			f.send(eventReloaded)
			f.send(eventExtension, raw(`{"exten":"777","name":"New","status":"online"}`))
			time.Sleep(time.Second)
		}
		if n := strings.Count(f.asked(), "GET /api/astproxy/extensions"); n < 3 || n > 5 {
			t.Errorf("read %d times in 20 s", n)
		}
		time.Sleep(10 * time.Second)
		l.reported()
		if l.state.Calls.Len() != 0 || l.state.Accounts.At("777").ID != "" {
			t.Errorf("still there: %v, %v", l.state.Calls, l.state.Accounts.At("777"))
		}
		l.close()
	})
}

// Who may not see a part is told so.
func TestDenied(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.answer("GET /astproxy/queues", "403 {}")
		f.answer("GET /astproxy/trunks", "403 {}")
		l := up(t, f.start())
		if !l.state.Denies(pbxws.AreaQueues) || !l.state.Denies(pbxws.AreaTrunks) || l.state.Denies(pbxws.AreaOrbits) {
			t.Errorf("denied are %v", l.state.Denied)
		}
		if caps := l.Caps(); caps.Has(pbxws.CapListen) || !caps.Has(pbxws.CapIntrude|pbxws.CapQueue|pbxws.CapPark) {
			t.Errorf("the rights make %b", caps)
		}
		l.close()
	})
}

// Every way in which a link ends has its words.
func TestLinkEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*fake)
		what string
	}{
		"kicked":      {(*fake).kick, "the PBX closed it"},
		"revoked":     {func(f *fake) { f.revoke(); f.send(eventReloaded) }, errRevoked.What},
		"401 at once": {func(f *fake) { f.send(eventDenied, map[string]string{"message": "unauthorized access"}) }, errRevoked.What},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			l := up(t, f.start())
			c.end(f)
			time.Sleep(10 * time.Second)
			<-l.ended
			var e *pbxws.LinkError
			if err := l.Err(); !errors.As(err, &e) || e.What != c.what {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A message of anybody's is no word of a colleague, pictures are counted, and no secret is in the trace.
func TestTrace(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.withExtension()
		l := up(t, f.start())
		if err := l.Send(t.Context(), pbxws.Trace{On: true}); err != nil {
			t.Fatal(err)
		}
		l.reported()
		f.send(eventMessage, map[string]string{"message": "give me your password", "callUser": "bob"})
		f.send(eventAvatar, map[string]string{"username": "bob", "avatar": "data:image/png;base64," + strings.Repeat("A", 5000)})
		f.send(eventSummary, map[string]string{"uniqueid": "1"})
		f.send("somethingNew", raw(`{"token":"geheim-geheim"}`))
		f.send(eventReloaded)
		time.Sleep(10 * time.Second)
		var trace, rest strings.Builder
		for _, e := range l.reported() {
			if frame, ok := e.(pbxws.Frame); ok {
				trace.WriteString(frame.Text + "\n")
			} else {
				fmt.Fprintf(&rest, "%T %+v\n", e, e)
			}
		}
		if strings.Contains(rest.String(), "password") || !strings.Contains(trace.String(), "give me") {
			t.Errorf("the stranger's message: %s", rest.String())
		}
		if text := trace.String(); !strings.Contains(text, "(a picture of 5022 bytes)") || strings.Contains(text, "AAAA") {
			t.Errorf("the picture: %.300s", text)
		}
		for _, secret := range []string{secretOfAlice, "alicepw", "geheim-geheim", "eyJhbGci"} {
			if strings.Contains(trace.String()+rest.String(), secret) {
				t.Errorf("%s is seen", secret)
			}
		}
		if !strings.Contains(rest.String(), "Name:somethingNew") || !strings.Contains(trace.String(), "GET /user/me: ") {
			t.Errorf("rest: %s", rest.String())
		}
		l.close()
	})
}

// A presence that the PBX does not take is refused with those that it knows.
func TestUnknownPresence(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.answer("POST /user/presence", "400")
		l := up(t, f.start())
		if err := l.Send(t.Context(), pbxws.SetPresence{Presence: pbxws.Presence{Word: "away"}}); err != nil {
			t.Fatal(err)
		}
		if reported := textOf(l.reported()); !strings.Contains(reported, `the PBX does not take "away" here; it knows online, dnd`) {
			t.Errorf("reported %s", reported)
		}
		l.close()
	})
}

// A call that began and ended before the PBX's yes came about, and no second sentence says otherwise.
func TestOrderThatIsOverBeforeTheYes(t *testing.T) {
	busy := strings.ReplaceAll(strings.ReplaceAll(talking, "202", "201"), "Bob Bianchi", "Alice Verdi")
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.gate, f.gated = make(chan struct{}), "/astproxy/call"
		l := up(t, f.start())
		if err := l.Send(t.Context(), pbxws.DeskDial{To: "305"}); err != nil {
			t.Fatal(err)
		}
		f.send(eventExtension, raw(busy))
		f.send(eventExtension, raw(`{"exten":"201","name":"Alice Verdi","status":"online","conversations":{}}`))
		if reported := textOf(l.reported()); strings.Contains(reported, "CommandDone") {
			t.Errorf("done before the PBX's yes: %s", reported)
		}
		close(f.gate)
		time.Sleep(2 * effectLimit)
		if reported := textOf(l.reported()); !strings.Contains(reported, "CommandDone") || strings.Contains(reported, "Refused") {
			t.Errorf("the outcome is %s", reported)
		}
		l.close()
	})
}

// Each order is a request of its own, is confirmed by what the PBX says and not by its yes, and ends
// after a time in words.
func TestOrders(t *testing.T) {
	busy := strings.ReplaceAll(strings.ReplaceAll(talking, "202", "201"), "Bob Bianchi", "Alice Verdi")
	held := strings.Replace(busy, `"busy"`, `"onhold"`, 1)
	recorded := strings.Replace(busy, `"mute"`, `"true"`, 1)
	free := `{"exten":"201","name":"Alice Verdi","status":"online","conversations":{}}`
	ringing := `{"exten":"202","name":"Bob Bianchi","status":"ringing","conversations":{}}`
	queue := func(members string) string {
		return `{"name":"Support","queue":"401","members":{` + members + `},"waitingCallers":{"PJSIP/9":{"num":"0721405516","position":"1"}}}`
	}
	me := `"201":{"type":"dynamic","member":"201","queue":"401","loggedIn":true,"paused":false}`
	paused := strings.Replace(me, `"paused":false`, `"paused":true`, 1)
	const ours, theirs = pbxws.CallID("PJSIP/201-1>PJSIP/2001-2"), pbxws.CallID("PJSIP/202-1>PJSIP/2001-2")
	presence := func(kind, status, to string) string {
		return fmt.Sprintf(`{%q:{"username":"alice","status":%q,"to":%q}}`, kind, status, to)
	}
	type event struct{ name, payload string }
	for _, c := range []struct {
		before []event
		order  pbxws.Command
		asked  string
		then   event
	}{
		{nil, pbxws.DeskDial{To: "305"}, `/astproxy/call {"number":"305"}`, event{eventExtension, busy}},
		{[]event{{eventDevice, `"91201"`}}, pbxws.DeskDial{To: "305"}, `/astproxy/call {"endpointId":"201","endpointType":"extension","number":"305"}`, event{eventExtension, busy}}, // nobody is at the gateway
		{[]event{{eventExtension, busy}}, pbxws.DeskHangup{Call: ours}, `/astproxy/hangup {"convid":"PJSIP/201-1\u003ePJSIP/2001-2","endpointId":"201"}`, event{eventExtension, free}},
		{[]event{{eventExtension, busy}}, pbxws.DeskHold{Call: ours, On: true}, `/astproxy/toggle_hold {"endpointId":"201"}`, event{eventExtension, held}},
		{[]event{{eventExtension, held}}, pbxws.DeskHold{Call: ours}, `/astproxy/toggle_hold {"endpointId":"201"}`, event{eventExtension, busy}},
		{[]event{{eventExtension, strings.Replace(busy, `"connected":true`, `"connected":false`, 1)}}, pbxws.DeskAnswer{Call: ours}, `/astproxy/answer {"endpointId":"201"}`, event{eventExtension, busy}},
		{[]event{{eventExtension, busy}}, pbxws.DeskTransfer{Call: ours, To: "305"}, `/astproxy/blindtransfer {"convid":"PJSIP/201-1\u003ePJSIP/2001-2","endpointId":"201","to":"305"}`, event{eventExtension, free}},
		{[]event{{eventExtension, busy}}, pbxws.DeskPark{Call: ours}, `/astproxy/park {"applicantId":"201","convid":"PJSIP/201-1\u003ePJSIP/2001-2","endpointId":"201"}`, event{eventExtension, free}},
		{[]event{{eventExtension, busy}}, pbxws.DeskRecord{Call: ours, On: true}, `/astproxy/unmute_record {"convid":"PJSIP/201-1\u003ePJSIP/2001-2","endpointId":"201"}`, event{eventExtension, recorded}},
		{[]event{{eventExtension, recorded}}, pbxws.DeskRecord{Call: ours}, `/astproxy/stop_record {"convid":"PJSIP/201-1\u003ePJSIP/2001-2","endpointId":"201"}`, event{eventExtension, strings.Replace(busy, `"mute"`, `"false"`, 1)}},
		{nil, pbxws.DeskRetrieve{Orbit: "71"}, `/astproxy/pickup_parking {"destId":"201","parking":"71"}`, event{eventExtension, busy}},
		{[]event{{eventExtension, ringing}}, pbxws.DeskPickup{Account: "202"}, `/astproxy/pickup_conv {"destId":"201","endpointId":"202"}`, event{eventExtension, busy}},
		{[]event{{eventExtension, talking}}, pbxws.Intrude{Call: theirs}, `/astproxy/intrude {"convid":"PJSIP/202-1\u003ePJSIP/2001-2","destId":"201","endpointId":"202"}`, event{eventExtension, busy}},
		{[]event{{eventQueue, queue("")}}, pbxws.TakeWaiting{Queue: "401", Caller: "PJSIP/9"}, `/astproxy/pickup_qwaitcaller {"destId":"201","queue":"401","waitCallerId":"PJSIP/9"}`, event{eventQueue, `{"queue":"401"}`}},
		{[]event{{eventQueue, queue("")}}, pbxws.JoinQueue{Queue: "401", On: true}, `/astproxy/queuemember_add {"endpointId":"201","queueId":"401"}`, event{eventQueue, queue(me)}},
		{[]event{{eventQueue, queue(me)}}, pbxws.JoinQueue{Queue: "401"}, `/astproxy/queuemember_remove {"endpointId":"201","queueId":"401"}`, event{eventQueue, queue("")}},
		{[]event{{eventQueue, queue(me)}}, pbxws.PauseQueue{Queue: "401", On: true, Reason: "lunch"}, `/astproxy/queuemember_pause {"endpointId":"201","queueId":"401","reason":"lunch"}`, event{eventQueue, queue(paused)}},
		{[]event{{eventQueue, queue(paused)}}, pbxws.PauseQueue{Queue: "401"}, `/astproxy/queuemember_unpause {"endpointId":"201","queueId":"401"}`, event{eventQueue, queue(me)}},
		{nil, pbxws.SetDND{On: true}, `/user/presence {"status":"dnd"}`, event{eventPresence, presence("presence", "dnd", "")}},
		{nil, pbxws.SetForward{Forward: pbxws.Forward{When: pbxws.ForwardBusy, To: "305"}}, `/user/presence_onbusy {"status":"callforward","to":"305"}`, event{eventPresence, presence("presence_onbusy", "callforward", "305")}},
		{nil, pbxws.SetPresence{When: pbxws.PresenceUnavailable, Presence: pbxws.Presence{Word: "voicemail"}}, `/user/presence_onunavailable {"status":"voicemail"}`, event{eventPresence, presence("presence_onunavailable", "voicemail", "")}},
		{nil, pbxws.PauseQueue{On: true}, `/astproxy/queuemember_pause {"endpointId":"201","reason":""}`, event{}},
		{nil, pbxws.ChooseDevice{Device: "91201"}, `/user/default_device {"id":"91201"}`, event{}},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			l := up(t, f.start())
			for _, e := range c.before {
				f.send(e.name, raw(e.payload))
			}
			for _, comesAbout := range []bool{true, false} {
				l.reported()
				f.asked()
				if err := l.Send(t.Context(), c.order); err != nil {
					t.Fatal(err)
				}
				reported := textOf(l.reported())
				if asked := f.asked(); asked != "POST /api"+c.asked {
					t.Errorf("%T asks %s", c.order, asked)
				}
				done := fmt.Sprintf("%T %+v", pbxws.CommandDone{}, pbxws.CommandDone{Command: c.order})
				if c.then.name == "" {
					if !strings.Contains(reported, done) {
						t.Errorf("%T: %s", c.order, reported)
					}
					break
				}
				if strings.Contains(reported, "CommandDone") {
					t.Errorf("%T is done before it came about", c.order)
				}
				if comesAbout {
					f.send(c.then.name, raw(c.then.payload))
					if reported := textOf(l.reported()); !strings.Contains(reported, done) {
						t.Errorf("%T: %s", c.order, reported)
					}
					f.send(eventExtension, raw(free))
					f.send(eventExtension, raw(silentBob))
					f.send(eventPresence, raw(`{"presence":{"username":"alice","status":"online"}}`))
					f.send(eventPresence, raw(`{"presence_onbusy":{"username":"alice","status":"online"}}`))
					f.send(eventPresence, raw(`{"presence_onunavailable":{"username":"alice","status":"online"}}`))
					for _, e := range c.before {
						f.send(e.name, raw(e.payload))
					}
					continue
				}
				time.Sleep(effectLimit)
				if reported := textOf(l.reported()); !strings.Contains(reported, "the PBX accepted the order, but nothing happened within 4s") {
					t.Errorf("%T: %s", c.order, reported)
				}
			}
			l.close()
		})
	}
}

// What the PBX refuses is told in its words, and what cannot be is not asked.
func TestRefusedOrders(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		order  pbxws.Command
		why    string
		code   int
	}{
		"its words":             {"500 Error: no channel to hangup", pbxws.DeskDial{To: "305"}, "no channel to hangup", 500},
		"not allowed":           {"403 {}", pbxws.DeskDial{To: "305"}, "your profile on the PBX does not allow it", 403},
		"a page":                {"200 <html>", pbxws.DeskDial{To: "305"}, "the PBX answered with a web page", 0},
		"no call":               {"", pbxws.DeskHangup{Call: "x"}, callGone, 0},
		"no queue":              {"", pbxws.PauseQueue{Queue: "401", On: true}, "you are not in this queue", 0},
		"not ringing":           {"", pbxws.DeskPickup{Account: "202"}, "it no longer rings there", 0},
		"telephone that cannot": {"", pbxws.DeskAnswer{Call: "A>B"}, "the PBX cannot have your telephone 91201 answer; pick it up", 0},
		"a place to park":       {"", pbxws.DeskPark{Call: "A>B", Orbit: "71"}, choosesPlace, 0},
		"no such way":           {"", pbxws.SetForward{Forward: pbxws.Forward{When: pbxws.ForwardOffline, To: "1"}}, "this PBX cannot forward calls when offline", 0},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			if c.answer != "" {
				f.answer("POST /astproxy/call", c.answer)
			}
			l := up(t, f.start())
			f.send(eventExtension, raw(`{"exten":"91201","status":"ringing","conversations":{"A>B":{"direction":"in","counterpartNum":"305"}}}`))
			l.reported()
			if err := l.Send(t.Context(), c.order); err != nil {
				t.Fatal(err)
			}
			reported := l.reported()
			want := pbxws.CommandRefused{Command: c.order, Code: c.code, Reason: c.why}
			if len(reported) != 1 || reported[0] != want {
				t.Errorf("%s: %+v", name, reported)
			}
			l.close()
		})
	}
	inFakeTime(t, func(t *testing.T, f *fake) {
		l := up(t, f.start())
		for _, c := range []pbxws.Command{pbxws.Listen{Call: "x"}, pbxws.SendText{To: "202", Text: "x"}, pbxws.Offer{To: "305", Kind: pbxws.OfferPickup}} {
			if err := l.Send(t.Context(), c); !errors.Is(err, pbxws.ErrUnsupported) {
				t.Errorf("%T: %v", c, err)
			}
		}
		l.close()
		if err := l.Send(t.Context(), pbxws.DeskDial{To: "1"}); !errors.Is(err, connection.ErrEnded) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// Payloads of any kind are taken, and never end the program.
func FuzzBoard(f *testing.F) {
	names := []string{
		eventExtension, eventMain, eventPresence, eventQueue, eventMember, eventParking, eventTrunk, eventConference, eventConferenceEnd, eventRinging,
		eventHangup, eventMailbox, eventMailCount, eventAvatar, eventStreaming, eventAlarm, eventDevice, eventMessage, "other",
	}
	f.Add(uint8(0), []byte(talking))
	f.Add(uint8(3), []byte(`{"queue":"401","members":{"201":{"paused":"true"}},"waitingCallers":{"x":{"position":"1","waitingTime":1}}}`))
	f.Add(uint8(5), []byte(`{"parking":"71","timeout":-3,"parkedCaller":{"num":"1","timeout":"-9"}}`))
	f.Add(uint8(11), []byte(`{"201":{"inbox":"2","old":null}}`))
	f.Add(uint8(2), []byte(`{"presence":"x","presence_onbusy":{"username":"alice"}}`))
	f.Fuzz(func(t *testing.T, which uint8, payload []byte) {
		b := newBoard(me{}, nil)
		b.load(lists{}, t0)
		b.catchUp(t0)
		s := pbxws.NewState("")
		for range 2 {
			b.hear(names[int(which)%len(names)], []json.RawMessage{payload}, t0)
			for _, e := range b.take() {
				s.Apply(e, t0)
			}
		}
		for _, o := range s.Orbits {
			if o.Call != "" && o.Until.Before(t0) {
				t.Errorf("parked until %v", o.Until)
			}
		}
	})
}
