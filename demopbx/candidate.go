package demopbx

import (
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
	"github.com/patchcord/patchcord/rtc"
)

func (p *pbx) sendCandidate(l *leg, e rtc.LocalCandidate) {
	c := wire.Candidate{CallID: l.id, Line: e.Line}
	if p.o.Faults.AddressPairs {
		c.Addrs = addressPairs(e.Line)
	}
	p.send(l.sock, c)
}

// addressPairs spreads a candidate over two addresses: its own, and one that nobody has (RFC
// 5737).
func addressPairs(line string) []wire.Addr {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return nil
	}
	port, err := strconv.ParseUint(fields[5], 10, 16)
	if err != nil {
		return nil
	}
	return []wire.Addr{{Host: fields[4], Port: uint16(port)}, {Host: "192.0.2.1", Port: uint16(port)}}
}

func (p *pbx) addCandidate(l *leg, c wire.ICECandidate) {
	switch {
	case c.Line == "": // the end of them
	case l.media != nil && !l.rebuilding:
		if err := l.media.AddCandidate(c.Line, c.Mid, c.MLine); err != nil {
			p.complain(l.user, l.id, err.Error())
		}
	case len(l.waiting) < maxWaiting:
		l.waiting = append(l.waiting, c)
	}
}
