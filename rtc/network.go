package rtc

import (
	"net"

	pion "github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// network is the machine's network with its present addresses. pion's own remembers the addresses
// from the beginning of a session; in a laptop that moved, an ICE restart would start from an
// address that is gone.
type network struct {
	*stdnet.Net
	relays *relayDialer // nil for none
}

func newNetwork(relays *relayDialer) (network, error) {
	n, err := stdnet.NewNet()
	return network{n, relays}, err
}

// ResolveUDPAddr looks a name up. pion calls it for each TURN server, also for one that is reached
// over TCP through a proxy, whose name only the proxy may know. Any address will do then, for
// nothing is sent to it; 192.0.2.0/24 of RFC 5737 §3 belongs to nobody.
func (n network) ResolveUDPAddr(network, address string) (*net.UDPAddr, error) {
	a, err := n.Net.ResolveUDPAddr(network, address)
	if port, known := n.relays.port(address); err != nil && known {
		return &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: port}, nil
	}
	return a, err
}

// Interfaces are the present ones. Several sessions may ask at the same time.
func (network) Interfaces() ([]*pion.Interface, error) {
	now, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return now.Interfaces()
}
