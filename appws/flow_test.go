package appws

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// flood is a service whose API "flood" sends n numbered messages and counts those it could send.
func flood(n int, sent *atomic.Int64, done chan<- error) *Service {
	s := newTestService(ServiceConfig{})
	filler := strings.Repeat("x", 300) // more in all than the network's buffers hold
	s.HandleAPI("flood", func(ctx context.Context, c *APIConn) error {
		for i := range n {
			if err := c.SendText(ctx, fmt.Sprintf(`{"mt":"Drop","api":"flood","n":%d,"filler":%q}`, i, filler)); err != nil {
				done <- err
				return nil
			}
			sent.Add(1)
		}
		done <- nil
		return nil
	})
	return s
}

func number(t *testing.T, m Message) int {
	t.Helper()
	n, err := strconv.Atoi(string(member(m.Raw, "n")))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSlowConsumer sends 100,000 messages to an application that sleeps: the sender waits, the
// memory stays, and nothing is lost.
func TestSlowConsumer(t *testing.T) {
	const n = 100_000
	var sent atomic.Int64
	done := make(chan error, 1)
	conn := dial(t, Config{URL: serve(t, flood(n, &sent, done)), App: "a", Password: "pw"})
	before := heap()
	if err := conn.SendText(deadline(t), `{"mt":"Go","api":"flood"}`); err != nil {
		t.Fatal(err)
	}
	stalled := untilStill(t, &sent)
	if stalled == n {
		t.Fatal("the sender was never held up, the test tells nothing")
	}
	if grown := heap() - before; grown > 4<<20 {
		t.Errorf("the sleeper's memory grew by %d bytes after %d messages", grown, stalled)
	}
	for i := range n {
		if got := number(t, recv2(t, conn)); got != i {
			t.Fatalf("message %d came as number %d", got, i)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// recv2 is recv without a deadline for each message.
func recv2(t *testing.T, conn *Conn) Message {
	t.Helper()
	m, err := conn.Recv(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// untilStill waits until a counter has stopped.
func untilStill(t *testing.T, c *atomic.Int64) int64 {
	t.Helper()
	end := deadline(t)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for last := int64(-1); ; {
		select {
		case <-tick.C:
		case <-end.Done():
			t.Fatal("the counter moves for ever")
		}
		now := c.Load()
		if now == last && now > 0 {
			return now
		}
		last = now
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestFlowControl counts how many messages leave the sender for each one received, over a network
// without buffers.
func TestFlowControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		var sent atomic.Int64
		done := make(chan error, 1)
		defer net.Serve(flood(1000, &sent, done))()
		conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, FlowControl: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SendText(t.Context(), `{"mt":"Go","api":"flood"}`); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ahead := sent.Load() // one that waits here, and what the read buffers of both ends hold
		if waits := len(conn.box.queue); waits != 1 {
			t.Errorf("%d messages wait under flow control", waits)
		}
		for i := range 100 {
			if got := number(t, recv2(t, conn)); got != i {
				t.Fatalf("message %d came as number %d", got, i)
			}
			synctest.Wait()
			if waits := len(conn.box.queue) - conn.box.head; waits != 1 {
				t.Fatalf("%d messages wait after receive %d", waits, i)
			}
		}
		if more := sent.Load() - ahead; more < 20 || more > 180 {
			t.Errorf("100 receives let %d messages go", more)
		}
		conn.SetFlowControl(false) // releases what is held
		synctest.Wait()
		if waits := len(conn.box.queue) - conn.box.head; waits != readAhead {
			t.Errorf("%d messages wait without flow control", waits)
		}
		for i := 100; i < 1000; i++ {
			if got := number(t, recv2(t, conn)); got != i {
				t.Fatalf("message %d came as number %d", got, i)
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestOneAPIHoldsAll: flow control is for the whole websocket: an API that does not receive holds
// up the others until it receives or ends.
func TestOneAPIHoldsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		release := make(chan struct{})
		s := newTestService(ServiceConfig{})
		s.HandleAPI("slow", func(ctx context.Context, c *APIConn) error {
			c.SetFlowControl(true)
			<-release
			return nil
		})
		defer net.Serve(s)()
		conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, text := range []string{`{"mt":"x","api":"slow"}`, `{"mt":"Echo","api":"echo"}`} {
			go func() { _ = conn.SendText(context.Background(), text) }()
			synctest.Wait()
		}
		early, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if m, err := conn.Recv(early); err == nil {
			t.Errorf("the echo answered %s", m.Raw)
		}
		close(release)
		if m := recv2(t, conn); m.MT != "EchoResult" {
			t.Errorf("heard %s", m.Raw)
		}
	})
}

// TestRecvLeavesTheConnection: a Recv that times out does no harm.
func TestRecvLeavesTheConnection(t *testing.T) {
	conn := dial(t, Config{URL: serve(t, newTestService(ServiceConfig{})), App: "a", Password: "pw"})
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conn.Recv(short); err != context.Canceled {
		t.Errorf("received %v", err)
	}
	if _, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo"}); err != nil {
		t.Error(err)
	}
}
