package rtc

import (
	"net"
	"strings"
	"testing"

	"github.com/pion/turn/v5"
)

// relayServer is a TURN server, and so a STUN server, for one user.
func relayServer(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm: "demo.example",
		AuthHandler: func(r *turn.RequestAttributes) (string, []byte, bool) {
			return r.Username, turn.GenerateAuthKey("anna", r.Realm, "secret"), r.Username == "anna"
		},
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn: conn,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{
				RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1",
			},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn.LocalAddr().String()
}

// Servers of the configuration are asked, and the relay that one gives brings the ends together.
func TestRelayedCall(t *testing.T) {
	t.Parallel()
	at := relayServer(t)
	from, err := NewEngine(Config{Loopback: true, ICEServers: []ICEServer{
		{URLs: []string{"stun:" + at}},
		{URLs: []string{"turn:" + at + "?transport=udp"}, Username: "anna", Credential: "secret"},
	}})
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
	a, b := newSide(caller), newSide(callee)
	relayed := make(chan struct{}, 8)
	a.follow(t, func(c LocalCandidate) {
		if strings.Contains(c.Line, " typ relay") {
			_ = b.AddCandidate(c.Line, c.Mid, c.MLine)
			relayed <- struct{}{}
		}
	})
	// b is at a place that only the relay reaches: a is told of a port where nobody is.
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
