//go:build linux

package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// The PBXs of a phone with two.
const hqLink, branchLink = phone.LinkID("hq"), phone.LinkID("branch")

// twoSystems are a Vodia and a NethVoice, and somebody at one phone for both.
type twoSystems struct {
	*desk
	hq, branch *demopbx.Server
}

func sitAtTwo(t *testing.T, configure func(*phone.Config)) twoSystems {
	t.Helper()
	o := desktest.Quick()
	o.Only, o.Vodia = "vodia", vodia.Options{Dialect: vodia.Live70}
	s := twoSystems{hq: desktest.Serve(t, o)}
	o = desktest.Quick()
	o.Only, o.PBX.Seed = "nethcti", 8
	s.branch = desktest.Serve(t, o)
	s.desk = signInWith(t, s.hq, station.PracticeUser, func(c *phone.Config) {
		k := c.Links[0]
		c.Links[0].ID, c.Links[0].Label = hqLink, "hq"
		kind, _ := dialects.Find(s.branch.Dialect())
		k.ID, k.Label = branchLink, "branch"
		k.Dial = kind.Dialer(station.PracticeLogin(station.Options{UserAgent: "Patchcord/test"}, s.branch.URL(), station.PracticeUser))
		var err error
		if k.Media, err = rtc.NewEngine(rtc.Config{Loopback: true}); err != nil {
			t.Fatal(err)
		}
		c.Links = append(c.Links, k)
		configure(c)
	})
	s.sees("both links are up", func(now phone.Snapshot) bool {
		at := now.On(branchLink)
		return at.Link.State == phone.LinkUp && at.PBX.Accounts.Len() > 400
	})
	ctx, cancel := context.WithTimeout(s.ctx, timeout)
	defer cancel()
	if _, err := s.branch.Journal().AwaitAfter(ctx, 0, func(e exchange.Entry) bool {
		return e.Kind == exchange.PhoneReady && e.User == station.PracticeUser
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// calls calls somebody at a PBX, who picks up.
func (s twoSystems) calls(link phone.LinkID, far *desk) pbxws.LegID {
	s.Helper()
	user := far.last.Link.User
	s.do(phone.Dial{To: user, Link: link})
	far.sees("it rings", func(now phone.Snapshot) bool { _, rings := now.Alerting(); return rings })
	far.do(phone.AnswerCall{})
	var id pbxws.LegID
	s.sees("talking to "+user, func(now phone.Snapshot) bool {
		l, talks := now.Talking()
		id = l.ID
		return talks && l.Link == link && l.Peer.Number == user && l.Media
	})
	return id
}

// hearsNotUs waits until our pitch is not what is heard.
func (d *desk) hearsNotUs() {
	d.Helper()
	deadline := time.After(timeout)
	for {
		if pcm := d.ear.take(); pcm != nil && (loudness(pcm) < 10 || pitchShare(pcm, ourPitch) < 0.01) {
			return
		}
		select {
		case d.last = <-d.snaps:
		case <-deadline:
			d.Fatal("our voice is still heard there")
		}
	}
}

// talksOnlyTo tells by what is heard at all three ends who talks with whom.
func (s twoSystems) talksOnlyTo(id pbxws.LegID, near *desk, pitch float64, held *desk) {
	s.Helper()
	s.sees("one talks and one is on hold, confirmed", func(now phone.Snapshot) bool {
		l, talks := now.Talking()
		return talks && l.ID == id && !slices.ContainsFunc(now.Legs, func(l phone.Leg) bool {
			return l.HoldPending || l.ID != id && l.State == phone.Connected && !l.LocalHold
		})
	})
	near.hearsExactly(ourPitch)
	held.hearsNotUs()
	s.hearsExactly(pitch)
}

// TestTwoSystems: a call at each of two PBXs, swapped ten times; then the link of one is cut
// while we talk over the other, and both go on.
func TestTwoSystems(t *testing.T) {
	t.Parallel()
	s := sitAtTwo(t, says(t, ourPitch))
	anna := signInWith(t, s.hq, "202", says(t, firstPitch))
	luca := signInWith(t, s.branch, "204", says(t, otherPitch))
	first := s.calls(hqLink, anna)
	anna.hearsExactly(ourPitch)
	other := s.calls(branchLink, luca)
	s.talksOnlyTo(other, luca, otherPitch, anna)
	for range 5 {
		s.do(phone.Swap{})
		s.talksOnlyTo(first, anna, firstPitch, luca)
		s.do(phone.Swap{})
		s.talksOnlyTo(other, luca, otherPitch, anna)
	}

	s.hq.DropSockets(station.PracticeUser)
	s.sees("the link is lost", func(now phone.Snapshot) bool { return now.On(hqLink).Link.State != phone.LinkUp })
	if l, _ := s.last.Talking(); l.ID != other || s.last.On(branchLink).Link.State != phone.LinkUp {
		t.Errorf("the other link is %v, its call %v", s.last.On(branchLink).Link.State, l.State)
	}
	luca.hearsExactly(ourPitch)
	s.hearsExactly(otherPitch)
	s.sees("the link is back", func(now phone.Snapshot) bool { return now.On(hqLink).Link.State == phone.LinkUp })
	s.reads("hq: the link to the PBX is back")
	s.do(phone.Swap{})
	s.talksOnlyTo(first, anna, firstPitch, luca)
	s.do(phone.Hangup{Leg: first})
	s.sees("one call is left", func(now phone.Snapshot) bool { return now.LiveHere() == 1 })
	s.do(phone.Resume{})
	luca.hearsExactly(ourPitch)
}

// TestDemoOfBoth: the program at a practice PBX of each dialect. A number goes out by the one that Tab chooses,
// a call of each is up, and other programs see both.
func TestDemoOfBoth(t *testing.T) {
	t.Parallel()
	s := startWith(t, 80, 24, []string{"demo", "--pbx", "both"})
	s.sees(`vodia 201 LIVE.*nethcti 201 LIVE`)
	s.sees(`PEOPLE vodia 500 nethcti 500`)
	s.types("d601")
	s.sees(`Enter: calls 601 Luca Neri by vodia`)
	s.types("\t")
	s.sees(`Enter: calls 601 Luca Neri by nethcti`)
	s.types("\r")
	s.sees(`TALKING at nethcti`)
	s.types("d600\r")
	s.sees(`(?s)TALKING at vodia.*ON HOLD by you at nethcti`)
	s.types("s")
	s.sees(`(?s)TALKING at nethcti.*ON HOLD by you at vodia`)
	s.types("qx")
	s.gone(0)
}
