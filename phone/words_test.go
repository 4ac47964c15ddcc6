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
	ended := reported{pbxws.LegEnded{Cause: pbxws.Cause{Ending: pbxws.EndedThere}}}
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
	d := bareDesk()
	parking := func(id pbxws.LegID, number string) *call {
		g, _ := inState(Connected).step(wantPark{}, t0)
		g.ID, g.Peer = id, pbxws.Party{Number: number}
		return &call{leg: g, link: d.links[0]}
	}
	d.calls = []*call{parking("one", "305"), parking("two", "+390721555016")}
	for _, c := range []struct {
		orbit pbxws.Orbit
		want  *call
	}{
		{pbxws.Orbit{ID: "84", Call: "x", Parked: pbxws.Party{Number: "16"}}, nil},
		{pbxws.Orbit{ID: "80", Parked: pbxws.Party{Number: "305"}}, nil}, // nobody waits there
		{pbxws.Orbit{ID: "81", Call: "y", Parked: pbxws.Party{Number: "0721 555016"}}, d.calls[1]},
		{pbxws.Orbit{ID: "82", Call: "z", Parked: pbxws.Party{Number: "305"}}, d.calls[0]},
	} {
		if got := d.links[0].parking(c.orbit); got != c.want {
			t.Errorf("%+v: %v", c.orbit, got)
		}
	}
}

// TestLateOrders: an order that comes too late is answered with what has become of the call.
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
		{[]Leg{ended(quint, pbxws.EndedThere, Incoming), talks}, Swap{}, "to swap, you need one active call and one on hold: Vera Quinto hung up; you are talking to Vera Quinto"},
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
	d := bareDesk()
	d.take(soundNews{audio.Event{Text: "the headset is gone"}})
	d.take(ringerTrouble{errors.New("there is no ringer")})
	d.take(relayTrouble{errors.New("there is no ringer")})
	d.say(GradeWarn, "leg", "204 is busy", 0)
	for i, paused := range []bool{true, true, true, false} {
		if n := d.notices[i]; n.NoOutcome != paused {
			t.Errorf("%+v", n)
		}
	}
}

// TestARecordingTellsWhatIsMissing: at its end, in a line.
func TestARecordingTellsWhatIsMissing(t *testing.T) {
	d := bareDesk()
	d.take(recorderDone{"leg", "/r/1.wav", 0, nil})
	d.take(recorderDone{"leg", "/r/2.wav", 1240 * time.Millisecond, nil})
	d.take(recorderDone{"leg", "/r/3.wav", time.Minute, errors.New("the recording ends here")})
	for i, want := range []Notice{
		{Grade: GradeDone, Text: "recorded to /r/1.wav"},
		{Grade: GradeWarn, Text: "recorded to /r/2.wav, but 1.2 s of the call are missing: the disk was too slow"},
		{Grade: GradeFailed, Text: "the recording ends here"},
	} {
		if n := d.notices[i]; n.Grade != want.Grade || n.Text != want.Text {
			t.Errorf("said %+v, want %+v", n, want)
		}
	}
}

// TestRefusalsInWords: what a code means depends on what was asked.
func TestRefusalsInWords(t *testing.T) {
	hold, transfer := pbxws.Hold{Leg: "leg", On: true}, pbxws.BlindTransfer{Leg: "leg", To: "203"}
	for _, c := range []struct {
		command pbxws.Command
		code    int
		reason  string
		want    string
	}{
		{hold, 404, "Not Found", "the PBX did not hold 305 Mario: the PBX no longer has the call (404 Not Found)"},
		{hold, 481, "", "the PBX did not hold 305 Mario: the PBX no longer has the call (481)"},
		{hold, 491, "Request Pending", "the PBX did not hold 305 Mario: something else is being done with the call (491 Request Pending)"},
		{hold, 486, "", "the PBX did not hold 305 Mario: something else is being done with the call (486)"},
		{hold, 408, "", "the PBX did not hold 305 Mario: the other side did not react (408)"},
		{hold, 0, "there is no link to the PBX", "the PBX did not hold 305 Mario: there is no link to the PBX"},
		{hold, 0, "", "the PBX did not hold 305 Mario: it gave no reason"},
		{transfer, 404, "Not Found", "305 Mario was not sent to 203: no such number (404 Not Found); the call is still with you"},
		{transfer, 481, "", "305 Mario was not sent to 203: the PBX no longer has the call (481); the call is still with you"},
		{transfer, 486, "Busy Here", "305 Mario was not sent to 203: busy (486 Busy Here); the call is still with you"},
		{transfer, 0, "there is no link to the PBX", "305 Mario was not sent to 203: there is no link to the PBX; the call is still with you"},
		{pbxws.Park{Leg: "leg", Orbit: "81"}, 404, "", "305 Mario was not parked at 81: no such orbit (404); the call is still with you"},
		{pbxws.Record{Leg: "leg", On: true}, 403, "", "the call with 305 Mario is not recorded: it is not allowed (403)"},
		{pbxws.Tones{Leg: "leg", Digits: "1"}, 403, "", "the tones to 305 Mario were not sent: it is not allowed (403)"},
		{pbxws.Answer{Leg: "leg"}, 404, "", "the call with 305 Mario ended after 2 s: the other side hung up (404)"},
	} {
		first := map[bool]input{true: wantHold{true}, false: wantTransfer{"203"}}[c.command == pbxws.Command(hold)]
		if _, park := c.command.(pbxws.Park); park {
			first = wantPark{"81"}
		}
		switch c.command.(type) {
		case pbxws.Record, pbxws.Answer, pbxws.Tones:
			first = wantRecord{true}
		}
		_, _, said := run(inState(Connected), first, reported{pbxws.CommandRefused{Command: c.command, Code: c.code, Reason: c.reason}})
		if said[len(said)-1] != c.want {
			t.Errorf("%T %d: said %q", c.command, c.code, said)
		}
	}
	_, _, said := run(inState(Answering), reported{pbxws.CommandRefused{Command: pbxws.Answer{Leg: "leg"}, Code: 481}})
	if !strings.Contains(said[len(said)-1], "hung up before the call was up (481)") {
		t.Errorf("said %q", said)
	}
}

// TestLastedAsTheCardCounts: whole seconds that have gone by, like the clock of the card.
func TestLastedAsTheCardCounts(t *testing.T) {
	for _, in := range []input{wantHangup{}, reported{pbxws.LegEnded{Cause: pbxws.Cause{Ending: pbxws.EndedThere}}}} {
		_, effects := inState(Connected).step(in, t0.Add(1900*time.Millisecond))
		if said := saidBy(effects); len(said) != 1 || !strings.HasSuffix(said[0], "after 1 s") {
			t.Errorf("%v says %q", in, said)
		}
	}
}
