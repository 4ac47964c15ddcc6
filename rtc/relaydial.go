package rtc

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"time"

	"github.com/pion/stun/v4"
)

// relayPatience is how long the way to a TURN server over TCP may take to open.
const relayPatience = 10 * time.Second

// relayDialer opens the connections to TURN servers over TCP in pion's place, which asks for no
// TLS then: that is made here for the addresses of "turns:".
type relayDialer struct {
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	secure map[string]string // the host by the address
}

func newRelayDialer(c Config) *relayDialer {
	d := &relayDialer{dial: c.RelayDial, secure: map[string]string{}}
	for _, s := range c.ICEServers {
		for _, text := range s.URLs {
			if u, err := stun.ParseURI(text); err == nil && u.Scheme == stun.SchemeTypeTURNS {
				d.secure[net.JoinHostPort(u.Host, strconv.Itoa(u.Port))] = u.Host
			}
		}
	}
	return d
}

// Dial is pion's call, which has no context and wants a TCP address of the connection.
func (d *relayDialer) Dial(network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), relayPatience)
	defer cancel()
	conn, err := d.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	host, secure := d.secure[addr]
	if !secure {
		return conn, nil
	}
	over := tls.Client(conn, &tls.Config{ServerName: host})
	if err := over.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return over, nil
}
