package phone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// mixDesk is a desk with calls that are up, a, b, c and so on; the first talks, the others are on hold. The
// calls are of two PBXs in turn.
func mixDesk(calls int) *desk {
	d := newDesk(New(Config{Links: []LinkConfig{{ID: "hq"}, {ID: "branch"}}}))
	d.now, d.player.sound, d.player.state, d.player.cancel = t0.Add(time.Minute), newSound(""), playerOn, func() {}
	for _, k := range d.links {
		conn := newFakeConn()
		conn.caps |= pbxws.CapAttendedTransfer
		k.conn, k.State = conn, LinkUp
	}
	for i := range calls {
		k := d.links[i%2]
		g := inState(Connected)
		g.ID = pbxws.LegID(rune('a' + i))
		g.wire, g.Link, g.N = g.ID, k.Link.ID, i+1
		g.Peer = pbxws.Party{Number: []string{"301", "302", "303"}[i]}
		if i > 0 {
			g.holding, g.LocalHold, g.HeldAt = true, true, t0
		}
		d.calls = append(d.calls, &call{leg: g, link: k, worker: newWorker(nil, 0, nil, nil, nil)})
	}
	d.chosen = "a"
	return d
}

// wants gives the phone an intent, and the PBXs confirm every hold.
func (d *desk) wants(i Intent) string {
	before := len(d.notices)
	d.handle(order{Receipt(len(d.outcomes) + 1), i})
	d.confirmHolds()
	return d.noticesSince(before)
}

func (d *desk) confirmHolds() {
	for _, c := range d.calls {
		if c.HoldPending {
			d.want(c.ID, reported{pbxws.LegHeld{Leg: c.wire, On: c.holding}})
		}
	}
	d.settle()
}

func (d *desk) noticesSince(before int) string {
	var lines []string
	for _, n := range d.notices[before:] {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "; ")
}

// are are the calls in the sound, in the conference and on hold.
func (d *desk) are() string {
	var words []string
	for _, c := range d.calls {
		word := string(c.ID)
		if c.State == Ended {
			continue
		}
		if c.Mixed {
			word += " mixed"
		}
		if c.Apart {
			word += " apart"
		}
		if c.LocalHold {
			word += " held"
		}
		if slices.Contains(d.audible(), c) {
			word += " heard"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func (d *desk) check(t *testing.T, what, want string) {
	t.Helper()
	if got := d.are(); got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// TestMix: calls of two PBXs are in one conference, one is put on hold and comes back, and one that hangs up
// leaves a call as any other.
func TestMix(t *testing.T) {
	d := mixDesk(2)
	said := d.wants(Mix{})
	d.check(t, "a conference", "a mixed heard, b mixed heard")
	if want := "branch: 302 is back on the line; in conference, on this phone: 301 at hq, 302 at branch and you"; said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	if o := d.outcomes[len(d.outcomes)-1]; o.Grade != GradeDone || o.Text != "in conference, on this phone: 301 at hq, 302 at branch and you" {
		t.Errorf("the outcome is %+v", o)
	}
	if why := d.view().Refuses(Mix{}); why != "they are in conference already" {
		t.Errorf("once more: %q", why)
	}
	d.wants(Hold{Leg: "a"})
	d.check(t, "one on hold", "a mixed held, b mixed heard")
	if why := d.view().Refuses(Swap{}); why != "to swap, you need one active call and one on hold" {
		t.Errorf("the two of a conference are no pair to swap: %q", why)
	}
	d.wants(Resume{Leg: "a"})
	d.check(t, "and back", "a mixed heard, b mixed heard")
	d.want("b", reported{pbxws.LegHeld{Leg: "b", Remote: true, On: true}})
	d.calls[0].session, d.calls[1].session = &rtc.Session{}, &rtc.Session{}
	if now := d.voices(); now[0].holdsUs || !now[1].holdsUs {
		t.Errorf("the music of one is for nobody: %+v", now)
	}
	d.calls[0].session, d.calls[1].session = nil, nil
	before := len(d.notices)
	d.want("a", reported{pbxws.LegEnded{Leg: "a", Cause: pbxws.Cause{Ending: pbxws.EndedThere}}})
	d.check(t, "one has hung up", "b heard")
	if said := d.noticesSince(before); !strings.Contains(said, "the conference has ended; you are talking to 302") {
		t.Errorf("said %q", said)
	}
}

// TestMixMakesRoom: a conference goes on hold for another call as a whole, and comes back as a whole; who was
// on hold before stays so.
func TestMixMakesRoom(t *testing.T) {
	d := mixDesk(3)
	d.wants(Mix{Leg: "a", With: "b"})
	d.check(t, "two of three", "a mixed heard, b mixed heard, c held")
	d.wants(Swap{})
	d.check(t, "the third", "a mixed held, b mixed held, c heard")
	d.wants(Resume{Leg: "b"})
	d.check(t, "back", "a mixed heard, b mixed heard, c held")
	d.wants(Hold{Leg: "a"})
	d.wants(Resume{Leg: "c"})
	d.wants(Resume{Leg: "b"})
	d.check(t, "a was on hold by itself", "a mixed held, b mixed heard, c held")
	d.wants(Mix{})
	d.check(t, "all", "a mixed heard, b mixed heard, c mixed heard")
	if said := d.wants(Split{Leg: "b"}); !strings.Contains(said, "the conference is split; you stay with 302") {
		t.Errorf("said %q", said)
	}
	d.check(t, "split", "a held, b heard, c held")
	if why := d.view().Refuses(Split{}); why != "there is no conference on this phone" {
		t.Errorf("once more: %q", why)
	}
}

// TestMixIsLeft: what leaves a conference otherwise: a transfer, a consultation, everybody at once.
func TestMixIsLeft(t *testing.T) {
	d := mixDesk(2)
	d.wants(Mix{})
	d.wants(TransferBlind{Leg: "b", To: "203"})
	d.check(t, "on the way", "a mixed heard, b mixed heard")
	d.want("b", reported{pbxws.CommandRefused{Command: pbxws.BlindTransfer{Leg: "b", To: "203"}, Code: 404}})
	d.check(t, "refused", "a mixed heard, b mixed heard")
	d.wants(TransferBlind{Leg: "a", To: "203"})
	d.want("a", reported{pbxws.LegEnded{Leg: "a", Cause: pbxws.Cause{Ending: pbxws.EndedTransferred}}})
	d.check(t, "transferred", "b heard")

	d = mixDesk(3) // a and c are of one PBX
	d.wants(Mix{})
	d.wants(ConsultWith{Leg: "a", With: "c"})
	d.check(t, "a consultation", "a held, b held, c heard")

	d = mixDesk(3)
	d.wants(Mix{})
	before := len(d.notices)
	d.wants(LinkCalls{Leg: "a", With: "c"})
	for _, id := range []pbxws.LegID{"a", "c"} {
		d.want(id, reported{pbxws.LegEnded{Leg: id, Cause: pbxws.Cause{Ending: pbxws.EndedThere}}})
	}
	d.check(t, "two are linked", "b heard")
	if n := strings.Count(d.noticesSince(before), "the conference has ended"); n != 1 {
		t.Errorf("said %q", d.noticesSince(before))
	}

	d = mixDesk(3)
	d.wants(Mix{Leg: "a", With: "c"})
	before = len(d.notices)
	d.wants(LinkCalls{Leg: "a", With: "c"})
	for _, id := range []pbxws.LegID{"a", "c"} {
		d.want(id, reported{pbxws.LegEnded{Leg: id, Cause: pbxws.Cause{Ending: pbxws.EndedThere}}})
	}
	if said := d.noticesSince(before); strings.Contains(said, "conference") {
		t.Errorf("the two are linked: %q", said)
	}

	d = mixDesk(2)
	d.wants(Mix{})
	if said := d.wants(HangupAll{}); strings.Contains(said, "conference") {
		t.Errorf("hung up: %q", said)
	}
}

// TestMixThatFails: a PBX that gives nobody back, a call that ends meanwhile, a link that is gone.
func TestMixThatFails(t *testing.T) {
	d := mixDesk(2)
	d.handle(order{1, Mix{}})
	d.want("b", reported{pbxws.CommandRefused{Command: pbxws.Hold{Leg: "b"}, Code: 488}})
	d.settle()
	d.check(t, "not given back", "a mixed heard, b mixed held")
	if o := d.outcomes[0]; o.Grade != GradeWarn || o.Text != "in conference, on this phone: 301 at hq and you; still on hold: 302 at branch" {
		t.Errorf("the outcome is %+v", o)
	}

	d = mixDesk(2)
	d.handle(order{1, Mix{}})
	d.want("b", reported{pbxws.LegEnded{Leg: "b", Cause: pbxws.Cause{Ending: pbxws.EndedThere}}})
	d.settle()
	d.check(t, "one hung up", "a heard")
	if o := d.outcomes[0]; o.Grade != GradeFailed || o.Text != "no conference was started: one of the calls has ended" {
		t.Errorf("the outcome is %+v", o)
	}

	d = mixDesk(2)
	d.wants(Mix{})
	d.want("b", linkLost{})
	d.check(t, "a link is cut", "a mixed heard, b mixed heard")
	for why, i := range map[string]Intent{
		"both calls must be answered before they can be joined": Mix{Leg: "a", With: "b"},
		"they are in conference already":                        Mix{},
		twoCalls:                                                Mix{Leg: "a"},
	} {
		s := d.view()
		if strings.HasPrefix(why, "both") {
			s.Legs[1].State = Dialing
		}
		if got := s.Refuses(i); got != why {
			t.Errorf("%+v: %q, want %q", i, got, why)
		}
	}
}

// TestCallWithoutLinkMakesRoom: a call whose link is down gives the sound to the call that is answered.
func TestCallWithoutLinkMakesRoom(t *testing.T) {
	d := mixDesk(2)
	d.want("a", linkLost{})
	d.links[0].conn, d.links[0].State = nil, LinkWaiting
	d.wants(Resume{Leg: "b"})
	d.check(t, "the other call is taken back", "a held, b heard")
}

// TestWhoBringsCallsTogether: the PBX does where it can, this phone where it cannot.
func TestWhoBringsCallsTogether(t *testing.T) {
	s := mixDesk(3).view()
	a, b, c := s.Legs[0], s.Legs[1], s.Legs[2]
	if i := s.LinkIntent(b, a); i != (Mix{Leg: "b", With: "a", Out: true}) {
		t.Errorf("of two PBXs: %+v", i)
	}
	if i := s.LinkIntent(c, a); i != (LinkCalls{Leg: "c", With: "a"}) {
		t.Errorf("of one PBX: %+v", i)
	}
	var room pbxws.State
	room.Accounts = room.Accounts.With("90", pbxws.Account{ID: "90", Kind: pbxws.KindConference})
	s.Links[0].PBX = room
	if i := s.JoinIntent(); i != (Mix{}) {
		t.Errorf("of two PBXs, one with a conference: %+v", i)
	}
	s.Legs = []Leg{a, c}
	if i := s.JoinIntent(); i != (Join{Room: Account{Link: "hq", ID: "90"}}) {
		t.Errorf("of a PBX with a conference: %+v", i)
	}
	s.Links[0].Caps = 0
	if i := s.JoinIntent(); i != (Mix{}) {
		t.Errorf("of a PBX that cannot transfer: %+v", i)
	}
	if i := s.LinkIntent(c, a); i != (Mix{Leg: "c", With: "a", Out: true}) {
		t.Errorf("of a PBX that cannot link: %+v", i)
	}
}

// TestLinkedHere: two calls of two PBXs are linked by this phone, and we are out: neither hears us, another call is
// talked on meanwhile and rings as if there were none, and joining them again undoes it.
func TestLinkedHere(t *testing.T) {
	d := mixDesk(3)
	s := d.view()
	said := d.wants(s.LinkIntent(s.Legs[1], s.Legs[0]))
	d.check(t, "linked", "a mixed apart heard, b mixed apart heard, c held")
	if want := "301 at hq and 302 at branch are linked, on this phone; you are out of it"; !strings.HasSuffix(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	if tone := d.tone(); tone != noTone {
		t.Errorf("the tone is %v", tone)
	}
	if l, talks := d.view().Talking(); talks {
		t.Errorf("we talk on %+v", l)
	}
	for i := range d.calls {
		d.calls[i].session = &rtc.Session{}
	}
	d.calls[0].RemoteHold = true
	for _, v := range d.voices() {
		if !v.apart || v.holdsUs {
			t.Errorf("a voice is %+v: it is none of ours, and its music is for the other", v)
		}
	}
	for i := range d.calls {
		d.calls[i].session = nil
	}
	d.calls[0].RemoteHold = false
	d.wants(Resume{Leg: "c"})
	d.check(t, "another call", "a mixed apart heard, b mixed apart heard, c heard")
	s = d.view()
	for want, i := range map[string]Intent{
		"they are linked already": Mix{Leg: "a", With: "b", Out: true},
		"this phone links two callers already; hang up on them, or join them, first": Mix{Leg: "a", With: "c", Out: true},
		"301 is linked with somebody by this phone: join them, or split them, first": TransferBlind{Leg: "a", To: "203"},
		"nothing to hold": Hold{},
	} {
		at := s
		if _, hold := i.(Hold); hold {
			at.Legs = s.Legs[:2]
		}
		if why := at.Refuses(i); why != want {
			t.Errorf("%+v: %q, want %q", i, why, want)
		}
	}
	d.wants(Mix{})
	d.check(t, "joined again", "a mixed heard, b mixed heard, c mixed heard")
	d.wants(Mix{Leg: "a", With: "b", Out: true})
	d.check(t, "out of three", "a mixed apart heard, b mixed apart heard, c heard")
	if said := d.wants(Split{Leg: "b"}); !strings.Contains(said, "the conference is split; you stay with 302") {
		t.Errorf("said %q", said)
	}
	d.check(t, "split", "a held, b heard, c held")
}

// TestLinkedHereEnds: whose far end is gone is hung up on, since nobody is there; and so is nobody who was
// joined before.
func TestLinkedHereEnds(t *testing.T) {
	d := mixDesk(3)
	d.wants(Mix{Leg: "a", With: "b", Out: true})
	d.wants(Resume{Leg: "c"})
	before := len(d.notices)
	d.want("a", reported{pbxws.LegEnded{Leg: "a", Cause: pbxws.Cause{Ending: pbxws.EndedThere}}})
	d.check(t, "one hung up", "c heard")
	if said := d.noticesSince(before); !strings.Contains(said, "branch: the call with 302 ended") || !strings.Contains(said, "nobody is linked with it any more") {
		t.Errorf("said %q", said)
	}
	d = mixDesk(3)
	d.wants(Mix{Leg: "a", With: "b", Out: true})
	d.wants(Mix{Leg: "a", With: "c"})
	d.check(t, "one was taken back", "a mixed heard, c mixed heard")
	d = mixDesk(2)
	d.wants(Mix{Leg: "a", With: "b", Out: true})
	d.wants(HangupAll{})
	d.check(t, "all hung up", "")
}
