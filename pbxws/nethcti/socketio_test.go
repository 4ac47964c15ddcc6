//go:build socketio

package nethcti

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// These tests speak with real socket.io servers, of the generation of 2019, of 2020 and of today. The
// variable SOCKETIO says where npm has put them.

// node is a server that runs.
type node struct {
	*testing.T
	process *exec.Cmd
	input   io.WriteCloser
	lines   chan string
	port    int
}

// startNode starts a server on a port, 0 for any.
func startNode(t *testing.T, major string, port int) *node {
	t.Helper()
	n := &node{T: t, process: exec.Command("node", "testdata/socketio/server.js", major, fmt.Sprint(port)), lines: make(chan string, 256)}
	n.process.Stderr = os.Stderr
	var err error
	if n.input, err = n.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := n.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(n.lines)
		for s := bufio.NewScanner(output); s.Scan(); {
			n.lines <- s.Text()
		}
	}()
	t.Cleanup(n.stop)
	var first struct{ Listening int }
	select {
	case line := <-n.lines:
		if json.Unmarshal([]byte(line), &first) != nil || first.Listening == 0 {
			t.Fatalf("the server said %q", line)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the server did not start")
	}
	n.port = first.Listening
	return n
}

// stop ends the server, with all its connections, at once.
func (n *node) stop() {
	if n.process.ProcessState == nil {
		_ = n.process.Process.Kill()
		_ = n.process.Wait()
	}
}

// do tells the server what to do.
func (n *node) do(what ...any) {
	n.Helper()
	line, err := json.Marshal(what)
	if err == nil {
		_, err = n.input.Write(append(line, '\n'))
	}
	if err != nil {
		n.Fatal(err)
	}
}

// says waits for a line of the server.
func (n *node) says(words string) {
	n.Helper()
	for late := time.After(10 * time.Second); ; {
		select {
		case line := <-n.lines:
			if strings.Contains(line, words) {
				return
			}
		case <-late:
			n.Fatalf("the server did not say %s", words)
		}
	}
}

// station is a phone at a server.
type station struct {
	*testing.T
	*phone.Phone
	snaps <-chan phone.Snapshot
	last  phone.Snapshot
}

func newStation(t *testing.T, n *node, major string) *station {
	t.Helper()
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	d := newDialer(config{
		Login: pbxws.Login{
			URL: fmt.Sprintf("http://127.0.0.1:%d", n.port), User: "alice", Proxy: "none",
			Secret: func(context.Context) (string, error) { return "alicepw", nil },
		},
		oldSocket: major == "2", agentType: "desktop",
	})
	s := &station{T: t, Phone: phone.New(phone.Config{Links: []phone.LinkConfig{{Label: "cti", User: "alice", Media: engine, Dial: d.dial}}})}
	ctx, cancel := context.WithCancel(context.Background())
	s.snaps = s.Watch(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Phone.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return s
}

// until waits for a snapshot that is as wanted, and tells how long that took.
func (s *station) until(what string, limit time.Duration, ok func(phone.Snapshot) bool) time.Duration {
	s.Helper()
	begin, late := time.Now(), time.After(limit)
	for {
		if ok(s.last) {
			return time.Since(begin)
		}
		select {
		case s.last = <-s.snaps:
		case <-late:
			s.Fatalf("not within %v: %s; link %+v, notices %+v", limit, what, s.last.Link, s.last.Notices)
		}
	}
}

func isUp(s phone.Snapshot) bool {
	return s.Link.State == phone.LinkUp && s.PBX.Accounts.At("202").Name == "Bob Bianchi"
}

func isAway(s phone.Snapshot) bool {
	return s.Link.State == phone.LinkWaiting || s.Link.State == phone.LinkConnecting
}

// seen are the events of a transcript with what shows that each came.
func seen(t *testing.T, s *station, n *node) {
	t.Helper()
	data, err := os.ReadFile("../../internal/socketio/testdata/eio4.txt")
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for line := range strings.Lines(string(data)) {
		head, frame, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " | ")
		if !ok || !strings.HasPrefix(head, "[1] S->C") || !strings.Contains(head, " text ") {
			continue
		}
		p, err := socketio.Parse([]byte(frame))
		if err != nil || p.Kind != socketio.Event || p.Name == eventAccepted || p.Name == eventReloaded {
			continue
		}
		args := []any{"emit", p.Name}
		for _, a := range p.Args {
			args = append(args, a)
		}
		n.do(args...)
		sent++
	}
	s.until("the last of the events", 10*time.Second, func(snap phone.Snapshot) bool {
		q, bob := snap.PBX.Queues.At("401"), snap.PBX.Accounts.At("202")
		return len(q.Members) == 2 && snap.PBX.Trunks["2001"].Channels == 8 && snap.PBX.MWI.New == 2 && bob.PresenceTo == "0721405516" &&
			bob.OnUnavailable.To == "190" && snap.PBX.Orbits["71"].Name == "71"
	})
	if sent < 25 {
		t.Errorf("only %d events were sent", sent)
	}
}

// Each generation: signing in, every event of the vendor's server, a binary packet, a kick, a connection
// that is cut, a server that is killed and comes back.
func TestRealSocketIO(t *testing.T) {
	for _, major := range []string{"2", "3", "4"} {
		t.Run("socket.io "+major, func(t *testing.T) {
			n := startNode(t, major, 0)
			s := newStation(t, n, major)
			took := s.until("the link", 10*time.Second, isUp)
			n.says(`{"login":"alice","ack":false,"keys":["accessKeyId","token","uaType"]}`)
			seen(t, s, n)
			n.do("binary", "anything")
			n.do("emit", eventTakeOver)
			n.says("takeOverAck")
			n.do("emit", eventMailbox, map[string]any{"201": map[string]string{"inbox": "9", "old": "0"}})
			s.until("what came after the binary packet", 5*time.Second, func(snap phone.Snapshot) bool { return snap.PBX.MWI.New == 9 && isUp(snap) })
			for _, end := range []string{"kick", "drop"} {
				n.do(end)
				s.until("the end of the link by "+end, 5*time.Second, isAway)
				s.until("the link after "+end, 5*time.Second, isUp)
			}
			n.stop()
			s.until("the end of the link", 5*time.Second, isAway)
			time.Sleep(3 * time.Second)
			back := startNode(t, major, n.port)
			again := s.until("the link after a restart", 5*time.Second, isUp)
			t.Logf("signed in after %v, back %v after the server's return", took.Round(time.Millisecond), again.Round(time.Millisecond))
			back.do("emit", eventMailbox, map[string]any{"201": map[string]string{"inbox": "4", "old": "0"}})
			s.until("events after a restart", 5*time.Second, func(snap phone.Snapshot) bool { return snap.PBX.MWI.New == 4 })
		})
	}
}

// A link that nobody says anything on stays believed: our own ping is answered.
func TestRealQuiet(t *testing.T) {
	n := startNode(t, "4", 0)
	s := newStation(t, n, "4")
	s.until("the link", 10*time.Second, isUp)
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); {
		select {
		case s.last = <-s.snaps:
			if s.last.Link.State == phone.LinkStale {
				t.Fatal("the link is stale")
			}
		case <-time.After(time.Second):
		}
	}
}
