package vodia

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// limit is how long a test waits for anything.
const limit = 5 * time.Second

// far is the PBX's end of a websocket, controlled by a test.
type far struct {
	t      *testing.T
	sock   *ws.Conn
	frames chan []byte // closed when the client is gone
}

// pbx is a real web server that signs everybody in and hands the test its websockets.
type pbx struct {
	*httptest.Server
	mux    *http.ServeMux
	links  chan *far
	dialer *dialer
}

func newPBX(t *testing.T, serverHeader string) *pbx {
	mux := http.NewServeMux()
	p := &pbx{mux: mux, links: make(chan *far, 4)}
	mux.HandleFunc("PUT "+wire.SessionPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", serverHeader)
		fmt.Fprint(w, `"q7Zk2mXvT0bLr9sWc4Nd"`)
	})
	mux.HandleFunc("GET "+wire.SocketPath, func(w http.ResponseWriter, r *http.Request) {
		sock, err := ws.Accept(w, r, ws.AcceptOptions{})
		if err != nil {
			t.Errorf("accept: %v", err)
			return
		}
		f := &far{t: t, sock: sock, frames: make(chan []byte, 256)}
		p.links <- f
		defer close(f.frames)
		for {
			frame, err := sock.Read(context.Background())
			if err != nil {
				return
			}
			if !untimely(frame) {
				f.frames <- frame
			}
		}
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// untimely is true for frames that ask an old PBX for what it has not sent within some seconds: on
// a slow machine they would come into any transcript.
func untimely(frame []byte) bool {
	return bytes.Contains(frame, []byte(`"get-users"`)) || bytes.Contains(frame, []byte(`"get-calls"`))
}

// dial brings a link up and returns both ends.
func (p *pbx) dial(t *testing.T, generation dialectVersion) (pbxws.Conn, *far) {
	t.Helper()
	if p.dialer == nil {
		p.dialer = newDialer(config{
			URL: p.URL, Domain: "tenant.example.com", User: "501", UserAgent: "patchcord-test", Version: generation,
			Secret: func(context.Context) (string, error) { return "password", nil },
		})
	}
	c, err := p.dialer.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, <-p.links
}

func (f *far) send(frame string) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := f.sock.Write(ctx, []byte(frame)); err != nil {
		f.t.Fatalf("the PBX's end: %v", err)
	}
}

func (f *far) next() []byte {
	f.t.Helper()
	select {
	case frame, ok := <-f.frames:
		if !ok {
			f.t.Fatal("the client is gone")
		}
		return frame
	case <-time.After(limit):
		f.t.Fatal("the client sent nothing")
	}
	return nil
}

func nextEvent(t *testing.T, c pbxws.Conn) pbxws.Event {
	t.Helper()
	for {
		select {
		case e, ok := <-c.Events():
			if !ok {
				t.Fatalf("the link ended: %v", c.Err())
			}
			if _, alive := e.(pbxws.Alive); !alive {
				return e
			}
		case <-time.After(limit):
			t.Fatal("no event came")
		}
	}
}

// names stand in transcripts for legs that we placed: their ids have 32 digits.
var names = strings.NewReplacer(pairsOfNames()...)

func pairsOfNames() []string {
	var pairs []string
	for i, name := range []string{"A", "B", "C", "D", "E"} {
		pairs = append(pairs, "$"+name, legNamed(i))
	}
	return pairs
}

func legNamed(i int) string { return strings.Repeat(fmt.Sprintf("%x", 10+i), 32) }

func legID(name string) pbxws.LegID {
	if len(name) == 1 {
		return pbxws.LegID(names.Replace("$" + name))
	}
	return pbxws.LegID(name)
}

func legName(id pbxws.LegID) string {
	for i, name := range []string{"A", "B", "C", "D", "E"} {
		if string(id) == legNamed(i) {
			return name
		}
	}
	return string(id)
}

// TestTranscripts plays every conversation in testdata over a real websocket. A line is
//
//	# a comment            @ legacy, modern or greeting, before anything else
//	< a frame of the PBX   > the frame that we send next
//	! an order to us       = the event that we tell next
//	x the link breaks, and another one comes up and greets
//
// Nothing may be told or sent beyond what stands there.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { play(t, file) })
	}
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	server := "PBX/70.1"
	var p *pbx
	var c pbxws.Conn
	var there *far
	greeted := false
	link := func() {
		c, there = p.dial(t, versionAuto)
		for range greeting(nil, wire.Register{}) {
			if !greeted {
				there.next()
			}
		}
	}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := names.Replace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		mark, rest := line[0], strings.TrimSpace(line[1:])
		if mark == '@' {
			if rest == "legacy" {
				server = "PBX/67.0.5 (Debian64)"
			}
			greeted = rest == "greeting"
			continue
		}
		if p == nil {
			p = newPBX(t, server)
			link()
		}
		if mark == 'x' {
			there.sock.CloseNow()
			for range c.Events() {
			}
			c.Close()
			link()
			continue
		}
		playLine(t, fmt.Sprintf("%s:%d", file, n), mark, rest, c, there)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	there.send(`{"action":"the-end"}`)
	if e, ok := nextEvent(t, c).(pbxws.Unrecognized); !ok || e.Name != "the-end" {
		t.Errorf("%s: after its end came an event: %s", file, show(e))
	}
	c.Close()
	for frame := range there.frames {
		t.Errorf("%s: after its end was sent: %s", file, frame)
	}
}

func playLine(t *testing.T, where string, mark byte, rest string, c pbxws.Conn, there *far) {
	t.Helper()
	switch mark {
	case '<':
		there.send(rest)
	case '>':
		if got := there.next(); !sameJSON(t, string(got), rest) {
			t.Fatalf("%s:\n sent %s\n want %s", where, got, rest)
		}
	case '!':
		if err := c.Send(t.Context(), orderOf(t, strings.Fields(rest))); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
	case '=':
		if got := show(nextEvent(t, c)); got != rest {
			t.Fatalf("%s:\n told %s\n want %s", where, got, rest)
		}
	default:
		t.Fatalf("%s: unknown mark %q", where, mark)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return reflect.DeepEqual(x, y)
}

func orderOf(t *testing.T, words []string) pbxws.Command {
	t.Helper()
	const ours = "v=0 ours"
	id := legID(words[1])
	switch words[0] {
	case "offer":
		return pbxws.Offer{Leg: id, To: words[2], SDP: ours}
	case "ringing":
		return pbxws.Ringing{Leg: id}
	case "answer":
		return pbxws.Answer{Leg: id, SDP: ours}
	case "reject":
		return pbxws.Reject{Leg: id, Cause: pbxws.Cause{Ending: pbxws.EndedDeclined}}
	case "bye":
		return pbxws.Bye{Leg: id}
	case "candidate":
		return pbxws.AddCandidate{Leg: id, Candidate: pbxws.Candidate{Line: strings.Join(words[2:], " "), Mid: "0"}}
	case "hold", "resume":
		return pbxws.Hold{Leg: id, On: words[0] == "hold"}
	case "reoffer":
		return pbxws.Hold{Leg: id, SDP: ours}
	case "path", "path-held":
		return pbxws.Reoffer{Leg: id, SDP: ours, Held: words[0] == "path-held"}
	case "transfer":
		return pbxws.BlindTransfer{Leg: id, To: words[2]}
	case "park":
		return pbxws.Park{Leg: id, Orbit: pbxws.OrbitID(strings.Join(words[2:], ""))}
	case "retrieve":
		return pbxws.Offer{Leg: id, To: words[2], SDP: ours, Kind: pbxws.OfferRetrieve}
	case "pickup":
		return pbxws.Offer{Leg: id, To: words[2], SDP: ours, Kind: pbxws.OfferPickup}
	case "record", "unrecord":
		return pbxws.Record{Leg: id, On: words[0] == "record"}
	case "desk-dial":
		return pbxws.DeskDial{To: words[1]}
	case "desk-answer":
		return pbxws.DeskAnswer{Call: pbxws.CallID(words[1])}
	case "desk-hold", "desk-resume":
		return pbxws.DeskHold{Call: pbxws.CallID(words[1]), On: words[0] == "desk-hold"}
	case "desk-hangup":
		return pbxws.DeskHangup{Call: pbxws.CallID(words[1])}
	case "desk-transfer":
		return pbxws.DeskTransfer{Call: pbxws.CallID(words[1]), To: words[2]}
	case "text":
		return pbxws.SendText{To: pbxws.AccountID(words[1]), Text: strings.Join(words[2:], " ")}
	case "join":
		return pbxws.AttendedTransfer{Leg: id, With: legID(words[2])}
	}
	t.Fatalf("unknown order %q", words)
	return nil
}
