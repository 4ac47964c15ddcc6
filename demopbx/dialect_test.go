package demopbx

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// A PBX from 69 on ignores the client's SDP and makes an offer of its own.
func TestModern(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Modern}}))
	c := dial(t, s, "201").bootstrap()
	first, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-packet","to":"601","sdp":%s,"callid":"m1"}`, quote(offer))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	g := c.await("an offer", func(g got) bool { return g.has("sdp") })
	if sdp := g.text("sdp"); g.number("code") != 183 || !strings.Contains(sdp, "a=setup:actpass") {
		t.Errorf("code %v and SDP %s, want 183 and an offer", g["code"], sdp)
	}
	media, answer, err := newEngine(t).Answer(deadline(t), g.text("sdp"))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s},"callid":"m1","cseq":%d}`, quote(answer), g.number("cseq"))
	p := c.newPhone("m1", media)
	c.await("the pickup", func(g got) bool {
		if g.has("sdp") {
			t.Error("a modern PBX told the pickup by an SDP")
		}
		return g.state() == "connected"
	})
	p.hears(exchange.ColleagueTone)
}

func TestModernWithoutAnswer(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{ColleagueAnswers: 20 * time.Millisecond, AnswerGrace: 20 * time.Millisecond}, Vodia: vodia.Options{Dialect: vodia.Modern}}))
	c := dial(t, s, "201").bootstrap()
	c.send(`{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":"v=0"},"callid":"m2"}`)
	g := c.await("a bye", func(g got) bool { return g.text("bye") == "true" })
	if g.number("code") != 415 {
		t.Errorf("bye with %v, want 415", g["code"])
	}
}

// A PBX up to 68 answers twice; some of them call themselves actpass there, though they are the
// passive side.
func TestLegacy(t *testing.T) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: vodia.Legacy, MislabelAnswers: true}}))
	if _, _, header := request(t, "GET", s.URL()+"/", ""); header.Get("Server") != "PBX/67.0.5 (Practice)" {
		t.Errorf("Server is %q", header.Get("Server"))
	}
	c := dial(t, s, "201").bootstrap()
	media, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	c.send(`{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":%s},"callid":"l1"}`, quote(offer))
	p := c.newPhone("l1", media)
	first := c.await("an answer", func(g got) bool { return g.has("sdp") })
	sdp := first.text("sdp")
	if !strings.Contains(sdp, "a=setup:actpass") {
		t.Errorf("the answer is not mislabelled: %s", sdp)
	}
	if err := media.SetAnswer(strings.ReplaceAll(sdp, "a=setup:actpass", "a=setup:passive")); err != nil {
		t.Fatal(err)
	}
	second := c.await("a second answer", func(g got) bool { return g.has("sdp") })
	if second.number("code") != 200 || second.text("sdp") != sdp {
		t.Errorf("the second answer has code %v", second["code"])
	}
	p.hears(exchange.ColleagueTone)
}

// A client that offers both DTLS roles is made the client, and its SDP counts.
func TestModernAnswer(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{EchoAnswers: 50 * time.Millisecond}}))
	c := dial(t, s, "201").bootstrap()
	media, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	defer media.Close()
	c.send(`{"action":"sdp-packet","to":"600@demo.example","sdp":{"type":"offer","sdp":%s},"callid":"a1"}`, quote(offer))
	g := c.await("an answer", func(g got) bool { return g.has("sdp") })
	if sdp := g.text("sdp"); !strings.Contains(sdp, "a=setup:passive") || g.text("to-user") != "600" || g.text("to-display") != "Echo" {
		t.Errorf("answer %v", g)
	}
	c.send(`{"action":"sdp-packet","to":"600","sdp":{"type":"offer","sdp":"nonsense"},"callid":"a2"}`)
	bye := c.await("a refusal", func(g got) bool { return g.has("bye") && g.text("callid") == "a2" })
	if bye.number("code") != 488 {
		t.Errorf("nonsense is refused with %v, want 488", bye["code"])
	}
}
