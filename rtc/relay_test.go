package rtc

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/pion/turn/v5"
)

// relayServer is a TURN server, and therefore a STUN server, for one user.
func relayServer(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	startRelay(t, turn.ServerConfig{PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: conn, RelayAddressGenerator: relayAt()}}})
	return conn.LocalAddr().String()
}

// relayOver is one over TCP, or over TLS.
func relayOver(t *testing.T, l net.Listener) {
	t.Helper()
	startRelay(t, turn.ServerConfig{ListenerConfigs: []turn.ListenerConfig{{Listener: l, RelayAddressGenerator: relayAt()}}})
}

func relayAt() turn.RelayAddressGenerator {
	return &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}
}

func startRelay(t *testing.T, c turn.ServerConfig) {
	t.Helper()
	c.Realm = "demo.example"
	c.AuthHandler = func(r *turn.RequestAttributes) (string, []byte, bool) {
		return r.Username, turn.GenerateAuthKey("anna", r.Realm, "secret"), r.Username == "anna"
	}
	server, err := turn.NewServer(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// The configured servers are used, and the relay of one connects the ends.
func TestRelayedCall(t *testing.T) {
	t.Parallel()
	at := relayServer(t)
	callThroughRelay(t, Config{Loopback: true, ICEServers: []ICEServer{
		{URLs: []string{"stun:" + at}},
		{URLs: []string{"turn:" + at + "?transport=udp"}, Username: "anna", Credential: "secret"},
	}})
}

// A TURN server over TCP is reached by the configured dialer with its name unresolved, as a proxy
// needs it.
func TestRelayThroughADialer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relayOver(t, l)
	asked := make(chan string, 8)
	callThroughRelay(t, Config{
		Loopback:   true,
		ICEServers: []ICEServer{{URLs: []string{"turn:relay.invalid:3478?transport=tcp"}, Username: "anna", Credential: "secret"}},
		RelayDial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			asked <- addr
			return new(net.Dialer).DialContext(ctx, "tcp4", l.Addr().String())
		},
	})
	if addr := <-asked; addr != "relay.invalid:3478" {
		t.Errorf("asked for %q", addr)
	}
}

// With a dialer "turns:" still uses TLS, for the name that was asked for.
func TestRelayDialerSecures(t *testing.T) {
	names := make(chan string, 1)
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		names <- h.ServerName
		return nil, errors.New("none")
	}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c, err := l.Accept(); err == nil {
			_ = c.(*tls.Conn).Handshake()
			_ = c.Close()
		}
	}()
	d := newRelayDialer(Config{
		ICEServers: []ICEServer{{URLs: []string{"turns:relay.corp:5349?transport=tcp", "turn:plain.invalid?transport=tcp"}}},
		RelayDial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp4", l.Addr().String())
		},
	})
	if _, err := d.Dial("tcp4", "relay.corp:5349"); err == nil {
		t.Error("a server without a certificate is taken")
	}
	if name := <-names; name != "relay.corp" {
		t.Errorf("TLS for %q", name)
	}
	<-done
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	n, err := newNetwork(d)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := n.ResolveUDPAddr("udp", "plain.invalid:3478"); err != nil || a.Port != 3478 {
		t.Errorf("a name that the proxy knows: %v, %v", a, err)
	}
	if a, err := n.ResolveUDPAddr("udp", "other.invalid:3478"); err == nil {
		t.Errorf("a name that nobody knows: %v", a)
	}
}

// callThroughRelay makes a call where both hear each other through a relay only.
func callThroughRelay(t *testing.T, c Config) {
	t.Helper()
	from, err := NewEngine(c)
	if err != nil {
		t.Fatal(err)
	}
	caller, offer, err := from.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	callee, answer, err := newEngine(t).Answer(within(t), without("a=candidate")(offer))
	if err != nil {
		t.Fatal(err)
	}
	a, b := newEnd(caller), newEnd(callee)
	relayed := make(chan struct{}, 8)
	a.follow(t, func(c LocalCandidate) {
		if strings.Contains(c.Line, " typ relay") {
			_ = b.AddCandidate(c.Line, c.Mid, c.MLine)
			relayed <- struct{}{}
		}
	})
	// Only the relay reaches b: a gets the address of a port where nobody is.
	b.follow(t, func(LocalCandidate) {})
	if err := a.SetAnswer(without("a=candidate")(answer)); err != nil {
		t.Fatal(err)
	}
	if err := a.AddCandidate("candidate:1 1 udp 1 127.0.0.1 9 typ host", "0", 0); err != nil {
		t.Fatal(err)
	}
	select {
	case <-relayed:
	case <-within(t).Done():
		t.Fatal("no relay was given")
	}
	bothHear(t, a, b)
}
