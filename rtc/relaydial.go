package rtc

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"time"

	"github.com/pion/stun/v4"
)

// relayTimeout is how long a connection to a TURN server over TCP may take.
const relayTimeout = 10 * time.Second

// relayDialer opens the connections to TURN servers over TCP for pion, which leaves TLS out when it
// has a dialer: relayDialer adds it for "turns:".
type relayDialer struct {
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	servers map[string]*stun.URI // by host:port
}

// newRelayDialer is nil where the Config has no dialer.
func newRelayDialer(c Config) *relayDialer {
	if c.RelayDial == nil {
		return nil
	}
	d := &relayDialer{dial: c.RelayDial, servers: map[string]*stun.URI{}}
	for _, s := range c.ICEServers {
		for _, text := range s.URLs {
			if u, err := stun.ParseURI(text); err == nil && u.Proto == stun.ProtoTypeTCP {
				d.servers[net.JoinHostPort(u.Host, strconv.Itoa(u.Port))] = u
			}
		}
	}
	return d
}

// port is the port of a server that the dialer reaches.
func (d *relayDialer) port(addr string) (port int, known bool) {
	if d == nil || d.servers[addr] == nil {
		return 0, false
	}
	return d.servers[addr].Port, true
}

// Dial is called by pion, without a context. pion needs a TCP address from the connection.
func (d *relayDialer) Dial(network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), relayTimeout)
	defer cancel()
	conn, err := d.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	server := d.servers[addr]
	if server == nil || server.Scheme != stun.SchemeTypeTURNS {
		return conn, nil
	}
	over := tls.Client(conn, &tls.Config{ServerName: server.Host})
	if err := over.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return over, nil
}
