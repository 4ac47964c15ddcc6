package demopbx

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// The clients of others that are known, with their frames as they send them (the protocol page's
// sources V16, P and O), each in its own dialect and with real sound.

// TestClientOf2016 is the vendor's portal of that year: it opens the bare origin, its session says
// who it is, and nothing has an id, because there is only one call.
func TestClientOf2016(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Legacy}}))
	c := dialAt(t, s, "201", "/", http.Header{"Cookie": {"session=" + signIn(t, s, "201")}})
	for _, text := range []string{`{"action":"get-users"}`, `{"action":"get-calls"}`, `{"action":"sip-register"}`} {
		c.send("%s", text)
	}
	c.await("no calls", func(g got) bool { return g.action("call-state") })
	media, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":%s}}`, quote(offer))
	p := c.newPhone("", media)
	first := c.await("an answer", func(g got) bool { return g.has("sdp") })
	if err := media.SetAnswer(strings.ReplaceAll(first.text("sdp"), "a=setup:actpass", "a=setup:passive")); err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"ice-candidate","candidate":null}`)
	if second := c.await("the pickup", func(g got) bool { return g.has("sdp") }); second.number("code") != 200 {
		t.Errorf("the second SDP has %v", second["code"])
	}
	p.hears(exchange.ColleagueTone)
	c.send(`{"action":"sip-bye","caller":"true"}`)
	journal(t, s, exchange.CallEnded, "201")
	if err := s.CallTo("201", "601"); err != nil {
		t.Fatal(err)
	}
	invite := c.await("an invitation", func(g got) bool { return g.has("invitesdp") })
	c.send(`{"action":"sip-ringing"}`)
	media, answer, err := newEngine(t).Answer(deadline(t), invite.text("invitesdp"))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s}}`, quote(answer))
	q := c.newPhone("", media)
	q.candidate(c.take("a candidate", true, func(g got) bool { return g.has("candidate") }).text("candidate"))
	q.hears(exchange.ColleagueTone)
	id := c.take("the call", true, func(g got) bool { return g.state() == "connected" }).calls()[0].text("id")
	c.send(`{"action":"hold-call","id":%s}`, quote(id))
	c.awaitState("holding")
	c.send(`{"action":"hold-call","id":%s}`, quote(id))
	c.awaitState("connected")
	c.send(`{"action":"blind-transfer","id":%s,"from":"601@demo.example","to":"600"}`, quote(id))
	c.await("a bye", func(g got) bool { return g.text("bye") == "true" })
	c.send(`{"action":"bye-response"}`)
	if err := s.CallTo("201", "210"); err != nil {
		t.Fatal(err)
	}
	c.await("an invitation", func(g got) bool { return g.has("invitesdp") })
	c.send(`{"action":"sip-busy"}`)
	if e := journal(t, s, exchange.CallRefused, "210"); e.Code != 486 {
		t.Errorf("refused: %v", e)
	}
	complaints(t, s)
}

// TestClientOfTheNewReference is one that was written from the vendor's newer page: it takes the
// PBX's SDP as an answer, acknowledges by the call states, and refuses by a bye.
func TestClientOfTheNewReference(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.ModernAnswer}}))
	c := dial(t, s, "201")
	for _, text := range []string{
		`{"action":"avoid-disconnect"}`, `{"action":"own-calls","subscribe":true}`, `{"action":"orbit-calls","subscribe":true}`,
		`{"action":"blf","add":["201","601"]}`, `{"action":"ringtones"}`, `{"action":"domain-calls","subscribe":true}`,
		`{"action":"sip-register","useragent":"softphone"}`,
	} {
		c.send("%s", text)
	}
	c.take("ringing tones", true, func(g got) bool { return g.has("ringtones") && !g.has("action") })
	c.take("a registration", true, func(g got) bool { return g.action("sip-register") && g.number("expires") > 0 && g.text("add") != "" })
	c.take("a lamp", true, func(g got) bool { return g.action("blf") })
	p := c.call("601", "9f3c11ab@app")
	c.await("the pickup", func(g got) bool { return g.action("call-state") && g.holds("9f3c11ab@app", "connected") })
	c.send(`{"action":"sip-ack","callid":"9f3c11ab@app"}`)
	p.hears(exchange.ColleagueTone)
	c.send(`{"action":"mute","callid":"9f3c11ab@app","muted":true}`)
	c.send(`{"action":"rec-call","id":"9f3c11ab@app","startstop":"on"}`)
	c.take("the recording", true, func(g got) bool { return g.action("rec-start") })
	c.send(`{"action":"wrtc-hold","callid":"9f3c11ab@app","holdcmd":"sendonly"}`)
	c.await("the hold", func(g got) bool { return g.holds("9f3c11ab@app", "holding") })
	p.hearsNothing()
	c.send(`{"action":"wrtc-hold","callid":"9f3c11ab@app","holdcmd":"sendrecv"}`)
	p.hears(exchange.ColleagueTone)
	c.send(`{"action":"sip-bye","callid":"9f3c11ab@app"}`)
	journal(t, s, exchange.CallEnded, "201")
	if err := s.CallTo("201", "601"); err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sip-bye","callid":%s}`, quote(c.rings().text("callid")))
	if e := journal(t, s, exchange.CallRefused, "601"); e.Code != 603 {
		t.Errorf("refused: %v", e)
	}
	complaints(t, s)
}

// TestClientOfAnOffice is one that was tried against versions 67 and 70: it signs in by a token,
// opens the websocket with the session in its address where the cookie does not come along, sends
// its SDP as plain text, answers the PBX's own offer, and confirms no bye.
func TestClientOfAnOffice(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Modern, SessionInQuery: true, RenameCalls: true, AddressPairs: true, DropMid: true}}))
	url := s.URL() + "/rest/system/session"
	_, body, _ := request(t, "POST", url, `{"name":"3rd","username":"201","domain":"demo.example"}`, basic("admin", "demo"))
	_, _, header := request(t, "POST", url, `{"name":"session","value":`+body+`}`)
	session, _, _ := strings.Cut(strings.TrimPrefix(header.Get("Set-Cookie"), "session="), ";")
	c := dialAt(t, s, "201", "/websocket?domain=demo.example&user=201&session="+session, nil)
	for _, text := range []string{
		`{"action":"avoid-disconnect"}`, `{"action":"own-calls","subscribe":true}`, `{"action":"domain-calls","subscribe":true}`,
		`{"action":"sip-register","useragent":"office"}`,
	} {
		c.send("%s", text)
	}
	const ours = "0123456789abcdef0123456789abcdef"
	first, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-packet","to":"601","sdp":%s,"callid":%s}`, quote(offer), quote(ours))
	g := c.await("an offer", func(g got) bool { return g.has("sdp") && g.number("code") == 183 })
	_ = first.Close()
	id := g.text("callid")
	if id == ours || !strings.HasSuffix(id, "@pbx") || strings.Contains(g.text("sdp"), "a=mid") {
		t.Errorf("the offer is %v", g)
	}
	media, answer, err := newEngine(t).Answer(deadline(t), g.text("sdp"))
	if err != nil {
		t.Fatal(err)
	}
	cseq, _ := json.Marshal(g["cseq"])
	c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s},"callid":%s,"cseq":%s}`, quote(answer), quote(id), cseq)
	p := c.newPhone(id, media)
	c.await("the pickup", func(g got) bool { return g.holds(id, "connected") })
	p.hears(exchange.ColleagueTone)
	c.send(`{"action":"blind-transfer2","id":%s,"from":"201","to":"600"}`, quote(id))
	c.await("a bye", func(g got) bool { return g.text("bye") == "true" && g.text("callid") == id })
	journal(t, s, exchange.CallAnswered, "600")
	if err := s.CallTo("201", "210"); err != nil {
		t.Fatal(err)
	}
	invite := c.await("an invitation", func(g got) bool { return g.has("invitesdp") })
	c.send(`{"action":"sip-busy","callid":%s,"cseq":%d,"code":486}`, quote(invite.text("callid")), invite.number("cseq"))
	if e := journal(t, s, exchange.CallRefused, "210"); e.Code != 486 {
		t.Errorf("refused: %v", e)
	}
	complaints(t, s)
}

// holds tells whether a call-state shows the call in a state.
func (g got) holds(id, state string) bool {
	for _, c := range g.calls() {
		if c.text("id") == id && c.text("state") == state && c.text("callstate") == state {
			return true
		}
	}
	return false
}

// complaints fails if the PBX found an error in anything that a client sent.
func complaints(t *testing.T, s *Server) {
	t.Helper()
	for _, e := range s.Journal().Since(0) {
		if e.Kind == exchange.Complaint || e.Kind == exchange.CommandFailed {
			t.Errorf("the PBX complains: %v", e)
		}
	}
}

// TestWaysIn: the ways to sign in, which a PBX may or may not offer.
func TestWaysIn(t *testing.T) {
	s := start(t, Options{Vodia: vodia.Options{BasicUpgrade: true, NoPasswordLogin: true, NoDirectory: true}})
	if code, _, _ := request(t, "PUT", s.URL()+"/rest/system/session", `{"name":"auth","value":"201@demo.example `+md5Demo+`"}`); code != 405 {
		t.Errorf("by password: %d, want 405", code)
	}
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth("201@demo.example", "demo")
	c := dialAt(t, s, "201", "/websocket?domain=demo.example&user=201", r.Header)
	c.bootstrap()
	c.send(`{"action":"blf","add":["601"]}`)
	c.take("a lamp", true, func(g got) bool { return g.action("blf") })
	c.send(`{"action":"blf","add":["600"]}`)
	c.await("another lamp", func(g got) bool {
		if g.action("domain-state") || g.action("user-state") {
			t.Errorf("the directory was pushed: %v", g)
		}
		return g.action("blf") && g.text("account") == "600"
	})
}

// TestForwardWhenOffline: calls to an unregistered telephone can be forwarded to a number for that
// case.
func TestForwardWhenOffline(t *testing.T) {
	s := start(t, quick(Options{}))
	forwardsTo(t, s, "202", "cfr", "601")
	forwardsTo(t, s, "202", "cfn", "602")
	dial(t, s, "202").await("the domain", func(g got) bool { return g.action("domain-state") })
	a := dial(t, s, "201").bootstrap()
	a.call("202", "f1").hears(exchange.ColleagueTone)
}
