package rtc

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// direction says who sends in a media section, seen by whoever wrote the description
// (RFC 3264 §5.1).
type direction uint8

const (
	sends direction = 1 << iota
	receives

	inactive direction = 0
	sendrecv           = sends | receives
)

// directions are the attribute names in the order of the values.
var directions = [...]string{"inactive", "sendonly", "recvonly", "sendrecv"}

func (d direction) String() string { return directions[d&sendrecv] }

// reverse is the same direction as the other side writes it.
func (d direction) reverse() direction { return d&sends<<1 | d&receives>>1 }

// description is the part of an SDP (RFC 8866) that a telephone reads and writes: one audio section
// over DTLS-SRTP, and enough of the other sections to reject them.
type description struct {
	id, version uint64     // of the o= line
	lite        bool       // a=ice-lite (RFC 8839 §5.3)
	bundles     [][]string // the mids of each a=group:BUNDLE (RFC 9143 §7), the tagged one first
	sections    []section
}

// section is one m-line with the lines below it.
type section struct {
	media   string // "audio"
	port    uint16 // 0 means rejected (RFC 3264 §6)
	proto   string // "UDP/TLS/RTP/SAVPF"
	numbers string // the formats of the m-line, unchanged
	mid     string // RFC 5888, empty if there is none
	transport
	bundleOnly bool // a=bundle-only: port 0 does not reject it (RFC 9143 §6)
	direction  direction
	asks       asksFor
	nowhere    bool // c= gives 0.0.0.0 or ::
	payloads   []payloadType
	candidates []string // "candidate:..."
	// address is the default candidate of a section that holds all candidates; not valid with trickle
	// ICE. Only our sections have one.
	address netip.AddrPort
	ssrc    string // "1234 cname:x", ours only
	msid    string
}

// transport holds the ICE and DTLS parameters of one side (RFC 8839 §5.4, RFC 8122 §5).
type transport struct {
	ufrag, pwd  string
	fingerprint string // "sha-256 AA:BB:.."
	setup       string // "active", "passive", "actpass", "holdconn" or empty
}

// payloadType is one payload type of an audio section.
type payloadType struct {
	number     uint8
	name       string // in our spelling: "opus", "PCMU", "telephone-event"
	clock      uint32
	channels   uint16
	fmtp       string
	asked      string // the parameters of the far end: what it wants to receive
	length     int    // of the packets that it wants, in milliseconds; 0 for our usual one
	halfFrames bool   // it takes packets of half a frame
}

// same tells whether two payload types are the same codec, whatever their numbers.
func (f payloadType) same(g payloadType) bool {
	return strings.EqualFold(f.name, g.name) && f.clock == g.clock
}

// String writes the description: a section with port 0 as rejected, any other as audio over
// DTLS-SRTP with RTP and RTCP on one port. Without an address, candidates follow by trickle ICE.
func (d description) String() string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\r\n", a...) }
	line("v=0")
	line("o=- %d %d IN IP4 0.0.0.0", d.id, d.version)
	line("s=-")
	line("t=0 0")
	for _, mids := range d.bundles {
		line("a=group:BUNDLE%s", strings.Join(append([]string{""}, mids...), " "))
	}
	if d.lite {
		line("a=ice-lite")
	}
	for _, s := range d.sections {
		s.write(line)
	}
	return b.String()
}

func (s section) write(line func(string, ...any)) {
	if s.port == 0 {
		line("m=%s 0 %s %s", s.media, s.proto, s.numbers)
		line("c=IN IP4 0.0.0.0")
		if s.mid != "" {
			line("a=mid:%s", s.mid)
		}
		line("a=inactive")
		return
	}
	var numbers string
	for _, f := range s.payloads {
		numbers += " " + strconv.Itoa(int(f.number))
	}
	port, connection := s.port, "IN IP4 0.0.0.0"
	if s.address.IsValid() {
		port, connection = s.address.Port(), "IN "+family(s.address.Addr())+" "+s.address.Addr().String()
	}
	line("m=%s %d %s%s", s.media, port, s.proto, numbers)
	line("c=%s", connection)
	line("a=rtcp:%d %s", port, connection)
	line("a=ice-ufrag:%s", s.ufrag)
	line("a=ice-pwd:%s", s.pwd)
	if !s.address.IsValid() {
		line("a=ice-options:trickle")
	}
	line("a=fingerprint:%s", s.fingerprint)
	line("a=setup:%s", s.setup)
	line("a=mid:%s", s.mid)
	line("a=%s", s.direction)
	line("a=rtcp-mux")
	for _, f := range s.payloads {
		f.write(line)
	}
	if s.msid != "" {
		line("a=msid:%s", s.msid)
	}
	if s.ssrc != "" {
		line("a=ssrc:%s", s.ssrc)
	}
	for _, c := range s.candidates {
		line("a=%s", c)
	}
	if s.address.IsValid() {
		line("a=end-of-candidates")
	}
}

// family is the address type of a c= line (RFC 8866 §5.7).
func family(a netip.Addr) string {
	if a.Is4() {
		return "IP4"
	}
	return "IP6"
}

func (f payloadType) write(line func(string, ...any)) {
	if f.channels > 1 {
		line("a=rtpmap:%d %s/%d/%d", f.number, f.name, f.clock, f.channels)
	} else {
		line("a=rtpmap:%d %s/%d", f.number, f.name, f.clock)
	}
	if f.fmtp != "" {
		line("a=fmtp:%d %s", f.number, f.fmtp)
	}
}
