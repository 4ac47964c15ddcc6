package rtc

import (
	"fmt"
	"net/netip"
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

// parseDescription reads an SDP from anywhere. It does not mind errors in what a telephone does not
// need, and drops lines with control characters. maxDescription bounds what it keeps.
func parseDescription(text string) (description, error) {
	if len(text) > maxDescription {
		return description{}, Reason(fmt.Sprintf("the description has %d bytes, more than the %d that are read", len(text), maxDescription))
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
				return description{}, Reason(fmt.Sprintf("the description has more than %d media sections", maxSections))
			}
			d.sections = append(d.sections, newSection(value, session))
			at = &d.sections[len(d.sections)-1]
		case 'c':
			at.nowhere = isNowhere(value)
		case 'a':
			key, rest, _ := strings.Cut(value, ":")
			switch {
			case key == "ice-lite":
				d.lite = true
			case key == "group":
				d.readGroup(rest)
			default:
				at.readAttribute(key, strings.TrimSpace(rest))
			}
		}
	}
	if len(d.sections) == 0 {
		return description{}, Reason("the description has no media section")
	}
	return d, nil
}

// readGroup reads "BUNDLE audio video"; other kinds of groups say nothing to a telephone.
func (d *description) readGroup(value string) {
	if fields := strings.Fields(value); len(fields) > 0 && fields[0] == "BUNDLE" && len(d.bundles) < maxSections {
		d.bundles = append(d.bundles, fields[1:])
	}
}

// isNowhere tells the unspecified address of a c= line, "IN IP4 0.0.0.0" or "IN IP6 ::" in any
// spelling (RFC 3264 §8.4, RFC 6157 §4.1).
func isNowhere(value string) bool {
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return false
	}
	address, _, _ := strings.Cut(fields[2], "/") // a time to live may follow
	a, err := netip.ParseAddr(address)
	return err == nil && a.Unmap().IsUnspecified()
}

// isControl is also true for C1 controls and broken UTF-8, which a terminal might obey.
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

// newPayloads lists the payload types of an m-line. Those with a static meaning have it already
// (RFC 3551 §6, RFC 3389 §4); the others get theirs from a=rtpmap.
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
		case 9:
			f.name, f.clock = "G722", 8000
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

// heldByAddress tells whether a section is on hold in the way of RFC 2543: no address with a real
// port. No address with a discard port is trickle ICE (RFC 8840 §4.1.1; port 1 in early versions).
func (s *section) heldByAddress() bool { return s.nowhere && s.port != 9 && s.port > 1 }

// heldDirection is the direction when such a hold is taken into account: without an address nothing
// is received. Where no direction is given, such a hold means that both ways stop.
func (s *section) heldDirection() direction {
	switch {
	case !s.heldByAddress():
		return s.direction
	case s.direction == sendrecv:
		return inactive
	default:
		return s.direction &^ receives
	}
}

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
	case "bundle-only":
		s.bundleOnly = true
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
	case "ptime":
		s.asks.length = milliseconds(value)
	case "maxptime":
		s.asks.longest = milliseconds(value)
	}
}

// readFingerprint keeps one of several: pion takes only one, and SHA-256 is what everybody has.
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
