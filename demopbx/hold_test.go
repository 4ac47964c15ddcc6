package demopbx

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

func TestHold(t *testing.T) { onDialects(t, playHold) }

func playHold(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "h1")
	p.hears(exchange.ColleagueTone)
	c.send(`{"action":"wrtc-hold","callid":"h1","holdcmd":"sendonly","calldir":"caller"}`)
	c.awaitState("holding")
	p.hearsNothing()
	before := p.media.Stats().Received
	p.pump("a while", after(200*time.Millisecond))
	if n := p.media.Stats().Received - before; n > 1 {
		t.Errorf("%d packets came while on hold", n)
	}
	c.send(`{"action":"wrtc-hold","callid":"h1","holdcmd":"sendrecv","calldir":"caller"}`)
	c.awaitState("connected")
	p.hears(exchange.ColleagueTone)
	journal(t, s, exchange.Held, "201")
	journal(t, s, exchange.Resumed, "201")
}

// TestHoldAtOnceAfterTheAnswer: what a client asks for comes after its answer, however long that takes.
func TestHoldAtOnceAfterTheAnswer(t *testing.T) { onDialects(t, playHoldAtOnceAfterTheAnswer) }

func playHoldAtOnceAfterTheAnswer(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "u1")
	invite := b.rings()
	b.picksUp(invite)
	b.send(`{"action":"wrtc-hold","callid":%s,"holdcmd":"sendonly","calldir":"callee"}`, quote(invite.text("callid")))
	b.awaitState("holding")
	journal(t, s, exchange.Held, "202")
}

// after accepts once so much time has passed.
func after(d time.Duration) func([]int16) bool {
	began := time.Now()
	return func([]int16) bool { return time.Since(began) > d }
}

func TestHoldWithReoffer(t *testing.T) { onDialects(t, playHoldWithReoffer) }

func playHoldWithReoffer(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "h2")
	p.hears(exchange.ColleagueTone)
	for _, step := range []struct {
		cmd  string
		hold bool
	}{{"sendonly", true}, {"sendrecv", false}} {
		offer, err := p.media.Reoffer(deadline(t), step.hold)
		if err != nil {
			t.Fatal(err)
		}
		c.send(`{"action":"wrtc-hold","callid":"h2","holdcmd":%s,"sdp":{"type":"offer","sdp":%s}}`, quote(step.cmd), quote(offer))
		g := c.await("an answer", func(g got) bool { return g.has("sdp") && g.number("code") == 200 && g.text("callid") == "h2" })
		if err := p.media.SetAnswer(g.text("sdp")); err != nil {
			t.Fatal(err)
		}
		if step.hold {
			p.hearsNothing()
		}
	}
	p.hears(exchange.ColleagueTone)
}

// The vendor's own example closes its connection to hold and builds a new one to resume. Some
// systems close it themselves, or accept only that for a resume.
func TestHoldByClosing(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]vodia.Options{
		"the client closes": {}, "the PBX closes": {HoldClosesMedia: true}, "a bare resume is not enough": {ResumeNeedsOffer: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, start(t, quick(Options{Vodia: faults})), "201").bootstrap()
			p := c.call("601", "h3")
			p.hears(exchange.ColleagueTone)
			if faults == (vodia.Options{}) {
				if err := p.media.Close(); err != nil {
					t.Fatal(err)
				}
			}
			c.send(`{"action":"wrtc-hold","callid":"h3","holdcmd":"sendonly","calldir":"caller"}`)
			c.awaitState("holding")
			if faults.ResumeNeedsOffer {
				c.send(`{"action":"wrtc-hold","callid":"h3","holdcmd":"sendrecv","calldir":"caller"}`)
				c.awaitState("connected")
				p.hearsNothing()
			}
			media, offer, err := newEngine(t).Offer(deadline(t))
			if err != nil {
				t.Fatal(err)
			}
			q := c.newPhone("h3", media)
			c.send(`{"action":"wrtc-hold","holdcmd":"sendrecv","sdp":{"type":"offer","sdp":%s},"callid":"h3","calldir":"caller"}`, quote(offer))
			g := c.take("an answer", true, func(g got) bool { return g.has("sdp") && g.number("code") == 200 && g.number("cseq") > 2 })
			if err := media.SetAnswer(g.text("sdp")); err != nil {
				t.Fatal(err)
			}
			q.hears(exchange.ColleagueTone)
		})
	}
}

func TestHeldPartyHearsMusic(t *testing.T) { onDialects(t, playHeldPartyHearsMusic) }

func playHeldPartyHearsMusic(t *testing.T, d vodia.Dialect) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: d}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	pa := a.call("202", "h4")
	pb := b.picksUp(b.rings())
	b.awaitState("connected")
	pb.second, pa.saysHz = pa, 900
	pb.hears(900)
	a.send(`{"action":"wrtc-hold","callid":"h4","holdcmd":"sendonly"}`)
	b.awaitState("onhold")
	a.awaitState("holding")
	pb.hears(exchange.MusicTone)
	pa.second, pb.second = pb, nil
	pa.hearsNothing()
}

func TestHoldOfNoCall(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, "201").bootstrap()
	c.send(`{"action":"wrtc-hold","callid":"none","holdcmd":"sendonly"}`)
	c.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == 481 })
}
