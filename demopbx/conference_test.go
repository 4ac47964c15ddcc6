package demopbx

import (
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
)

func TestMeeting(t *testing.T) { onDialects(t, playConference) }

func playConference(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a, b, c := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap(), dial(t, s, "203").bootstrap()
	pa, pb, pc := a.call("90", "m1"), b.call("90", "m2"), c.call("90", "m3")
	pa.saysHz, pb.saysHz, pc.saysHz = 500, 900, 1300
	pa.second, pb.second = pb, pc
	pa.hears(900, 1300) // and not itself
	pa.second, pb.second, pc.second = nil, nil, pa
	pa.second = pb
	pc.hears(500, 900)
	a.send(`{"action":"wrtc-hold","callid":"m1","holdcmd":"sendonly"}`)
	a.awaitState("holding")
	pc.hears(900) // no music for the others
	a.send(`{"action":"wrtc-hold","callid":"m1","holdcmd":"sendrecv"}`)
	b.send(`{"action":"sip-bye","caller":"true","callid":"m2"}`)
	b.awaitNoCalls()
	pa.second = nil
	pc.hears(500)
}

func TestTransferIntoTheMeeting(t *testing.T) { onDialects(t, playTransferIntoTheConference) }

func playTransferIntoTheConference(t *testing.T, d vodia.Dialect) {
	s := start(t, quick(Options{Vodia: vodia.Options{Dialect: d}}))
	a := dial(t, s, "201").bootstrap()
	p := a.call("90", "m4")
	p.hearsNothing()
	a.call("601", "m5").hears(exchange.ColleagueTone)
	a.send(`{"action":"blind-transfer2","id":"m5","from":"201","to":"90"}`)
	p.hears(exchange.ColleagueTone)
	a.send(`{"action":"blind-transfer2","id":"m4","from":"201","to":"601"}`)
	a.await("a refusal", func(g got) bool { return g.has("response") && g.number("code") == 403 })
	a.call("600", "m6")
	journal(t, s, exchange.CallAnswered, "600")
	a.send(`{"action":"att-transfer","id":"m4","from":"90@demo.example","id2":"m6","to":"600@demo.example"}`)
	journal(t, s, exchange.Transferred, "201")
	a.awaitNoCalls()
}
