package wire

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
)

// addrs reads "adr". Systems were seen to send a list of [address, port]; "address:port", objects
// with both, and one of these without a list are accepted too. Anything else is left out.
func (o *object) addrs() []Addr {
	v := o.raw("adr")
	if v == nil {
		return nil
	}
	if a, ok := addrOf(v); ok {
		return []Addr{a}
	}
	if v[0] != '[' {
		o.wrong("adr", "a list of addresses")
		return nil
	}
	var list []Addr
	for item := range elements(v) {
		a, ok := addrOf(item)
		switch {
		case !ok:
			o.wrong("adr", "a list of address and port")
		case len(list) == maxAddrs:
			o.wrong("adr", "a list of reasonable length")
			return list
		default:
			list = append(list, a)
		}
	}
	return list
}

// addrOf reads one address with its port.
func addrOf(v json.RawMessage) (Addr, bool) {
	switch v[0] {
	case '"':
		s, _ := unquote(v)
		at, err := netip.ParseAddrPort(s)
		return Addr{at.Addr().String(), at.Port()}, err == nil
	case '[':
		parts := slices.Collect(elements(v))
		if len(parts) != 2 {
			return Addr{}, false
		}
		return addrIn(&object{members: []field{{[]byte("address"), parts[0]}, {[]byte("port"), parts[1]}}})
	case '{':
		in := object{}
		if in.split(v) != nil {
			return Addr{}, false
		}
		return addrIn(&in)
	}
	return Addr{}, false
}

func addrIn(in *object) (Addr, bool) {
	host, port := strings.Trim(in.first("address", "adr", "addr", "ip", "host"), "[]"), in.number("port")
	_, err := netip.ParseAddr(host)
	return Addr{host, uint16(port)}, err == nil && in.odd == nil && port >= 0 && port <= 0xffff
}
