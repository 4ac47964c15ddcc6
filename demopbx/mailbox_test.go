package demopbx

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

func TestVoicemailOfSomebodyOffline(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{GreetingSpeaks: 4 * time.Second}}))
	a := dial(t, s, "201").bootstrap()
	b := dial(t, s, "202")
	before := b.await("the domain", func(g got) bool { return g.action("domain-state") }).number("messages")
	p := a.call("202", "v1")
	a.await("the mailbox", func(g got) bool { return g.has("sdp") && g.text("to-user") == "8202" })
	p.hears(exchange.GreetingTone)
	p.saysHz = 700
	p.hearsNothing()
	p.pump("a message", after(400*time.Millisecond))
	a.send(`{"action":"sip-bye","caller":"true","callid":"v1"}`)
	g := b.await("the count", func(g got) bool { return g.action("domain-state") })
	if g.number("messages") != before+1 || g.has("accounts") || g.has("calls") {
		t.Errorf("after %d messages: %v", before, g)
	}
	if e := journal(t, s, exchange.MessageLeft, "201"); e.Peer != "202" {
		t.Errorf("message: %v", e)
	}
	_, body, _ := request(t, "GET", s.URL()+"/rest/user/202@demo.example/messages?api=2&page=1&size=1", "", basic("202", "demo"))
	if !strings.Contains(body, `"total":4,"unread":3,"data":[{"id":"v1"`) || !strings.Contains(body, `"from-number":"201"`) {
		t.Errorf("messages: %s", body)
	}
}

func TestVoicemailOfSomebodyWhoDoesNotAnswer(t *testing.T) {
	onDialects(t, playVoicemailOfSomebodyWhoDoesNotAnswer)
}

func playVoicemailOfSomebodyWhoDoesNotAnswer(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{NoAnswer: 1500 * time.Millisecond, GreetingSpeaks: time.Minute}, Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "v2")
	b.rings()
	b.await("a cancel", func(g got) bool { return g.has("cancel") })
	b.await("the count", func(g got) bool { return g.action("missed-calls") && g.number("count") == 1 })
	a.awaitState("connected")
	b.awaitNoCalls() // its owner is not seen to talk
	a.send(`{"action":"sip-bye","caller":"true","callid":"v2"}`)
	a.awaitNoCalls()
	for _, e := range s.Journal().Since(0) {
		if e.Kind == exchange.MessageLeft {
			t.Errorf("who hung up during the greeting left a message: %v", e)
		}
	}
}

func TestParkedCallComesBack(t *testing.T) { onDialects(t, playParkedCallComesBack) }

func playParkedCallComesBack(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{OrbitReturns: 1500 * time.Millisecond}, Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pb := b.call("201", "o1")
	invite := a.rings()
	a.picksUp(invite)
	a.awaitState("connected")
	a.send(`{"action":"blind-transfer2","id":%s,"from":"201","to":"*8581"}`, quote(invite.text("callid")))
	back := a.rings()
	if back.text("from-user") != "202" {
		t.Errorf("invitation from %s, want 202", back.text("from-user"))
	}
	pa := a.picksUp(back)
	pa.saysHz, pb.second = 900, pa
	pb.hears(900)
	if e := journal(t, s, exchange.Returned, "201"); e.Peer != "202" || e.Text != "81" {
		t.Errorf("returned: %v", e)
	}
}
