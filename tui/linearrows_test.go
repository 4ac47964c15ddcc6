package tui

import (
	"strings"
	"testing"
)

// listener keeps what would be read out.
type listener struct{ said strings.Builder }

func (l *listener) Print(s string) { l.said.WriteString(s) }

// TestRowsAreReadOut: what the other screen selects in a list or a menu is said, once.
func TestRowsAreReadOut(t *testing.T) {
	r, ear := newRobot(t, able()), &listener{}
	n := newLinear(ear, true)
	hear := func(want string) {
		t.Helper()
		ear.said.Reset()
		n.narrate(&r.m.scene, &r.m.view, tickMsg{})
		if want == "" && ear.said.Len() > 0 || !strings.Contains(ear.said.String(), want) {
			t.Errorf("heard %q, want %q", ear.said.String(), want)
		}
	}
	hear("live")
	r.press("g")
	r.wait(boxAfter)
	hear("then: e extensions, h history")
	r.press("h")
	hear("history 1 of 4: missed 13:25 340 555 0199. Enter: call back")
	hear("")
	r.press("down")
	hear("history 2 of 4: in recorded Tue 10:05 Mario Bianchi +39 0721 555 016, 4:10. Enter: call back, Space: play")
	r.press("g", "v")
	hear("voicemail 1 of 2: N new 13:26 340 555 0199, 0:23. Enter: call back, Space: play")
	r.press("g", "p")
	hear("parked 1 of 1: 81 340 555 0199, 2:10 by 202 Sara Conti. Enter: take the call")
	r.press("g", "e", "down", "enter")
	hear("menu 1 of 5: call 200 Anna Verdi")
	r.press("down")
	hear("not possible: nothing rings at 200")
}

// TestConferenceIsReadOut: who carries it is said of each call, and before leaving.
func TestConferenceIsReadOut(t *testing.T) {
	r, ear := newRobot(t, with(calm(), talkingTo(mario), heldParty(carla))), &listener{}
	n := newLinear(ear, true)
	for _, step := range []struct {
		do   func()
		want []string
	}{
		{func() { r.press("l") }, []string{"question: Link Carla Verdi with Mario Bianchi and leave? It runs on this phone. Enter says yes"}},
		{func() { r.press("enter"); r.show(mixed()) }, []string{
			"Mario Bianchi, Bianchi SRL   +39 0721 555 016, IN CONFERENCE, on this phone", "305 Carla Verdi (Support), IN CONFERENCE, on this phone",
		}},
		{func() { r.press("q") }, []string{"question: 2 calls, on this phone: s stay"}},
	} {
		ear.said.Reset()
		step.do()
		n.narrate(&r.m.scene, &r.m.view, nil)
		for _, want := range step.want {
			if !strings.Contains(ear.said.String(), want) {
				t.Errorf("heard %q, want %q", ear.said.String(), want)
			}
		}
	}
}
