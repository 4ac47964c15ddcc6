//go:build janus

package janustest

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// Elsewhere is the number of a stranger; calls to it are passed on to where one listens.
const (
	Elsewhere = "700"
	elsewhere = Host + ":5070"
)

// Stranger speaks SIP as a test wants it, message by message, and has no sound. It is one party of one
// call.
type Stranger struct {
	testing.TB
	conn *net.UDPConn
	// last is the message that came in last, and sender who sent it.
	last   string
	sender net.Addr
	// The dialog, once there is one: what its own requests begin with.
	target, from, to, call string
	route                  []string
	sequence               int
}

// Meet begins to listen for calls to Elsewhere.
func Meet(t testing.TB) *Stranger {
	t.Helper()
	at, err := net.ResolveUDPAddr("udp", elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &Stranger{TB: t, conn: conn}
}

// Hear waits for a message that begins so. Others are passed over.
func (s *Stranger) Hear(start string) string {
	s.Helper()
	_ = s.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	packet := make([]byte, 64<<10)
	var received []string
	for {
		n, from, err := s.conn.ReadFrom(packet)
		if err != nil {
			s.Fatalf("no %q, but %q", start, received)
		}
		text := string(packet[:n])
		if strings.HasPrefix(text, start) {
			s.last, s.sender = text, from
			return text
		}
		first, _, _ := strings.Cut(text, "\r\n")
		received = append(received, first)
	}
}

// Reply answers the request that came in last. sdp may be empty.
func (s *Stranger) Reply(status, sdp string) {
	s.Helper()
	to := header(s.last, "To")[0]
	if !strings.Contains(to, ";tag=") {
		to += ";tag=stranger"
	}
	if s.call == "" {
		s.from, s.to, s.call = to, header(s.last, "From")[0], header(s.last, "Call-ID")[0]
		s.target, s.route = address(header(s.last, "Contact")[0]), header(s.last, "Record-Route")
	}
	lines := []string{"SIP/2.0 " + status}
	for _, name := range []string{"Via", "Record-Route", "From", "Call-ID", "CSeq"} {
		for _, value := range header(s.last, name) {
			lines = append(lines, name+": "+value)
		}
	}
	s.send(append(lines, "To: "+to, "Contact: <sip:"+Elsewhere+"@"+elsewhere+">"), sdp, s.sender)
}

// Call sends an INVITE to a user of the registrar.
func (s *Stranger) Call(user, sdp string) {
	s.target = "sip:" + user + "@" + Host
	s.from, s.to, s.call = "<sip:"+Elsewhere+"@"+Host+">;tag=stranger", "<"+s.target+">", fmt.Sprintf("call-%d", time.Now().UnixNano())
	s.Request("INVITE", sdp)
}

// Up takes the 200 to its INVITE, and sends the ACK with an SDP or without.
func (s *Stranger) Up(sdp string) (answer string) {
	s.Helper()
	ok := s.Hear("SIP/2.0 200")
	s.to, s.target, s.route = header(ok, "To")[0], address(header(ok, "Contact")[0]), reversed(header(ok, "Record-Route"))
	s.sequence-- // an ACK has the number of its INVITE
	s.Request("ACK", sdp)
	_, answer, _ = strings.Cut(ok, "\r\n\r\n")
	return answer
}

// Request sends a request in its dialog.
func (s *Stranger) Request(method, sdp string) {
	s.sequence++
	lines := []string{
		method + " " + s.target + " SIP/2.0",
		fmt.Sprintf("Via: SIP/2.0/UDP %s;branch=z9hG4bK%d", elsewhere, time.Now().UnixNano()),
		"Max-Forwards: 70", "From: " + s.from, "To: " + s.to, "Call-ID: " + s.call,
		fmt.Sprintf("CSeq: %d %s", s.sequence, method), "Contact: <sip:" + Elsewhere + "@" + elsewhere + ">",
	}
	for _, r := range s.route {
		lines = append(lines, "Route: "+r)
	}
	to, _ := net.ResolveUDPAddr("udp", Registrar)
	s.send(lines, sdp, to)
}

func (s *Stranger) send(lines []string, sdp string, to net.Addr) {
	s.Helper()
	if sdp != "" {
		lines = append(lines, "Content-Type: application/sdp")
	}
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(sdp)), "", sdp)
	if _, err := s.conn.WriteTo([]byte(strings.Join(lines, "\r\n")), to); err != nil {
		s.Fatal(err)
	}
}

// PlainSDP is a description of sound that comes from nowhere.
func PlainSDP(direction string) string {
	return strings.Join([]string{
		"v=0", "o=- 1 1 IN IP4 " + Host, "s=-", "c=IN IP4 " + Host, "t=0 0", "m=audio 31000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=" + direction, "",
	}, "\r\n")
}

// header is all values of a header.
func header(message, name string) (values []string) {
	head, _, _ := strings.Cut(message, "\r\n\r\n")
	for _, line := range strings.Split(head, "\r\n")[1:] {
		if n, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(n), name) {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}

func reversed(list []string) []string {
	slices.Reverse(list)
	return list
}

// address is the URI between brackets.
func address(value string) string {
	_, after, ok := strings.Cut(value, "<")
	if !ok {
		return value
	}
	uri, _, _ := strings.Cut(after, ">")
	return uri
}
