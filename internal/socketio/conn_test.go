package socketio

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/internal/ws"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire is a websocket without a network: the test writes into in and reads what went out.
type wire struct {
	in, out chan string
	gone    chan struct{}
}

func newWire() *wire {
	return &wire{in: make(chan string, 64), out: make(chan string, 4096), gone: make(chan struct{})}
}

func (l *wire) Read(ctx context.Context) ([]byte, error) {
	select {
	case frame, ok := <-l.in:
		if !ok {
			return nil, io.EOF
		}
		return []byte(frame), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *wire) Write(_ context.Context, frame []byte) error {
	l.out <- string(frame)
	return nil
}

func (l *wire) Close(ws.Status, string) error { close(l.gone); return nil }
func (l *wire) CloseNow() error               { close(l.gone); return nil }

// sent takes what went out since the last time.
func (l *wire) sent() []string {
	var all []string
	for {
		select {
		case frame := <-l.out:
			all = append(all, frame)
		default:
			return all
		}
	}
}

const opening = `0{"sid":"esJ8O0YZ50r3tX0aAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":10000000}`

// opened is a link to a server, whose greeting is over.
func opened(t *testing.T, l *wire, eio3 bool) *Conn {
	t.Helper()
	l.in <- opening
	l.in <- "40"
	c := &Conn{ws: l, eio3: eio3}
	if err := c.greet(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// running starts Run; what it tells is read until stop is called, which gives its error.
func running(ctx context.Context, c *Conn) (missed func() int, stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	news, end := make(chan News), make(chan error, 1)
	var count atomic.Int32
	go func() {
		for n := range news {
			if n.Missed {
				count.Add(1)
			}
		}
	}()
	go func() {
		end <- c.Run(ctx, news)
		close(news)
	}()
	return func() int { return int(count.Load()) }, func() error {
		synctest.Wait()
		select {
		case err := <-end:
			cancel()
			return err
		default:
		}
		cancel()
		<-end
		return nil
	}
}

// The greeting of today's server is answered by a connect, that of the old one by nothing.
func TestGreeting(t *testing.T) {
	for _, eio3 := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := newWire()
			opened(t, l, eio3)
			if got, want := len(l.sent()), 1; eio3 == (got == want) {
				t.Errorf("EIO 3 %v: %d packets", eio3, got)
			}
		})
	}
}

func TestNoOpening(t *testing.T) {
	for name, frames := range map[string][]string{"no word": nil, "no connect": {opening}} {
		synctest.Test(t, func(t *testing.T) {
			l := newWire()
			for _, frame := range frames {
				l.in <- frame
			}
			begin := time.Now()
			err := (&Conn{ws: l}).greet(t.Context())
			if took := time.Since(begin); !errors.Is(err, ErrNoOpening) || took != openLimit {
				t.Errorf("%s: %v after %v", name, err, took)
			}
		})
	}
	for _, first := range []string{"42[\"x\"]", "0[", "hello", "1"} {
		l := newWire()
		l.in <- first
		if err := (&Conn{ws: l}).greet(t.Context()); !errors.Is(err, errMisbehaved) && !errors.Is(err, ErrDisconnected) {
			t.Errorf("%s: %v", first, err)
		}
	}
}

// A server that answers our pings is never in doubt, however little it has to tell; its own pings are
// answered at once.
func TestQuietServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWire()
		c := opened(t, l, false)
		l.sent()
		missed, stop := running(t.Context(), c)
		var pings, pongs int
		for range 600 {
			time.Sleep(time.Second)
			synctest.Wait()
			for _, frame := range l.sent() {
				if id, ok := strings.CutSuffix(frame, `["ping"]`); ok {
					pings++
					l.in <- "43" + strings.TrimPrefix(id, "42") + "[]"
				} else if frame == "3" {
					pongs++
				}
			}
			if time.Now().Unix()%25 == 24 {
				l.in <- "2"
			}
		}
		if err := stop(); err != nil || pings != 120 || pongs != 24 || missed() != 0 {
			t.Errorf("%v after %d pings, %d pongs, %d in doubt", err, pings, pongs, missed())
		}
	})
}

// A server that used to answer is in doubt after 5 s and lost after 20 s. One that never answered has
// the time of its own pings.
func TestSilence(t *testing.T) {
	for _, answers := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := newWire()
			c := opened(t, l, false)
			missed, stop := running(t.Context(), c)
			time.Sleep(pingEvery + time.Second)
			rest := 45 * time.Second
			if answers {
				l.in <- "430[]"
				time.Sleep(2 * pingEvery)
				if synctest.Wait(); missed() != 1 {
					t.Errorf("in doubt %d times", missed())
				}
				rest = silenceLimit - pingEvery
			}
			time.Sleep(rest)
			if err := stop(); !errors.Is(err, ErrSilent) {
				t.Errorf("answers %v: %v", answers, err)
			}
		})
	}
}

// While the news are taken slowly, silence is our own.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWire()
		c := opened(t, l, false)
		ctx, cancel := context.WithCancel(t.Context())
		news, end := make(chan News), make(chan error, 1)
		go func() { end <- c.Run(ctx, news) }()
		for range 30 {
			l.in <- "430[]"
		}
		for len(l.in) > 0 {
			time.Sleep(silenceLimit + time.Second)
			select {
			case <-news:
			case err := <-end:
				t.Fatalf("the link ended: %v", err)
			}
		}
		cancel()
		<-end
	})
}

// To an old server the client pings, in the time that the server names.
func TestOldServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWire()
		c := opened(t, l, true)
		_, stop := running(t.Context(), c)
		for range 100 {
			time.Sleep(time.Second)
			l.in <- "3"
		}
		_ = stop()
		if got := l.sent(); len(slices.DeleteFunc(got, func(s string) bool { return s != "2" })) != 4 {
			t.Errorf("%q", got)
		}
	})
}

// A kick ends the link, a packet that makes no sense does not.
func TestKick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newWire()
		c := opened(t, l, false)
		_, stop := running(t.Context(), c)
		l.in <- "42{}"
		l.in <- `451-["x",{}]`
		synctest.Wait()
		if len(l.in) != 0 {
			t.Error("nothing is read any more")
		}
		l.in <- "41"
		if err := stop(); !errors.Is(err, ErrDisconnected) {
			t.Error(err)
		}
	})
}

// front serves the server's side, on a real websocket.
func front(t *testing.T, o AcceptOptions, serve func(context.Context, *Conn)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := Accept(w, r, o)
		if err != nil {
			return
		}
		defer c.Drop()
		serve(r.Context(), c)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/socket.io/"
}

// The two sides of this package understand each other, in both generations.
func TestBothSides(t *testing.T) {
	for _, eio3 := range []bool{false, true} {
		url := front(t, AcceptOptions{EIO3: eio3, Interval: 200 * time.Millisecond}, func(ctx context.Context, c *Conn) {
			news := make(chan News)
			go func() {
				_ = c.Run(ctx, news)
				close(news)
			}()
			for n := range news {
				if n.Packet.Kind == Event {
					_, _ = c.Emit(ctx, "said", n.Packet.Name)
				}
				if n.Packet.Kind == Event && n.Packet.ID >= 0 {
					_, _ = c.Acknowledge(ctx, n.Packet.ID)
				}
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		c, err := Dial(ctx, url, Options{EIO3: eio3})
		if err != nil {
			t.Fatal(err)
		}
		if frame, err := c.Emit(ctx, "login", map[string]string{"a": "b"}); err != nil || string(frame) != `42["login",{"a":"b"}]` {
			t.Errorf("%s, %v", frame, err)
		}
		news, end := make(chan News), make(chan error, 1)
		running, stop := context.WithCancel(ctx)
		go func() { end <- c.Run(running, news) }()
		beats := 0
		for said := false; !said || beats < 2; {
			switch n := <-news; {
			case n.Packet.Kind == Event:
				said = n.Packet.Name == "said" && string(n.Packet.Args[0]) == `"login"`
			case n.Sent, n.Packet.Kind == Pong:
				beats++
			}
		}
		stop()
		<-end
		_ = c.Leave(ctx)
		_ = c.Drop()
		cancel()
	}
}

// Today's server answers the old protocol by an upgrade and then with silence, and polling by 400.
func TestOtherEngine(t *testing.T) {
	url := front(t, AcceptOptions{}, func(context.Context, *Conn) { t.Error("a socket came about") })
	sock, err := ws.Dial(t.Context(), url+"?EIO=3&transport=websocket", ws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if frame, err := sock.Read(ctx); err == nil || ctx.Err() == nil {
		t.Errorf("the server said %s, %v", frame, err)
	}
	_ = sock.CloseNow()
	resp, err := http.Get(url + "?EIO=4&transport=polling")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest || string(body) != `{"code":0,"message":"Transport unknown"}` {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
