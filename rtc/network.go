package rtc

import (
	"net"

	pion "github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// network is the machine's, with the addresses that it has when they are asked for. pion's own
// remembers those of the beginning of a session, and so would look for another path from an address
// that is gone, in a laptop that moved.
type network struct {
	*stdnet.Net
	relays *relayDialer // nil for none
}

func newNetwork(relays *relayDialer) (network, error) {
	n, err := stdnet.NewNet()
	return network{n, relays}, err
}

// ResolveUDPAddr finds an address, for pion that of each TURN server, also of one that is reached
// over TCP through a proxy. Its name may be known to the proxy alone; then any address will do,
// for nothing is sent to it (that of RFC 5737 §3 is nobody's).
func (n network) ResolveUDPAddr(network, address string) (*net.UDPAddr, error) {
	a, err := n.Net.ResolveUDPAddr(network, address)
	if port, known := n.relays.port(address); err != nil && known {
		return &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: port}, nil
	}
	return a, err
}

// Interfaces are those of now. Several sessions may ask at once.
func (network) Interfaces() ([]*pion.Interface, error) {
	now, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return now.Interfaces()
}
