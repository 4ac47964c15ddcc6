package appws

import (
	"errors"
	"net"
	"strings"
	"testing"
)

// TestClientFrames: for each thing that a logged-in client may not get, how it ends, and what its
// server and its application see.
func TestClientFrames(t *testing.T) {
	for _, tt := range []struct {
		name   string
		do     func(*rawPeer)
		code   int
		reason string // a part of it
	}{
		{"binary", func(p *rawPeer) { p.frame(true, opBinary, "{}") }, 1003, "binary"},
		{"invalid UTF-8", func(p *rawPeer) { p.text("{\"mt\":\"\xff\"}") }, 1007, "UTF-8"},
		{"invalid UTF-8 across fragments", func(p *rawPeer) {
			p.frame(false, opText, "{\"mt\":\"\xc3")
			p.frame(true, opContinuation, "\"}")
		}, 1007, "UTF-8"},
		{"oversized", func(p *rawPeer) { p.text(strings.Repeat("x", 1001)) }, 1009, "size limit"},
		{"oversized in fragments", func(p *rawPeer) {
			for i := range 11 {
				p.frame(false, map[bool]byte{true: opText}[i == 0], strings.Repeat("x", 100))
			}
		}, 1009, "size limit"},
		{"continuation without a beginning", func(p *rawPeer) { p.frame(true, opContinuation, "{}") }, 1002, "continuation"},
		{"message inside a message", func(p *rawPeer) { p.frame(false, opText, "{"); p.text("{}") }, 1002, "previous"},
		{"unknown opcode", func(p *rawPeer) { p.frame(true, 5, "") }, 1002, "opcode"},
		{"fragmented ping", func(p *rawPeer) { p.frame(false, opPing, "") }, 1002, "fragmented"},
		{"long ping", func(p *rawPeer) { p.frame(true, opPing, strings.Repeat("x", 126)) }, 1002, "length"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			codes := make(chan int, 1)
			conn := dial(t, Config{App: "a", Password: "pw", ReadLimit: 1000, URL: rawServe(t, func(p *rawPeer) {
				tt.do(p)
				code, _ := p.closed()
				codes <- code
			})})
			_, err := conn.Recv(deadline(t))
			if err == nil || !strings.Contains(err.Error(), tt.reason) || conn.Err() == nil {
				t.Errorf("the application hears %v, want %q", err, tt.reason)
			}
			var broke *ProtocolError
			if !errors.As(err, &broke) || broke.Code != tt.code {
				t.Errorf("ended by %v, want the code %d", err, tt.code)
			}
			if code := <-codes; code != tt.code {
				t.Errorf("the server hears %d, want %d", code, tt.code)
			}
			if s := Explain(err); !strings.HasSuffix(s, ".") {
				t.Errorf("explained as %q", s)
			}
		})
	}
}

// TestLineBreaks: a server that vanishes without a close frame is explained in words.
func TestLineBreaks(t *testing.T) {
	for name, do := range map[string]func(*rawPeer){
		"end": func(*rawPeer) {},
		"reset": func(p *rawPeer) {
			_ = p.conn.(*net.TCPConn).SetLinger(0)
			_ = p.conn.Close()
		},
		"in a frame": func(p *rawPeer) { _, _ = p.conn.Write([]byte{0x81, 9, '{'}) },
	} {
		ready := make(chan struct{}) // closed when the login is over at this end too
		conn := dial(t, Config{App: "a", Password: "pw", URL: rawServe(t, func(p *rawPeer) {
			<-ready
			do(p)
		})})
		close(ready)
		_, err := conn.Recv(deadline(t))
		if s := Explain(err); !errors.Is(err, ErrLost) || !strings.HasPrefix(s, "The connection broke:") {
			t.Errorf("%s: %v is explained as %q", name, err, s)
		}
	}
}

// TestClientBears: what a client must accept: pings, fragments of every size, text that is no JSON,
// and messages without a type.
func TestClientBears(t *testing.T) {
	const message = `{"mt":"X","data":"ü"}`
	done := make(chan struct{})
	conn := dial(t, Config{App: "a", Password: "pw", URL: rawServe(t, func(p *rawPeer) {
		p.frame(true, opPing, "hi")
		if _, opcode, payload := p.next(); opcode != opPong || string(payload) != "hi" {
			t.Errorf("a ping is answered with opcode %d %q", opcode, payload)
		}
		for i := range len(message) {
			p.frame(i == len(message)-1, map[bool]byte{true: opText}[i == 0], message[i:i+1])
			if i == 9 {
				p.frame(true, opPing, "")
				p.next()
			}
		}
		p.text("hello")
		p.text("{}")
		p.text("")
		<-done
	})})
	for _, want := range []string{message, "hello", "{}", ""} {
		if m := recv(t, conn); string(m.Raw) != want || m.API != "" {
			t.Errorf("heard %s, want %s", m.Raw, want)
		}
	}
	close(done)
}
