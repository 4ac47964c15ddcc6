package phone

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// TestReceipts: each intent has one outcome, in words that are true of it, and no sooner than it came
// about.
func TestReceipts(t *testing.T) {
	hold := pbxws.Hold{Leg: "a", On: true}
	for name, c := range map[string]struct {
		intent Intent
		tells  []pbxws.Event
		later  time.Duration // after the events
		early  bool          // the outcome is there before the events
		grade  Grade
		text   string
	}{
		"refused here":     {Hold{Leg: "b"}, nil, 0, true, GradeWarn, "nothing to hold"},
		"nothing to await": {SetMute{On: true}, nil, 0, true, GradeDone, ""},
		"held":             {Hold{}, []pbxws.Event{pbxws.LegHeld{Leg: "a", On: true}}, 0, false, GradeDone, "401 is on hold"},
		"not held":         {Hold{}, []pbxws.Event{pbxws.CommandRefused{Command: hold, Code: 488}}, 0, false, GradeFailed, "the PBX did not hold 401"},
		"not confirmed":    {Hold{}, nil, 4 * time.Second, false, GradeWarn, "the PBX has not confirmed it in 3 s"},
		"held no more":     {Hold{}, []pbxws.Event{pbxws.LegEnded{Leg: "a"}}, 0, false, GradeFailed, "the call ended, or you did"},
		"sent on":          {TransferBlind{To: "203"}, []pbxws.Event{pbxws.LegEnded{Leg: "a", Cause: pbxws.Cause{Ending: pbxws.EndedThere}}}, 0, false, GradeDone, "401 was transferred to 203"},
		"not sent on":      {TransferBlind{To: "203"}, []pbxws.Event{pbxws.CommandRefused{Command: pbxws.BlindTransfer{Leg: "a", To: "203"}, Code: 486}}, 0, false, GradeFailed, "401 was not sent to 203: busy"},
		"at the PBX":       {SetDND{On: true}, []pbxws.Event{pbxws.CommandDone{Command: pbxws.SetDND{On: true}}}, 0, false, GradeDone, "do not disturb is on"},
		"not at the PBX":   {SetDND{On: true}, nil, 6 * time.Second, false, GradeFailed, "the PBX has not answered in 5 s"},
		"recorded":         {SetRecording{On: true}, []pbxws.Event{pbxws.LegRecorded{Leg: "a", On: true}}, 0, false, GradeDone, "the call with 401 is being recorded"},
		"not recorded":     {SetRecording{On: true}, []pbxws.Event{pbxws.CommandRefused{Command: pbxws.Record{Leg: "a", On: true}, Code: 403}}, 0, false, GradeFailed, "is not recorded: it is not allowed"},
		"recorded or not":  {SetRecording{On: true}, nil, 6 * time.Second, false, GradeWarn, "the PBX has not said whether the call with 401 is recorded"},
		"in no queue yet":  {JoinQueue{Queue: Account{ID: "71"}, On: true}, nil, 6 * time.Second, false, GradeFailed, "you were not added to 71: the PBX has not answered in 5 s"},
		"in a queue":       {JoinQueue{Queue: Account{ID: "71"}, On: true}, []pbxws.Event{pbxws.CommandDone{Command: pbxws.JoinQueue{Queue: "71", On: true}}}, 0, false, GradeDone, "you take the calls of 71"},
		"hung up":          {Hangup{}, nil, 0, true, GradeDone, "you hung up on 401"},
	} {
		d, conn := withCards()
		conn.caps |= pbxws.CapDND | pbxws.CapRecord | pbxws.CapQueue
		d.work, d.player.state, d.player.cancel = t.Context(), playerOn, func() {}
		k := d.links[0]
		k.pbx.Apply(pbxws.QueueChanged{Queue: pbxws.Queue{ID: "71"}}, d.now)
		up := inState(Connected)
		up.ID, up.wire, up.Peer = "a", "a", pbxws.Party{Number: "401"}
		d.calls = []*call{{leg: up, link: k, worker: newWorker(nil, 0, nil, nil, nil)}}
		d.handle(order{7, c.intent})
		if len(d.outcomes) > 0 != c.early {
			t.Errorf("%s: at once %+v", name, d.outcomes)
		}
		for _, e := range c.tells {
			d.take(linkSaid{k, e})
		}
		d.now = d.now.Add(c.later)
		d.fire()
		d.settle()
		if len(d.outcomes) != 1 || d.outcomes[0].Of != 7 || d.outcomes[0].Grade != c.grade || !strings.Contains(d.outcomes[0].Text, c.text) {
			t.Errorf("%s: %+v", name, d.outcomes)
		}
	}
}

// TestOneTalksWhereAHoldIsRefused: whoever cannot be held does not hear what is said to somebody else.
func TestOneTalksWhereAHoldIsRefused(t *testing.T) {
	d, _ := withCards()
	d.work, d.player.state, d.player.cancel = t.Context(), playerOn, func() {}
	k := d.links[0]
	for _, id := range []pbxws.LegID{"a", "b"} {
		l := inState(Connected)
		l.ID, l.wire, l.Peer = id, id, pbxws.Party{Number: "40" + string(id)}
		if id == "b" {
			l.holding, l.LocalHold = true, true
		}
		d.calls = append(d.calls, &call{leg: l, link: k, worker: newWorker(nil, 0, nil, nil, nil)})
	}
	d.handle(order{7, Swap{}})
	d.take(linkSaid{k, pbxws.LegHeld{Leg: "b"}})
	d.take(linkSaid{k, pbxws.CommandRefused{Command: pbxws.Hold{Leg: "a", On: true}, Code: 488}})
	a, b := d.call("a"), d.call("b")
	if !a.LocalHold || b.LocalHold {
		t.Errorf("a is held: %v, b is held: %v", a.LocalHold, b.LocalHold)
	}
	if n := len(d.notices); n == 0 || d.notices[n-1].Text != "40a cannot hear you: you are talking to 40b" {
		t.Errorf("%+v", d.notices)
	}
}
