package phone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

var (
	theirOffer = reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 o", Kind: pbxws.SDPOffer, Sure: true}}
	holdSent   = pbxws.Hold{Leg: "leg", On: true, SDP: "v=0 h"}
	resumeSent = pbxws.Hold{Leg: "leg", SDP: "v=0 r"}
)

// TestHoldByOffer: the far end's answer confirms a hold (RFC 6337 §5.3), one exchange is under way
// at a time, and the last wish wins.
func TestHoldByOffer(t *testing.T) {
	hold, resume := holdMade{"v=0 h"}, holdMade{"v=0 r"}
	for name, c := range map[string]struct {
		inputs  []input
		held    bool
		pending bool
		sent    []pbxws.Command
		said    string
	}{
		"held": {[]input{wantHold{true}, hold, answer}, true, false,
			[]pbxws.Command{holdSent}, "305 Mario is on hold"},
		"resumed": {[]input{wantHold{true}, hold, answer, wantHold{false}, resume, answer}, false, false,
			[]pbxws.Command{holdSent, resumeSent}, "305 Mario is back on the line"},
		"resumed before the answer": {[]input{wantHold{true}, hold, wantHold{false}, answer, resume, answer}, false, false,
			[]pbxws.Command{holdSent, resumeSent}, "305 Mario is back on the line"},
		"refused": {[]input{wantHold{true}, hold, reported{pbxws.CommandRefused{Command: holdSent, Code: 488}}}, false, false,
			[]pbxws.Command{holdSent}, "the PBX did not hold 305 Mario: no sound could be agreed (488)"},
		"unmade": {[]input{wantHold{true}, holdUnmade{rtc.Reason("no way")}}, false, false,
			nil, "305 Mario could not be put on hold: no way"},
		"not answered": {[]input{wantHold{true}, hold, timeout{untilHold}, answer}, true, false,
			[]pbxws.Command{holdSent}, "305 Mario no longer hears you; the PBX has not confirmed it in 8 s"},
		"gives way": {[]input{wantHold{true}, hold, theirOffer, answered{"v=0 a"}, hold, answer}, true, false,
			[]pbxws.Command{holdSent, pbxws.Answer{Leg: "leg", SDP: "v=0 a"}, holdSent}, "305 Mario is on hold"},
		"gives way before it is made": {[]input{wantHold{true}, theirOffer, hold, answered{"v=0 a"}}, false, true,
			[]pbxws.Command{pbxws.Answer{Leg: "leg", SDP: "v=0 a"}}, ""},
		"after the path": {[]input{wantPath{}, pathMade{"v=0 p"}, wantHold{true}, answer, hold, answer}, true, false,
			[]pbxws.Command{pbxws.Reoffer{Leg: "leg", SDP: "v=0 p"}, holdSent}, "305 Mario is on hold"},
		"on a new link": {[]input{wantHold{true}, hold, linkLost{}, linkBack{byOffer}, hold, answer}, true, false,
			[]pbxws.Command{holdSent, holdSent}, "305 Mario is on hold"},
		"without a link": {[]input{linkLost{}, wantHold{true}}, true, false,
			nil, "305 Mario no longer hears you; the PBX is told when the link is back"},
		"without a link, then on a new one": {[]input{linkLost{}, wantHold{true}, linkBack{byOffer}, hold, answer}, true, false,
			[]pbxws.Command{holdSent}, "305 Mario is on hold"},
		"resumed before there is a link": {[]input{linkLost{}, wantHold{true}, wantHold{false}}, false, false,
			nil, "305 Mario hears you again; the PBX is told when the link is back"},
	} {
		g, sent, said := run(ofKind(byOffer), c.inputs...)
		if g.LocalHold != c.held || g.HoldPending != c.pending || !slices.Equal(sent, c.sent) || c.said != "" && said[len(said)-1] != c.said {
			t.Errorf("%s: held %t pending %t, sent %v, said %q", name, g.LocalHold, g.HoldPending, sent, said)
		}
	}
}

// TestHoldNeedsNothingOfThePBX: if the PBX cannot hold, our sound stops all the same.
func TestHoldNeedsNothingOfThePBX(t *testing.T) {
	g, effects := steps(ofKind(unchanging), wantHold{true})
	if !g.LocalHold || g.HoldPending || !has(effects, gate{}) {
		t.Errorf("%+v %v", g.Leg, effects)
	}
	if g, effects = steps(g, wantHold{false}); g.LocalHold || !has(effects, gate{open: true}) {
		t.Errorf("resumed: %+v %v", g.Leg, effects)
	}
}

// TestNoPathIsSoughtInVain: a PBX that cannot follow to another path is never asked for one.
func TestNoPathIsSoughtInVain(t *testing.T) {
	ways := []input{mediaSilent{}, timeout{untilSearch}, linkLost{}, linkBack{unchanging}, mediaOff{}, timeout{untilSound}, wantPath{}, timeout{untilSearch}}
	g, effects := search(ofKind(unchanging), ways...)
	if seeks(effects) || has(effects, makePath{}) || g.path.asked {
		t.Errorf("%v", effects)
	}
	_, _, said := run(ofKind(unchanging), ways...)
	if !strings.Contains(strings.Join(said, ";"), "this PBX cannot give the sound of 305 Mario another path") {
		t.Errorf("said %q", said)
	}
}

// TestSilentResume: what follows a resume without sound, depending on what the PBX can do.
func TestSilentResume(t *testing.T) {
	resumed := []input{wantHold{true}, holdMade{"v=0 h"}, answer, held, mediaSilent{}, wantHold{false}, holdMade{"v=0 r"}, answer, unheld, timeout{untilResumed}}
	for name, c := range map[string]struct {
		caps pbxws.Caps
		want effect
		said string
	}{
		"a new session":           {byMessage, rebuild{}, "the audio is being set up again"},
		"a new session, by offer": {byOffer | pbxws.CapNewSession, rebuild{}, "the audio is being set up again"},
		"another path":            {noSession, makePath{proven: true}, "another path is being looked for"},
		"another path, by offer":  {byOffer, makePath{proven: true}, "another path is being looked for"},
		"nothing":                 {unchanging, nil, "hang up and call again"},
	} {
		g, effects := steps(ofKind(c.caps), resumed...)
		_, _, said := run(ofKind(c.caps), resumed...)
		if c.want != nil && !has(effects, c.want) || !strings.HasSuffix(said[len(said)-1], c.said) {
			t.Errorf("%s: %v, said %q", name, effects, said)
		}
		if c.want != nil || g.Unheard {
			continue
		}
		t.Errorf("%s: not marked", name)
	}
	g, sent, _ := run(ofKind(byOffer|pbxws.CapNewSession), append(resumed, rebuilt{"v=0 n"}, answer, mediaUp{})...)
	if g.HoldPending || g.rebuilding || sent[len(sent)-1] != (pbxws.Hold{Leg: "leg", SDP: "v=0 n"}) {
		t.Errorf("%+v, sent %v", g.Leg, sent)
	}
}

// TestPickupWithoutTheirOffer: a call that comes in without SDP gets our offer at pickup, and the far
// end's answer brings the sound (RFC 3261 §13.2.1).
func TestPickupWithoutTheirOffer(t *testing.T) {
	g, _ := receive(pbxws.LegOffered{Leg: "leg", From: pbxws.Party{Number: "305"}}, byOffer, t0)
	g, effects := steps(g, wantAnswer{})
	if !has(effects, makeOffer{}) || g.State != Answering {
		t.Fatalf("picked up: %s %v", g.State, effects)
	}
	g, effects = steps(g, offered{"v=0 ours"})
	if !has(effects, send{pbxws.Answer{Leg: "leg", SDP: "v=0 ours"}}) {
		t.Fatalf("our offer is made: %v", effects)
	}
	if early, effects := steps(g, reported{pbxws.LegAnswered{Leg: "leg"}}); early.State != Answering || len(effects) > 0 {
		t.Errorf("answered before their description: %s %v", early.State, effects)
	}
	g, effects = steps(g, answer)
	if !has(effects, takeAnswer{answer: "v=0 theirs"}) {
		t.Fatalf("their answer came: %v", effects)
	}
	if _, effects = steps(g, answer); len(effects) > 0 {
		t.Errorf("and came again: %v", effects)
	}
	if g, _ = steps(g, mediaUp{}); g.State != Connected || !g.Media {
		t.Errorf("sound is up: %s", g.State)
	}
	// An offer that still comes before we pick up is answered as usual.
	late, _ := receive(pbxws.LegOffered{Leg: "leg"}, byOffer, t0)
	if _, effects = steps(late, theirOffer, wantAnswer{}); !has(effects, makeAnswer{"v=0 o"}) {
		t.Errorf("their late offer: %v", effects)
	}
}

// TestUnregisteredIsToldOnce: the loss of a registration is said with its reason, and shown until the
// next one.
func TestUnregisteredIsToldOnce(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		r.conn.events <- pbxws.Identified{Self: "17", Devices: []pbxws.AccountID{"17-desk"}}
		r.conn.events <- pbxws.Unregistered{Reason: "taken over"}
		r.conn.events <- pbxws.Unregistered{Reason: "taken over"}
		s := r.after(time.Second)
		if !s.PBX.NotRegistered() || s.PBX.Self != "17" || strings.Count(r.said(), "the PBX no longer sends calls here: taken over") != 1 {
			t.Errorf("%+v, said %q", s.PBX, r.said())
		}
		r.conn.events <- pbxws.Registered{}
		if s = r.after(time.Second); s.PBX.NotRegistered() {
			t.Error("still not registered")
		}
	})
}

// TestAnotherTelephoneAnswers: where a call rings at several telephones, the one that was heard before
// the answer need not be the one that picks up (RFC 3261 §13.2.2.4).
func TestAnotherTelephoneAnswers(t *testing.T) {
	early := reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 one", Sure: true}}
	other := reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 two", Sure: true}}
	up := reported{pbxws.LegAnswered{Leg: "leg"}}
	for name, c := range map[string]struct {
		caps   pbxws.Caps
		inputs []input
		again  int  // answers that are taken after the first
		anew   bool // the audio is being set up again
		said   string
	}{
		"the one that was heard":      {byMessage, []input{early, early, up}, 0, false, "answered after"},
		"the same, in other words":    {byMessage, []input{early, other, answerTaken{false}, up}, 1, false, "answered after"},
		"another":                     {byMessage, []input{early, other, answerTaken{true}, up}, 1, true, "answered after"},
		"another, told at the pickup": {byMessage, []input{early, up, other, answerTaken{true}}, 1, true, "answered after"},
		"the first after all":         {byMessage, []input{early, other, answerTaken{true}, early, answerTaken{false}, up}, 2, false, "answered after"},
		"another, and nothing to do":  {unchanging, []input{early, other, answerTaken{true}, up}, 1, false, "with another telephone"},
	} {
		g, _ := place("leg", "305", pbxws.OfferCall, pbxws.Party{Number: "305"}, c.caps, t0)
		inputs := append([]input{offered{"v=0 ours"}}, c.inputs...)
		_, effects := search(g, inputs...)
		_, _, said := run(g, inputs...)
		again := 0
		for _, e := range effects {
			if a, ok := e.(takeAnswer); ok && a.again {
				again++
			}
		}
		if again != c.again || has(effects, rebuild{}) != c.anew || !strings.Contains(said[len(said)-1], c.said) {
			t.Errorf("%s: %d more answers, %v, said %q", name, again, effects, said)
		}
	}
}
