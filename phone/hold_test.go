package phone

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// steps plays inputs a second apart and gives the effects of the last.
func steps(g leg, inputs ...input) (leg, []effect) {
	var effects []effect
	for i, in := range inputs {
		g, effects = g.step(in, t0.Add(time.Duration(i+1)*time.Second))
	}
	return g, effects
}

func has(effects []effect, want effect) bool {
	for _, e := range effects {
		if reflect.DeepEqual(e, want) {
			return true
		}
	}
	return false
}

var (
	held    = reported{pbxws.LegHeld{Leg: "leg", On: true}}
	unheld  = reported{pbxws.LegHeld{Leg: "leg"}}
	answer  = reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 theirs", Kind: pbxws.SDPAnswer, Sure: true}}
	reoffer = send{pbxws.Hold{Leg: "leg", SDP: "v=0 new"}}
)

// TestResumeWithoutSound: a resume after which nothing comes is followed by an offer of a new
// session, once; the answer is taken, and a refusal leaves the call as it was.
func TestResumeWithoutSound(t *testing.T) {
	resumed := []input{wantHold{true}, held, mediaSilent{}, wantHold{false}, unheld}
	g, effects := steps(inState(Connected), append(resumed, timeout{untilResumed})...)
	if !has(effects, rebuild{}) {
		t.Fatalf("nothing was heard for 5 s, and then: %v", effects)
	}
	g, effects = steps(g, rebuilt{"v=0 new"})
	if !has(effects, reoffer) {
		t.Fatalf("the new offer is made: %v", effects)
	}
	taken, effects := steps(g, answer)
	if !has(effects, takeAnswer{answer: "v=0 theirs"}) {
		t.Errorf("the answer came: %v", effects)
	}
	up, effects := steps(taken, mediaUp{})
	if !has(effects, letGo{}) || up.rebuilding || up.resuming {
		t.Errorf("the new session is up: %v", effects)
	}
	if _, effects = steps(up, timeout{untilRebuilt}); len(effects) != 0 {
		t.Errorf("after all went well: %v", effects)
	}
	if _, effects = steps(taken, timeout{untilRebuilt}); !has(effects, fallBack{}) {
		t.Errorf("the new session did not come up: %v", effects)
	}
	for name, last := range map[string]input{
		"refused": reported{pbxws.CommandRefused{Command: pbxws.Hold{Leg: "leg", SDP: "v=0 new"}, Code: 488}},
		"silence": timeout{untilRebuilt},
		"bad":     mediaBad{err: errors.New("not an SDP")},
	} {
		back, effects := steps(g, last)
		if !has(effects, fallBack{}) || back.State != Connected || back.LocalHold || back.rebuilding {
			t.Errorf("%s: %+v %v", name, back.Leg, effects)
		}
	}
	theirs, effects := steps(g, reported{pbxws.LegDescribed{Leg: "leg", SDP: "v=0 o", Kind: pbxws.SDPOffer, Sure: true}})
	if !has(effects, makeAnswer{"v=0 o"}) {
		t.Errorf("the PBX offers in its turn: %v", effects)
	}
	if up, effects := steps(theirs, answered{"v=0 a"}, mediaUp{}); up.rebuilding || !has(effects, letGo{}) {
		t.Errorf("and that came up: %v", effects)
	}
	if late, effects := steps(g, wantHold{true}, answer); !has(effects, takeAnswer{answer: "v=0 theirs"}) || !late.holding {
		t.Errorf("held again before the answer: %v", effects)
	}
}

// TestResumeThatIsHeard needs no new offer, nor does one that the far end keeps silent on purpose.
func TestResumeThatIsHeard(t *testing.T) {
	for name, before := range map[string][]input{
		"heard":      {wantHold{true}, held, mediaSilent{}, wantHold{false}, unheld, mediaAudible{}},
		"never gone": {wantHold{true}, held, wantHold{false}, unheld},
		"held there": {wantHold{true}, held, mediaSilent{}, wantHold{false}, unheld, reported{pbxws.LegHeld{Leg: "leg", On: true, Remote: true}}},
		"held again": {wantHold{true}, held, mediaSilent{}, wantHold{false}, unheld, wantHold{true}},
	} {
		if _, effects := steps(inState(Connected), append(before, timeout{untilResumed})...); len(effects) != 0 {
			t.Errorf("%s: %v", name, effects)
		}
	}
}

// TestHoldThatClosesTheConnection: where the connection is gone with the hold, which is no
// trouble to tell of, the resume is itself a new offer.
func TestHoldThatClosesTheConnection(t *testing.T) {
	g, effects := steps(inState(Connected), wantHold{true}, held, mediaOff{errors.New("closed")})
	if len(effects) != 0 || g.Media {
		t.Fatalf("the connection closed: %v", effects)
	}
	if _, effects = steps(g, timeout{untilPath}); len(effects) != 0 {
		t.Fatalf("on hold without a connection: %v", effects)
	}
	g, effects = steps(g, wantHold{false})
	if !has(effects, rebuild{}) || has(effects, send{pbxws.Hold{Leg: "leg"}}) {
		t.Fatalf("resumed: %v", effects)
	}
	if _, effects = steps(g, rebuilt{"v=0 new"}); !has(effects, reoffer) {
		t.Errorf("the new offer is made: %v", effects)
	}
	g, effects = steps(g, wantHold{true}, rebuilt{"v=0 new"})
	if !has(effects, fallBack{}) || g.rebuilding {
		t.Errorf("held again before the offer was made: %v", effects)
	}
	if _, _, said := run(inState(Connected), wantHold{true}, held, mediaSilent{}, wantHold{false}, unheld, timeout{untilResumed}); !strings.Contains(strings.Join(said, "; "), "set up again") {
		t.Errorf("said %q", said)
	}
}

// TestResumeBeforeThePath: a connection that has no path yet is not one that the PBX gave up.
func TestResumeBeforeThePath(t *testing.T) {
	g := inState(Connected)
	g.Media = false
	g, effects := steps(g, wantHold{true}, held, wantHold{false})
	if has(effects, rebuild{}) || !has(effects, send{pbxws.Hold{Leg: "leg"}}) {
		t.Fatalf("resumed: %v", effects)
	}
	if _, effects = steps(g, unheld, timeout{untilResumed}); !has(effects, rebuild{}) {
		t.Errorf("it never came: %v", effects)
	}
}

// TestOldPathComesUp: while a new session is offered, the path of the old one is not taken for the new one's.
func TestOldPathComesUp(t *testing.T) {
	unsure := inState(Connected)
	unsure.unsure = &pbxws.LegDescribed{Leg: "leg", SDP: "v=0 ?", Kind: pbxws.SDPOffer}
	g, effects := steps(unsure, wantHold{true}, held, mediaOff{errors.New("closed")}, wantHold{false})
	if !has(effects, rebuild{}) {
		t.Fatalf("resumed: %v", effects)
	}
	if _, effects := steps(g, timeout{untilKind}); len(effects) != 0 {
		t.Errorf("the first description counts no more: %v", effects)
	}
	g, effects = steps(g, mediaUp{})
	if has(effects, letGo{}) || !g.rebuilding {
		t.Errorf("the old path is up: %v", effects)
	}
	g, effects = steps(g, rebuilt{"v=0 new"}, answer)
	if !has(effects, takeAnswer{answer: "v=0 theirs"}) {
		t.Errorf("the answer came: %v", effects)
	}
	if g, effects = steps(g, mediaUp{}); !has(effects, letGo{}) || g.rebuilding {
		t.Errorf("the new path is up: %v", effects)
	}
}

// TestSilenceOfAHoldIsNotTold: what was silent on hold gets a moment when it is taken back.
func TestSilenceOfAHoldIsNotTold(t *testing.T) {
	theirs := func(on bool) input { return reported{pbxws.LegHeld{Leg: "leg", On: on, Remote: true}} }
	const words = "nothing is coming from"
	for name, before := range map[string][]input{
		"their hold":           {theirs(true), mediaSilent{}, theirs(false)},
		"ours, unasked resume": {held, mediaSilent{}, unheld},
	} {
		g, _, said := run(inState(Connected), before[:2]...)
		g, effects := g.step(before[2], t0)
		_, _, last := run(inState(Connected), before...)
		if text := strings.Join(append(said, last...), "; "); strings.Contains(text, words) || !has(effects, wait{untilAudible, timerLengths[untilAudible]}) {
			t.Errorf("%s: said %q at once, %v", name, text, effects)
		}
		if _, _, said := run(g, timeout{untilAudible}); !strings.Contains(strings.Join(said, "; "), words) {
			t.Errorf("%s: said %q after a while", name, said)
		}
		for what, then := range map[string]input{"heard": mediaAudible{}, "held again": theirs(true)} {
			if _, _, said := run(g, then, timeout{untilAudible}); strings.Contains(strings.Join(said, "; "), words) {
				t.Errorf("%s, %s: said %q", name, what, said)
			}
		}
	}
}

// TestNewConnectionOfThePBX: where the path is lost and the PBX answers from another connection, a new session is
// offered once; a path that is up is left alone.
func TestNewConnectionOfThePBX(t *testing.T) {
	moved := mediaBad{err: rtc.ErrNewEndpoint}
	lost, _ := steps(inState(Connected), mediaOff{errors.New("closed")})
	g, effects := steps(lost, moved)
	if !has(effects, rebuild{}) {
		t.Errorf("without a path: %v", effects)
	}
	if _, effects = steps(g, moved); has(effects, rebuild{}) {
		t.Errorf("again: %v", effects)
	}
	if _, effects = steps(inState(Connected), moved); has(effects, rebuild{}) {
		t.Errorf("with a path: %v", effects)
	}
}
