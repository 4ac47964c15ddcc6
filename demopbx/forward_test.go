package demopbx

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// forwardsTo sets one of the user's forwardings as 70.3 documents it.
func forwardsTo(t *testing.T, s *Server, user, name, to string) {
	t.Helper()
	url := s.URL() + "/rest/domain/demo.example/account/" + user + "/user_settings"
	body := `{"table":"users","settings":[{"name":"` + name + `","value":"` + to + `"}]}`
	if code, text, _ := request(t, "POST", url, body, basic(user+"@demo.example", "demo")); code != 200 || text != "true" {
		t.Fatalf("%s: %d %s", body, code, text)
	}
}

func TestForwardAlways(t *testing.T) { onDialects(t, playForwardAlways) }

func playForwardAlways(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	forwardsTo(t, s, "202", "cfa", "601")
	a.await("the change", func(g got) bool { return g.action("user-change") && g.text("account") == "202" })
	a.call("202", "f1").hears(exchange.ColleagueTone)
	if call := a.awaitState("connected"); call.text("to-number") != "601" {
		t.Errorf("call %v", call)
	}
	forwardsTo(t, s, "202", "cfa", "")
	a.call("202", "f2")
	b.rings()
}

func TestForwardWhenBusy(t *testing.T) { onDialects(t, playForwardWhenBusy) }

func playForwardWhenBusy(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	forwardsTo(t, s, "202", "cfb", "601")
	p := a.call("202", "f3")
	b.send(`{"action":"sip-busy","callid":%s,"cseq":1,"code":486}`, quote(b.rings().text("callid")))
	g := a.await("a new caller id", func(g got) bool { return g.action("callerid") })
	if g.text("number") != "601" || g.text("callid") != "f3" {
		t.Errorf("caller id %v", g)
	}
	p.hears(exchange.ColleagueTone)
	if e := journal(t, s, exchange.Forwarded, "202"); e.Peer != "201" || e.Text != "601" {
		t.Errorf("forwarded: %v", e)
	}
	forwardsTo(t, s, "202", "dnd", "true")
	a.call("202", "f4").hears(exchange.ColleagueTone)
}

func TestForwardWhenNotAnswered(t *testing.T) { onDialects(t, playForwardWhenNotAnswered) }

func playForwardWhenNotAnswered(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{ForwardAfter: 1500 * time.Millisecond}, Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	forwardsTo(t, s, "202", "cfn", "601")
	p := a.call("202", "f5")
	b.rings()
	b.await("a cancel", func(g got) bool { return g.has("cancel") })
	b.awaitNoCalls()
	p.hears(exchange.ColleagueTone)
	s.DropSockets("202") // who is not there does not answer
	b.awaitEnd()
	a.call("202", "f6").hears(exchange.ColleagueTone)
}

func TestForwardsInACircle(t *testing.T) { onDialects(t, playForwardsInACircle) }

func playForwardsInACircle(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{PBX: exchange.Options{ForwardAfter: 10 * time.Millisecond, NoAnswer: 200 * time.Millisecond, NoVoicemail: true}, Vodia: vodia.Options{Dialect: d}}))
	a := dial(t, s, "201").bootstrap()
	dial(t, s, "202").bootstrap()
	dial(t, s, "203").bootstrap()
	for _, name := range []string{"cfn", "cfa"} {
		forwardsTo(t, s, "202", name, "203")
		forwardsTo(t, s, "203", name, "202")
		want := map[string]int{"cfn": 408, "cfa": 482}[name]
		if g := a.dials("202", "circle"+name); g.number("code") != want {
			t.Errorf("%s in a circle ends with %v, want %d", name, g["code"], want)
		}
	}
	forwardsTo(t, s, "202", "cfa", "4711")
	if g := a.dials("202", "nowhere"); g.number("code") != 404 {
		t.Errorf("a forwarding to nowhere ends with %v, want 404", g["code"])
	}
}

func TestStarCodesChangeSettings(t *testing.T) { onDialects(t, playStarCodesChangeSettings) }

func playStarCodesChangeSettings(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	say := func(code string) {
		t.Helper()
		b.call(code, "s"+code)
		b.await("its bye", func(g got) bool { return g.text("bye") == "true" })
	}
	say("*72601")
	a.call("202", "s1").hears(exchange.ColleagueTone)
	say("*73")
	say("*78")
	if g := a.dials("202", "s2"); g.number("code") != 486 {
		t.Errorf("bye with %v, want 486", g["code"])
	}
	say("*79")
	a.call("202", "s3")
	b.rings()
	if g := b.dials("*72", "s4"); g.number("code") != 404 {
		t.Errorf("forwarding to nothing answers %v, want 404", g["code"])
	}
}

func TestDeclinedCallsAreNotForwarded(t *testing.T) { onDialects(t, playDeclinedCallsAreNotForwarded) }

func playDeclinedCallsAreNotForwarded(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	forwardsTo(t, s, "202", "cfn", "601")
	a.call("202", "f7")
	b.send(`{"action":"sip-busy","callid":%s,"cseq":1,"code":603}`, quote(b.rings().text("callid")))
	if g := a.await("a bye", func(g got) bool { return g.has("bye") }); g.number("code") != 603 {
		t.Errorf("bye with %v, want 603", g["code"])
	}
}
