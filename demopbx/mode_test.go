package demopbx

import (
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

// transfers transfers the far end and waits for the end of its own leg.
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

// modes are the actions that must work with real sound in each dialect.
var modes = map[string]func(*testing.T, *Server){
	"outbound, hold and remote bye": func(t *testing.T, s *Server) {
		a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
		p := a.call("202", "o1")
		invite := b.rings()
		q := b.picksUp(invite)
		a.awaitState("connected")
		a.send(`{"action":"sip-ack","callid":"o1"}`)
		q.saysHz, p.second = 900, q
		p.hears(900)
		a.holds(p, "o1")
		p.hears(900)
		p.saysHz, q.saysHz, p.second, q.second = 700, 0, nil, p
		q.hears(700)
		b.send(`{"action":"sip-bye","caller":"false","callid":%s}`, quote(invite.text("callid")))
		g := a.await("a bye", func(g got) bool { return g.text("bye") == "true" && g.text("callid") == "o1" })
		a.send(`{"action":"bye-response","callid":"o1","cseq":%d}`, g.number("cseq"))
		a.awaitNoCalls()
	},
	"inbound, hold and transfer": func(t *testing.T, s *Server) {
		c := dial(t, s, "201").bootstrap()
		if err := s.CallTo("201", "601"); err != nil {
			t.Fatal(err)
		}
		invite := c.rings()
		p := c.picksUp(invite)
		c.awaitState("connected")
		p.hears(exchange.ColleagueTone)
		c.holds(p, invite.text("callid"))
		p.hears(exchange.ColleagueTone)
		c.transfers(invite.text("callid"), "600")
		c.awaitNoCalls()
		journal(t, s, exchange.CallAnswered, "600")
	},
	"transfer of a caller": func(t *testing.T, s *Server) {
		a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
		p := a.call("202", "t1")
		invite := b.rings()
		b.picksUp(invite)
		b.awaitState("connected")
		b.transfers(invite.text("callid"), "601")
		a.await("a new caller id", func(g got) bool { return g.action("callerid") && g.text("number") == "601" })
		p.hears(exchange.ColleagueTone)
	},
	"refusal and echo": func(t *testing.T, s *Server) {
		c := dial(t, s, "201").bootstrap()
		if g := c.dials("602", "r1"); g.number("code") != 486 {
			t.Errorf("bye with %v, want 486", g["code"])
		}
		p := c.call("600", "r2")
		p.saysHz = 1000
		p.hears(1000)
	},
}

func TestEveryMode(t *testing.T) {
	t.Parallel()
	for what, play := range modes {
		t.Run(what, func(t *testing.T) {
			onDialects(t, func(t *testing.T, d vodia.Dialect) {
				play(t, start(t, quick(Options{Vodia: vodia.Options{Dialect: d}})))
			})
		})
	}
}
