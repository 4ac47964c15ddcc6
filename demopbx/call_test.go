package demopbx

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/pbxws"
)

func TestEcho(t *testing.T) { onDialects(t, playEcho) }

func playEcho(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("600", "e1")
	p.saysHz = 1000
	p.hears(1000)
	if e := journal(t, s, exchange.CallAnswered, "600"); e.Peer != "201" {
		t.Errorf("answered: %v", e)
	}
	state := c.awaitState("connected")
	if state.text("connect") == "" || state.text("from-number") != "201" || state.text("to-name") != "Echo" {
		t.Errorf("call state %v", state)
	}
	c.send(`{"action":"sip-ack","callid":"e1"}`)
	c.send(`{"action":"sip-bye","caller":"true","callid":"e1"}`)
	c.awaitNoCalls()
	if e := journal(t, s, exchange.CallEnded, "201"); e.Peer != "600" || c.ours(e.Call) != "e1" {
		t.Errorf("ended: %v", e)
	}
}

func TestColleagueAnswersAndHangsUp(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{ColleagueTalks: 3 * time.Second}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "c1")
	c.awaitState("alerting")
	if g := c.await("the final SDP", func(g got) bool { return g.has("sdp") }); g.number("code") != 200 {
		t.Errorf("code %v, want 200", g["code"])
	}
	p.hears(exchange.ColleagueTone)
	g := c.await("a bye", func(g got) bool { return g.text("bye") == "true" })
	if g.text("callid") != "c1" || g.has("code") {
		t.Errorf("bye %v", g)
	}
	c.send(`{"action":"bye-response","callid":"c1","cseq":%d}`, g.number("cseq"))
	c.awaitNoCalls()
	journal(t, s, exchange.CallEnded, "601")
}

func TestRefusals(t *testing.T) { onDialects(t, playRefusals) }

func playRefusals(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{Seed: 7, NoVoicemail: true}, Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	offline, busy, dnd := "", "", ""
	s.pbx.Do(func() {
		for _, a := range s.pbx.Accounts() {
			switch {
			case a.Kind != pbxws.KindExtension || a.Number >= exchange.NumberEcho || a.Number == "201":
			case !a.Registered:
				offline = a.Number
			case a.DND:
				dnd = a.Number
			case len(a.Calls) > 0:
				busy = a.Number
			}
		}
	})
	for number, code := range map[string]int{
		"602": 486, "4711": 404, "": 404, "84": 404, "201": 486, offline: 480, busy: 486, dnd: 486,
	} {
		if g := c.dials(number, "r"+number); g.number("code") != code {
			t.Errorf("%q is refused with %v, want %d", number, g["code"], code)
		}
	}
}

func TestSilentNumberIsAbandoned(t *testing.T) { onDialects(t, playSilentNumberIsAbandoned) }

func playSilentNumberIsAbandoned(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("603", "s1")
	p.hears(exchange.Ringback)
	c.send(`{"action":"sip-bye","caller":"true","callid":"s1"}`)
	c.await("a confirmation", func(g got) bool { return g.has("cancelresponse") })
	journal(t, s, exchange.CallEnded, "201")
}

func TestSilentNumberTimesOut(t *testing.T) { onDialects(t, playSilentNumberTimesOut) }

func playSilentNumberTimesOut(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{NoAnswer: 80 * time.Millisecond}, Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	if g := c.dials("603", "s2"); g.number("code") != 408 {
		t.Errorf("bye with %v, want 408", g["code"])
	}
}

func TestCallback(t *testing.T) { onDialects(t, playCallback) }

func playCallback(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	c.call("604", "b1")
	c.await("its bye", func(g got) bool { return g.text("bye") == "true" })
	invite := c.rings()
	if from := invite.text("from"); from != `"Will Callback" <sip:604@demo.example>` {
		t.Errorf("from %s", from)
	}
	if !strings.HasSuffix(invite.text("callid"), "@pbx") {
		t.Errorf("callid %s", invite.text("callid"))
	}
	journal(t, s, exchange.CallRinging, "201")
	p := c.picksUp(invite)
	p.hears(exchange.CallbackTone)
	c.awaitState("connected")
	c.send(`{"action":"sip-bye","caller":"false","callid":%s}`, quote(invite.text("callid")))
	c.awaitNoCalls()
}

func TestCrowdAnswers(t *testing.T) { onDialects(t, playCrowdAnswers) }

func playCrowdAnswers(t *testing.T, d vodia.Dialect) {
	_, p := callsCrowd(t, exchange.Options{}, d)
	p.hears(exchange.CrowdTone)
}

func TestCrowdHangsUp(t *testing.T) { onDialects(t, playCrowdHangsUp) }

func playCrowdHangsUp(t *testing.T, d vodia.Dialect) {
	c, _ := callsCrowd(t, exchange.Options{CrowdTalks: 50 * time.Millisecond}, d)
	c.await("its bye", func(g got) bool { return g.text("bye") == "true" })
}

// callsCrowd calls one of the people whom the PBX plays.
func callsCrowd(t *testing.T, o exchange.Options, d vodia.Dialect) (*client, *phone) {
	t.Helper()
	s := start(t, quick(Options{PBX: o, Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	free := ""
	s.pbx.Do(func() {
		for _, a := range s.pbx.Accounts() {
			if a.Kind == pbxws.KindExtension && a.Number > "201" && a.Number < exchange.NumberEcho && a.Registered && !a.DND && len(a.Calls) == 0 {
				free = a.Number
			}
		}
	})
	return c, c.call(free, "f1")
}

func TestBetweenClients(t *testing.T) { onDialects(t, playBetweenClients) }

func playBetweenClients(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pa := a.call("202", "u1")
	invite := b.rings()
	if invite.text("from-user") != "201" || invite.text("from-display") != "Anna Rossi" {
		t.Errorf("invitation %v", invite)
	}
	pb := b.picksUp(invite)
	a.awaitState("connected")
	b.awaitState("connected")
	pa.saysHz, pb.saysHz = 700, 1100
	pa.second = pb
	pa.hears(1100)
	pa.second, pb.second = nil, pa
	pb.hears(700)
	b.send(`{"action":"sip-bye","caller":"false","callid":%s}`, quote(invite.text("callid")))
	b.await("a confirmation", func(g got) bool { return g.action("bye-response") })
	a.await("a bye", func(g got) bool { return g.text("bye") == "true" })
}

func TestPeopleCall(t *testing.T) { onDialects(t, playPeopleCall) }

func playPeopleCall(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{PBX: exchange.Options{Seed: 7}, Vodia: vodia.Options{Dialect: d}})
	c := dial(t, s, "201").bootstrap()
	if err := s.CallTo("201", "601"); err != nil {
		t.Fatal(err)
	}
	invite := c.rings()
	c.picksUp(invite).hears(exchange.ColleagueTone)
	if err := s.CallTo("201", "71"); err != nil {
		t.Fatal(err)
	}
	if invite = c.rings(); invite.text("group") != "Sales" {
		t.Errorf("an invitation from the queue has the group %q", invite.text("group"))
	}
	if err := s.CallTo("201", "201"); err == nil {
		t.Error("somebody called himself")
	}
}

func TestMissedCalls(t *testing.T) { onDialects(t, playMissedCalls) }

func playMissedCalls(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	c := dial(t, s, "201").bootstrap()
	a := dial(t, s, "202").bootstrap()
	for n := 1; n <= 2; n++ {
		a.call("201", "miss")
		c.rings()
		a.send(`{"action":"sip-bye","caller":"true","callid":"miss"}`)
		c.await("the count", func(g got) bool { return g.action("missed-calls") && g.number("count") == n })
	}
}

func TestRefusedByCallee(t *testing.T) { onDialects(t, playRefusedByCallee) }

func playRefusedByCallee(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "u2")
	invite := b.rings()
	b.send(`{"action":"sip-busy","callid":%s,"cseq":1,"code":486}`, quote(invite.text("callid")))
	if g := a.await("a bye", func(g got) bool { return g.has("bye") }); g.number("code") != 486 {
		t.Errorf("bye with %v, want 486", g["code"])
	}
	b.awaitNoCalls()
}

func TestCallerGivesUp(t *testing.T) { onDialects(t, playCallerGivesUp) }

func playCallerGivesUp(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "u3")
	invite := b.rings()
	a.send(`{"action":"sip-bye","caller":"true","callid":"u3"}`)
	g := b.await("a cancel", func(g got) bool { return g.text("cancel") == "true" })
	if g.text("callid") != invite.text("callid") {
		t.Errorf("cancel %v", g)
	}
	b.send(`{"action":"cancel-response","callid":%s,"cseq":%d}`, quote(g.text("callid")), g.number("cseq"))
}

func TestAnsweredElsewhere(t *testing.T) { onDialects(t, playAnsweredElsewhere) }

func playAnsweredElsewhere(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a := dial(t, s, "201").bootstrap()
	desk, home := dial(t, s, "202").bootstrap(), dial(t, s, "202").bootstrap()
	p := a.call("202", "u4")
	invite := desk.rings()
	home.rings()
	q := desk.picksUp(invite)
	home.awaitElsewhere()
	desk.awaitState("connected")
	q.saysHz, p.second = 900, q
	p.hears(900)
}

// awaitElsewhere waits to be told that somebody else took the call (RFC 3326 §3.1).
func (c *client) awaitElsewhere() {
	c.t.Helper()
	g := c.await("a cancel", func(g got) bool { return g.has("cancel") })
	if g.number("code") != 200 || g.text("reason") != "Call completed elsewhere" {
		c.t.Errorf("%s is told %v", c.user, g)
	}
}

func TestNobodyRegistered(t *testing.T) {
	s := start(t, Options{PBX: exchange.Options{NoVoicemail: true}})
	a := dial(t, s, "201").bootstrap()
	dial(t, s, "202").await("the domain", func(g got) bool { return g.action("domain-state") })
	if g := a.dials("202", "n1"); g.number("code") != 480 {
		t.Errorf("bye with %v, want 480", g["code"])
	}
}

func TestBadAnswer(t *testing.T) { onDialects(t, playBadAnswer) }

func playBadAnswer(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "w1")
	invite := b.rings()
	b.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":"nonsense"},"callid":%s,"cseq":77}`, quote(invite.text("callid")))
	if g := b.await("a bye", func(g got) bool { return g.has("bye") }); g.number("code") != 488 {
		t.Errorf("the callee's bye has %v, want 488", g["code"])
	}
	if g := a.await("a bye", func(g got) bool { return g.has("bye") }); g.number("code") != 488 {
		t.Errorf("the caller's bye has %v, want 488", g["code"])
	}
	if e := journal(t, s, exchange.Complaint, "202"); e.Text != "cseq 77 instead of 1" {
		t.Errorf("complaint: %v", e)
	}
}

func TestLostMediaEndsTheCall(t *testing.T) { onDialects(t, playLostMediaEndsTheCall) }

func playLostMediaEndsTheCall(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "w2")
	p.hears(exchange.ColleagueTone)
	if err := p.media.Close(); err != nil {
		t.Fatal(err)
	}
	c.await("a bye", func(g got) bool { return g.has("bye") })
	journal(t, s, exchange.MediaLost, "201")
}

func TestChat(t *testing.T) {
	s := start(t, Options{})
	a, b := dial(t, s, "201"), dial(t, s, "202").bootstrap()
	a.send(`{"action":"chat","src":"201","dest":"202","message":"lunch?"}`)
	g := b.await("a message", func(g got) bool { return g.action("chat") })
	if g.text("dest") != "201" || g.text("message") != "lunch?" {
		t.Errorf("chat %v", g)
	}
	url := s.URL() + "/rest/user/201@demo.example/chat?number="
	me := basic("201@demo.example", "demo")
	if code, body, _ := request(t, "POST", url+"600", `{"type":"text","text":"hello"}`, me); code != 200 || body != "2" {
		t.Errorf("over REST: %d %s, want the number of the message", code, body)
	}
	if g := a.await("the echo", func(g got) bool { return g.action("chat") }); g.text("dest") != "600" || g.text("message") != "hello" {
		t.Errorf("the echo is %v", g)
	}
	for number, body := range map[string]string{"999": `{"type":"text","text":"hello"}`, "600": `{"type":"image","text":"x"}`} {
		if code, _, _ := request(t, "POST", url+number, body, me); code < 400 {
			t.Errorf("%s to %s: %d", body, number, code)
		}
	}
}

// TestTakenByAColleague: 607 calls back, and a colleague takes the call: that is said to the telephone that rang.
func TestTakenByAColleague(t *testing.T) {
	s := start(t, quick(Options{}))
	a := dial(t, s, "201").bootstrap()
	a.call(exchange.NumberTaken, "t1")
	a.rings()
	a.awaitElsewhere()
}
