package rtc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxDescription = 64 << 10 // bytes of SDP that are read at all
	maxSections    = 16       // m-lines
	maxCandidates  = 64       // remote candidates of one session
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

// reverse is the same direction seen from the other side.
func (d direction) reverse() direction { return d&sends<<1 | d&receives>>1 }

// description is what a telephone reads out of an SDP (RFC 8866) and writes into one: one
// audio section over DTLS-SRTP, and enough of the other sections to turn them down.
type description struct {
	id, version uint64 // of the o= line
	lite        bool   // a=ice-lite (RFC 8839 §5.3)
	bundle      bool   // a=group:BUNDLE is written
	sections    []section
}

// section is one m-line and what stands under it.
type section struct {
	media   string // "audio"
	port    uint16 // 0 means turned down (RFC 3264 §6)
	proto   string // "UDP/TLS/RTP/SAVPF"
	numbers string // the formats of the m-line, as they stand there
	mid     string // RFC 5888, empty if there is none
	transport
	direction  direction
	nowhere    bool // c= gives 0.0.0.0
	payloads   []payloadType
	candidates []string // "candidate:..."
	ssrc       string   // "1234 cname:x", ours only
	msid       string
}

// transport is what ICE and DTLS need to know of a side (RFC 8839 §5.4, RFC 8122 §5).
type transport struct {
	ufrag, pwd  string
	fingerprint string // "sha-256 AA:BB:.."
	setup       string // "active", "passive", "actpass", "holdconn" or empty
}

// payloadType is one payload type of an audio section.
type payloadType struct {
	number   uint8
	name     string // in our spelling: "opus", "PCMU", "telephone-event"
	clock    uint32
	channels uint16
	fmtp     string
}

// same tells whether two sides mean one codec, whatever number each gave it.
func (f payloadType) same(g payloadType) bool {
	return strings.EqualFold(f.name, g.name) && f.clock == g.clock
}

// parseDescription reads an SDP of any origin. It is lenient with what a telephone does not
// need and drops lines with control characters; what it keeps is bounded by maxDescription.
func parseDescription(text string) (description, error) {
	if len(text) > maxDescription {
		return description{}, fmt.Errorf("the description has %d bytes, more than the %d that are read", len(text), maxDescription)
	}
	var d description
	session := section{direction: sendrecv}
	at := &session
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n \t")
		if len(line) < 2 || line[1] != '=' || strings.ContainsFunc(line, isControl) {
			continue
		}
		value := line[2:]
		switch line[0] {
		case 'o':
			d.readOrigin(value)
		case 'm':
			if len(d.sections) == maxSections {
				return description{}, fmt.Errorf("the description has more than %d media sections", maxSections)
			}
			d.sections = append(d.sections, newSection(value, session))
			at = &d.sections[len(d.sections)-1]
		case 'c':
			at.nowhere = strings.HasSuffix(value, " 0.0.0.0")
		case 'a':
			key, rest, _ := strings.Cut(value, ":")
			switch {
			case key == "ice-lite":
				d.lite = true
			case key == "group" && strings.HasPrefix(rest, "BUNDLE"):
				d.bundle = true
			default:
				at.readAttribute(key, strings.TrimSpace(rest))
			}
		}
	}
	if len(d.sections) == 0 {
		return description{}, errors.New("the description has no media section")
	}
	return d, nil
}

// isControl also tells C1 controls and broken UTF-8, which a terminal could obey.
func isControl(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }

func (d *description) readOrigin(value string) {
	if fields := strings.Fields(value); len(fields) >= 3 {
		d.id, _ = strconv.ParseUint(fields[1], 10, 64)
		d.version, _ = strconv.ParseUint(fields[2], 10, 64)
	}
}

// newSection begins a section that inherits what the session level says (RFC 8866 §5.13).
func newSection(value string, session section) section {
	s := session
	s.candidates = nil
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return s
	}
	s.media, s.proto, s.numbers = fields[0], fields[2], strings.Join(fields[3:], " ")
	port, _, _ := strings.Cut(fields[1], "/")
	if n, err := strconv.ParseUint(port, 10, 16); err == nil {
		s.port = uint16(n)
	}
	if strings.EqualFold(s.media, "audio") {
		s.media = "audio"
		s.payloads = newPayloads(fields[3:])
	}
	return s
}

// newPayloads lists the payload types of an m-line; those with a static meaning have it
// already (RFC 3551 §6, RFC 3389 §4), the others wait for their a=rtpmap.
func newPayloads(numbers []string) []payloadType {
	var list []payloadType
	for _, number := range numbers {
		n, err := strconv.ParseUint(number, 10, 7)
		if err != nil || indexPayload(list, uint8(n)) >= 0 {
			continue
		}
		f := payloadType{number: uint8(n)}
		switch n {
		case 0:
			f.name, f.clock = "PCMU", 8000
		case 8:
			f.name, f.clock = "PCMA", 8000
		case 13:
			f.name, f.clock = "CN", 8000
		}
		list = append(list, f)
	}
	return list
}

func indexPayload(list []payloadType, payload uint8) int {
	for i, f := range list {
		if f.number == payload {
			return i
		}
	}
	return -1
}

// heldByAddress tells the hold of RFC 2543: address 0.0.0.0 beside a real port. With a
// discard port it is what trickle ICE writes (RFC 8840 §4.1.1; 1 in its early days).
func (s *section) heldByAddress() bool { return s.nowhere && s.port != 9 && s.port > 1 }

func (s *section) readAttribute(key, value string) {
	switch key {
	case "sendrecv":
		s.direction = sendrecv
	case "sendonly":
		s.direction = sends
	case "recvonly":
		s.direction = receives
	case "inactive":
		s.direction = inactive
	case "mid":
		s.mid = value
	case "ice-ufrag":
		s.ufrag = value
	case "ice-pwd":
		s.pwd = value
	case "setup":
		s.setup = strings.ToLower(value)
	case "fingerprint":
		s.readFingerprint(value)
	case "candidate":
		if len(s.candidates) < maxCandidates {
			s.candidates = append(s.candidates, "candidate:"+value)
		}
	case "ssrc":
		if s.ssrc == "" {
			s.ssrc = value
		}
	case "msid":
		s.msid = value
	case "rtpmap":
		s.readRTPMap(value)
	case "fmtp":
		s.readFmtp(value)
	}
}

// readFingerprint keeps one of several: pion wants exactly one, SHA-256 is what everybody has.
func (s *section) readFingerprint(value string) {
	hash, sum, ok := strings.Cut(value, " ")
	if !ok || strings.HasPrefix(s.fingerprint, "sha-256 ") && !strings.EqualFold(hash, "sha-256") {
		return
	}
	s.fingerprint = strings.ToLower(hash) + " " + strings.ToUpper(strings.TrimSpace(sum))
}

// readRTPMap reads "111 opus/48000/2" (RFC 8866 §6.6).
func (s *section) readRTPMap(value string) {
	number, codec, ok := strings.Cut(value, " ")
	n, err := strconv.ParseUint(number, 10, 7)
	i := indexPayload(s.payloads, uint8(n))
	if !ok || err != nil || i < 0 {
		return
	}
	parts := strings.Split(strings.TrimSpace(codec), "/")
	if len(parts) < 2 {
		return
	}
	clock, err := strconv.ParseUint(parts[1], 10, 32)
	if err != nil {
		return
	}
	s.payloads[i].name, s.payloads[i].clock = parts[0], uint32(clock)
}

func (s *section) readFmtp(value string) {
	number, parameters, _ := strings.Cut(value, " ")
	n, err := strconv.ParseUint(number, 10, 7)
	if i := indexPayload(s.payloads, uint8(n)); err == nil && i >= 0 {
		s.payloads[i].fmtp = parameters
	}
}

// String writes the description: a section with port 0 as turned down, any other as audio
// over DTLS-SRTP with RTP and RTCP on one port and candidates to follow.
func (d description) String() string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\r\n", a...) }
	line("v=0")
	line("o=- %d %d IN IP4 0.0.0.0", d.id, d.version)
	line("s=-")
	line("t=0 0")
	if d.bundle {
		var mids string
		for _, s := range d.sections {
			if s.port != 0 && s.mid != "" {
				mids += " " + s.mid
			}
		}
		line("a=group:BUNDLE%s", mids)
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
	line("m=%s %d %s%s", s.media, s.port, s.proto, numbers)
	line("c=IN IP4 0.0.0.0")
	line("a=rtcp:9 IN IP4 0.0.0.0")
	line("a=ice-ufrag:%s", s.ufrag)
	line("a=ice-pwd:%s", s.pwd)
	line("a=ice-options:trickle")
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
