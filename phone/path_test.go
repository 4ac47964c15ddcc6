package phone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// search plays inputs to a call that is up and returns it with all its effects.
func search(g leg, inputs ...input) (leg, []effect) {
	var all []effect
	for i, in := range inputs {
		var effects []effect
		g, effects = g.step(in, t0.Add(time.Duration(i+1)*time.Second))
		all = append(all, effects...)
	}
	return g, all
}

func seeks(effects []effect) bool { return slices.Contains(effects, effect(makePath{proven: true})) }

var (
	noPath     = timeout{untilSearch}
	pathAnswer = reported{pbxws.LegDescribed{SDP: "v=0 a", Kind: pbxws.SDPAnswer, Sure: true}}
	pathNo     = reported{pbxws.CommandRefused{Command: pbxws.Reoffer{}, Code: 488, Reason: "Not Acceptable Here"}}
)

// TestPathIsSoughtWhenSoundStays: silence is followed by an offer of another path, whose answer is
// taken, and the change is told and remembered.
func TestPathIsSoughtWhenSoundStays(t *testing.T) {
	g, effects := search(inState(Connected), mediaSilent{}, noPath, pathMade{"v=0 new"}, pathAnswer, mediaMoved{1200 * time.Millisecond}, mediaAudible{})
	for _, want := range []effect{
		wait{untilSearch, firstSearch}, makePath{proven: true}, send{pbxws.Reoffer{Leg: "leg", SDP: "v=0 new"}},
		takeAnswer{answer: "v=0 a"}, wait{untilSearch, pathRest},
	} {
		if !slices.Contains(effects, want) {
			t.Errorf("no %s in %v", effectName(want), effects)
		}
	}
	if len(g.Paths) != 1 || g.Paths[0].Gap != 1200*time.Millisecond || g.path != (pathSearch{}) || g.PathRefused {
		t.Errorf("%+v", g)
	}
}

// TestPathIsLeftAlone if the silence has another reason.
func TestPathIsLeftAlone(t *testing.T) {
	held := reported{pbxws.LegHeld{On: true, Remote: true}}
	for name, inputs := range map[string][]input{
		"it is heard again":         {mediaSilent{}, mediaAudible{}, noPath},
		"on hold by us":             {wantHold{true}, mediaSilent{}, noPath},
		"on hold before it is told": {mediaSilent{}, wantHold{true}, noPath},
		"on hold by them":           {held, mediaSilent{}, noPath},
		"coming back from our hold": {wantHold{true}, mediaSilent{}, reported{pbxws.LegHeld{On: true}}, wantHold{false}, noPath},
		"being transferred":         {wantTransfer{"203"}, mediaSilent{}, noPath},
		"refused before":            {mediaSilent{}, noPath, pathMade{"v"}, pathNo, noPath},
	} {
		_, effects := search(inState(Connected), inputs...)
		if name == "refused before" {
			effects = effects[len(effects)-1:]
		}
		if seeks(effects) {
			t.Errorf("%s, and yet a path is sought: %v", name, effects)
		}
	}
	// A silence that lasts longer than a hold is handled by a new session first: see
	// TestResumeWithoutSound. If that fails it leads to an ICE restart.
	resumed := []input{wantHold{true}, mediaSilent{}, reported{pbxws.LegHeld{On: true}}, wantHold{false}, reported{pbxws.LegHeld{}}}
	if _, effects := search(inState(Connected), append(resumed, noPath)...); seeks(effects) {
		t.Errorf("after the hold: %v", effects)
	}
	g, effects := search(inState(Connected), append(resumed, timeout{untilResumed}, rebuilt{"v"}, timeout{untilRebuilt}, noPath)...)
	if !seeks(effects) || !g.Unheard {
		t.Errorf("after new sound was not agreed: %+v %v", g.Leg, effects)
	}
}

// TestPathInVain: each reason for a failed ICE restart has its words, the call stays up, and the
// next tries come after ever longer pauses, until there were enough.
func TestPathInVain(t *testing.T) {
	for name, c := range map[string]struct {
		then  input
		said  string
		again bool
	}{
		"refused":    {pathNo, "the PBX refused one, no sound could be agreed (488 Not Acceptable Here)", false},
		"silence":    {timeout{untilPathAnswer}, "the PBX has not answered in 5 s", true},
		"no link":    {reported{pbxws.CommandRefused{Command: pbxws.Reoffer{}, Reason: "there is no link to the PBX"}}, "there is no link to the PBX", true},
		"no network": {pathUnmade{rtc.Reason("no address")}, "no address", true},
	} {
		inputs := []input{mediaSilent{}, noPath, pathMade{"v"}, c.then}
		if c.again {
			inputs = append(inputs, noPath, pathMade{"v"}, c.then) // the first try is a matter of luck
		}
		g, _, said := run(inState(Connected), inputs...)
		want := "no other path for the sound of 305 Mario: " + c.said + "; if you still hear nothing, hang up and call again"
		if g.State != Connected || said[len(said)-1] != want || !g.PathRefused || g.path.asked {
			t.Errorf("%s: %+v, said %q", name, g, said)
		}
		for rest := 2 * pathRest; rest <= 24*time.Second; rest *= 2 {
			_, effects := search(inState(Connected), inputs...)
			again := slices.Contains(effects, effect(wait{untilSearch, rest}))
			if again != c.again || !slices.Contains(effects, effect(withdraw{})) {
				t.Errorf("%s: after %d inputs tries again in %s: %t", name, len(inputs), rest, again)
			}
			inputs = append(inputs, noPath, pathMade{"v"}, c.then)
		}
		g, _ = search(inState(Connected), inputs[:len(inputs)-1]...)
		_, last := search(g, c.then)
		if slices.ContainsFunc(last, func(e effect) bool { w, is := e.(wait); return is && w.of == untilSearch }) {
			t.Errorf("%s: tries for ever: %v", name, last)
		}
		if g, _, _ := run(inState(Connected), append(inputs, linkBack{byMessage}, pathMade{"v"}, c.then)...); c.again && g.path.tries != 1 {
			t.Errorf("%s: %d tries after the link was back", name, g.path.tries)
		}
		if _, _, said = run(inState(Connected), inputs...); strings.Count(strings.Join(said, ";"), "no other path") != 1 {
			t.Errorf("%s: said %q", name, said)
		}
	}
}

// TestPathOnRequest: a person is answered each time, whatever was refused before, on hold too.
func TestPathOnRequest(t *testing.T) {
	g, sent, said := run(inState(Connected), wantHold{true}, reported{pbxws.LegHeld{On: true}},
		wantPath{}, pathMade{"v1"}, pathNo, wantPath{}, pathMade{"v2"}, pathAnswer)
	if len(sent) != 3 || sent[2] != (pbxws.Reoffer{Leg: "leg", Held: true, SDP: "v2"}) {
		t.Errorf("sent %v", sent)
	}
	if !strings.Contains(strings.Join(said, ";"), "the PBX refused one") || !g.LocalHold || g.PathRefused {
		t.Errorf("%+v, said %q", g.Leg, said)
	}
}

// TestPathGivesWay: an offer of the PBX's comes before one of ours.
func TestPathGivesWay(t *testing.T) {
	offer := reported{pbxws.LegDescribed{SDP: "v=0 o", Kind: pbxws.SDPOffer, Sure: true}}
	g, effects := search(inState(Connected), mediaSilent{}, noPath, pathMade{"v"}, offer, pathAnswer)
	if !slices.Contains(effects, effect(reanswer{"v=0 o"})) || slices.Contains(effects, effect(takeAnswer{answer: "v=0 a"})) {
		t.Errorf("%v", effects)
	}
	if g, effects = search(g, noPath); !seeks(effects) || !g.path.asked {
		t.Errorf("not asked again: %v", effects)
	}
}

// TestPathAfterTheLink: a link that is back is used at once.
func TestPathAfterTheLink(t *testing.T) {
	_, effects := search(inState(Connected), mediaSilent{}, noPath, pathMade{"v"},
		timeout{untilPathAnswer}, linkLost{}, linkBack{byMessage})
	if effects[len(effects)-2] != effect(makePath{proven: true}) {
		t.Errorf("%v", effects)
	}
	if _, effects = search(inState(Connected), linkLost{}, linkBack{byMessage}); seeks(effects) {
		t.Errorf("sought although all is well: %v", effects)
	}
}

func TestPathChangesAreBounded(t *testing.T) {
	g := inState(Connected)
	for range 3 * maxPathChanges {
		before := g.Paths
		kept := slices.Clone(before)
		g, _ = search(g, mediaMoved{time.Second})
		if !slices.Equal(before, kept) {
			t.Fatal("a snapshot that was handed out has changed")
		}
	}
	if len(g.Paths) != maxPathChanges {
		t.Errorf("%d are kept", len(g.Paths))
	}
}
