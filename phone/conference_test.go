package phone

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
)

// TestMeetingOutcomes: what became of a conference is one sentence, told once everybody's part in
// it is known.
func TestMeetingOutcomes(t *testing.T) {
	moved := pbxws.Cause{Ending: pbxws.EndedTransferred}
	busy := pbxws.Cause{Ending: pbxws.EndedBusy, Code: 486}
	for name, c := range map[string]struct {
		own, first, second Leg
		want               string
	}{
		"still calling":      {Leg{State: Dialing}, Leg{State: Ended, Cause: moved}, Leg{State: Ended, Cause: moved}, ""},
		"one is on the way":  {Leg{State: Connected}, Leg{State: Ended, Cause: moved}, Leg{State: Connected, Transfer: "90"}, ""},
		"all there":          {Leg{State: Connected}, Leg{State: Ended, Cause: moved}, Leg{State: Ended, Cause: moved}, "in conference 90: 301, 302 and you"},
		"one stays":          {Leg{State: Connected}, Leg{State: Ended, Cause: moved}, Leg{State: Connected}, "in conference 90: 301 and you; still with you: 302"},
		"one hung up":        {Leg{State: Connected}, Leg{State: Ended, Cause: pbxws.Cause{Ending: pbxws.EndedMedia}}, Leg{State: Ended, Cause: moved}, "in conference 90: 302 and you"},
		"we are not let in":  {Leg{State: Ended, Cause: busy}, Leg{State: Ended, Cause: moved}, Leg{State: Ended, Cause: moved}, "in conference 90: 301 and 302, but not you: busy (486)"},
		"nobody is let in":   {Leg{State: Ended, Cause: busy}, Leg{State: Connected}, Leg{State: Connected}, "the conference 90 could not be started: busy (486); still with you: 301 and 302"},
		"long gone and told": {Leg{State: Connected}, Leg{State: Connected}, Leg{State: Connected}, "in conference 90: you; still with you: 301 and 302"},
	} {
		d := bareDesk()
		d.player.sound, d.player.state = newSound(""), playerOn
		for i, g := range []Leg{c.own, c.first, c.second} {
			g.ID = []pbxws.LegID{"own", "first", "second"}[i]
			d.calls = append(d.calls, &call{leg: leg{Leg: g, wire: g.ID}, link: d.links[0], worker: newWorker(nil, 0, nil, nil, nil)})
		}
		d.conference = &conference{room: pbxws.Party{Number: "90"}, own: "own", participants: []participant{
			{"first", pbxws.Party{Number: "301"}}, {"second", pbxws.Party{Number: "302"}},
		}}
		d.settleConference()
		said := ""
		for _, n := range d.notices {
			said = n.Text
		}
		if said != c.want {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
		if held := d.call("second").holding; held != (c.own.State == Connected && c.second.State == Connected && c.second.Transfer == "") {
			t.Errorf("%s: the one who stayed is held: %t", name, held)
		}
	}
}
