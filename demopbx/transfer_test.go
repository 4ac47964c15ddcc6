package demopbx

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

func TestBlindTransfer(t *testing.T) { onDialects(t, playBlindTransfer) }

func playBlindTransfer(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pa := a.call("202", "t1")
	invite := b.rings()
	b.picksUp(invite)
	b.awaitState("connected")
	b.send(`{"action":"blind-transfer2","id":%s,"from":"202","to":"601"}`, quote(invite.text("callid")))
	b.await("a bye", func(g got) bool { return g.text("bye") == "true" && g.text("callid") == invite.text("callid") })
	a.await("a new caller id", func(g got) bool { return g.action("callerid") && g.text("number") == "601" })
	pa.hears(exchange.ColleagueTone)
	b.awaitNoCalls()
	if calls := a.awaitState("connected"); calls.text("to-number") != "601" {
		t.Errorf("call %v", calls)
	}
	if e := journal(t, s, exchange.Transferred, "202"); e.Peer != "201" || e.Text != "601" {
		t.Errorf("transferred: %v", e)
	}
}

func TestTransferRefused(t *testing.T) { onDialects(t, playTransferRefused) }

func playTransferRefused(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "t2")
	p.hears(exchange.ColleagueTone)
	for to, code := range map[string]int{"602": 486, "4711": 404} {
		c.send(`{"action":"blind-transfer2","id":"t2","from":"201","to":%s}`, quote(to))
		c.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == code && g.text("callid") == "t2" })
	}
	p.hears(exchange.ColleagueTone)
}

func TestTransferToClient(t *testing.T) { onDialects(t, playTransferToClient) }

func playTransferToClient(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("601", "t3").hears(exchange.ColleagueTone)
	a.send(`{"action":"blind-transfer2","id":"t3","from":"201","to":"202"}`)
	invite := b.rings()
	if invite.text("from-user") != "601" {
		t.Errorf("invitation from %s", invite.text("from-user"))
	}
	b.picksUp(invite).hears(exchange.ColleagueTone)
	a.awaitNoCalls()
}

func TestAttendedTransfer(t *testing.T) { onDialects(t, playAttendedTransfer) }

func playAttendedTransfer(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pb := b.call("201", "t4")
	invite := a.rings()
	a.picksUp(invite)
	a.awaitState("connected")
	a.send(`{"action":"wrtc-hold","callid":%s,"holdcmd":"sendonly"}`, quote(invite.text("callid")))
	pb.hears(exchange.MusicTone)
	a.call("601", "t5").hears(exchange.ColleagueTone)
	a.send(`{"action":"att-transfer","id":%s,"from":"202@demo.example","id2":"t5","to":"601@demo.example"}`, quote(invite.text("callid")))
	a.await("a bye", func(g got) bool { return g.has("bye") && g.text("callid") == invite.text("callid") })
	a.await("a bye", func(g got) bool { return g.has("bye") && g.text("callid") == "t5" })
	pb.hears(exchange.ColleagueTone)
	a.awaitNoCalls()
}

func TestDigits(t *testing.T) { onDialects(t, playDigits) }

func playDigits(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "d1")
	p.hears(exchange.ColleagueTone)
	for _, digit := range []rune{'1', '#'} {
		p.hearsBeep(digit)
	}
	p.hears(exchange.ColleagueTone)
	var received string
	for _, e := range s.Journal().Since(0) {
		if e.Kind == exchange.DigitPressed && e.User == "201" && e.Peer == "601" {
			received += e.Text
		}
	}
	if then := strings.TrimLeft(received, "1"); then == received || then == "" || strings.Trim(then, "#") != "" {
		t.Errorf("heard %q, want 1 and then #", received)
	}
}

func TestDigitsBetweenClients(t *testing.T) { onDialects(t, playDigitsBetweenClients) }

func playDigitsBetweenClients(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pa := a.call("202", "d2")
	pb := b.picksUp(b.rings())
	pb.saysHz, pa.second = 900, pb
	pa.hears(900)
	if err := pa.media.SendDTMF('7', 0); err != nil {
		t.Fatal(err)
	}
	pa.pump("a digit at the other side", func([]int16) bool { return pb.digits.Load() == '7' })
	if err := pa.media.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRecording(t *testing.T) { onDialects(t, playRecording) }

func playRecording(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	c.call("601", "r1").hears(exchange.ColleagueTone)
	c.send(`{"action":"rec-call","id":"r1","startstop":"on"}`)
	c.await("the recording", func(g got) bool { return g.action("rec-start") })
	c.await("the recording in the call state", func(g got) bool { return g.state() == "connected" && g.calls()[0].text("rec") == "adhoc" })
	c.send(`{"action":"rec-call","id":"r1","startstop":"off"}`)
	c.await("its end", func(g got) bool { return g.action("rec-stop") })
}

func TestParkAndRetrieve(t *testing.T) { onDialects(t, playParkAndRetrieve) }

func playParkAndRetrieve(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	b.send(`{"action":"orbit-calls","subscribe":true}`)
	waits := func(n int) func(got) bool {
		return func(g got) bool { return g.action("orbit-calls") && g.text("orbit") == "83" && len(g.calls()) == n }
	}
	b.await("an empty orbit", waits(0))
	pa := a.call("601", "p1")
	pa.hears(exchange.ColleagueTone)
	a.send(`{"action":"blind-transfer2","id":"p1","from":"201","to":"*8583"}`)
	a.await("a bye", func(g got) bool { return g.has("bye") })
	b.await("a call in the orbit", waits(1))
	if g := a.dials("*8583", "p3"); g.number("code") != 486 {
		t.Errorf("a taken orbit answers %v, want 486", g["code"])
	}
	b.call("*8683", "p4").hears(exchange.ColleagueTone)
	b.await("an empty orbit", waits(0))
	if g := a.dials("*8683", "p5"); g.number("code") != 404 {
		t.Errorf("an empty orbit answers %v, want 404", g["code"])
	}
	journal(t, s, exchange.Retrieved, "202")
}

func TestParkedClientHearsMusic(t *testing.T) { onDialects(t, playParkedClientHearsMusic) }

func playParkedClientHearsMusic(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pb := b.call("201", "p6")
	invite := a.rings()
	a.picksUp(invite)
	a.awaitState("connected")
	a.send(`{"action":"blind-transfer2","id":%s,"from":"201","to":"*8581"}`, quote(invite.text("callid")))
	pb.hears(exchange.MusicTone)
	pa := a.call("*8681", "p7")
	pa.saysHz, pb.second = 900, pa
	pb.hears(900)
}

func TestParkAnywhere(t *testing.T) { onDialects(t, playParkAnywhere) }

func playParkAnywhere(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a := dial(t, s, "201").bootstrap()
	a.call("601", "q1").hears(exchange.ColleagueTone)
	a.send(`{"action":"blind-transfer2","id":"q1","from":"201","to":"*85"}`)
	a.await("a bye", func(g got) bool { return g.has("bye") })
	a.call("*86"+journal(t, s, exchange.Transferred, "201").Text, "q2").hears(exchange.ColleagueTone)
}

func TestPickup(t *testing.T) { onDialects(t, playPickup) }

func playPickup(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b, c := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap(), dial(t, s, "204").bootstrap()
	pa := a.call("202", "q3")
	b.rings()
	pc := c.call("*87202", "q4")
	b.awaitElsewhere()
	a.awaitState("connected")
	pc.saysHz, pa.second = 900, pc
	pa.hears(900)
	if g := b.dials("*87202", "q5"); g.number("code") != 404 {
		t.Errorf("picking up nothing answers %v, want 404", g["code"])
	}
}

func TestCallActionsOverREST(t *testing.T) { onDialects(t, playCallActionsOverREST) }

func playCallActionsOverREST(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	url := s.URL() + "/rest/user/201@demo.example/calls"
	act := func(body string, want int) {
		t.Helper()
		if code, text, _ := request(t, "POST", url, body, basic("201@demo.example", "demo")); code != want {
			t.Errorf("%s: %d %s, want %d", body, code, text, want)
		}
	}
	c.call("601", "k1").hears(exchange.ColleagueTone)
	act(`{"transfer":"k1","number":"602"}`, 409)
	act(`{"transfer":"k1","number":"600"}`, 200)
	c.await("a bye", func(g got) bool { return g.has("bye") && g.text("callid") == "k1" })
	c.call("601", "k2").hears(exchange.ColleagueTone)
	code, text, _ := request(t, "GET", url, "", basic("201", "demo"))
	var list []got
	if err := json.Unmarshal([]byte(text), &list); err != nil || code != 200 || len(list) != 1 || c.ours(list[0].text("id")) != "k2" {
		t.Errorf("calls: %d %s", code, text)
	}
	act(`{"hangup":"k2"}`, 200)
	c.await("a bye", func(g got) bool { return g.has("bye") && g.text("callid") == "k2" })
	act(`{"hangup":"k2"}`, 404)
	act(`{"juggle":"k2"}`, 501)
}
