package rtc

import (
	pion "github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// network is the machine's, with the addresses that it has when they are asked for. pion's own
// remembers those of the beginning of a session, and so would look for another path from an address
// that is gone, in a laptop that moved.
type network struct{ *stdnet.Net }

func newNetwork() (network, error) {
	n, err := stdnet.NewNet()
	return network{n}, err
}

// Interfaces are those of now. Several sessions may ask at once.
func (network) Interfaces() ([]*pion.Interface, error) {
	now, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return now.Interfaces()
}
