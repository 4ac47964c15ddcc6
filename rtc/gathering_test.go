package rtc

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Candidates as in RFC 8839 §5.1 and in the field.
const (
	hostLine    = "candidate:1 1 udp 2130706431 10.0.1.1 8998 typ host"
	reflexLine  = "candidate:2 1 udp 1694498815 192.0.2.3 45664 typ srflx raddr 10.0.1.1 rport 8998"
	relayLine   = "candidate:3 1 udp 16777215 198.51.100.7 50000 typ relay raddr 192.0.2.3 rport 45664"
	sixLine     = "candidate:4 1 udp 2130706431 2001:db8::1 9000 typ host"
	homeLine    = "candidate:5 1 udp 2130706431 127.0.0.1 9001 typ host"
	linkLine    = "candidate:6 1 udp 2130706431 fe80::1 9002 typ host"
	nowhereLine = "candidate:7 1 udp 2130706431 0.0.0.0 9003 typ host"
	tcpLine     = "candidate:8 1 tcp 1518149375 192.0.2.9 9 typ host tcptype active"
)

func TestDefaultAddress(t *testing.T) {
	for want, c := range map[string]struct {
		lines []string
		inUse string
	}{
		"10.0.1.1:8998":      {[]string{sixLine, homeLine, hostLine}, ""},
		"192.0.2.3:45664":    {[]string{hostLine, reflexLine}, "10.9.9.9:1"},
		"198.51.100.7:50000": {[]string{hostLine, relayLine, reflexLine, sixLine}, ""},
		"[2001:db8::1]:9000": {[]string{homeLine, sixLine, linkLine}, ""},
		"127.0.0.1:9001":     {[]string{homeLine, linkLine, nowhereLine, tcpLine, "candidate:x"}, ""},
		"[fe80::1]:9002":     {[]string{hostLine, linkLine}, "[fe80::1]:9002"},
		"invalid AddrPort":   {[]string{nowhereLine, tcpLine, ""}, ""},
	} {
		inUse, _ := netip.ParseAddrPort(c.inUse)
		if got := defaultAddress(c.lines, inUse).String(); got != want {
			t.Errorf("%v: %s, want %s", c.lines, got, want)
		}
	}
}

// TestWholeOffer: m= and c= name the default candidate, trickle is not mentioned, and a rejected
// section stays rejected.
func TestWholeOffer(t *testing.T) {
	for name, line := range map[string]string{"whole-offer.wire.sdp": hostLine, "whole-offer-ipv6.wire.sdp": sixLine} {
		wire, err := outgoingWhole(fixed(t), firstOffer(allPayloads(t)), 1, []string{line}, netip.AddrPort{})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, wire)
	}
	if sdp, err := outgoingWhole(fixed(t), firstOffer(allPayloads(t)), 1, []string{tcpLine}, netip.AddrPort{}); err == nil {
		t.Errorf("an offer that nobody can answer without ICE:\n%s", sdp)
	}
}

// TestGatheringIsBounded: it waits 500 ms after the first candidate at most, and 2 s in all.
func TestGatheringIsBounded(t *testing.T) {
	const never = time.Hour
	for name, c := range map[string]struct {
		first, second, end time.Duration
		took               time.Duration
		lines              int
	}{
		"all at once":              {0, 0, 0, 0, 2},
		"ends soon":                {100 * time.Millisecond, 200 * time.Millisecond, 300 * time.Millisecond, 300 * time.Millisecond, 2},
		"a server stays silent":    {100 * time.Millisecond, 5 * time.Second, never, 600 * time.Millisecond, 1},
		"a second one soon":        {100 * time.Millisecond, 500 * time.Millisecond, never, 600 * time.Millisecond, 2},
		"the first is late":        {1800 * time.Millisecond, never, never, 2 * time.Second, 1},
		"nothing":                  {never, never, never, 2 * time.Second, 0},
		"ends without a candidate": {never, never, time.Second, time.Second, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGathering()
			ctx, cancel := context.WithCancel(t.Context())
			after := func(d time.Duration, f func()) {
				switch d {
				case 0:
					f()
				case never:
				default:
					timer := time.AfterFunc(d, f)
					context.AfterFunc(ctx, func() { timer.Stop() })
				}
			}
			after(c.first, func() { g.add(hostLine) })
			after(c.second, func() { g.add(reflexLine) })
			after(c.end, g.finish)
			began := time.Now()
			lines, err := g.wait(ctx, nil)
			if took := time.Since(began); took != c.took || len(lines) != c.lines || (err == nil) != (c.lines > 0) {
				t.Errorf("%s: %d candidates after %s, %v", name, len(lines), took, err)
			}
			cancel()
		})
	}
	g := newGathering()
	over := make(chan struct{})
	close(over)
	if _, err := g.wait(t.Context(), over); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.wait(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// mustBeWhole checks a description on the wire.
func mustBeWhole(t *testing.T, sdp string) {
	t.Helper()
	mustContain(t, sdp, "c=IN IP4 127.0.0.1", "a=end-of-candidates")
	if strings.Contains(sdp, "m=audio 9 ") || strings.Contains(sdp, "c=IN IP4 0.0.0.0") || strings.Contains(sdp, "trickle") || !strings.Contains(sdp, "a=candidate:") {
		t.Errorf("not whole:\n%s", sdp)
	}
}

// TestCallWithoutTrickle: a call, a hold and an ICE restart by whole descriptions.
func TestCallWithoutTrickle(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	caller, offer, err := e.Offer(within(t), WholeDescription)
	if err != nil {
		t.Fatal(err)
	}
	callee, answer, err := e.Answer(within(t), offer, WholeDescription)
	if err != nil {
		t.Fatal(err)
	}
	a, b := newEnd(caller), newEnd(callee)
	tell := func(c LocalCandidate) { t.Errorf("%s was told", c.Line) }
	a.follow(t, tell)
	b.follow(t, tell)
	if err := a.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	a.await(t)
	b.await(t)
	mustBeWhole(t, offer)
	mustBeWhole(t, answer)
	for _, hold := range []bool{true, false} {
		offer, answer = reoffer(t, a, b, hold, nil, nil)
		mustBeWhole(t, offer)
		mustBeWhole(t, answer)
	}
	bothHear(t, a, b)
	path, other := restart(t, a, b, nil, nil)
	mustBeWhole(t, path)
	mustBeWhole(t, other)
	if firstCandidate(path) == firstCandidate(offer) || firstCandidate(other) == firstCandidate(answer) {
		t.Errorf("the candidates are those of the old path:\n%s\n%s", path, other)
	}
	bothHear(t, a, b)
}

func firstCandidate(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=candidate:")
	line, _, _ := strings.Cut(rest, "\r\n")
	return line
}
