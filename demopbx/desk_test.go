package demopbx

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// controls signs a user in who follows the user's own calls and has no telephone here.
func controls(t *testing.T, s *Server, user string) *client {
	t.Helper()
	c := dial(t, s, user)
	c.send(`{"action":"own-calls","subscribe":true}`)
	c.awaitNoCalls()
	return c
}

func TestDeskPhoneDials(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{DeskAnswers: 50 * time.Millisecond}}))
	c := controls(t, s, "201")
	c.send(`{"action":"make-call","to":"601"}`)
	if call := c.awaitState("alerting"); call.text("from-number") != "201" || call.text("to-number") != "601" {
		t.Errorf("call %v", call)
	}
	id := c.awaitState("connected").text("id")
	c.send(`{"action":"hold-call","id":%s}`, quote(id))
	c.awaitState("holding")
	c.send(`{"action":"hold-call","id":%s}`, quote(id))
	c.awaitState("connected")
	c.send(`{"action":"blind-transfer","id":%s,"from":"601@demo.example","to":"602"}`, quote(id))
	c.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == 486 })
	c.send(`{"action":"clear-call","id":%s,"connected":"true"}`, quote(id))
	c.awaitNoCalls()
	if e := journal(t, s, exchange.CallEnded, "201"); e.Peer != "601" {
		t.Errorf("ended: %v", e)
	}
}

func TestDeskPhoneIsRefused(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{DeskAnswers: time.Minute}}))
	c := controls(t, s, "201")
	for to, code := range map[string]int{"602": 486, "4711": 404, "": 404} {
		c.send(`{"action":"make-call","to":%s}`, quote(to))
		c.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == code })
	}
	for _, action := range []string{"hold-call", "accept-call", "clear-call"} {
		c.send(`{"action":%s,"id":"none"}`, quote(action))
		c.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == 481 })
	}
	b := dial(t, s, "202").bootstrap()
	c.send(`{"action":"make-call","to":"202"}`) // and hangs up before lifting
	id := c.awaitState("alerting").text("id")
	c.send(`{"action":"accept-call","id":%s}`, quote(id))
	c.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == 481 })
	c.send(`{"action":"clear-call","id":%s}`, quote(id))
	c.awaitNoCalls()
	journal(t, s, exchange.CallEnded, "201")
	b.send(`{"action":"ringtones"}`)
	b.await("a reply", func(g got) bool {
		if g.action("missed-calls") || g.has("invitesdp") {
			t.Errorf("the number that was never called got %v", g)
		}
		return g.has("ringtones")
	})
}

func TestDeskPhoneAnswers(t *testing.T) { onDialects(t, playDeskPhoneAnswers) }

func playDeskPhoneAnswers(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), controls(t, s, "202")
	p := a.call("202", "k1")
	p.hears(exchange.Ringback)
	id := b.awaitState("alerting").text("id")
	b.send(`{"action":"accept-call","id":%s}`, quote(id))
	b.awaitState("connected")
	p.hears(exchange.CrowdTone)
	b.send(`{"action":"blind-transfer","id":%s,"from":"201@demo.example","to":"601"}`, quote(id))
	b.awaitNoCalls()
	p.hears(exchange.ColleagueTone)
}

// Everybody's desk phone can answer what rings, here instead of the client's own telephone.
func TestDeskPhoneTakesOver(t *testing.T) { onDialects(t, playDeskPhoneTakesOver) }

func playDeskPhoneTakesOver(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	p := a.call("202", "k2")
	id := b.take("the call", true, func(g got) bool { return g.state() == "alerting" }).calls()[0].text("id")
	b.rings()
	b.send(`{"action":"accept-call","id":%s}`, quote(id))
	b.awaitElsewhere()
	p.hears(exchange.CrowdTone)
	b.send(`{"action":"clear-call","id":%s,"connected":"true"}`, quote(id))
	a.await("a bye", func(g got) bool { return g.text("bye") == "true" })
}

func TestDeskPhoneTurnsDown(t *testing.T) { onDialects(t, playDeskPhoneTurnsDown) }

func playDeskPhoneTurnsDown(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), controls(t, s, "202")
	a.call("202", "k3")
	b.send(`{"action":"clear-call","id":%s,"connected":"false"}`, quote(b.awaitState("alerting").text("id")))
	if g := a.await("a bye", func(g got) bool { return g.has("bye") }); g.number("code") != 603 {
		t.Errorf("bye with %v, want 603", g["code"])
	}
	b.awaitNoCalls()
}

func TestDeskPhoneOverREST(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{DeskAnswers: 20 * time.Millisecond}}))
	c := controls(t, s, "201")
	act := func(body string, want int) {
		t.Helper()
		code, text, _ := request(t, "POST", s.URL()+"/rest/user/201@demo.example/calls", body, basic("201@demo.example", "demo"))
		if code != want {
			t.Errorf("%s: %d %s, want %d", body, code, text, want)
		}
	}
	act(`{"remote-dial":"602","name":"x"}`, 409)
	act(`{"remote-dial":"601","name":"Luca"}`, 200)
	id := quote(c.awaitState("connected").text("id"))
	act(`{"remote-hold":`+id+`}`, 200)
	act(`{"remote-hold":`+id+`}`, 200) // once more is no toggle
	c.awaitState("holding")
	act(`{"remote-resume":`+id+`}`, 200)
	c.awaitState("connected")
	act(`{"id":`+id+`,"comment":"call again"}`, 200)
	if e := journal(t, s, exchange.Remarked, "201"); e.Text != "call again" || e.Peer != "601" {
		t.Errorf("remark: %v", e)
	}
	act(`{"hangup":`+id+`}`, 200)
	c.awaitNoCalls()
	for _, verb := range []string{"hangup", "reject", "remote-answer", "remote-hold", "remote-resume"} {
		act(`{"`+verb+`":"none"}`, 404)
	}
	if err := s.CallTo("201", "601"); err != nil {
		t.Fatal(err)
	}
	act(`{"remote-answer":`+quote(c.awaitState("alerting").text("id"))+`}`, 200)
	c.awaitState("connected")
}

func TestAttendedTransferWithTheDeskPhone(t *testing.T) {
	onDialects(t, playAttendedTransferWithTheDeskPhone)
}

func playAttendedTransferWithTheDeskPhone(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{DeskAnswers: 20 * time.Millisecond}, Vodia: vodia.Options{Dialect: d}}))
	a, c := dial(t, s, "202").bootstrap(), controls(t, s, "201")
	c.send(`{"action":"make-call","to":"202"}`)
	invite := a.rings()
	p := a.picksUp(invite)
	held := c.awaitState("connected").text("id")
	c.send(`{"action":"hold-call","id":%s}`, quote(held))
	c.awaitState("holding")
	c.send(`{"action":"make-call","to":"601"}`)
	second := ""
	c.await("two calls", func(g got) bool {
		for _, call := range g.calls() {
			if call.text("to-number") == "601" && call.text("state") == "connected" {
				second = call.text("id")
			}
		}
		return second != ""
	})
	c.send(`{"action":"att-transfer","id":%s,"from":"202@demo.example","id2":%s,"to":"601@demo.example"}`, quote(held), quote(second))
	p.hears(exchange.ColleagueTone)
	c.awaitNoCalls()
	a.await("a new caller id", func(g got) bool { return g.action("callerid") && g.text("number") == "601" })
}

func TestRegistrations(t *testing.T) {
	s := start(t, Options{PBX: exchange.Options{DeskPhones: true}})
	dial(t, s, "201").bootstrap()
	_, body, _ := request(t, "GET", s.URL()+"/rest/user/201@demo.example/registration", "", basic("201", "demo"))
	if !strings.Contains(body, `"third party/1.0"`) || !strings.Contains(body, "desk phone") {
		t.Errorf("registrations: %s", body)
	}
}

// TestDeafDesk: orders for the desk phone are accepted and have no effect.
func TestDeafDesk(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{DeafDesk: true}}))
	controls(t, s, "201")
	code, body, _ := request(t, "POST", s.URL()+"/rest/user/201@demo.example/calls", `{"remote-dial":"601"}`, basic("201@demo.example", "demo"))
	if code != 200 {
		t.Errorf("%d %s", code, body)
	}
	for _, e := range s.Journal().Since(0) {
		if e.Kind == exchange.CallPlaced && e.User == "201" {
			t.Errorf("it called: %v", e)
		}
	}
}
