package demopbx

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

func TestFaultsOfACall(t *testing.T) {
	s := start(t, quick(Options{Faults: Faults{
		RenameCalls: true, OwnCallIDs: true, DropMid: true, AddressPairs: true, PickupByStateOnly: true, RefuseBySDP: true,
	}}))
	c := dial(t, s, "201").bootstrap()
	media, offer, err := newEngine(t).Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	defer media.Close()
	c.send(`{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":%s},"callid":"mine"}`, quote(offer))
	g := c.await("an answer", func(g got) bool { return g.has("sdp") })
	renamed := g.text("callid")
	if renamed == "mine" || strings.Contains(g.text("sdp"), "a=mid:") {
		t.Errorf("callid %s, SDP %s", renamed, g.text("sdp"))
	}
	candidate := c.await("a candidate", func(g got) bool { return g.has("candidate") })
	if pairs, _ := candidate["adr"].([]any); len(pairs) != 2 || candidate.text("callid") != renamed {
		t.Errorf("candidate %v", candidate)
	}
	call := c.await("the pickup", func(g got) bool {
		if g.has("sdp") {
			t.Error("the pickup was told by an SDP")
		}
		return g.state() == "connected"
	}).calls()[0]
	if id := call.text("id"); id == renamed || id == "mine" {
		t.Errorf("the call state shows the callid %s", id)
	}
	c.send(`{"action":"sip-bye","caller":"true","callid":"mine"}`) // the old name still serves
	c.awaitNoCalls()
	c.send(`{"action":"sdp-packet","to":"602","sdp":{"type":"offer","sdp":"v=0"},"callid":"no"}`)
	c.await("a refusal", func(g got) bool { return g.has("sdp") && g.number("code") == 486 })
}

func TestAbandonByBye(t *testing.T) {
	s := start(t, Options{Faults: Faults{AbandonByBye: true}})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "x1")
	b.rings()
	a.send(`{"action":"sip-bye","caller":"true","callid":"x1"}`)
	b.await("a bye", func(g got) bool { return g.text("bye") == "true" })
}

func TestRegistrationExpires(t *testing.T) {
	s := start(t, Options{Faults: Faults{NoVoicemail: true, RegistrationExpires: 2 * time.Second}})
	a := dial(t, s, "201").bootstrap()
	b := dial(t, s, "202").bootstrap()
	a.await("a registration", func(g got) bool {
		return g.action("user-state") && g.text("account") == "202" && g["registered"] == true
	})
	a.await("its end", func(g got) bool {
		return g.action("user-state") && g.text("account") == "202" && g["registered"] == false
	})
	if g := a.dials("202", "x2"); g.number("code") != 480 {
		t.Errorf("bye with %v, want 480", g["code"])
	}
	b.bootstrap()
	a.call("202", "x3")
	b.rings()
}

func TestCallOutlivesItsSocket(t *testing.T) { onDialects(t, playCallOutlivesItsSocket) }

func playCallOutlivesItsSocket(t *testing.T, d Dialect) {
	s := start(t, quick(Options{Dialect: d, Faults: Faults{OrphanGrace: 3 * time.Second}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("601", "o1")
	p.hears(ColleagueTone)
	s.DropSockets("201")
	c.awaitEnd()
	p.hears(ColleagueTone)
	again := dial(t, s, "201").bootstrap()
	again.awaitState("connected")
	p.pump("the end of the grace", after(3200*time.Millisecond))
	p.hears(ColleagueTone)
	again.send(`{"action":"sip-bye","caller":"true","callid":"o1"}`)
	again.awaitNoCalls()
	journal(t, s, CallEnded, "201")
}

func TestOrphansEnd(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]Faults{
		"at once": {OrphansDie: true}, "after a while": {OrphanGrace: 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, quick(Options{Faults: f}))
			a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
			a.call("202", "o2")
			b.picksUp(b.rings())
			b.awaitState("connected")
			s.DropSockets("201")
			b.await("a bye", func(g got) bool { return g.text("bye") == "true" })
		})
	}
}

func TestPendingCallRingsANewSocket(t *testing.T) { onDialects(t, playPendingCallRingsANewSocket) }

func playPendingCallRingsANewSocket(t *testing.T, d Dialect) {
	s := start(t, Options{Dialect: d})
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "o3")
	b.rings()
	dial(t, s, "202").bootstrap().rings()
}

func TestUpgradeFaults(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 403, 503} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			s := start(t, Options{Faults: Faults{UpgradeStatus: status}})
			url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?domain=demo.example&user=201"
			_, err := ws.Dial(deadline(t), url, ws.Options{Header: http.Header{"Cookie": {"session=" + signIn(t, s, "201")}}})
			var refused *ws.UpgradeError
			if !errors.As(err, &refused) || refused.Status != status {
				t.Errorf("%v, want %d", err, status)
			}
		})
	}
}

func TestClosePolicy(t *testing.T) {
	dial(t, start(t, Options{Faults: Faults{ClosePolicy: true}}), "201").awaitEnd()
}

func TestIdleClose(t *testing.T) {
	s := start(t, Options{Faults: Faults{IdleClose: 100 * time.Millisecond}})
	dial(t, s, "201").awaitEnd()
	if e := journal(t, s, SocketClosed, "201"); !strings.Contains(e.Text, "idle") {
		t.Errorf("closed: %v", e)
	}
}

func TestSilent(t *testing.T) {
	s := start(t, quick(Options{Faults: Faults{Silent: true}}))
	c := dial(t, s, "201")
	c.send(`{"action":"sip-register","useragent":"x"}`)
	c.send(`{"action":"sdp-packet","to":"602","sdp":{"type":"offer","sdp":"v=0"},"callid":"q"}`)
	journal(t, s, CallRefused, "201")
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.frames) > 0 {
		t.Errorf("a silent PBX said %v", c.frames[0])
	}
}

func TestDelay(t *testing.T) {
	s := start(t, Options{Faults: Faults{Delay: 150 * time.Millisecond}})
	c := dial(t, s, "201")
	began := time.Now()
	c.bootstrap()
	if d := time.Since(began); d < 100*time.Millisecond {
		t.Errorf("a reply came after %v", d)
	}
}

func TestJitterKeepsTheOrder(t *testing.T) {
	s := start(t, Options{Faults: Faults{Jitter: 20 * time.Millisecond}})
	c := dial(t, s, "201")
	c.send(`{"action":"blf","add":["600","601","602","603","604"]}`)
	for _, number := range []string{"600", "601", "602", "603", "604"} {
		c.await("a lamp", func(g got) bool {
			if g.action("blf") && g.text("account") != number {
				t.Errorf("the lamp of %s came before that of %s", g.text("account"), number)
			}
			return g.action("blf")
		})
	}
}

func TestDropAfter(t *testing.T) {
	s := start(t, quick(Options{Faults: Faults{DropAfter: time.Hour}}))
	c := dial(t, s, "201").bootstrap()
	p := c.call("600", "old")
	p.saysHz = 1000
	p.hears(1000)
	s.pbx.ask(func() {
		for sock := range s.pbx.sockets {
			if left := time.Until(sock.old.at); left < 50*time.Minute || left > time.Hour {
				t.Errorf("the socket is to live for another %v", left)
			}
			s.pbx.agenda.in(0, sock.old.do)
		}
	})
	c.awaitEnd()
	p.hears(1000) // the call goes on
	if e := journal(t, s, SocketClosed, "201"); e.Text != "dropped on purpose" {
		t.Errorf("closed: %v", e)
	}
}

func TestSessionInQuery(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{true, false} {
		t.Run(strconv.FormatBool(allowed), func(t *testing.T) {
			s := start(t, Options{SessionInQuery: allowed})
			url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?domain=demo.example&user=201&session=" + signIn(t, s, "201")
			conn, err := ws.Dial(deadline(t), url, ws.Options{})
			if (err == nil) != allowed {
				t.Errorf("allowed %v: %v", allowed, err)
			}
			if err == nil {
				_ = conn.CloseNow()
			}
		})
	}
}

// A client that does not read is dropped and nobody else notices.
func TestSlowReaderIsDropped(t *testing.T) {
	s := start(t, Options{Seed: 7})
	url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?domain=demo.example&user=201"
	slow, err := ws.Dial(deadline(t), url, ws.Options{Header: http.Header{"Cookie": {"session=" + signIn(t, s, "201")}}})
	if err != nil {
		t.Fatal(err)
	}
	defer slow.CloseNow()
	journal(t, s, SocketOpened, "201")
	for range 20_000 {
		s.pbx.ask(s.pbx.crowd.step)
	}
	if e := journal(t, s, SocketClosed, "201"); !strings.Contains(e.Text, "does not read") {
		t.Errorf("closed: %v", e)
	}
	dial(t, s, "202").bootstrap()
}

func TestCloseWithASlowReader(t *testing.T) {
	s := start(t, Options{Seed: 7, Faults: Faults{Delay: time.Minute}})
	url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?domain=demo.example&user=201"
	slow, err := ws.Dial(deadline(t), url, ws.Options{Header: http.Header{"Cookie": {"session=" + signIn(t, s, "201")}}})
	if err != nil {
		t.Fatal(err)
	}
	defer slow.CloseNow()
	journal(t, s, SocketOpened, "201")
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-deadline(t).Done():
		t.Fatal("a client that does not read holds the PBX up")
	}
}

func TestTooManySockets(t *testing.T) {
	s := start(t, Options{})
	session := signIn(t, s, "201")
	for range maxSocketsOfUser {
		dialAs(t, s, "201", session).bootstrap()
	}
	dialAs(t, s, "201", session).awaitEnd()
}

func TestCloseEndsCalls(t *testing.T) {
	s, err := Start(quick(Options{ChangesPerSecond: 200}))
	if err != nil {
		t.Fatal(err)
	}
	a, b := dial(t, s, "201").bootstrap(), dial(t, s, "202").bootstrap()
	a.call("202", "z1")
	b.rings()
	b.call("600", "z2")
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	a.awaitEnd()
	b.awaitEnd()
	if _, err := s.Journal().Await(context.Background(), func(Entry) bool { return false }); !errors.Is(err, ErrClosed) {
		t.Errorf("awaiting the journal of a closed PBX: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
