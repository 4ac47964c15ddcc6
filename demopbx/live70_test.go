package demopbx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/ws"
)

// The facts below are from section 13 of the protocol page: what other clients found at a PBX of
// version 70.1.

// liveSignsIn signs in at a live70 by token and opens the websocket.
func liveSignsIn(t *testing.T, s *Server, user string) *client {
	t.Helper()
	url := s.URL() + "/rest/system/session"
	_, body, header := request(t, "POST", url, `{"name":"3rd","username":"`+user+`","domain":"demo.example"}`, basic("admin", "demo"))
	if got := header.Get("Server"); got != "" {
		t.Errorf("the reply with the token has the Server header %q", got)
	}
	_, _, header = request(t, "POST", url, `{"name":"session","value":`+body+`}`)
	session, _, _ := strings.Cut(strings.TrimPrefix(header.Get("Set-Cookie"), "session="), ";")
	if _, _, header := request(t, "GET", s.URL()+"/", ""); header.Get("Server") != "PBX/70.1 (Practice)" {
		t.Errorf("the front page has the Server header %q", header.Get("Server"))
	}
	return dialAs(t, s, user, session)
}

// next is the next frame.
func (c *client) next() got {
	c.t.Helper()
	return c.await("a frame", func(got) bool { return true })
}

// TestLive70Registers: nothing answers a registration, and no directory comes.
func TestLive70Registers(t *testing.T) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: vodia.Live70}})
	c := liveSignsIn(t, s, "201")
	for _, text := range []string{
		`{"action":"avoid-disconnect"}`, `{"action":"own-calls","subscribe":true}`, `{"action":"domain-calls","subscribe":true}`,
		`{"action":"sip-register","useragent":"office"}`,
	} {
		c.send("%s", text)
	}
	journal(t, s, exchange.PhoneReady, "201")
	s.pbx.Do(func() { s.pbx.SetDND(s.pbx.Account("600"), true) })
	c.send(`{"action":"ringtones"}`)
	for {
		g := c.next()
		switch {
		case g.has("ringtones"):
			return
		case !g.action("call-state"):
			t.Errorf("the PBX says %v", g)
		}
	}
}

// TestLive70Calls: our call gets a callid of the PBX, its SDP is an offer, candidates have two
// addresses, and only the call state shows the pickup.
func TestLive70Calls(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{ColleagueAnswers: 2 * time.Second}, Vodia: vodia.Options{Dialect: vodia.Live70, SecondSDP: true}}))
	c := liveSignsIn(t, s, "201")
	c.send(`{"action":"own-calls","subscribe":true}`)
	first, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	c.send(`{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":%s},"callid":"9f3c11ab@app"}`, quote(offer))
	g := c.await("an SDP", func(g got) bool { return g.has("sdp") })
	id := g.text("callid")
	if id == "9f3c11ab@app" || !strings.HasSuffix(id, "@pbx") || g.number("code") != 183 || !strings.Contains(g.text("sdp"), "a=setup:actpass") {
		t.Errorf("the SDP is %v", g)
	}
	candidate := c.take("a candidate", true, func(g got) bool { return g.has("candidate") })
	if pairs, _ := candidate["adr"].([]any); len(pairs) != 2 || candidate.text("callid") != id || !strings.Contains(candidate.text("candidate"), fmt.Sprint(pairs[0].([]any)[0])) {
		t.Errorf("the candidate is %v", candidate)
	}
	media, answer, err := newEngine(t).Answer(deadline(t), g.text("sdp"))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s},"callid":%s,"cseq":%d}`, quote(answer), quote(id), g.number("cseq"))
	p := c.newPhone(id, media)
	second := c.await("the same SDP again", func(g got) bool { return g.has("sdp") })
	if second.text("sdp") != g.text("sdp") || second.number("code") != 183 {
		t.Errorf("the second SDP is %v", second)
	}
	c.await("the pickup", func(g got) bool {
		if g.has("sdp") {
			t.Errorf("the pickup is told by %v", g)
		}
		return g.state() == "connected" && g.calls()[0].text("connect") != ""
	})
	p.hears(exchange.ColleagueTone)
}

// TestLive70Refuses: a refusal before any SDP goes by the PBX's callid too.
func TestLive70Refuses(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Live70}}))
	c := liveSignsIn(t, s, "201")
	c.send(`{"action":"sdp-packet","to":"602","sdp":{"type":"offer","sdp":"v=0"},"callid":"9f3c11ab@app"}`)
	bye := c.await("a bye", func(g got) bool { return g.has("bye") })
	if bye.text("bye") != "true" || bye.number("code") != 486 || !strings.HasSuffix(bye.text("callid"), "@pbx") || bye.has("action") {
		t.Errorf("the bye is %v", bye)
	}
}

// TestLive70OfferTakenForAnAnswer: a client that does not answer the PBX's offer loses the call at
// pickup.
func TestLive70OfferTakenForAnAnswer(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{AnswerGrace: 20 * time.Millisecond}, Vodia: vodia.Options{Dialect: vodia.Live70}}))
	c := liveSignsIn(t, s, "201")
	media, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":%s},"callid":"9f3c11ab@app"}`, quote(offer))
	g := c.await("an SDP", func(g got) bool { return g.has("sdp") })
	if err := media.SetAnswer(strings.ReplaceAll(g.text("sdp"), "a=setup:actpass", "a=setup:passive")); err != nil {
		t.Fatal(err)
	}
	c.newPhone("", media)
	if bye := c.await("a bye", func(g got) bool { return g.has("bye") }); bye.number("code") != 415 || bye.text("callid") != g.text("callid") {
		t.Errorf("the bye is %v", bye)
	}
}

// TestLive70CallerFromOutside: the SIP header has the number in E.164, all else in national form. The
// candidate follows the invitation without a word of ours.
func TestLive70CallerFromOutside(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Live70}}))
	c := dial(t, s, "201").bootstrap()
	if err := s.CallTo("201", "+12025550199"); err != nil {
		t.Fatal(err)
	}
	invite := c.take("an invitation", true, func(g got) bool { return g.has("invitesdp") })
	if invite.text("from") != `"" <sip:+12025550199@demo.example;user=phone>` || invite.text("from-user") != "2025550199" {
		t.Errorf("the invitation is from %s, %s", invite.text("from"), invite.text("from-user"))
	}
	c.take("a candidate", true, func(g got) bool { return g.has("candidate") && g.text("callid") == invite.text("callid") })
	call := c.awaitState("alerting")
	if call.text("from-number") != "2025550199" || !strings.Contains(call.text("from"), "+12025550199") {
		t.Errorf("the call state is %v", call)
	}
	c.picksUp(invite).hears(exchange.CallbackTone)
}

// TestLive70ListsOwnCallsFirst: whoever sees all calls finds the own ones at the head.
func TestLive70ListsOwnCallsFirst(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{Seed: 7}, Vodia: vodia.Options{Dialect: vodia.Live70}}))
	c := dial(t, s, "201").bootstrap()
	c.send(`{"action":"domain-calls","subscribe":true}`)
	c.call("603", "own")
	g := c.await("all calls and ours", func(g got) bool { return len(g.calls()) > 5 && g.calls()[0].text("from-number") == "201" })
	for i, call := range g.calls()[1:] {
		if call.text("from-number") == "201" {
			t.Errorf("our call stands at %d too", i+1)
		}
	}
}

// TestOutsideNumbers: numbers outside are dialled in E.164 and in national form.
func TestOutsideNumbers(t *testing.T) {
	s := start(t, quick(Options{}))
	c := dial(t, s, "201").bootstrap()
	for i, number := range []string{"+12025550107", "2025550107", "sip:+12025550107@demo.example"} {
		id := fmt.Sprint("out", i)
		c.call(number, id).hears(exchange.CrowdTone)
		c.send(`{"action":"sip-bye","caller":"true","callid":%s}`, quote(id))
		c.awaitNoCalls()
	}
	for _, number := range []string{"+1202", "+1202555010x", "+1234567890123456", "202555010"} {
		if g := c.dials(number, "no"+number); g.number("code") != 404 {
			t.Errorf("%q is refused with %v, want 404", number, g["code"])
		}
	}
	c.call(exchange.NumberExternal, "back")
	c.await("its bye", func(g got) bool { return g.text("bye") == "true" })
	if invite := c.rings(); !strings.Contains(invite.text("from"), exchange.NumberExternal) {
		t.Errorf("the call back is from %s", invite.text("from"))
	}
	var history struct{ Data []struct{ External bool } }
	_, body, _ := request(t, "GET", s.URL()+"/rest/user/201@demo.example/history?size=1", "", basic("201", "demo"))
	if err := json.Unmarshal([]byte(body), &history); err != nil || len(history.Data) != 1 || !history.Data[0].External {
		t.Errorf("the history has %s (%v)", body, err)
	}
}

// TestCallsWithoutIDs: a call state may leave out what it is not known to have.
func TestCallsWithoutIDs(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{NoCallIDs: true}}))
	c := dial(t, s, "201").bootstrap()
	c.call("603", "x")
	if call := c.awaitState("alerting"); call.has("id") || call.text("from-number") != "201" {
		t.Errorf("the call is %v", call)
	}
}

// TestTokenInTheAddress: an unactivated token opens no websocket.
func TestTokenInTheAddress(t *testing.T) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: vodia.Live70, SessionInQuery: true}})
	_, body, _ := request(t, "POST", s.URL()+"/rest/system/session", `{"name":"3rd","username":"201","domain":"demo.example"}`, basic("admin", "demo"))
	url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?domain=demo.example&user=201&session=" + strings.Trim(body, `"`)
	if conn, err := ws.Dial(deadline(t), url, ws.Options{Header: http.Header{}}); err == nil {
		_ = conn.CloseNow()
		t.Error("a token that was not activated opened the websocket")
	}
}
