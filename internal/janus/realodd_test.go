//go:build janus

package janus

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/janustest"
)

// TestRealEarlySound: the answer comes with a 183, and not again with the pickup.
func TestRealEarlySound(t *testing.T) {
	janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	s := janustest.Meet(t)
	k := l.call("a", janustest.Elsewhere)
	s.Hear("INVITE")
	s.Reply("183 Session Progress", janustest.PlainSDP("sendrecv"))
	await(l, 5*time.Second, func(p Progressed) bool { return p.Code == 183 })
	d := await(l, 5*time.Second, anyOf[Described])
	if err := k.session.SetAnswer(d.SDP); err != nil {
		t.Error(err)
	}
	s.Reply("200 OK", janustest.PlainSDP("sendrecv"))
	await(l, 5*time.Second, anyOf[Answered])
	s.Hear("ACK")
	l.do(Tones{"a", "1#"})
	for _, tone := range []string{"Signal=1", "Signal=#"} {
		if info := s.Hear("INFO"); !strings.Contains(info, tone) {
			t.Errorf("no %s in %s", tone, info)
		}
		s.Reply("200 OK", "")
	}
	l.do(Hangup{"a"})
	s.Hear("BYE")
	s.Reply("200 OK", "")
	if e := l.over("a"); e.How != EndedHere {
		t.Errorf("%+v", e)
	}
}

// TestRealOfferless: a call without an SDP, then changes of it by the far end.
func TestRealOfferless(t *testing.T) {
	janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	s := janustest.Meet(t)
	s.Call("201", "")
	o := await(l, 5*time.Second, anyOf[Offered])
	if o.SDP != "" {
		t.Errorf("%+v", o)
	}
	session, offer, err := l.engine.Offer(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	k := l.talk(o.ID, session)
	l.do(Answer{o.ID, offer})
	if sdp := s.Up(janustest.PlainSDP("sendrecv")); !strings.Contains(sdp, "m=audio") {
		t.Errorf("our offer is %q", sdp)
	}
	d := await(l, 5*time.Second, anyOf[Described])
	if err := k.session.SetAnswer(d.SDP); err != nil {
		t.Error(err)
	}
	await(l, 5*time.Second, anyOf[Answered])
	eventually(t, "sound", func() bool { k.mu.Lock(); defer k.mu.Unlock(); return len(k.news) > 0 && k.news[0] == "Connected" })

	s.Request("INVITE", janustest.PlainSDP("sendonly"))
	d = await(l, 5*time.Second, anyOf[Described])
	answer, err := k.session.AnswerReoffer(context.Background(), d.SDP)
	if err != nil || !d.Offer {
		t.Errorf("%+v %v", d, err)
	}
	await(l, time.Second, func(h FarHeld) bool { return h.On })
	l.do(Answer{o.ID, answer})
	if sdp := s.Up(""); !strings.Contains(sdp, "a=recvonly") {
		t.Errorf("on hold we say %q", sdp)
	}
	s.Request("INVITE", "")
	if sdp := s.Up(janustest.PlainSDP("sendrecv")); !strings.Contains(sdp, "m=audio") {
		t.Errorf("without an offer we say %q", sdp)
	}
	time.Sleep(500 * time.Millisecond)
	s.Request("BYE", "")
	if e := l.over(o.ID); e.How != EndedThere || e.Code != 200 {
		t.Errorf("%+v", e)
	}
}

// TestRealGoodbye: after Close the PBX has no address for us.
func TestRealGoodbye(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	began := time.Now()
	l.Close()
	t.Logf("closed in %s", time.Since(began))
	eventually(t, "the end of the call there", func() bool { return strings.Contains(lab.Answering.Said(), "terminated") })
	lab.Ringing.Order(t, "dial", us)
	eventually(t, "nobody is there", func() bool { return strings.Contains(lab.Ringing.Said(), "404 Not Found") })
}

// TestRealMany: forty calls as fast as they go, and the gateway has no more handles than at first: the
// master and a helper.
func TestRealMany(t *testing.T) {
	lab := janustest.Start(t)
	l, _, handles := watchedLine(t, janustest.Gateway)
	began := time.Now()
	for range 20 {
		k := l.call("x", "486")
		if e := l.over("x"); e.Code != 486 {
			t.Fatalf("%+v", e)
		}
		k.end()
		k = l.call("y", lab.Answering.Number)
		l.up("y")
		l.do(Hangup{"y"})
		if e := l.over("y"); e.Code != 200 {
			t.Fatalf("%+v", e)
		}
		k.end()
	}
	t.Logf("forty calls in %s", time.Since(began))
	eventually(t, "the handles are given back", func() bool { return handles.Load() == 2 })
}
