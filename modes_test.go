//go:build linux

package main

import (
	"slices"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/nethcti"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// modes are the ways of a PBX that a call has to come through.
var modes = map[string]demopbx.Options{
	"modern":                           {Vodia: vodia.Options{Dialect: vodia.Modern}},
	"modern answer":                    {Vodia: vodia.Options{Dialect: vodia.ModernAnswer}},
	"legacy":                           {Vodia: vodia.Options{Dialect: vodia.Legacy}},
	"live70":                           {Vodia: vodia.Options{Dialect: vodia.Live70}},
	"live70 with every oddity":         {Vodia: vodia.Options{Dialect: vodia.Live70, SecondSDP: true, NoCallIDs: true, DropMid: true, AbandonByBye: true, RefuseBySDP: true}},
	"modern with every oddity":         {PBX: exchange.Options{OwnCallIDs: true}, Vodia: vodia.Options{Dialect: vodia.Modern, RenameCalls: true, DropMid: true, AddressPairs: true, AbandonByBye: true, RefuseBySDP: true}},
	"modern answer told by the states": {PBX: exchange.Options{OwnCallIDs: true}, Vodia: vodia.Options{Dialect: vodia.ModernAnswer, PickupByStateOnly: true, RenameCalls: true, AddressPairs: true}},
	"legacy with every oddity":         {PBX: exchange.Options{OwnCallIDs: true}, Vodia: vodia.Options{Dialect: vodia.Legacy, DropMid: true, AddressPairs: true, AbandonByBye: true, RefuseBySDP: true, MislabelAnswers: true}},
	"hold closes the media":            {Vodia: vodia.Options{Dialect: vodia.Modern, HoldClosesMedia: true}},
	"legacy hold closes the media":     {Vodia: vodia.Options{Dialect: vodia.Legacy, HoldClosesMedia: true}},
	"resume needs an offer":            {Vodia: vodia.Options{Dialect: vodia.Modern, ResumeNeedsOffer: true}},
	"no directory":                     {Vodia: vodia.Options{Dialect: vodia.Modern, NoDirectory: true}},
	"hidden version":                   {Vodia: vodia.Options{Dialect: vodia.Legacy, HideVersion: true}},
	"nethcti":                          {Only: "nethcti"},
	"nethcti as it was":                {Only: "nethcti", NethCTI: nethcti.Options{OldSocket: true, NoMiddleware: true, Masks: true, SlowFree: time.Second}},
	"slow":                             {Vodia: vodia.Options{Dialect: vodia.Modern, Delay: 30 * time.Millisecond, Jitter: 50 * time.Millisecond, RegistrationExpires: time.Minute}},
}

// TestEveryMode: in every mode a call goes out, is held, taken back and transferred, another one is
// ended by the far end, and a third comes in; each is heard.
func TestEveryMode(t *testing.T) {
	t.Parallel()
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := desktest.Quick()
			o.Only, o.Vodia, o.NethCTI, o.PBX.OwnCallIDs = mode.Only, mode.Vodia, mode.NethCTI, mode.PBX.OwnCallIDs
			pbx := desktest.Serve(t, o)
			d := signInWith(t, pbx, station.PracticeUser, func(c *phone.Config) {
				by(t, plainly, []string{"PCMU"})(c) // which costs least
				if o.NethCTI.OldSocket {
					login := station.PracticeLogin(station.Options{UserAgent: "Patchcord/test"}, pbx.URL(), station.PracticeUser)
					login.Settings = map[string]string{"eio3": "true"}
					kind, _ := dialects.Find(pbx.Dialect())
					c.Links[0].Dial = kind.Dialer(login)
				}
			})
			d.callsHoldsAndTransfers()
			d.isCalledBack()
		})
	}
}

func (d *desk) callsHoldsAndTransfers() {
	d.Helper()
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.hears(exchange.ColleagueTone)
	d.do(phone.Hold{})
	d.leg(0, "held, confirmed", func(l phone.Leg) bool { return l.LocalHold && !l.HoldPending })
	d.silence()
	d.do(phone.Resume{})
	d.leg(0, "resumed, confirmed", func(l phone.Leg) bool { return !l.LocalHold && !l.HoldPending })
	d.hears(exchange.ColleagueTone)
	d.do(phone.TransferBlind{To: "600"})
	if l := d.state(0, phone.Ended); l.Cause.Ending != pbxws.EndedTransferred {
		d.Errorf("the transfer ended as %v", l.Cause)
	}
}

func (d *desk) isCalledBack() {
	d.Helper()
	d.do(phone.Dial{To: "604"})
	var first phone.Leg
	d.sees("604 hangs up", func(s phone.Snapshot) bool { // and may ring already
		i := slices.IndexFunc(s.Legs, func(l phone.Leg) bool {
			return l.Peer.Number == "604" && l.Dir == phone.Outgoing && l.State == phone.Ended
		})
		if i >= 0 {
			first = s.Legs[i]
		}
		return i >= 0
	})
	if first.Cause.Ending != pbxws.EndedThere {
		d.Errorf("the far end hung up: %v", first.Cause)
	}
	d.sees("604 calls back", func(s phone.Snapshot) bool { _, ok := s.Alerting(); return ok })
	d.do(phone.AnswerCall{})
	in := d.sees("talking to 604", func(s phone.Snapshot) bool {
		l, ok := last(s)
		return ok && l.Dir == phone.Incoming && l.State == phone.Connected && l.Media
	})
	d.listen("604", func(level, _ float64) bool { return level > 300 }, 440)
	l, _ := last(in)
	d.do(phone.Hangup{Leg: l.ID})
	d.sees("over", func(s phone.Snapshot) bool { l, ok := s.Leg(l.ID); return !ok || l.State == phone.Ended })
}

// last is the newest of our calls.
func last(s phone.Snapshot) (phone.Leg, bool) {
	if len(s.Legs) == 0 {
		return phone.Leg{}, false
	}
	return s.Legs[len(s.Legs)-1], true
}

// TestConference: two calls are brought together in the conference, which is told in one sentence.
// one who has left the room meanwhile is not missed.
func TestConference(t *testing.T) { onDialects(t, playConference) }

func playConference(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.do(phone.Dial{To: "600"})
	d.state(1, phone.Connected)
	d.do(phone.Join{Room: phone.Account{ID: exchange.NumberConference}})
	d.reads("in conference 90 Meeting Room: 601 Luca Neri, 600 Echo and you")
	d.hears(exchange.ColleagueTone)
	if s := d.sees("one call is left", func(s phone.Snapshot) bool { return s.Live() == 1 }); s.Legs[len(s.Legs)-1].Peer.Number != exchange.NumberConference {
		t.Errorf("the call that is left: %+v", s.Legs)
	}
}

// TestTakenByAColleague: a call that rings here and that a colleague picks up is reported as such.
func TestTakenByAColleague(t *testing.T) { onDialects(t, playTakenByAColleague) }

func playTakenByAColleague(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	caller, taker := signIn(t, d.pbx, "202", plainly), signIn(t, d.pbx, "204", plainly)
	caller.do(phone.Dial{To: station.PracticeUser})
	ringing := d.leg(0, "it rings", func(l phone.Leg) bool { return l.State == phone.Alerting })
	taker.sees("it rings at 201", func(s phone.Snapshot) bool {
		return s.PBX.Lamp(s.PBX.Accounts.At(station.PracticeUser)) == pbxws.LampRinging
	})
	taker.do(phone.Pickup{Account: phone.Account{ID: station.PracticeUser}})
	d.sees("it is taken elsewhere", func(s phone.Snapshot) bool {
		l, ok := s.Leg(ringing.ID)
		return ok && l.State == phone.Ended && l.Cause.Ending == pbxws.EndedElsewhere
	})
	caller.state(0, phone.Connected)
}

// TestPinnedPractice: the program signs in over https by the pin that a practice PBX shows.
func TestPinnedPractice(t *testing.T) {
	t.Parallel()
	o := desktest.Quick()
	o.SelfSigned = true
	pbx, err := demopbx.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	trust, err := config.Profile{TLSPin: pbx.Pin()}.TLS()
	if err != nil {
		t.Fatal(err)
	}
	d := signInWith(t, pbx, station.PracticeUser, func(c *phone.Config) {
		login := station.PracticeLogin(station.Options{UserAgent: "Patchcord/test"}, pbx.URL(), station.PracticeUser)
		login.TLS = trust
		c.Links[0].Dial = dialects[0].Dialer(login)
	})
	d.do(phone.Dial{To: "600"})
	d.state(0, phone.Connected)
}
