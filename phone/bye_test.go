package phone

import (
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// anew is a PBX that is back with a new link whenever one broke.
func anew(r *room, n int) (pbxws.Conn, error) {
	if n > 1 {
		r.conn = newFakeConn()
	}
	return r.conn, nil
}

// TestGoodbyeIsSaidAgain: what was written to a link that turned out to be broken may never have
// arrived; what the PBX was heard after has.
func TestGoodbyeIsSaidAgain(t *testing.T) {
	for name, aliveAfter := range map[string]time.Duration{"lost": 0, "arrived": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			inRoom(t, anew, func(t *testing.T, r *room) {
				first := r.conn
				r.after(time.Second)
				first.events <- pbxws.LegOffered{Leg: "in1"}
				r.after(time.Second)
				if _, err := r.Do(Hangup{Leg: "in1"}); err != nil {
					t.Fatal(err)
				}
				r.after(aliveAfter)
				if aliveAfter > 0 {
					first.events <- pbxws.Alive{}
				}
				first.err = errors.New("connection reset")
				r.after(time.Millisecond)
				close(first.events)
				r.after(10 * time.Second)
				isReject := func(c pbxws.Command) bool { _, ok := c.(pbxws.Reject); return ok }
				if !slices.ContainsFunc(first.commands(), isReject) {
					t.Errorf("the first link got %v", first.commands())
				}
				if again := slices.ContainsFunc(r.conn.commands(), isReject); again != (aliveAfter == 0) {
					t.Errorf("the second link got %v", r.conn.commands())
				}
			})
		})
	}
}

// TestHoldIsAskedAgain: a hold that no PBX confirmed before the link broke is asked for anew, even
// after the phone stopped waiting for the word; a confirmed one is not.
func TestHoldIsAskedAgain(t *testing.T) {
	confirmed := reported{pbxws.LegHeld{On: true}}
	again := send{pbxws.Hold{Leg: "leg", On: true}}
	for name, c := range map[string]struct {
		before []input
		again  bool
	}{
		"unconfirmed":        {[]input{wantHold{true}}, true},
		"given up on":        {[]input{wantHold{true}, timeout{untilHold}}, true},
		"confirmed":          {[]input{wantHold{true}, confirmed}, false},
		"confirmed too late": {[]input{wantHold{true}, timeout{untilHold}, confirmed}, false},
		"refused":            {[]input{wantHold{true}, reported{pbxws.CommandRefused{Command: pbxws.Hold{Leg: "leg", On: true}}}}, false},
	} {
		g, _ := search(inState(Connected), c.before...)
		g, effects := search(g, linkLost{}, linkBack{byMessage})
		if slices.Contains(effects, effect(again)) != c.again || g.HoldPending != c.again {
			t.Errorf("%s: %+v after %v", name, g.Leg, effects)
		}
	}
}

// TestOneCallTalks: of two calls that are up, the one that the person chose last talks, in whatever
// order they are answered.
func TestOneCallTalks(t *testing.T) {
	for name, c := range map[string]struct {
		back bool // the person goes back to the first call while the second one rings there
		want pbxws.Command
	}{
		"the second is picked up":                            {false, pbxws.Hold{Leg: "first", On: true}},
		"the second is picked up after the person went back": {true, pbxws.Hold{Leg: "second", On: true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := bareDesk()
			conn := newFakeConn()
			d.links[0].conn, d.work, d.now = conn, t.Context(), t0
			d.player = player{state: playerOn, sound: newSound(""), cancel: func() {}} // nobody listens
			up := func(id pbxws.LegID, s LegState) *call {
				c := &call{link: d.links[0], leg: inState(s), worker: newWorker(slog.New(slog.DiscardHandler), byMessage, nil, func(input) {}, func(*rtc.Session) {})}
				c.ID, c.wire = id, id
				d.calls = append(d.calls, c)
				return c
			}
			first, second := up("first", Connected), up("second", Ringing)
			d.chosen = second.ID
			if c.back {
				first.holding, first.LocalHold = true, true
				d.resume(first.ID)
			}
			d.step(second, reported{pbxws.LegAnswered{Leg: second.ID}})
			if got := conn.commands(); !slices.Contains(got, c.want) {
				t.Errorf("sent %+v", got)
			}
		})
	}
}

// TestJoinFromTheRoom: from within the conference the other calls are sent there, and ours stays.
func TestJoinFromTheRoom(t *testing.T) {
	s := Snapshot{Caps: pbxws.CapBlindTransfer, Link: Link{State: LinkUp}}
	s.PBX.Accounts = s.PBX.Accounts.With("90", pbxws.Account{ID: "90", Kind: pbxws.KindConference})
	s.Legs = []Leg{{ID: "a", State: Connected, Peer: pbxws.Party{Number: "90"}}}
	if why := s.Refuses(Join{Room: Account{ID: "90"}}); why != "no call to join" {
		t.Errorf("alone in the room: %q", why)
	}
	s.Legs = append(s.Legs, Leg{ID: "b", State: Connected, LocalHold: true, Peer: pbxws.Party{Number: "601"}})
	if why := s.Refuses(Join{Room: Account{ID: "90"}}); why != "" {
		t.Errorf("with another: %q", why)
	}
}
