package demopbx

import (
	"strings"
	"testing"
)

// places dials in the manner of the dialect: the PBX's SDP is an answer, an answer that is
// mislabelled, or an offer that replaces the client's own.
func (c *client) places(d Dialect, number, callid string) *phone {
	c.t.Helper()
	if d == ModernAnswer {
		return c.call(number, callid)
	}
	media, offer, err := newEngine(c.t).Offer(deadline(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(`{"action":"sdp-packet","to":%s,"sdp":{"type":"offer","sdp":%s},"callid":%s}`, quote(number), quote(offer), quote(callid))
	g := c.await("an SDP", func(g got) bool { return g.has("sdp") && g.text("callid") == callid })
	if d == Modern {
		if err := media.Close(); err != nil {
			c.t.Fatal(err)
		}
		var answer string
		if media, answer, err = newEngine(c.t).Answer(deadline(c.t), g.text("sdp")); err != nil {
			c.t.Fatal(err)
		}
		c.send(`{"action":"sdp-200ok","sdp":{"type":"answer","sdp":%s},"callid":%s,"cseq":%d}`, quote(answer), quote(callid), g.number("cseq"))
	} else if err := media.SetAnswer(strings.ReplaceAll(g.text("sdp"), "a=setup:actpass", "a=setup:passive")); err != nil {
		c.t.Fatal(err)
	}
	p := c.newPhone(callid, media)
	journal(c.t, c.s, MediaUp, c.user) // before that a modern PBX would refuse a pickup
	return p
}

// transfers sends the far end elsewhere and waits to be let go.
func (c *client) transfers(callid, to string) {
	c.send(`{"action":"blind-transfer2","id":%s,"from":%s,"to":%s}`, quote(callid), quote(c.user), quote(to))
	c.await("a bye", func(g got) bool { return g.text("bye") == "true" && g.text("callid") == callid })
}

// holds puts the far end on hold, hears nothing, and takes it back.
func (c *client) holds(p *phone, callid string) {
	c.t.Helper()
	c.send(`{"action":"wrtc-hold","callid":%s,"holdcmd":"sendonly","calldir":"caller"}`, quote(callid))
	c.awaitState("holding")
	p.hearsNothing()
	c.send(`{"action":"wrtc-hold","callid":%s,"holdcmd":"sendrecv","calldir":"caller"}`, quote(callid))
	c.awaitState("connected")
}

// modes is what each dialect must carry with real sound.
var modes = map[string]func(*testing.T, *Server, Dialect){
	"outbound, hold and remote bye": func(t *testing.T, s *Server, d Dialect) {
		a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
		p := a.places(d, "202", "o1")
		invite := b.rings()
		q := b.picksUp(invite)
		a.awaitState("connected")
		a.send(`{"action":"sip-ack","callid":"o1"}`)
		q.saysHz, p.beside = 900, q
		p.hears(900)
		a.holds(p, "o1")
		p.hears(900)
		p.saysHz, q.saysHz, p.beside, q.beside = 700, 0, nil, p
		q.hears(700)
		b.send(`{"action":"sip-bye","caller":"false","callid":%s}`, quote(invite.text("callid")))
		g := a.await("a bye", func(g got) bool { return g.text("bye") == "true" && g.text("callid") == "o1" })
		a.send(`{"action":"bye-response","callid":"o1","cseq":%d}`, g.number("cseq"))
		a.awaitNoCalls()
	},
	"inbound, hold and transfer": func(t *testing.T, s *Server, _ Dialect) {
		c := dial(t, s, "201").bootstrap()
		if err := s.CallTo("201", "601"); err != nil {
			t.Fatal(err)
		}
		invite := c.rings()
		p := c.picksUp(invite)
		c.awaitState("connected")
		p.hears(ColleagueTone)
		c.holds(p, invite.text("callid"))
		p.hears(ColleagueTone)
		c.transfers(invite.text("callid"), "600")
		c.awaitNoCalls()
		journal(t, s, CallAnswered, "600")
	},
	"transfer of a caller": func(t *testing.T, s *Server, d Dialect) {
		a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
		p := a.places(d, "202", "t1")
		invite := b.rings()
		b.picksUp(invite)
		b.awaitState("connected")
		b.transfers(invite.text("callid"), "601")
		a.await("a new caller id", func(g got) bool { return g.action("callerid") && g.text("number") == "601" })
		p.hears(ColleagueTone)
	},
	"refusal and echo": func(t *testing.T, s *Server, d Dialect) {
		c := dial(t, s, "201").bootstrap()
		if g := c.dials("602", "r1"); g.number("code") != 486 {
			t.Errorf("bye with %v, want 486", g["code"])
		}
		p := c.places(d, "600", "r2")
		p.saysHz = 1000
		p.hears(1000)
	},
}

func TestEveryMode(t *testing.T) {
	for d := range Dialect(len(dialectNames)) {
		for what, play := range modes {
			t.Run(d.String()+" "+what, func(t *testing.T) {
				play(t, start(t, quick(Options{Dialect: d})), d)
			})
		}
	}
}
