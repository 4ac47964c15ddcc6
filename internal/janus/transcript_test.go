package janus

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// frame is a line of the transcript of a real gateway: "+1ms C->J {...}".
type frame struct {
	line   int
	ours   bool
	text   string
	fields map[string]any
}

func transcript(t testing.TB, name string) (frames []frame) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		_, rest, _ := strings.Cut(line, " ")
		direction, message, _ := strings.Cut(rest, " ")
		f := frame{line: i + 1, ours: direction == "C->J", text: message}
		if err := json.Unmarshal([]byte(message), &f.fields); err != nil {
			t.Fatalf("line %d: %v", f.line, err)
		}
		frames = append(frames, f)
	}
	return frames
}

// tape is a websocket that plays a transcript. What our client asks beside it, for its helpers, is
// answered as the gateway would.
type tape struct {
	mu       sync.Mutex
	asked    []request
	last     uint64
	messages chan []byte
}

func (*tape) open(context.Context) error { return nil }
func (*tape) polls() bool                { return false }
func (*tape) close()                     {}

func (p *tape) send(_ context.Context, r request) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r)
	return nil, nil
}

func (p *tape) receive(ctx context.Context, _ uint64) ([][]byte, error) {
	select {
	case m := <-p.messages:
		return [][]byte{m}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// serve answers a request that the transcript does not have.
func (p *tape) serve(r request) {
	p.last++
	switch word := wordOf(r); {
	case word == "register" && r.Body["type"] == "helper":
		p.messages <- event(r.Handle, r.Transaction, `{"event":"registered","username":"91201","register_sent":false,"helper":true,"master_id":1}`, "")
	case word == "register":
	default:
		p.messages <- fmt.Appendf(nil, `{"janus":"success","transaction":%q,"data":{"id":%d}}`, r.Transaction, 9000+p.last)
	}
}

// normal is a request without what differs from one session to the next.
func normal(t *testing.T, message any) map[string]any {
	t.Helper()
	text, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"transaction", "session_id", "handle_id", "opaque_id"} {
		delete(m, name)
	}
	return m
}

// meanings are what each line from the gateway means to us: events after the arrow, none where there is
// no arrow. The call that came in second is called in-2.
const meanings = `
 2 success, the session
 4 success, the handle of the master
 6 ack
 7 registering
 8 registration_failed => Unregistered{Why:2 Code:904 Reason:Operation has no matching challenge Err:<nil>}
10 registering
11 ack
12 registered => Registered{}
14 ack
15 calling
16 ringing => Progressed{ID:out-1 Code:180}
17 proceeding
18 accepted => Described{ID:out-1 SDP:... Offer:false} & Answered{ID:out-1}
19 webrtcup
20 media
22 dtmfsent
23 ack
25 ack
26 holding => Held{ID:out-1 On:true}
28 ack
29 resuming => Held{ID:out-1 On:false}
31 ack
32 hangingup
33 hangup => Ended{ID:out-1 How:1 Code:200 Reason:to BYE}
34 core hangup
36 ack
37 calling
38 hangup => Ended{ID:out-2 How:0 Code:404 Reason:Not Found}
39 core hangup
40 incomingcall => Offered{ID:in-1 From:{URI:sip:202@127.0.0.1:15060 User:202 Name:} To:{URI:sip:91201@127.0.0.1:15060;transport=udp User:91201 Name:} SDP:...}
42 ack
43 accepted => Answered{ID:in-1}
44 webrtcup
45 media
46 hangup => Ended{ID:in-1 How:0 Code:200 Reason:Session Terminated}
47 core hangup
48 incomingcall => Offered{ID:in-2 From:{URI:sip:202@127.0.0.1:15060 User:202 Name:} To:{URI:sip:91201@127.0.0.1:15060;transport=udp User:91201 Name:} SDP:...}
50 ack
51 declining
52 hangup => Ended{ID:in-2 How:1 Code:486 Reason:Busy Here}
54 core hangup
55 ack
56 unregistering
57 unregistered
59 success
`

// meaning finds the events of a line.
func meaning(line int) (events string, listed bool) {
	for _, row := range strings.Split(meanings, "\n") {
		number, rest, _ := strings.Cut(strings.TrimSpace(row), " ")
		if number == strconv.Itoa(line) {
			_, events, _ = strings.Cut(rest, " => ")
			return events, true
		}
	}
	return "", false
}

// TestTranscript replays every frame of a real gateway.
func TestTranscript(t *testing.T) {
	frames := transcript(t, "janus-frames.txt")
	synctest.Test(t, func(t *testing.T) {
		p := &tape{messages: make(chan []byte, 16)}
		dial := func() carrier { return p }
		account := Account{URI: "sip:91201@127.0.0.1", Name: "Alice Verdi", Secret: "wrong", Proxy: "sip:127.0.0.1:15060"}
		c := open(Config{Account: account}, dial)
		var in CallID // that came in last
		incoming := 0
		sdp := func(f frame) string { return f.fields["jsep"].(map[string]any)["sdp"].(string) }
		orders := map[string]func(frame){
			"tx05": func(f frame) { _ = c.Do(Call{"out-1", "sip:202@127.0.0.1", sdp(f)}) },
			"tx06": func(frame) { _ = c.Do(Tones{"out-1", "5"}) },
			"tx07": func(frame) { pass(timeout[askTone]); _ = c.Do(Hold{"out-1", true}) },
			"tx08": func(frame) { _ = c.Do(Hold{"out-1", false}) },
			"tx09": func(frame) { _ = c.Do(Hangup{"out-1"}) },
			"tx10": func(f frame) { _ = c.Do(Call{"out-2", "sip:999@127.0.0.1", sdp(f)}) },
			"tx11": func(f frame) { pass(timeout[askRing]); _ = c.Do(Answer{in, sdp(f)}) },
			"tx12": func(frame) { pass(timeout[askRing]); _ = c.Do(Decline{in, 486}) },
			"tx13": func(frame) { go c.Close() },
			"tx04": func(frame) {
				c.Close()
				account.Secret = "sipsecret91201"
				c = open(Config{Account: account}, dial)
			},
		}
		transactions, current, mastered := map[string]request{}, uint64(0), uint64(0)
		for _, f := range frames {
			id, _ := f.fields["transaction"].(string)
			if f.ours {
				if order := orders[id]; order != nil {
					order(f)
				}
				r := p.match(t, f)
				transactions[id] = r
				switch wordOf(r) {
				case "register":
					current, mastered = r.Handle, r.Handle
				case "call":
					current = r.Handle
				}
				continue
			}
			if strings.Contains(f.text, `"incomingcall"`) {
				current = mastered
			}
			if r, known := transactions[id]; known {
				f.fields["transaction"] = r.Transaction
			}
			if f.fields["sender"] != nil {
				f.fields["sender"] = current
			}
			text, _ := json.Marshal(f.fields)
			p.messages <- text
			synctest.Wait()
			var got []string
			for len(c.events) > 0 {
				e := <-c.events
				if o, ok := e.(Offered); ok {
					in = o.ID
					incoming++
				}
				said := strings.TrimPrefix(fmt.Sprintf("%T%+v", e, e), "janus.")
				if in != "" {
					said = strings.ReplaceAll(said, string(in), fmt.Sprintf("in-%d", incoming))
				}
				if m, _ := decode([]byte(f.text)); m.JSEP != nil {
					said = strings.ReplaceAll(said, m.JSEP.SDP, "...")
				}
				got = append(got, said)
				synctest.Wait()
			}
			if want, listed := meaning(f.line); !listed || strings.Join(got, " & ") != want {
				t.Errorf("line %d: told %q, want %q", f.line, got, want)
			}
		}
		<-c.done
	})
}

// match finds the request of a line among what the client asked, and serves the others.
func (p *tape) match(t *testing.T, f frame) (found request) {
	t.Helper()
	want := normal(t, f.fields)
	var others []string
	for range 10 {
		synctest.Wait()
		p.mu.Lock()
		asked := p.asked
		p.asked = nil
		p.mu.Unlock()
		for _, r := range asked {
			got := normal(t, r)
			if b, ok := want["body"].(map[string]any); ok && b["request"] == "call" && b["autoaccept_reinvites"] == nil {
				ours, _ := got["body"].(map[string]any)
				delete(ours, "autoaccept_reinvites") // the recorder left it out once
			}
			if found.Transaction == "" && reflect.DeepEqual(got, want) {
				found = r
				continue
			}
			others = append(others, fmt.Sprint(normal(t, r)))
			p.serve(r)
		}
	}
	if found.Transaction == "" {
		t.Fatalf("line %d: nobody asked %v, but %s", f.line, want, others)
	}
	return found
}
