//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/proxytest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
)

// TestLinkCutInMidCall: the sound goes on while the link is away, and the call can be controlled
// again when it is back.
func TestLinkCutInMidCall(t *testing.T) { onDialects(t, playLinkCutInMidCall) }

func playLinkCutInMidCall(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.hears(exchange.ColleagueTone)
	d.pbx.DropSockets(station.PracticeUser)
	d.sees("the link is away", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkWaiting })
	d.hears(exchange.ColleagueTone)
	d.sees("the link is back", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkUp })
	if o.Only == "" { // the registration at a gateway does not end with the link
		d.registered()
	}
	d.controlsCall()
}

// TestLinkSilentInMidCall: nothing comes through to the PBX or back for so long that the link is given up. The
// sound never stops, and the call can be controlled again afterwards.
func TestLinkSilentInMidCall(t *testing.T) { onDialectsAtOnce(t, playLinkSilentInMidCall) }

func playLinkSilentInMidCall(t *testing.T, o demopbx.Options) {
	pbx := desktest.Serve(t, o)
	way := proxytest.StartRelay(t, strings.TrimPrefix(pbx.URL(), "http://"))
	kind, _ := dialects.Find(pbx.Dialect())
	d := signInWith(t, pbx, station.PracticeUser, func(c *phone.Config) {
		c.Links[0].Dial = kind.Dialer(station.PracticeLogin(station.Options{UserAgent: "Patchcord/test"}, "http://"+way.Address, station.PracticeUser))
	})
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.hears(exchange.ColleagueTone)
	// A server that has answered a ping of ours is given up sooner than one of which nobody knows whether it does.
	d.sees("a ping is answered", func(s phone.Snapshot) bool { return s.Link.AliveAt.Sub(s.Link.Since) > 6*time.Second })
	way.Stop()
	sounding, silent := 0, 0
	for deadline := time.After(timeout); d.last.Link.State != phone.LinkWaiting; {
		if pcm := d.ear.take(); pcm == nil {
		} else if loudness(pcm) > 300 {
			sounding++
		} else {
			silent++
		}
		select {
		case d.last = <-d.snaps: // they come while there is sound
		case <-deadline:
			way.Resume()
			t.Fatalf("the link is %v", d.last.Link.State)
		}
	}
	way.Resume()
	if silent*10 > sounding || sounding == 0 { // a machine that has too much to do slips some
		t.Errorf("%d parts of the time were silent, %d were not", silent, sounding)
	}
	t.Logf("%d parts of 200 ms with sound, %d silent", sounding, silent)
	d.sees("the link is back", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkUp })
	d.controlsCall()
}

// controlsCall holds the call, resumes it and ends it.
func (d *desk) controlsCall() {
	d.Helper()
	d.do(phone.Hold{})
	d.leg(0, "held, confirmed", func(l phone.Leg) bool { return l.LocalHold && !l.HoldPending })
	d.silence()
	d.do(phone.Resume{})
	d.hears(exchange.ColleagueTone)
	d.do(phone.Hangup{})
	d.witnessed(exchange.CallEnded, func(e exchange.Entry) bool { return e.User == station.PracticeUser })
}
