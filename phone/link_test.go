package phone

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/pbxws"
)

// verdict is a server that does not look like a PBX.
func verdict() *pbxws.DialError {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Verdict: true, Err: errors.New("failed to get reader: StatusCode(4001)"),
		What: "the web server at acme:443 is not a PBX", Next: "Check the port",
		Later: "acme:443 answered, but not like a PBX", LaterNext: "It may be restarting",
	}
}

// TestVerdictsBelongToTheFirstSignIn: an address that never worked is given up, one that did is not,
// be it in this run or an earlier one, and is spoken of in other words.
func TestVerdictsBelongToTheFirstSignIn(t *testing.T) {
	always := func(*room, int) (pbxws.Conn, error) { return nil, verdict() }
	inRoom(t, always, func(t *testing.T, r *room) {
		if s := r.after(time.Hour); s.Link.State != LinkStopped || r.dials.Load() != 1 || !strings.Contains(s.Link.What, "is not a PBX") {
			t.Errorf("never signed in: %+v after %d tries", s.Link, r.dials.Load())
		}
	})
	known := func(c *Config) { c.Links[0].Known = true }
	inRoomWith(t, always, known, func(t *testing.T, r *room) {
		s := r.after(time.Hour)
		if s.Link.State != LinkWaiting || r.dials.Load() < 60 || s.Link.What != "acme:443 answered, but not like a PBX" || s.Link.Next != "It may be restarting" {
			t.Errorf("signed in before: %+v after %d tries", s.Link, r.dials.Load())
		}
		if said := r.said(); strings.Count(said, "answered, but not like a PBX; trying again in 1 s") != 1 {
			t.Errorf("said %s", said)
		}
	})
	worked := func(r *room, n int) (pbxws.Conn, error) {
		switch {
		case n == 1:
			return r.conn, nil
		case n < 40:
			return nil, verdict()
		}
		r.conn = newFakeConn()
		return r.conn, nil
	}
	inRoom(t, worked, func(t *testing.T, r *room) {
		r.after(time.Minute)
		r.conn.err = errors.New("failed to get reader: received close frame: StatusCode(4001)")
		close(r.conn.events)
		if s := r.after(10 * time.Minute); s.Link.State != LinkWaiting || r.dials.Load() < 10 {
			t.Errorf("after a link: %+v after %d tries", s.Link, r.dials.Load())
		}
		if s := r.after(time.Hour); s.Link.State != LinkStale { // up, and nothing was heard
			t.Errorf("in the end: %+v", s.Link)
		}
		for _, text := range []string{r.said(), r.last.Link.What} {
			if strings.Contains(text, "StatusCode") || strings.Contains(text, "reader") {
				t.Errorf("the words of a library: %s", text)
			}
		}
	})
}

// TestRefusedPasswordStopsAKnownProfile: that one no is final whatever worked before.
func TestRefusedPasswordStopsAKnownProfile(t *testing.T) {
	refused := func(r *room, n int) (pbxws.Conn, error) {
		if n == 1 {
			return r.conn, nil
		}
		return nil, &pbxws.DialError{Step: pbxws.StepLogin, What: "the password is wrong", Next: "Correct it", Permanent: true}
	}
	inRoom(t, refused, func(t *testing.T, r *room) {
		r.after(time.Minute)
		close(r.conn.events)
		if s := r.after(time.Hour); s.Link.State != LinkStopped || r.dials.Load() != 2 {
			t.Errorf("%+v after %d tries", s.Link, r.dials.Load())
		}
	})
}

// TestRetryAfterIsHeeded: a server that asks for a pause gets it.
func TestRetryAfterIsHeeded(t *testing.T) {
	busy := func(r *room, n int) (pbxws.Conn, error) {
		if n > 1 {
			return r.conn, nil
		}
		return nil, &pbxws.DialError{Step: pbxws.StepLogin, What: "asked too often", RetryAfter: 20 * time.Second}
	}
	inRoom(t, busy, func(t *testing.T, r *room) {
		if s := r.after(19 * time.Second); s.Link.State != LinkWaiting || r.dials.Load() != 1 {
			t.Errorf("before: %+v", s.Link)
		}
		if s := r.after(2 * time.Second); s.Link.State != LinkUp {
			t.Errorf("after: %+v", s.Link)
		}
	})
}

// TestBackAfterAShortOutage: whatever chance says, 4 s of failures leave no pause that is longer than
// 8 s, so the link is back within 10 s.
func TestBackAfterAShortOutage(t *testing.T) {
	for range 2000 {
		var down time.Duration
		for attempt := 1; ; attempt++ {
			pause := backoff.Pause(attempt, firstPause, longestPause)
			if down += pause; down > 4*time.Second {
				if late := down - 4*time.Second; late > 8*time.Second {
					t.Fatalf("try %d comes %s after the PBX is well", attempt+1, late)
				}
				break
			}
		}
	}
}

// TestPausesOfACall: however often a link breaks, the next try comes soon while a call is up, unless
// the server asks to be left alone.
func TestPausesOfACall(t *testing.T) {
	d := bareDesk()
	k := d.links[0]
	k.shaky, d.calls = 40, []*call{{leg: inState(Connected), link: k}}
	for range 100 {
		if pause, _ := k.pauseAfter(nil); pause > longestInCall {
			t.Fatalf("the next try comes after %s", pause)
		}
	}
	if pause, _ := k.pauseAfter(&pbxws.DialError{RetryAfter: 20 * time.Second}); pause != 20*time.Second {
		t.Errorf("the server asked for 20 s and got %s", pause)
	}
	if d.calls[0].State = Ended; !slices.ContainsFunc(make([]int, 100), func(int) bool { pause, _ := k.pauseAfter(nil); return pause > longestInCall }) {
		t.Error("a phone without calls asks as often")
	}
}

// TestMissedProbeIsStale: the dialect's doubt shows at once, any word ends it, and what we send
// ourselves is no word.
func TestMissedProbeIsStale(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		if _, err := r.Do(SetTrace{On: true}); err != nil {
			t.Fatal(err)
		}
		r.after(time.Second)
		r.conn.events <- pbxws.ProbeMissed{}
		if s := r.after(100 * time.Millisecond); s.Link.State != LinkStale {
			t.Errorf("after a missed probe: %+v", s.Link)
		}
		r.conn.events <- pbxws.Frame{Sent: true, Text: "{}"}
		if s := r.after(100 * time.Millisecond); s.Link.State != LinkStale {
			t.Errorf("after a frame of ours: %+v", s.Link)
		}
		r.conn.events <- pbxws.Frame{Text: "{}"}
		if s := r.after(100 * time.Millisecond); s.Link.State != LinkUp {
			t.Errorf("after a frame of theirs: %+v", s.Link)
		}
	})
}

// TestCallWithoutLink: no timer ends a call that is heard; one that is not heard ends after a while,
// unless link or sound come back or a hold explains the silence.
func TestCallWithoutLink(t *testing.T) {
	waitsForLink := effect(wait{untilLink, timerLengths[untilLink]})
	for _, tt := range []struct {
		name   string
		inputs []input
		ends   bool
	}{
		{"heard", []input{mediaUp{}, linkLost{}}, false},
		{"silent, then lost", []input{mediaUp{}, mediaSilent{}, linkLost{}}, true},
		{"lost, then silent", []input{mediaUp{}, linkLost{}, mediaSilent{}}, true},
		{"lost, then without a path", []input{mediaUp{}, linkLost{}, mediaOff{}}, true},
		{"silent for a moment", []input{mediaUp{}, linkLost{}, mediaSilent{}, mediaAudible{}}, false},
		{"on another path", []input{mediaUp{}, linkLost{}, mediaOff{}, mediaUp{}}, false},
		{"link back", []input{mediaUp{}, linkLost{}, mediaSilent{}, linkBack{byMessage}}, false},
		{"held here", []input{mediaUp{}, wantHold{true}, reported{pbxws.LegHeld{On: true}}, linkLost{}, mediaSilent{}}, false},
		{"held there", []input{mediaUp{}, reported{pbxws.LegHeld{On: true, Remote: true}}, linkLost{}, mediaSilent{}}, false},
	} {
		g, effects := search(inState(Connected), tt.inputs...)
		waits := false
		for _, e := range effects {
			waits = e == waitsForLink || waits && e != effect(drop{untilLink})
		}
		if waits != tt.ends {
			t.Errorf("%s: waits %t after %v", tt.name, waits, effects)
		}
		if g, _ = g.step(timeout{untilLink}, t0.Add(time.Minute)); (g.State == Ended) != tt.ends {
			t.Errorf("%s: %s in the end", tt.name, g.State)
		}
	}
}

// TestLinkGivenUp: what nobody has answered ends when the link is tried no more, or, where it rings here, when it has
// not come back in time. A call that is up lives by its sound.
func TestLinkGivenUp(t *testing.T) {
	for state, last := range map[LegState]input{
		Alerting: timeout{untilLink}, Answering: linkGone{}, Dialing: linkGone{}, Ringing: linkGone{}, Early: linkGone{},
	} {
		for _, in := range []input{linkGone{}, last} {
			if g, _, said := run(inState(state), linkLost{}, in); g.State != Ended || !strings.Contains(said[len(said)-1], "the link to the PBX has not come back") {
				t.Errorf("%s, %v: %s, said %q", state, in, g.State, said)
			}
		}
	}
	if g, sent, _ := run(inState(Alerting), linkLost{}, linkGone{}); len(sent) > 0 {
		t.Errorf("%s: the caller, who may wait for somebody else, is told %v", g.State, sent)
	}
	if g, _, said := run(inState(Alerting), linkLost{}, linkBack{byMessage}, timeout{untilAnswer}); g.State != Ended || said[len(said)-1] != "missed call from 305 Mario" {
		t.Errorf("with the link back: %s, said %q", g.State, said)
	}
	if g, _, said := run(inState(Connected), linkLost{}, linkGone{}); g.State != Connected || len(said) > 0 {
		t.Errorf("a call that is up: %s, said %q", g.State, said)
	}
}

// TestGivenUpLinkEndsRinging: a call that rings here ends with the last try of its link.
func TestGivenUpLinkEndsRinging(t *testing.T) {
	refused := func(r *room, n int) (pbxws.Conn, error) {
		if n > 1 {
			return nil, &pbxws.DialError{Permanent: true}
		}
		return r.conn, nil
	}
	inRoom(t, refused, func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.LegOffered{Leg: "in1", From: pbxws.Party{Number: "305"}}
		r.after(time.Second)
		close(r.conn.events)
		if s := r.after(5 * time.Second); s.Link.State != LinkStopped || s.Live() != 0 || !strings.Contains(r.said(), "missed call from 305: the link to the PBX has not come back") {
			t.Errorf("%v, %+v, said %s", s.Link.State, s.Legs, r.said())
		}
	})
}

// TestUnansweredWithoutLink: a call that nobody has answered yet outlives the link, and what may have
// been lost with it is said again.
func TestUnansweredWithoutLink(t *testing.T) {
	for _, state := range []LegState{Dialing, Ringing, Early, Alerting, Answering} {
		g, effects := search(inState(state), linkLost{}, linkBack{byMessage})
		if g.State != state || g.away {
			t.Errorf("%s becomes %s, away %t", state, g.State, g.away)
		}
		if !slices.Contains(effects, effect(drop{untilProgress})) {
			t.Errorf("%s: a PBX that cannot answer is waited for", state)
		}
		if waits := slices.Contains(effects, effect(wait{untilProgress, timerLengths[untilProgress]})); waits != (state == Dialing) {
			t.Errorf("%s: waits for the PBX %t", state, waits)
		}
	}
	// An answer that was made while the link was away, or whose sound has not come up, is sent by the
	// next one.
	ours := effect(send{pbxws.Answer{Leg: "leg", SDP: "v=0 ours"}})
	for _, tt := range []struct {
		name   string
		inputs []input
		sent   int
	}{
		{"made without a link", []input{linkLost{}, answered{"v=0 ours"}, linkBack{byMessage}}, 1},
		{"sent in vain", []input{answered{"v=0 ours"}, linkLost{}, linkBack{byMessage}}, 2},
		{"sent, and sound came up", []input{answered{"v=0 ours"}, mediaUp{}, linkLost{}, linkBack{byMessage}}, 1},
	} {
		for _, state := range []LegState{Ringing, Answering} {
			_, effects := search(inState(state), tt.inputs...)
			sent := 0
			for _, e := range effects {
				if e == ours {
					sent++
				}
			}
			if sent != tt.sent {
				t.Errorf("%s, %s: sent %d times, want %d", state, tt.name, sent, tt.sent)
			}
		}
	}
	// So is every candidate of ours.
	one, two := gathered{pbxws.Candidate{Line: "1"}}, gathered{pbxws.Candidate{Line: "2"}}
	for _, state := range []LegState{Ringing, Answering} {
		_, effects := search(inState(state), one, linkLost{}, two, linkBack{byMessage})
		var lines []string
		for _, e := range effects {
			if s, ok := e.(send); ok {
				if c, ok := s.command.(pbxws.AddCandidate); ok {
					lines = append(lines, c.Candidate.Line)
				}
			}
		}
		if got := strings.Join(lines, " "); got != "1 1 2" {
			t.Errorf("%s: sent candidates %q", state, got)
		}
	}
	// A link that stays away is no far end that does not answer.
	_, effects := search(inState(Ringing), linkLost{}, timeout{untilAnswer})
	if !slices.ContainsFunc(effects, func(e effect) bool {
		s, ok := e.(say)
		return ok && strings.Contains(s.text, "the link to the PBX has not come back")
	}) {
		t.Errorf("without a link in the end: %v", effects)
	}
}

// TestQuestionOfASignIn: what a sign-in asks is shown until it is answered, nothing is tried before, and
// the answer is used at once.
func TestQuestionOfASignIn(t *testing.T) {
	var given []string
	asks := func(r *room, n int) (pbxws.Conn, error) {
		if len(given) > 0 && given[len(given)-1] == "123456" {
			return r.conn, nil
		}
		return nil, &pbxws.DialError{
			Step: pbxws.StepLogin, What: "a code is wanted", Next: "Type it", Permanent: true,
			Asks: &pbxws.Question{Label: "Code", Help: "Six digits.", Answer: func(text string) { given = append(given, text) }},
		}
	}
	inRoomWith(t, asks, func(c *Config) { c.Links[0].Known = true }, func(t *testing.T, r *room) {
		s := r.after(time.Hour)
		if s.Link.State != LinkStopped || r.dials.Load() != 1 || s.Link.Asks != (Question{Label: "Code", Help: "Six digits."}) {
			t.Errorf("%+v after %d tries", s.Link, r.dials.Load())
		}
		_, _ = r.Do(AnswerQuestion{Text: " "})
		_, _ = r.Do(AnswerQuestion{Text: "000000"})
		if s := r.after(time.Second); s.Link.State != LinkStopped || r.dials.Load() != 2 || s.Link.Asks.Label != "Code" {
			t.Errorf("after a wrong one: %+v after %d tries", s.Link, r.dials.Load())
		}
		_, _ = r.Do(AnswerQuestion{Text: " 123456 "})
		if s := r.after(time.Second); s.Link.State != LinkUp || s.Link.Asks != (Question{}) || !slices.Equal(given, []string{"000000", "123456"}) {
			t.Errorf("after the right one: %+v, given %q", s.Link, given)
		}
		if why := r.last.Refuses(AnswerQuestion{Text: "1"}); why != "the PBX asks nothing" {
			t.Errorf("an answer to nothing: %q", why)
		}
	})
}

// TestOrderedCall: a call that was ordered to this phone is answered as it comes; any other rings.
func TestOrderedCall(t *testing.T) {
	inRoom(t, able(pbxws.CapDesk|pbxws.CapDeskMoves|pbxws.CapPark), func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.OrbitChanged{Orbit: pbxws.Orbit{ID: "71", Call: "p", Parked: pbxws.Party{Number: "0721405516"}}}
		r.after(time.Second)
		_, _ = r.Do(Retrieve{Orbit: "71"})
		r.conn.events <- pbxws.LegOffered{Leg: "other", From: pbxws.Party{Number: "305"}, SDP: "v=0"}
		if s := r.after(time.Second); len(s.Legs) != 1 || s.Legs[0].State != Alerting {
			t.Errorf("somebody else: %+v", s.Legs)
		}
		r.conn.events <- pbxws.LegOffered{Leg: "parked", From: pbxws.Party{Number: "0721405516"}, SDP: "v=0"}
		s := r.after(time.Second)
		if l, _ := s.Leg("parked"); l.State == Alerting {
			t.Errorf("the one that was ordered: %+v", l)
		}
		r.conn.events <- pbxws.LegOffered{Leg: "again", From: pbxws.Party{Number: "0721405516"}, SDP: "v=0"}
		s = r.after(time.Second)
		if l, _ := s.Leg("again"); l.State != Alerting {
			t.Errorf("a second call of the same one: %+v", l)
		}
		if !slices.Contains(r.conn.commands(), pbxws.Command(pbxws.DeskRetrieve{Orbit: "71"})) {
			t.Errorf("sent %+v", r.conn.commands())
		}
	})
}

// TestDeskDialPlacedHere: where the PBX has this phone make a call that was asked of the desk phone, nobody
// is told to pick that one up, nor that it did not call.
func TestDeskDialPlacedHere(t *testing.T) {
	inRoom(t, able(pbxws.CapDesk), func(t *testing.T, r *room) {
		r.after(time.Second)
		_, _ = r.Do(Dial{To: "305"})
		r.after(time.Second)
		r.conn.events <- pbxws.DialWanted{To: "305"}
		r.conn.events <- pbxws.CommandDone{Command: pbxws.DeskDial{To: "305"}}
		r.after(2 * orderTimeout)
		if said := r.said(); !strings.Contains(said, "the PBX has this phone call 305") || strings.Contains(said, "desk phone") {
			t.Errorf("said %q", said)
		}
	})
}

// TestWantedCall: a call that the person placed elsewhere begins here, and one that rings is answered.
func TestWantedCall(t *testing.T) {
	inRoom(t, func(r *room, _ int) (pbxws.Conn, error) { return r.conn, nil }, func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.DialWanted{To: "305"}
		if s := r.after(time.Second); len(s.Legs) != 1 || s.Legs[0].Peer.Number != "305" || s.Legs[0].Dir != Outgoing {
			t.Errorf("legs: %+v", s.Legs)
		}
		r.conn.events <- pbxws.DialWanted{To: "not a number; rm"}
		r.conn.events <- pbxws.LegOffered{Leg: "in", From: pbxws.Party{Number: "306"}, SDP: "v=0"}
		r.after(time.Second)
		r.conn.events <- pbxws.AnswerWanted{}
		s := r.after(time.Second)
		if l, _ := s.Leg("in"); l.State == Alerting || len(s.Legs) != 2 {
			t.Errorf("legs: %+v", s.Legs)
		}
		r.conn.events <- pbxws.AnswerWanted{}
		if r.after(time.Second); !strings.HasSuffix(r.said(), "the PBX wants a call answered here, but none rings") {
			t.Errorf("said %q", r.said())
		}
	})
}

// TestDoNotDisturb: a call gets busy without ringing, and a line tells of it.
func TestDoNotDisturb(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.DomainLoaded{Accounts: []pbxws.Account{{ID: "201", DND: true}}}
		r.conn.events <- pbxws.LegOffered{Leg: "in", From: pbxws.Party{Number: "305", Name: "Mario"}, SDP: "v=0"}
		s := r.after(time.Second)
		if len(s.Legs) > 0 || r.said() != "a call from 305 Mario was refused as busy: do-not-disturb is on" {
			t.Errorf("legs %+v, said %q", s.Legs, r.said())
		}
		if sent := r.conn.commands(); !slices.Contains(sent, pbxws.Command(pbxws.Reject{Leg: "in", Cause: pbxws.Cause{Ending: pbxws.EndedBusy, Code: pbxws.CodeBusyHere}})) {
			t.Errorf("sent %v", sent)
		}
	})
}

// TestIdentified: we are who the PBX says, not the name of the sign-in.
func TestIdentified(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.Identified{Self: "31"}
		if s := r.after(time.Second); s.Link.User != "31" || s.PBX.Self != "31" {
			t.Errorf("%+v", s.Link)
		}
		r.conn.events <- pbxws.Identified{}
		if s := r.after(time.Second); s.Link.User != "31" {
			t.Errorf("%+v", s.Link)
		}
	})
}
