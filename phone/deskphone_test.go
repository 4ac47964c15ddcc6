package phone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// deskCall is a call that 0721555016 has with our desk phone.
func deskCall(began time.Time) pbxws.Call {
	return pbxws.Call{
		ID: "d1", From: pbxws.Party{Name: "Mario", Number: "0721555016"}, To: pbxws.Party{Number: "201"}, Callee: "201",
		Members: []pbxws.AccountID{"201"}, Phase: pbxws.PhaseConnected, Began: began, Answered: began,
	}
}

// withCards is a desk with one link, which is up, and what the PBX tells of calls.
func withCards(calls ...pbxws.Call) (*desk, *fakeConn) {
	d := newDesk(New(Config{Links: []LinkConfig{{User: "201"}}}))
	conn := newFakeConn()
	conn.caps |= pbxws.CapDesk
	d.now, d.player.sound = t0.Add(time.Minute), newSound("")
	k := d.links[0]
	k.conn, k.State = conn, LinkUp
	for _, c := range calls {
		k.learn(pbxws.CallChanged{Call: c})
	}
	return d, conn
}

// TestDeskCallIsNoSecondCard: a phone with sound shows no desk card next to a call of its own, nor
// for a call that has only just begun; one without sound shows both.
func TestDeskCallIsNoSecondCard(t *testing.T) {
	for name, c := range map[string]struct {
		began  time.Time
		own    bool
		silent bool
		cards  int
	}{
		"alone":            {t0, false, false, 1},
		"young":            {t0.Add(time.Minute - time.Second), false, false, 0},
		"beside ours":      {t0, true, false, 0},
		"young, no sound":  {t0.Add(time.Minute - time.Second), false, true, 1},
		"beside, no sound": {t0, true, true, 1},
	} {
		d, _ := withCards(deskCall(c.began))
		d.player.silent = c.silent
		if c.own {
			d.calls = []*call{{leg: inState(Connected), link: d.links[0]}}
		}
		s := d.view()
		if got := s.Live() - s.LiveHere(); got != c.cards {
			t.Errorf("%s: %d cards in %+v", name, got, s.Legs)
		}
	}
}

// TestOneCallIsOneCard: the PBX's record of a call of ours is no second card, in whatever form it
// has the number, nor once it names our leg.
func TestOneCallIsOneCard(t *testing.T) {
	for name, c := range map[string]struct {
		number string
		leg    pbxws.LegID
		cards  int
	}{
		"another form of the number": {"5551234", "", 0},
		"our leg":                    {"anything", "leg", 0},
		"somebody else":              {"7654321", "", 1},
		"a leg of another phone":     {"5551234", "theirs", 1},
	} {
		record := deskCall(t0)
		record.From, record.Leg = pbxws.Party{Number: c.number}, c.leg
		d, _ := withCards(record)
		d.player.silent = true
		own := inState(Connected)
		own.Peer = pbxws.Party{Number: "+15551234"}
		d.calls = []*call{{leg: own, link: d.links[0]}}
		if s := d.view(); s.Live()-s.LiveHere() != c.cards {
			t.Errorf("%s: %+v", name, s.Legs)
		}
	}
}

// TestCardsKeepTheirNumbers: a card has the lowest number that is free, and keeps it.
func TestCardsKeepTheirNumbers(t *testing.T) {
	second := deskCall(t0.Add(time.Second))
	second.ID = "d2"
	d, _ := withCards(deskCall(t0), second)
	d.player.silent = true
	d.view()
	d.links[0].learn(pbxws.CallEnded{ID: "d1"})
	if s := d.view(); len(s.Legs) != 1 || s.Legs[0].N != 2 {
		t.Errorf("the second card after the first has gone: %+v", s.Legs)
	}
	if n := d.freeNumber(); n != 1 {
		t.Errorf("the next call of ours is %d", n)
	}
}

// TestCardsTellWhatBecameOfThem: what becomes of a call of the desk phone is said as for one of ours, and
// an order to pick it up no more once it is answered. A call without a card is left out.
func TestCardsTellWhatBecameOfThem(t *testing.T) {
	mine := deskCall(t0)
	mine.From, mine.To = mine.To, mine.From
	mine.Caller, mine.Callee = "201", ""
	for name, c := range map[string]struct {
		call   pbxws.Call
		phases []pbxws.Phase
		silent bool
		want   string
	}{
		"placed":  {mine, []pbxws.Phase{pbxws.PhaseAlerting, pbxws.PhaseConnected, pbxws.PhaseConnected}, true, "0721555016 Mario answered after 1:00"},
		"taken":   {deskCall(t0), []pbxws.Phase{pbxws.PhaseAlerting, pbxws.PhaseConnected}, true, "you answered 0721555016 Mario"},
		"held":    {mine, []pbxws.Phase{pbxws.PhaseConnected, pbxws.PhaseHeld, pbxws.PhaseConnected}, true, "0721555016 Mario is on hold; 0721555016 Mario is back on the line"},
		"no card": {mine, []pbxws.Phase{pbxws.PhaseAlerting, pbxws.PhaseConnected}, false, ""},
	} {
		d, _ := withCards()
		d.player.silent = c.silent
		if !c.silent {
			d.calls = []*call{{leg: inState(Connected), link: d.links[0]}}
		}
		for _, p := range c.phases {
			c.call.Phase = p
			d.links[0].learn(pbxws.CallChanged{Call: c.call})
			d.view()
		}
		var said []string
		for _, n := range d.notices {
			said = append(said, n.Text)
		}
		if got := strings.Join(said, "; "); got != c.want {
			t.Errorf("%s: said %q, want %q", name, got, c.want)
		}
	}
}

// TestCardsAreWorkedLikeCalls: an intent for a card goes to its telephone, and what cannot be done
// there is refused in words.
func TestCardsAreWorkedLikeCalls(t *testing.T) {
	held := deskCall(t0)
	held.Phase = pbxws.PhaseHeld
	rings := deskCall(t0)
	rings.Phase = pbxws.PhaseAlerting
	const there = "that call is on your desk phone, which has a key for that"
	for _, c := range []struct {
		call   pbxws.Call
		intent Intent
		want   any // the command, or the sentence
	}{
		{deskCall(t0), Hold{}, pbxws.DeskHold{Call: "d1", On: true}},
		{held, Resume{}, pbxws.DeskHold{Call: "d1"}},
		{deskCall(t0), Hangup{}, pbxws.DeskHangup{Call: "d1"}},
		{deskCall(t0), TransferBlind{To: "203"}, pbxws.DeskTransfer{Call: "d1", To: "203"}},
		{rings, AnswerCall{}, pbxws.DeskAnswer{Call: "d1"}},
		{rings, Reject{}, pbxws.DeskHangup{Call: "d1"}},
		{deskCall(t0), AnswerCall{Leg: "desk:d1"}, "that call is answered already"},
		{rings, Hold{Leg: "desk:d1"}, "only an answered call can be held"},
		{deskCall(t0), ParkCall{}, there},
		{deskCall(t0), Consult{To: "203"}, there},
		{deskCall(t0), RecordHere{On: true}, there},
		{deskCall(t0), SendDigits{Leg: "desk:d1", Digits: "1"}, there},
		{deskCall(t0), SendDigits{Digits: "1"}, "no call to send tones to"},
		{deskCall(t0), TransferBlind{To: "203,1"}, "no tones can follow 203 there: leave them out"},
		{deskCall(t0), HangupAll{}, "nothing to hang up"},
	} {
		d, conn := withCards(c.call)
		d.work = t.Context()
		d.player.silent = true
		d.handle(order{1, c.intent})
		said := ""
		if len(d.notices) > 0 {
			said = d.notices[0].Text
		}
		command, isCommand := c.want.(pbxws.Command)
		if isCommand && (said != "" || !slices.Contains(conn.commands(), command)) || !isCommand && said != c.want {
			t.Errorf("%T at a call that is %s: sent %v, said %q", c.intent, c.call.Phase, conn.commands(), said)
		}
	}
}

// TestLeftBehind: a call of an earlier run is told as such and can be ended, and no more.
func TestLeftBehind(t *testing.T) {
	d, conn := withCards(deskCall(t0))
	d.work = t.Context()
	d.links[0].config.LeftBehind = func(p pbxws.Party, began time.Time) bool { return p.Number == "0721555016" && began.Equal(t0) }
	s := d.view()
	if s.Legs[0].Place != LeftBehind {
		t.Fatalf("%+v", s.Legs)
	}
	if why := s.Refuses(ParkCall{}); !strings.Contains(why, "that call has no sound") {
		t.Errorf("parking it: %q", why)
	}
	d.handle(order{1, Hangup{}})
	if !slices.Contains(conn.commands(), pbxws.Command(pbxws.DeskHangup{Call: "d1"})) {
		t.Errorf("sent %v", conn.commands())
	}
}
