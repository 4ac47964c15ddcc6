package rtc

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// wire is a pair of UDP ports on loopback, one in place of each end, that can be cut.
type wire struct {
	cut   atomic.Bool
	conns [2]*net.UDPConn
	to    [2]atomic.Pointer[net.UDPAddr] // where an end really is
}

func newWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{}
	var wg sync.WaitGroup
	for i := range w.conns {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		w.conns[i] = conn
	}
	for i := range w.conns {
		wg.Go(func() { w.carry(i) })
	}
	t.Cleanup(func() {
		for _, conn := range w.conns {
			_ = conn.Close()
		}
		wg.Wait()
	})
	return w
}

// carry takes packets for end i from its port and sends them on from the port of the other.
func (w *wire) carry(i int) {
	buf := make([]byte, 2048)
	for {
		n, err := w.conns[i].Read(buf)
		if err != nil {
			return
		}
		if to := w.to[i].Load(); to != nil && !w.cut.Load() {
			_, _ = w.conns[1-i].WriteToUDP(buf[:n], to)
		}
	}
}

// stand turns a candidate of end i into that of its port.
func (w *wire) stand(i int, c LocalCandidate) string {
	fields := strings.Fields(c.Line) // foundation component transport priority address port ...
	port, _ := strconv.Atoi(fields[5])
	w.to[i].Store(&net.UDPAddr{IP: net.ParseIP(fields[4]), Port: port})
	fields[5] = fmt.Sprint(w.conns[i].LocalAddr().(*net.UDPAddr).Port)
	return strings.Join(fields, " ")
}

// wired is call across a wire.
func wired(t *testing.T, e *Engine) (a, b *end, w *wire) {
	t.Helper()
	w = newWire(t)
	a, b = w.call(t, e)
	return a, b, w
}

func (w *wire) call(t *testing.T, e *Engine) (a, b *end) {
	t.Helper()
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	callee, answer, err := e.Answer(within(t), without("a=candidate")(offer))
	if err != nil {
		t.Fatal(err)
	}
	a, b = newEnd(caller), newEnd(callee)
	a.follow(t, func(c LocalCandidate) { _ = b.AddCandidate(w.stand(0, c), c.Mid, c.MLine) })
	b.follow(t, func(c LocalCandidate) { _ = a.AddCandidate(w.stand(1, c), c.Mid, c.MLine) })
	if err := a.SetAnswer(without("a=candidate")(answer)); err != nil {
		t.Fatal(err)
	}
	a.await(t)
	b.await(t)
	return a, b
}

// TestLateNetwork: a network that carries nothing for a while when a call begins costs that while and not the call.
func TestLateNetwork(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	w.cut.Store(true)
	back := time.AfterFunc(4*time.Second, func() { w.cut.Store(false) })
	defer back.Stop()
	a, b := w.call(t, newEngine(t))
	bothHear(t, a, b)
}

// Both ends report a dead network within seconds. When it is back, an ICE restart brings the sound
// back, and both ends say how long the gap was.
func TestBlackout(t *testing.T) {
	t.Parallel()
	a, b, w := wired(t, newEngine(t))
	bothHear(t, a, b)
	w.cut.Store(true)
	began := time.Now()
	var silent [2]bool
	talk(t, a, b, func(float64, float64) bool {
		for i, s := range []*end{a, b} {
			select {
			case e := <-s.quiet:
				_, ok := e.(Silent)
				silent[i] = silent[i] || ok
			default:
			}
		}
		return silent[0] && silent[1]
	})
	w.cut.Store(false)
	offer, answer := restart(t, a, b, without("a=candidate"), without("a=candidate"))
	if offer == "" || answer == "" {
		t.Fatal("no descriptions")
	}
	bothHear(t, a, b)
	lasted := time.Since(began)
	for i, s := range []*end{a, b} {
		ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
		select {
		case m := <-s.moved:
			if m.Gap < silentAfter-time.Second || m.Gap > lasted+time.Second {
				t.Errorf("side %d: a gap of %v in %v", i, m.Gap, lasted)
			}
		case <-ctx.Done():
			t.Errorf("side %d does not tell that the path changed", i)
		}
		cancel()
		if e := <-s.quiet; e != (SilenceEnded{}) {
			t.Errorf("side %d: %T instead of SilenceEnded", i, e)
		}
	}
}

// A network that comes back by itself needs no restart.
func TestShortBlackout(t *testing.T) {
	t.Parallel()
	a, b, w := wired(t, newEngine(t))
	bothHear(t, a, b)
	w.cut.Store(true)
	talk(t, a, b, steadily(func(x, y float64) bool { return x < silent && y < silent }))
	w.cut.Store(false)
	bothHear(t, a, b)
}
