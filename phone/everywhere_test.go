package phone

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// TestEverywhere: an intent for all PBXs ends when each has answered, and tells what each said.
func TestEverywhere(t *testing.T) {
	on := pbxws.SetDND{On: true}
	done, refused := pbxws.CommandDone{Command: on}, pbxws.CommandRefused{Command: on, Reason: "not allowed"}
	const isOn, isNot = "do not disturb is on at the PBX", "do not disturb was not switched on: "
	for name, c := range map[string]struct {
		without LinkID // has no link
		unable  LinkID // has no do-not-disturb
		tells   map[LinkID]pbxws.Event
		later   time.Duration
		grade   Grade
		text    string // empty for no outcome yet
	}{
		"both":        {tells: map[LinkID]pbxws.Event{"hq": done, "branch": done}, grade: GradeDone, text: "hq: " + isOn + "; branch: " + isOn},
		"one so far":  {tells: map[LinkID]pbxws.Event{"hq": done}},
		"one refuses": {tells: map[LinkID]pbxws.Event{"hq": refused, "branch": done}, grade: GradeFailed, text: "hq: " + isNot + "not allowed; branch: " + isOn},
		"one is silent": {tells: map[LinkID]pbxws.Event{"hq": done}, later: 6 * time.Second, grade: GradeFailed,
			text: "hq: " + isOn + "; branch: " + isNot + "the PBX has not answered in 5 s"},
		"one is down":   {without: "branch", tells: map[LinkID]pbxws.Event{"hq": done}, grade: GradeWarn, text: "there is no link to branch; hq: " + isOn},
		"one is unable": {unable: "branch", tells: map[LinkID]pbxws.Event{"hq": done}, grade: GradeDone, text: "hq: " + isOn},
	} {
		d := mixDesk(0)
		d.work = t.Context()
		for _, k := range d.links {
			if k.ID != c.unable {
				k.conn.(*fakeConn).caps |= pbxws.CapDND
			}
			if k.ID == c.without {
				k.conn, k.State = nil, LinkWaiting
			}
		}
		d.handle(order{7, SetDND{On: true, Link: Everywhere}})
		for _, k := range d.links {
			if e := c.tells[k.ID]; e != nil {
				d.take(linkSaid{k, e})
				d.settle()
			}
		}
		d.now = d.now.Add(c.later)
		d.fire()
		d.settle()
		switch {
		case c.text == "" && len(d.outcomes) == 0:
		case c.text == "" || len(d.outcomes) != 1 || d.outcomes[0].Of != 7 || d.outcomes[0].Grade != c.grade || d.outcomes[0].Text != c.text:
			t.Errorf("%s: %+v", name, d.outcomes)
		}
	}
}

// TestEverywhereRefused: why no PBX does it, with the name of each where they differ; and what only one PBX can
// mean is never for all.
func TestEverywhereRefused(t *testing.T) {
	d := mixDesk(0)
	d.links[0].conn, d.links[0].State = nil, LinkWaiting
	s := d.view()
	if why := s.Refuses(SetDND{Link: Everywhere}); why != "there is no link to hq" {
		t.Errorf("one is down, one unable: %q", why)
	}
	d.links[1].conn, d.links[1].State = nil, LinkWaiting
	s = d.view()
	if why := s.Refuses(SetDND{Link: Everywhere}); why != "there is no link to hq; there is no link to branch" {
		t.Errorf("both are down: %q", why)
	}
	if why := s.Refuses(Dial{To: "1", Link: Everywhere}); why == "" {
		t.Error("a call goes out everywhere")
	}
	if why := s.Refuses(Reconnect{Link: Everywhere}); why != "" {
		t.Errorf("trying again: %q", why)
	}
}
