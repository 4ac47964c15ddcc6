//go:build janus

package nethcti

import (
	"context"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/janustest"
	"github.com/patchcord/patchcord/internal/proxytest"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

func TestMain(m *testing.M) { os.Exit(janustest.Run(m)) }

// us is where the telephones call our webrtc extension.
const us = "sip:205@" + janustest.Registrar

// startReal serves a NethVoice whose gateway is the real one, and gives a profile of it and the way there.
func startReal(t *testing.T) (*dialer, *proxytest.Relay) {
	f := newFake(t)
	f.answer("GET /user/me", strings.Replace(meAlice, `"id":"91201","type":"webrtc",`, `"id":"205","type":"webrtc","secret":"pw205",`, 1))
	gateway, err := url.Parse(janustest.Gateway)
	if err != nil {
		t.Fatal(err)
	}
	gateway.Path = ""
	mux := http.NewServeMux()
	mux.Handle(pathGateway+"/", httputil.NewSingleHostReverseProxy(gateway))
	mux.Handle(pathGateway, httputil.NewSingleHostReverseProxy(gateway))
	mux.HandleFunc(pathScript, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "window.CONFIG = {\n  SIP_HOST: '"+janustest.Host+"',\n  SIP_PORT: '5060',\n}")
	})
	mux.Handle("/", f)
	server := httptest.NewServer(mux)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	way := proxytest.StartRelay(t, server.Listener.Addr().String())
	return newDialer(config{Login: pbxws.Login{
		URL: "http://" + way.Address, User: "alice", Secret: func(context.Context) (string, error) { return "alicepw", nil },
	}}), way
}

// card hums 1000 Hz into the microphone and keeps the last second that was to be heard.
type card struct {
	audio.Device
	mu     sync.Mutex
	n      int
	played []int16
	// quiet is how long nothing has been heard, gap the longest that it was.
	quiet, gap time.Duration
}

func (c *card) Silent() bool { return false }

func (c *card) Read(pcm []int16) bool {
	ok := c.Device.Read(pcm)
	for i := range pcm {
		pcm[i] = int16(6000 * math.Sin(2*math.Pi*1000*float64(c.n)/48000))
		c.n++
	}
	return ok
}

func (c *card) Write(pcm []int16) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if janustest.Loud(pcm) {
		c.quiet = 0
	} else {
		c.quiet += time.Duration(len(pcm)) * time.Second / 48000
		c.gap = max(c.gap, c.quiet)
	}
	c.played = append(c.played, pcm...)
	c.played = c.played[max(0, len(c.played)-48000):]
	return c.Device.Write(pcm)
}

// hears tells how much of the last second is 440 Hz.
func (c *card) hears() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return janustest.Share(c.played, 440, 48000)
}

// desk is a phone at the gateway.
type desk struct {
	testing.TB
	*phone.Phone
	card  *card
	snaps <-chan phone.Snapshot
	lab   *janustest.Lab
	way   *proxytest.Relay
	last  phone.Snapshot
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	engine, err := rtc.NewEngine(rtc.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{TB: t, lab: janustest.Start(t), card: &card{Device: audio.Null(rtc.FrameSamples)}}
	dialer, way := startReal(t)
	d.way = way
	d.Phone = phone.New(phone.Config{
		Links:     []phone.LinkConfig{{Label: "office", User: "alice", Media: engine, Dial: dialer.dial}},
		OpenSound: func() (audio.Device, error) { return d.card, nil },
	})
	ctx, cancel := context.WithCancel(context.Background())
	d.snaps = d.Watch(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = d.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	d.until("the registration", func(s phone.Snapshot) bool { return s.PBX.Registered })
	return d
}

// until waits for a snapshot that is as wanted.
func (d *desk) until(what string, ok func(phone.Snapshot) bool) phone.Snapshot {
	d.Helper()
	late := time.After(15 * time.Second)
	for {
		select {
		case s := <-d.snaps:
			if d.last = s; ok(s) {
				return s
			}
		case <-late:
			d.Fatalf("not in time: %s; legs %+v, notices %+v", what, d.last.Legs, d.last.Notices)
		}
	}
}

// soon waits for what no snapshot tells.
func (d *desk) soon(what string, ok func() bool) {
	d.Helper()
	for range 300 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	d.Fatalf("not in time: %s", what)
}

func (d *desk) do(i phone.Intent) {
	d.Helper()
	if _, err := d.Do(i); err != nil {
		d.Fatal(err)
	}
}

// says waits for an outcome in words, which may be there already.
func (d *desk) says(words string) {
	d.Helper()
	said := func(s phone.Snapshot) bool {
		return slices.ContainsFunc(s.Notices, func(n phone.Notice) bool { return strings.Contains(n.Text, words) })
	}
	if !said(d.last) {
		d.until(words, said)
	}
}

// talks waits until a call is up and its 440 Hz is heard.
func (d *desk) talks() {
	d.Helper()
	d.until("a call that is up and heard", func(s phone.Snapshot) bool {
		return slices.ContainsFunc(s.Legs, func(l phone.Leg) bool { return l.State == phone.Connected && l.Media && !l.LocalHold }) && d.card.hears() > janustest.Clear
	})
}

func (d *desk) alone() {
	d.Helper()
	d.until("no call", func(s phone.Snapshot) bool { return s.Live() == 0 })
}

// TestRealPhone calls, tones, holds, resumes, looks for another path, hangs up.
func TestRealPhone(t *testing.T) {
	d := newDesk(t)
	d.do(phone.Dial{To: "202"})
	d.talks()
	d.soon("our 1000 Hz there", func() bool { return d.lab.Answering.ShareOf(t, 1000) > janustest.Clear })
	d.do(phone.SendDigits{Digits: "12#"})
	d.soon("the tones in its log", func() bool {
		said := d.lab.Answering.Said()
		return strings.Contains(said, "event: '1'") && strings.Contains(said, "event: '2'") && strings.Contains(said, "event: '#'")
	})
	d.do(phone.Hold{})
	d.says("202 Bob Bianchi is on hold")
	d.soon("silence", func() bool { return d.card.hears() == 0 })
	d.do(phone.Resume{})
	d.says("202 Bob Bianchi is back on the line")
	d.talks()
	d.do(phone.RestartICE{})
	d.says("path changed")
	d.talks()
	d.do(phone.Hangup{})
	d.alone()
}

// TestRealPhoneRefusals: each in words, right after one another.
func TestRealPhoneRefusals(t *testing.T) {
	d := newDesk(t)
	for number, words := range map[string]string{
		"999": "no such number (404 Not Found)", "486": "busy (486 Busy Here)",
		"480": "no answer (480 Temporarily Unavailable)", "603": "declined (603 Decline)",
	} {
		d.do(phone.Dial{To: number})
		d.until(words, func(s phone.Snapshot) bool {
			return slices.ContainsFunc(s.Legs, func(l phone.Leg) bool { return l.State == phone.Ended && l.Cause.String() == words })
		})
	}
	d.do(phone.Dial{To: "203"})
	d.until("it rings there", func(s phone.Snapshot) bool {
		return slices.ContainsFunc(s.Legs, func(l phone.Leg) bool { return l.State == phone.Ringing })
	})
	d.do(phone.Hangup{})
	d.alone()
}

// TestRealPhoneTwoCalls: called, called on top, swapped, joined.
func TestRealPhoneTwoCalls(t *testing.T) {
	d := newDesk(t)
	rings := func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings }
	d.lab.Ringing.Order(t, "dial", us)
	d.until("the first call", rings)
	d.do(phone.AnswerCall{})
	d.talks()
	d.lab.Answering.Order(t, "dial", us)
	d.until("the second call", rings)
	d.do(phone.AnswerCall{})
	s := d.until("both", func(s phone.Snapshot) bool {
		return len(s.Legs) == 2 && s.Legs[0].LocalHold && s.Legs[1].State == phone.Connected && s.Legs[1].Media
	})
	d.talks()
	d.do(phone.Swap{})
	d.until("the swap", func(s phone.Snapshot) bool {
		return s.Legs[1].LocalHold && !s.Legs[0].LocalHold && !s.Legs[0].HoldPending
	})
	d.talks()
	d.do(phone.Swap{})
	d.until("the swap back", func(s phone.Snapshot) bool {
		return s.Legs[0].LocalHold && !s.Legs[1].LocalHold && !s.Legs[1].HoldPending
	})
	d.lab.Ringing.Listen()
	d.lab.Answering.Listen()
	d.do(phone.LinkCalls{Leg: s.Legs[0].ID, With: s.Legs[1].ID}) // 202 takes what comes by itself
	d.alone()
	d.soon("they talk to each other", func() bool {
		return d.lab.Ringing.ShareOf(t, 440) > janustest.Clear && d.lab.Answering.ShareOf(t, 440) > janustest.Clear
	})
	d.lab.Ringing.Order(t, "hangup", "")

	d.lab.Ringing.Order(t, "dial", us)
	d.until("another call", rings)
	d.do(phone.Reject{Code: 486})
	d.alone()
	d.lab.Ringing.Order(t, "dial", us)
	d.until("a last call", rings)
	d.lab.Ringing.Order(t, "hangup", "")
	d.alone()
	d.says("missed call from 203")
}

// TestRealPhoneGatewayAway: the gateway dies while nothing is going on, and comes back.
func TestRealPhoneGatewayAway(t *testing.T) {
	d := newDesk(t)
	d.lab.StopGateway()
	d.until("that calls cannot come", func(s phone.Snapshot) bool { return s.PBX.NotRegistered() })
	d.says("the gateway for calls does not answer")
	d.lab.StartGateway(t)
	began := time.Now()
	d.until("the registration", func(s phone.Snapshot) bool { return s.PBX.Registered })
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	d.lab.Ringing.Order(t, "dial", us)
	d.until("a call", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
	d.do(phone.AnswerCall{})
	d.talks()
}

// TestRealPhoneLinkCut: nothing gets through to the PBX and its gateway for 20 s. The link is sought again;
// the call goes on, with its sound, and can be worked afterwards.
func TestRealPhoneLinkCut(t *testing.T) {
	d := newDesk(t)
	d.do(phone.Dial{To: "202"})
	d.talks()
	d.card.mu.Lock()
	d.card.gap = 0
	d.card.mu.Unlock()
	d.way.Stop()
	time.Sleep(20 * time.Second)
	d.way.Resume()
	d.until("the link", func(s phone.Snapshot) bool { return s.Link.State == phone.LinkUp && s.PBX.Registered })
	d.do(phone.Hold{})
	d.says("202 Bob Bianchi is on hold")
	d.card.mu.Lock()
	gap := d.card.gap
	d.card.mu.Unlock()
	if gap > 300*time.Millisecond {
		t.Errorf("nothing was heard for %s", gap)
	}
	d.do(phone.Resume{})
	d.says("202 Bob Bianchi is back on the line")
	d.talks()
	d.do(phone.Hangup{})
	d.alone()
}
