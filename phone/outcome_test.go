package phone

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

var (
	ada   = pbxws.Party{Name: "Ada Serra", Number: "204"}
	quint = pbxws.Party{Name: "Vera Quinto, Quinto SRL", Number: "+39 0721 555 016"}
)

func (r *room) rings(id pbxws.LegID, from pbxws.Party) {
	r.conn.events <- pbxws.LegOffered{Leg: id, From: from, SDP: "v=0"}
}

func (r *room) ends(id pbxws.LegID, e pbxws.Ending) {
	r.conn.events <- pbxws.LegEnded{Leg: id, Cause: pbxws.Cause{Ending: e}}
}

// TestCallKeepsItsNumber: whatever comes and goes around it, and while an ended one can be read its
// number is nobody else's.
func TestCallKeepsItsNumber(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		numbers := func() (all []string) {
			for _, l := range r.last.Legs {
				all = append(all, string(l.ID)+"="+string(rune('0'+l.N)))
			}
			return all
		}
		expect := func(want ...string) {
			t.Helper()
			if got := numbers(); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
		r.after(time.Second)
		r.rings("a", ada)
		r.rings("b", quint)
		r.after(time.Second)
		expect("a=1", "b=2")
		r.ends("a", pbxws.EndedCancelled)
		r.rings("c", ada)
		r.after(time.Second)
		expect("a=1", "b=2", "c=3")
		r.after(10 * time.Second)
		r.rings("d", ada)
		r.after(time.Second)
		expect("b=2", "c=3", "d=1")
	})
}

// TestOwnActionsAreSaid: what a person did to a call leaves a line.
func TestOwnActionsAreSaid(t *testing.T) {
	for _, c := range []struct {
		in    LegState
		input input
		want  string
	}{
		{Connected, wantHangup{}, "you hung up on 305 Mario after 2:11"},
		{Ringing, wantHangup{}, "you cancelled the call to 305 Mario"},
		{Offering, wantHangup{}, "you cancelled the call to 305 Mario"},
		{Answering, wantHangup{}, "you hung up on 305 Mario"},
		{Alerting, wantReject{}, "you rejected the call from 305 Mario"},
		{Alerting, wantHangup{}, "you rejected the call from 305 Mario"},
	} {
		_, effects := inState(c.in).step(c.input, t0.Add(131*time.Second))
		if said := saidBy(effects); !slices.Equal(said, []string{c.want}) {
			t.Errorf("%v in %v says %q, want %q", c.input, c.in, said, c.want)
		}
	}
}

func saidBy(effects []effect) (said []string) {
	for _, e := range effects {
		if s, ok := e.(say); ok {
			said = append(said, s.text)
		}
	}
	return said
}

// TestParkingNamesThePlace: whether the PBX tells the orbit before the call ends here or after.
func TestParkingNamesThePlace(t *testing.T) {
	ended := told{pbxws.LegEnded{Cause: pbxws.Cause{Ending: pbxws.EndedThere}}}
	for name, c := range map[string]struct {
		inputs []input
		want   string
	}{
		"chosen":      {[]input{wantPark{"80"}, ended}, "parking 305 Mario ...; 305 Mario is parked at 80"},
		"told before": {[]input{wantPark{}, parkedAt{"81"}, ended}, "parking 305 Mario ...; 305 Mario is parked at 81"},
		"told after":  {[]input{wantPark{}, ended, parkedAt{"81"}, timeout{untilPlace}}, "parking 305 Mario ...; 305 Mario is parked at 81"},
		"never told":  {[]input{wantPark{}, ended, timeout{untilPlace}}, "parking 305 Mario ...; 305 Mario is parked; the PBX does not say where"},
	} {
		g := inState(Connected)
		var said []string
		for _, in := range c.inputs {
			var effects []effect
			g, effects = g.step(in, t0)
			said = append(said, saidBy(effects)...)
		}
		if got := strings.Join(said, "; "); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
		if g.Cause.Ending != pbxws.EndedTransferred {
			t.Errorf("%s: ended %v", name, g.Cause)
		}
	}
}

// TestOrbitFindsItsCall: the orbit's news goes to the call that is parked, in whatever form the PBX
// writes the number.
func TestOrbitFindsItsCall(t *testing.T) {
	l := newLoop(New(Config{}))
	parking := func(id pbxws.LegID, number string) *line {
		g, _ := inState(Connected).step(wantPark{}, t0)
		g.ID, g.Peer = id, pbxws.Party{Number: number}
		return &line{leg: g}
	}
	l.legs = []*line{parking("one", "305"), parking("two", "+390721555016")}
	for _, c := range []struct {
		orbit pbxws.Orbit
		want  *line
	}{
		{pbxws.Orbit{ID: "84", Call: "x", Parked: pbxws.Party{Number: "16"}}, nil},
		{pbxws.Orbit{ID: "80", Parked: pbxws.Party{Number: "305"}}, nil}, // nobody waits there
		{pbxws.Orbit{ID: "81", Call: "y", Parked: pbxws.Party{Number: "0721 555016"}}, l.legs[1]},
		{pbxws.Orbit{ID: "82", Call: "z", Parked: pbxws.Party{Number: "305"}}, l.legs[0]},
	} {
		if got := l.parking(c.orbit); got != c.want {
			t.Errorf("%+v: %v", c.orbit, got)
		}
	}
}

// TestLateOrders: an order whose reason has just gone is answered with what is the case.
func TestLateOrders(t *testing.T) {
	ended := func(p pbxws.Party, e pbxws.Ending, dir Dir) Leg {
		return Leg{ID: "gone", Peer: p, State: Ended, Dir: dir, Ended: t0, Cause: pbxws.Cause{Ending: e}}
	}
	waits := Leg{ID: "waits", Peer: quint, State: Connected, LocalHold: true}
	talks := Leg{ID: "talks", Peer: quint, State: Connected}
	all := ^pbxws.Caps(0)
	for _, c := range []struct {
		legs   []Leg
		intent Intent
		want   string
	}{
		{[]Leg{ended(ada, pbxws.EndedThere, Outgoing), waits}, CompleteTransfer{}, "no consultation is open: 204 Ada Serra hung up; Vera Quinto is on hold"},
		{[]Leg{ended(ada, pbxws.EndedBusy, Outgoing), waits}, DropConsult{}, "no consultation is open: 204 Ada Serra is busy; Vera Quinto is on hold"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, Hold{}, "nothing to hold: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, Hold{Leg: "gone"}, "that call is over: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, Resume{Leg: "gone"}, "that call is over: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, Hangup{Leg: "gone"}, "that call is over: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, TransferBlind{Leg: "gone", To: "203"}, "that call is over: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, ParkCall{}, "no call to park: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, SetRecording{On: true}, "no call to record: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming)}, SendDigits{Digits: "5"}, "no call to send tones to: Vera Quinto hung up"},
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming), talks}, Swap{}, "swapping takes one call that talks and one on hold: Vera Quinto hung up; you are talking to Vera Quinto"},
		{[]Leg{ended(quint, pbxws.EndedCancelled, Incoming)}, AnswerCall{}, "no call to answer: Vera Quinto stopped calling"},
		{[]Leg{ended(quint, pbxws.EndedElsewhere, Incoming)}, AnswerCall{Leg: "gone"}, "that call is over: the call from Vera Quinto was answered elsewhere"},
		{[]Leg{ended(quint, pbxws.EndedCancelled, Incoming)}, Reject{}, "no call to reject: Vera Quinto stopped calling"},
		{[]Leg{ended(quint, pbxws.EndedCancelled, Incoming)}, Silence{}, "nothing rings here: Vera Quinto stopped calling"},
		{nil, Hold{}, "nothing to hold"},
	} {
		s := Snapshot{Legs: c.legs, Caps: all, Link: Link{State: LinkUp}}
		if got := s.Refuses(c.intent); got != c.want {
			t.Errorf("%T: %q, want %q", c.intent, got, c.want)
		}
	}
}

// TestDeviceNewsIsAside: what happens to devices is told, but never in place of an outcome.
func TestDeviceNewsIsAside(t *testing.T) {
	l := newLoop(New(Config{}))
	l.soundNews(audio.Event{Text: "the headset is gone"})
	l.take(posted{in: ringerTrouble{errors.New("there is no ringer")}})
	l.take(posted{in: relayTrouble{errors.New("there is no ringer")}})
	l.say(GradeWarn, "leg", "204 is busy", 0)
	for i, aside := range []bool{true, true, true, false} {
		if n := l.notices[i]; n.Aside != aside {
			t.Errorf("%+v", n)
		}
	}
}
