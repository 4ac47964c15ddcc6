//go:build janus

package janus

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/janustest"
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
	way := startRelay(t)
	l, session, _ := watchedLine(t, "http://"+way.address+"/janus")
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	old := session.Load()
	resp, err := http.Post(janustest.Gateway+"/"+strconv.FormatUint(old, 10), "application/json", strings.NewReader(`{"janus":"destroy","transaction":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	way.reset() // a poll that is under way does not hear of it
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
	cut := startRelay(t)
	l := registeredLine(t, "http://"+cut.address+"/janus")
	k := l.call("a", lab.Answering.Number)
	l.up("a")
	k.hears()
	k.mu.Lock()
	k.gap = 0
	k.mu.Unlock()
	cut.stop()
	time.Sleep(20 * time.Second)
	cut.resume()
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

// relay passes TCP on to the gateway, and stops to on demand.
type relay struct {
	address string
	flows   sync.RWMutex // held for writing while nothing may pass
	mu      sync.Mutex
	open    []net.Conn
	work    sync.WaitGroup
}

func startRelay(t testing.TB) *relay {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{address: door.Addr().String()}
	r.work.Go(func() { r.serve(door) })
	t.Cleanup(func() {
		_ = door.Close()
		r.reset()
		r.work.Wait()
	})
	return r
}

func (r *relay) serve(door net.Listener) {
	gateway, _ := url.Parse(janustest.Gateway)
	for {
		near, err := door.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", gateway.Host)
		if err != nil {
			_ = near.Close()
			continue
		}
		r.mu.Lock()
		r.open = append(r.open, near, far)
		r.mu.Unlock()
		r.work.Go(func() { r.pass(far, near) })
		r.work.Go(func() { r.pass(near, far) })
	}
}

func (r *relay) pass(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		r.flows.RLock()
		_, failed := to.Write(buffer[:n])
		r.flows.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

func (r *relay) stop()   { r.flows.Lock() }
func (r *relay) resume() { r.flows.Unlock() }

// reset drops what is connected.
func (r *relay) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.open {
		_ = c.Close()
	}
	r.open = nil
}
