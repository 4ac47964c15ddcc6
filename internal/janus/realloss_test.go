//go:build janus

package janus

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/janustest"
	"github.com/patchcord/patchcord/internal/proxytest"
	"github.com/patchcord/patchcord/internal/reach"
)

// TestRealRestart: the gateway dies while nothing is going on, and comes back.
func TestRealRestart(t *testing.T) {
	lab := janustest.Start(t)
	l := registeredLine(t, janustest.Gateway)
	began := time.Now()
	lab.StopGateway()
	if u := await(l, time.Minute, anyOf[Unregistered]); u.Why != GatewayAway {
		t.Errorf("%+v", u)
	}
	noticed := time.Since(began)
	time.Sleep(3 * time.Second)
	lab.StartGateway(t)
	began = time.Now()
	await(l, 10*time.Second, anyOf[Registered])
	t.Logf("told after %s, back after %s", noticed, time.Since(began))
	lab.Ringing.Order(t, "dial", us)
	l.pickUp(await(l, 5*time.Second, anyOf[Offered])).hears()
}

// watched notes the session that it polls for, and how many handles the gateway has given and not got
// back.
type watched struct {
	carrier
	session *atomic.Uint64
	handles *atomic.Int64
}

func (w watched) send(ctx context.Context, r request) ([]byte, error) {
	reply, err := w.carrier.send(ctx, r)
	if m, odd := decode(reply); err == nil && odd == nil && m.Janus == "success" {
		w.handles.Add(map[string]int64{"attach": 1, "detach": -1}[r.Janus])
	}
	return reply, err
}

func (w watched) receive(ctx context.Context, session uint64) ([][]byte, error) {
	w.session.Store(session)
	return w.carrier.receive(ctx, session)
}

// gatewayHost is where the gateway listens.
func gatewayHost(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(janustest.Gateway)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// watchedLine is a registered line that is looked at on its way.
func watchedLine(t *testing.T, gateway string) (l *phoneLine, session *atomic.Uint64, handles *atomic.Int64) {
	t.Helper()
	u, err := url.Parse(gateway)
	if err != nil {
		t.Fatal(err)
	}
	dial := carrierTo(u, reach.Transport(reach.Options{To: u}))
	session, handles = &atomic.Uint64{}, &atomic.Int64{}
	l = useLine(t, open(Config{Account: account("pw201")}, func() carrier { return watched{dial(), session, handles} }))
	await(l, 10*time.Second, anyOf[Registered])
	return l, session, handles
}

// TestRealSessionLost: the gateway drops the session in a call. The call dies with it; the next one
// can come.
func TestRealSessionLost(t *testing.T) {
	lab := janustest.Start(t)
	way := proxytest.StartRelay(t, gatewayHost(t))
	l, session, _ := watchedLine(t, "http://"+way.Address+"/janus")
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	old := session.Load()
	resp, err := http.Post(janustest.Gateway+"/"+strconv.FormatUint(old, 10), "application/json", strings.NewReader(`{"janus":"destroy","transaction":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	way.Reset() // a poll that is under way does not hear of it
	began := time.Now()
	await(l, 10*time.Second, anyOf[Orphaned])
	noticed := time.Since(began)
	eventually(t, "the end of its sound", func() bool { k.mu.Lock(); defer k.mu.Unlock(); return slices.Contains(k.news, "Lost") })
	t.Logf("told after %s; the sound is lost after %s", noticed, time.Since(began))
	l.do(Hangup{"a"})
	if e := l.over("a"); e.How != EndedHere {
		t.Errorf("%+v", e)
	}
	next := l.call("b", lab.Answering.Number) // which waits for the new registration
	l.up("b")
	next.hears()
	lab.Ringing.Order(t, "dial", us)
	l.pickUp(await(l, 5*time.Second, anyOf[Offered])).hears()
}

// TestRealLinkCut: nothing gets through to the gateway or back for 20 s; the sound goes on.
func TestRealLinkCut(t *testing.T) {
	lab := janustest.Start(t)
	cut := proxytest.StartRelay(t, gatewayHost(t))
	l := registeredLine(t, "http://"+cut.Address+"/janus")
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	k.mu.Lock()
	k.gap = 0
	k.mu.Unlock()
	cut.Stop()
	time.Sleep(20 * time.Second)
	cut.Resume()
	l.do(Hold{"a", true})
	await(l, 10*time.Second, func(h Held) bool { return h.On })
	k.mu.Lock()
	gap := k.gap
	k.mu.Unlock()
	if gap > 200*time.Millisecond {
		t.Errorf("nothing was heard for %s", gap)
	}
	l.do(Hangup{"a"})
	if e := l.over("a"); e.How != EndedHere || e.Code != 200 {
		t.Errorf("%+v", e)
	}
	lab.Ringing.Order(t, "dial", us)
	await(l, 40*time.Second, anyOf[Offered])
}
