//go:build linux

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

var (
	storms    = flag.Int("storms", 1, "how many `storms` TestStorm lives through with each seed")
	stormSeed = flag.Uint64("storm-seed", 1, "the first seed: what happens in the storms repeats with this `number`")
)

const (
	// gusts is how many things happen in a storm before it is calm again.
	gusts = 25
	// stormSeeds is how many storms there are side by side.
	stormSeeds = 4
)

// storm is a person with too many hands at a phone whose PBX has a bad day.
type storm struct {
	*desk
	rng *rand.Rand
	// done is what happened, for whoever has to understand a failure.
	done []string
}

// TestStorm does whatever comes to a seeded mind, in any state, while links break and strangers
// call. In the calm after it, the phone and the PBX must know the same calls in the same states, no
// call may have been lost that could be kept, and nothing may be left waiting. The storms of one seed
// come one after the other, those of several side by side.
func TestStorm(t *testing.T) {
	t.Parallel()
	for seed := *stormSeed; seed < *stormSeed+stormSeeds; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			liveThrough(t, seed)
		})
	}
}

func liveThrough(t *testing.T, seed uint64) {
	o := desktest.Quick()
	o.PBX.Seed, o.PBX.NoAnswer = seed, 5*time.Second // a call that was lost while it rang ends by itself
	s := &storm{desk: sit(t, o), rng: rand.New(rand.NewPCG(seed, 0))}
	t.Cleanup(s.explain)
	s.do(phone.SetTrace{On: true})
	for range *storms {
		s.done = nil
		for range gusts {
			s.gust()
			s.watch()
		}
		s.calm()
	}
	s.do(phone.SetDND{})
	s.do(phone.HangupAll{})
	s.sees("no calls here", func(n phone.Snapshot) bool { // one that was lost while it rang may still ring elsewhere
		return !slices.ContainsFunc(n.Legs, func(l phone.Leg) bool { return l.Place == phone.Here && l.State != phone.Ended })
	})
	s.calm()
}

// explain logs what happened before a failure.
func (s *storm) explain() {
	if !s.Failed() {
		return
	}
	s.Logf("what happened:\n%s", strings.Join(s.done, "\n"))
	for _, f := range s.last.Trace {
		s.Logf("%s %v %.300s", f.At.Format("15:04:05.000"), map[bool]string{true: ">", false: "<"}[f.Sent], f.Text)
	}
	for _, e := range s.pbx.Journal().Since(0) {
		if e.User == station.PracticeUser || e.Peer == station.PracticeUser {
			s.Log(e)
		}
	}
}

// gust is one thing that happens.
func (s *storm) gust() {
	switch s.rng.IntN(12) {
	case 0:
		s.note("the socket breaks")
		s.pbx.DropSockets(station.PracticeUser)
	case 1:
		s.note("the PBX forgets its sessions")
		s.pbx.ForgetSessions()
	case 2, 3:
		from := s.somebody()
		s.note("%s calls: %v", from, s.pbx.CallTo(station.PracticeUser, from))
	default:
		i := s.intent()
		s.note("%T%+v: %s", i, i, s.last.Refuses(i))
		s.do(i)
	}
}

// intent is anything that a person may want, of any call, sensible or not.
func (s *storm) intent() phone.Intent {
	leg := s.anyLeg()
	on := s.rng.IntN(2) == 0
	all := []phone.Intent{
		phone.Dial{To: s.number()}, phone.Dial{To: s.number()}, phone.AnswerCall{}, phone.AnswerCall{},
		phone.Reject{Leg: leg}, phone.Hangup{Leg: leg}, phone.Hold{Leg: leg}, phone.Hold{Leg: leg},
		phone.Resume{Leg: leg}, phone.Resume{Leg: leg}, phone.Swap{}, phone.Swap{}, phone.SetMute{On: on},
		phone.SendDigits{Leg: leg, Digits: "15#"}, phone.RestartICE{Leg: leg}, phone.TransferBlind{Leg: leg, To: s.number()},
		phone.Consult{Leg: leg, To: s.number()}, phone.Consult{Leg: leg, To: s.number()}, phone.LinkCalls{Leg: leg, With: s.anyLeg()},
		phone.CompleteTransfer{}, phone.DropConsult{}, phone.Join{Room: phone.Account{ID: exchange.NumberConference}},
		phone.ParkCall{Leg: leg, Orbit: "81"}, phone.ParkCall{Leg: leg}, phone.Retrieve{Orbit: "81"},
		phone.SetRecording{Leg: leg, On: on}, phone.RecordHere{Leg: leg, On: on}, phone.SetDND{On: on},
		phone.Silence{}, phone.Reconnect{}, phone.CallAgain{Leg: leg},
	}
	return all[s.rng.IntN(len(all))]
}

func (s *storm) number() string {
	numbers := []string{"600", "601", "602", "603", "604", "90", "*8681", "99999", s.somebody()}
	return numbers[s.rng.IntN(len(numbers))]
}

// somebody is one of the people without a character of their own.
func (s *storm) somebody() string { return fmt.Sprint(203 + s.rng.IntN(390)) }

// anyLeg is one of our calls, over or not, or none at all.
func (s *storm) anyLeg() pbxws.LegID {
	if len(s.last.Legs) == 0 || s.rng.IntN(4) == 0 {
		return ""
	}
	return s.last.Legs[s.rng.IntN(len(s.last.Legs))].ID
}

func (s *storm) note(format string, args ...any) {
	s.done = append(s.done, fmt.Sprintf(format, args...))
}

// watch looks at some snapshots, each of which must make sense.
func (s *storm) watch() {
	s.Helper()
	for range s.rng.IntN(6) {
		select {
		case s.last = <-s.snaps:
			s.makesSense(s.last)
		case <-time.After(50 * time.Millisecond): // nothing is happening
			return
		}
	}
}

// makesSense holds of every snapshot, in the worst of storms. 604 hangs up by itself, which may
// happen while the link is away.
func (s *storm) makesSense(n phone.Snapshot) {
	s.Helper()
	talking := 0
	for _, l := range n.Legs {
		if l.State == phone.Connected && !l.LocalHold && !l.HoldPending && l.Transfer == "" {
			talking++
		}
		if l.State == phone.Ended && l.Cause.Ending == pbxws.EndedLink && !l.Answered.IsZero() && l.Peer.Number != exchange.NumberCallback {
			s.Fatalf("the call with %s was lost with the link, though the PBX kept it", l.Peer)
		}
		if l.State == phone.Ended && l.Ended.IsZero() {
			s.Fatalf("an ended call without an end: %+v", l)
		}
	}
	if talking > 1 {
		s.Fatalf("two calls talk at once: %s", legs(n))
	}
}

// calm waits until nothing is under way and both sides tell of the same calls.
func (s *storm) calm() {
	s.Helper()
	s.note("calm")
	var theirs, ours []string
	deadline := time.Now().Add(2 * timeout)
	for time.Now().Before(deadline) {
		s.sees("nothing is under way", func(n phone.Snapshot) bool {
			return n.Link.State == phone.LinkUp && n.PBX.Registered && !slices.ContainsFunc(n.Legs, underWay)
		})
		theirs, ours = s.truth(), s.shown()
		if slices.Equal(theirs, ours) {
			return
		}
		select {
		case s.last = <-s.snaps:
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.Fatalf("the PBX has %v, the phone %v\nlegs %s\nnotices %s", theirs, ours, legs(s.last), s.said())
}

// underWay tells that a call waits for something that must come or be given up.
func underWay(l phone.Leg) bool {
	switch l.State {
	case phone.Offering, phone.Dialing, phone.Answering:
		return true
	case phone.Connected:
		return l.HoldPending || l.Transfer != "" || !l.Media
	}
	return false
}

// legs are our calls with what matters here of each.
func legs(n phone.Snapshot) string {
	var lines []string
	for _, l := range n.Legs {
		lines = append(lines, fmt.Sprintf("%.8s %s %v hold %v pending %v media %v transfer %q, %s", l.ID, l.Peer, l.State,
			l.LocalHold, l.HoldPending, l.Media, l.Transfer, l.Cause))
	}
	return strings.Join(lines, "\n")
}

// shown are the calls as the phone shows them, sorted.
func (s *storm) shown() []string {
	var calls []string
	for _, l := range s.last.Legs {
		switch l.State {
		case phone.Ended:
		case phone.Connected:
			calls = append(calls, l.Peer.Number+" "+map[bool]string{true: "held", false: "up"}[l.LocalHold])
		default:
			calls = append(calls, l.Peer.Number+" rings")
		}
	}
	slices.Sort(calls)
	return calls
}

// truth are our calls as the PBX tells of them to anybody who asks over HTTP, sorted.
func (s *storm) truth() []string {
	s.Helper()
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet,
		s.pbx.URL()+"/rest/user/"+station.PracticeUser+"@"+exchange.Domain+"/calls", nil)
	if err != nil {
		s.Fatal(err)
	}
	request.SetBasicAuth(station.PracticeUser, exchange.Password)
	request.Close = true
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		s.Fatal(err)
	}
	var entries []struct {
		State string `json:"state"`
		From  string `json:"from"`
		To    string `json:"to"`
	}
	if err := json.Unmarshal(body, &entries); err != nil {
		s.Fatalf("%v in %s", err, body)
	}
	var calls []string
	for _, e := range entries {
		peer := numberIn(e.From)
		if peer == station.PracticeUser {
			peer = numberIn(e.To)
		}
		state := map[string]string{"alerting": "rings", "holding": "held"}[e.State]
		if state == "" {
			state = "up" // the far end may hold us
		}
		calls = append(calls, peer+" "+state)
	}
	slices.Sort(calls)
	return calls
}

// numberIn is the user part of an address like "Name" <sip:201@tenant> (RFC 3261 §20.10).
func numberIn(address string) string {
	_, rest, _ := strings.Cut(address, "<sip:")
	number, _, _ := strings.Cut(rest, "@")
	return number
}
