package appws

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/pipenet"
	"github.com/patchcord/patchcord/internal/ws"
)

// Opcodes (RFC 6455 §5.2).
const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// rawPeer is a client, or a server, that sends websocket frames of any shape.
type rawPeer struct {
	t        testing.TB
	conn     net.Conn
	r        *bufio.Reader
	isServer bool
}

// rawDial upgrades a connection by hand.
func rawDial(t testing.TB, at string) *rawPeer {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(deadline(t), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	when, _ := deadline(t).Deadline()
	_ = conn.SetDeadline(when)
	return rawUpgrade(t, conn, u)
}

// rawDialPipe is rawDial in a bubble of fake time.
func rawDialPipe(t testing.TB, network *pipenet.Net) *rawPeer {
	t.Helper()
	conn, err := network.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return rawUpgrade(t, conn, &url.URL{Host: "pipe", Path: "/"})
}

func rawUpgrade(t testing.TB, conn net.Conn, u *url.URL) *rawPeer {
	t.Helper()
	t.Cleanup(func() { _ = conn.Close() })
	_, err := io.WriteString(conn, "GET "+u.Path+" HTTP/1.1\r\nHost: "+u.Host+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	p := &rawPeer{t: t, conn: conn, r: bufio.NewReader(conn)}
	resp, err := http.ReadResponse(p.r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v, %v", resp, err)
	}
	if ext := resp.Header.Get("Sec-WebSocket-Extensions"); ext != "" {
		t.Errorf("the service agreed to %s", ext)
	}
	return p
}

// rawServe is a server that performs the login of one client by hand and then does what the test
// wants.
func rawServe(t *testing.T, do func(*rawPeer)) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		when, _ := deadline(t).Deadline()
		_ = conn.SetDeadline(when)
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
		p := &rawPeer{t: t, conn: conn, r: rw.Reader, isServer: true}
		for _, answer := range []string{`{"mt":"AppChallengeResult","challenge":"1"}`, `{"mt":"AppLoginResult","ok":true}`} {
			p.message()
			p.text(answer)
		}
		do(p)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// frame sends one frame, masked if it is a client's.
func (p *rawPeer) frame(fin bool, opcode byte, payload string) {
	p.t.Helper()
	b := []byte{opcode}
	if fin {
		b[0] |= 0x80
	}
	mask := byte(0x80)
	if p.isServer {
		mask = 0
	}
	switch n := len(payload); {
	case n < 126:
		b = append(b, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n))
	}
	if !p.isServer {
		b = append(b, 0, 0, 0, 0) // a mask that changes nothing
	}
	if _, err := p.conn.Write(append(b, payload...)); err != nil {
		p.t.Logf("frame not sent: %v", err) // the service has closed already
	}
}

func (p *rawPeer) text(payload string) { p.t.Helper(); p.frame(true, opText, payload) }

// next reads a frame.
func (p *rawPeer) next() (fin bool, opcode byte, payload []byte) {
	p.t.Helper()
	var head [2]byte
	p.read(head[:])
	n := uint64(head[1] & 0x7f)
	switch n {
	case 126:
		var b [2]byte
		p.read(b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		p.read(b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	var mask [4]byte
	if head[1]&0x80 != 0 {
		p.read(mask[:])
	}
	payload = make([]byte, n)
	p.read(payload)
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return head[0]&0x80 != 0, head[0] & 0x0f, payload
}

func (p *rawPeer) read(b []byte) {
	p.t.Helper()
	if _, err := io.ReadFull(p.r, b); err != nil {
		p.t.Fatalf("read a frame: %v", err)
	}
}

// message reads frames to the end of a text and returns their sizes too.
func (p *rawPeer) message() (text string, frames []int) {
	p.t.Helper()
	var b bytes.Buffer
	for {
		fin, opcode, payload := p.next()
		if opcode > opBinary {
			p.t.Fatalf("opcode %d with %q inside or in place of a message", opcode, payload)
		}
		b.Write(payload)
		frames = append(frames, len(payload))
		if fin {
			return b.String(), frames
		}
	}
}

// closed reads up to the close frame and returns what it says.
func (p *rawPeer) closed() (code int, reason string) {
	p.t.Helper()
	for {
		_, opcode, payload := p.next()
		if opcode != opClose {
			continue
		}
		if len(payload) < 2 {
			return 0, ""
		}
		return int(binary.BigEndian.Uint16(payload)), string(payload[2:])
	}
}

// logIn logs in with the password "pw".
func (p *rawPeer) logIn() {
	p.t.Helper()
	p.text(`{"mt":"AppChallenge"}`)
	text, _ := p.message()
	challenge, _ := textMember([]byte(text), "challenge")
	p.text(string(Login{App: "a"}.Signed(challenge, "pw").message()))
	if text, _ = p.message(); !strings.Contains(text, `"ok":true`) {
		p.t.Fatalf("login: %s", text)
	}
}

// newTestService has the password "pw", the API "echo" and one that fails.
func newTestService(c ServiceConfig) *Service {
	c.Passwords = oneOf("pw")
	s := newService(c)
	s.HandleAPI("echo", serveEcho)
	s.HandleAPI("broken", func(ctx context.Context, c *APIConn) error {
		_, err := c.Recv(ctx)
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
	return s
}

// bareEcho is a websocket that sends back what it gets, without our code.
type bareEcho struct{}

func (bareEcho) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sock, err := ws.Accept(w, r, ws.AcceptOptions{})
	if err != nil {
		return
	}
	defer sock.CloseNow()
	for {
		text, err := sock.Read(context.Background())
		if err != nil || sock.Write(context.Background(), text) != nil {
			return
		}
	}
}
