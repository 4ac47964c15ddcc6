package tour

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

var (
	noon  = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	luca  = pbxws.Party{Number: "601", Name: "Luca Neri"}
	echo1 = pbxws.Party{Number: "600", Name: "Echo"}
)

// now is a snapshot with these calls, at a second of the tour.
func now(second int, legs ...phone.Leg) phone.Snapshot {
	return phone.Snapshot{Now: noon.Add(time.Duration(second) * time.Second), Legs: legs}
}

func leg(id pbxws.LegID, p pbxws.Party, state phone.LegState) phone.Leg {
	return phone.Leg{ID: id, Peer: p, State: state}
}

func onHold(l phone.Leg) phone.Leg {
	l.LocalHold = true
	return l
}

// sent is a call that ended with its far end somewhere else.
func sent(p pbxws.Party, to string, second int) phone.Leg {
	l := leg("sent", p, phone.Ended)
	l.Transfer, l.Ended = to, noon.Add(time.Duration(second)*time.Second)
	return l
}

// withOrbit has a call parked.
func withOrbit(s phone.Snapshot, id pbxws.OrbitID, p pbxws.Party) phone.Snapshot {
	s.PBX.Apply(pbxws.OrbitChanged{Orbit: pbxws.Orbit{ID: id, Call: "c1", Parked: p}}, s.Now)
	return s
}

// own is a keymap of somebody's own: each key is the action's name in brackets.
func own(_ keymap.Context, a keymap.Action) string { return "<" + string(a) + ">" }

// TestWhereverTheyAre holds what the line says against newcomers who do something else than it says.
func TestWhereverTheyAre(t *testing.T) {
	talking := leg("1", luca, phone.Connected)
	asks := leg("1", echo1, phone.Connected)
	asked := leg("2", echo1, phone.Connected)
	asked.Consults = "1"
	parked := []phone.Snapshot{now(0), now(1, talking), now(2, sent(luca, "parked", 2)),
		withOrbit(now(3, sent(luca, "parked at 82", 2)), "82", luca)}
	for name, tt := range map[string]struct {
		course []phone.Snapshot
		open   keymap.Action
		want   string
	}{
		"nothing yet":                  {[]phone.Snapshot{now(0)}, "", "1 Dial: type 601 and press <field.accept>."},
		"typing":                       {[]phone.Snapshot{now(0)}, keymap.CallDial, "1 Dial: type 601 and press <field.accept>."},
		"another pane is open":         {[]phone.Snapshot{now(0)}, keymap.Back, "1 Press <back> to close what is open;"},
		"nobody answers":               {[]phone.Snapshot{now(0), now(1, leg("1", echo1, phone.Ringing))}, "", "1 Calling Echo: wait for the answer. <call.hangup> gives up."},
		"somebody calls":               {[]phone.Snapshot{now(0), now(1, leg("1", luca, phone.Alerting))}, "", "1 Luca Neri calls: <call.answer> answers, <call.reject> rejects."},
		"begun in a call":              {[]phone.Snapshot{now(0, talking)}, "", "2 Hold: press <call.hold>."},
		"hung up before holding":       {[]phone.Snapshot{now(0), now(1, talking), now(2)}, "", "2 You need a call to go on. Type 601"},
		"held":                         {[]phone.Snapshot{now(0), now(1, talking), now(2, onHold(talking))}, "", "2 Luca Neri hears music. Press <call.hold> again"},
		"asked at once":                {[]phone.Snapshot{now(0), now(1, talking), now(2, onHold(talking), asked)}, "", "4 Transfer: press <consult.complete>: Luca Neri talks to Echo,"},
		"went back from asking":        {[]phone.Snapshot{now(0), now(1, talking), now(2, onHold(talking), asked), now(3, talking)}, "", "4 Ask first: press <call.consult>"},
		"the other one is on hold":     {[]phone.Snapshot{now(0), now(1, talking), now(2, onHold(talking), asked), now(3, onHold(talking))}, "", "4 Luca Neri is on hold. Press <call.hold>"},
		"asks somebody they talk to":   {[]phone.Snapshot{now(0), now(1, talking), now(2, onHold(talking)), now(3, talking, onHold(leg("3", echo1, phone.Connected)))}, keymap.CallConsult, "3 Press <field.accept> to ask the other one"},
		"asks about the echo":          {[]phone.Snapshot{now(0), now(1, asks), now(2, onHold(asks)), now(3, asks)}, keymap.CallConsult, "3 Type 601 and press <field.accept> to ask a colleague; Echo hears music."},
		"transferred without asking":   {[]phone.Snapshot{now(0), now(1, talking), now(2, sent(luca, "600", 2))}, "", "5 Park: you need a call first."},
		"an earlier transfer":          {[]phone.Snapshot{now(5, sent(luca, "600", 2))}, "", "1 Dial:"},
		"parked before anything else":  {parked, "", "6 Pick up: Luca Neri is parked. Press <view.parked>"},
		"looks at who is parked":       {parked, keymap.ViewParked, "6 Move to Luca Neri and press <menu.open>."},
		"somebody else picked them up": {append(parked[:4:4], now(9)), "", "5 Park: you need a call first."},
		"on its way to us":             {append(parked[:4:4], now(4)), "", "6 Pick up: Luca Neri is parked."},
		"picked up":                    {append(parked[:4:4], now(4, leg("4", luca, phone.Connected))), "", "6 That was the tour. <call.hangup> hangs up,"},
		"talks to another one":         {append(parked[:4:4], withOrbit(now(4, leg("4", echo1, phone.Connected)), "82", luca)), "", "6 Pick up: Luca Neri is parked."},
	} {
		t.Run(name, func(t *testing.T) {
			tour, last := Begin(tt.course[0]), phone.Snapshot{}
			for _, last = range tt.course {
				tour = tour.Follow(last)
			}
			got := string(rune('0'+tour.Number())) + " " + tour.Advice(last, Screen{Key: own, Open: tt.open})
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("the line is %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSkip goes through all steps without doing any of them.
func TestSkip(t *testing.T) {
	s := now(0)
	tour := Begin(s)
	for _, want := range []int{2, 3, 4, 5, 6} {
		if tour = tour.Skip(s); tour.Number() != want {
			t.Errorf("step %d after skipping, want %d", tour.Number(), want)
		}
	}
	if !tour.Over(s) {
		t.Error("the tour is not over without a call")
	}
	if (Tour{}).Running() || (Tour{}).Follow(s).Running() {
		t.Error("a tour runs that nobody began")
	}
}
