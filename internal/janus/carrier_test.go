package janus

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

// exchange is one request of the transcript of a real gateway over HTTP, and its answer.
type exchange struct{ asked, answer string }

func exchanges(t *testing.T) (all []exchange) {
	t.Helper()
	text, err := os.ReadFile("testdata/janus-http.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(text), "### ")[1:] {
		asked, answer, _ := strings.Cut(strings.ReplaceAll(part, "\r", ""), "\n")
		all = append(all, exchange{asked, answer})
	}
	return all
}

// player answers as the transcript does, whatever is asked.
type player struct {
	exchange
	request *http.Request
	body    string
}

func (p *player) RoundTrip(r *http.Request) (*http.Response, error) {
	p.request = r
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		p.body = string(body)
	}
	head, body, _ := strings.Cut(p.answer, "\n\n")
	body, _, _ = strings.Cut(body, "\n")
	body = strings.TrimSuffix(body, "0.00s") // the recorder's own figure
	head = strings.ReplaceAll(head, "Transfer-Encoding: chunked", "Content-Length: "+fmt.Sprint(len(body)))
	return http.ReadResponse(bufio.NewReader(strings.NewReader(head+"\n\n"+body)), r)
}

// TestHTTPTranscript replays every exchange of a real gateway over HTTP.
func TestHTTPTranscript(t *testing.T) {
	const session, handle = 4449652142175801, 1065992175358335
	base, _ := url.Parse("http://127.0.0.1:18089/janus")
	register := body{
		"request": "register", "username": "sip:91201@127.0.0.1", "display_name": "Alice", "secret": "sipsecret91201",
		"proxy": "sip:127.0.0.1:15060", "outbound_proxy": "sip:127.0.0.1:15060", "sips": false, "refresh": false,
	}
	steps := []struct {
		ask  request // a poll where there is none
		path string
		want string
	}{
		{request{Janus: "create", Transaction: "a1"}, "/janus", "success a1 id 4449652142175801"},
		{request{Janus: "attach", Session: session, Plugin: plugin, Transaction: "a2"}, "/janus/4449652142175801", "success a2 id 1065992175358335"},
		{request{Janus: "message", Session: session, Handle: handle, Transaction: "a3", Body: register}, "/janus/4449652142175801/1065992175358335", "ack a3"},
		{request{}, "/janus/4449652142175801", "event a3 of 1065992175358335 registering"},
		{request{}, "/janus/4449652142175801", "event of 1065992175358335 registered master 3387688991"},
		{request{}, "/janus/4449652142175801", "keepalive"},
		{request{Janus: "message", Session: session, Handle: handle, Transaction: "a4", Body: body{"request": "bogus"}}, "/janus/4449652142175801/1065992175358335", "ack a4"},
		{request{Janus: "destroy", Session: session, Transaction: "a9"}, "/janus/4449652142175801", "success a9"},
		{request{Janus: "keepalive", Session: session, Transaction: "a10"}, "/janus/4449652142175801", "error a10 458"},
	}
	all := exchanges(t)
	if len(all) != len(steps) {
		t.Fatalf("%d exchanges", len(all))
	}
	for i, step := range steps {
		p := &player{exchange: all[i]}
		w := &web{base: base, client: &http.Client{Transport: p}}
		var answers [][]byte
		if step.ask.Janus == "" {
			frames, err := w.receive(t.Context(), session)
			if err != nil {
				t.Fatalf("%s: %v", step.want, err)
			}
			answers = frames
		} else {
			reply, err := w.send(t.Context(), step.ask)
			if err != nil {
				t.Fatalf("%s: %v", step.want, err)
			}
			answers = [][]byte{reply}
			p.compare(t)
		}
		if p.request.URL.Path != step.path {
			t.Errorf("%s: asked at %s", step.want, p.request.URL)
		}
		var said []string
		for _, frame := range answers {
			m, err := decode(frame)
			if err != nil {
				t.Fatalf("%s: %v", frame, err)
			}
			said = append(said, summary(m))
		}
		if got := strings.Join(said, ", "); got != step.want {
			t.Errorf("%q, want %q", got, step.want)
		}
	}
}

// compare checks a POST against the recorded one.
func (p *player) compare(t *testing.T) {
	t.Helper()
	_, recorded, _ := strings.Cut(p.asked, " -d ")
	var got, want map[string]any
	if err := errors.Join(json.Unmarshal([]byte(p.body), &got), json.Unmarshal([]byte(recorded), &want)); err != nil {
		t.Fatalf("%q, %q: %v", p.body, recorded, err)
	}
	delete(want, "opaque_id")
	if !reflect.DeepEqual(got, want) || p.request.Method != http.MethodPost || p.request.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %v, want %v", p.request.Method, got, want)
	}
}

// summary is a message in a line.
func summary(m message) string {
	words := []string{m.Janus}
	if m.Transaction != "" {
		words = append(words, m.Transaction)
	}
	if m.Data.ID != 0 {
		words = append(words, fmt.Sprintf("id %d", m.Data.ID))
	}
	if m.Error != nil {
		words = append(words, fmt.Sprint(m.Error.Code))
	}
	if m.Sender != 0 {
		words = append(words, fmt.Sprintf("of %d", m.Sender), m.Plugin.Data.Result.Event)
	}
	if id := m.Plugin.Data.Result.MasterID; id != 0 {
		words = append(words, fmt.Sprintf("master %d", id))
	}
	return strings.Join(words, " ")
}

// slow is an HTTP server that answers after a time, in fake time.
type slow struct {
	mu     sync.Mutex
	polls  []time.Duration // how long each was waited for
	answer func(*http.Request) (time.Duration, *http.Response)
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	after, response := s.answer(r)
	began := time.Now()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.Method == http.MethodGet {
			s.polls = append(s.polls, time.Since(began))
		}
	}()
	select {
	case <-time.After(after):
		return response, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func reply(status int, text string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text))}
}

// TestPollsAreWaitedFor: a poll is never given up before the gateway must have answered it.
func TestPollsAreWaitedFor(t *testing.T) {
	for _, c := range []struct{ takes, waited time.Duration }{
		{30 * time.Second, 30 * time.Second}, {44 * time.Second, 44 * time.Second}, {time.Hour, 45 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &slow{answer: func(*http.Request) (time.Duration, *http.Response) {
				return c.takes, reply(200, `[{"janus":"keepalive"}]`)
			}}
			base, _ := url.Parse("https://cti.example.com/janus")
			w := &web{base: base, client: &http.Client{Transport: s}}
			_, err := w.receive(t.Context(), 7)
			if s.polls[0] != c.waited || (err != nil) != (c.takes > c.waited) {
				t.Errorf("%s: waited %s: %v", c.takes, s.polls[0], err)
			}
		})
	}
}

// TestErrorsNameNoSession: whoever knows a session can work its calls.
func TestErrorsNameNoSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{answer: func(*http.Request) (time.Duration, *http.Response) { return time.Hour, nil }}
		base, _ := url.Parse("https://cti.example.com/janus")
		w := &web{base: base, client: &http.Client{Transport: s}}
		_, err := w.receive(t.Context(), 4449652142175801)
		if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "4449652142175801") {
			t.Errorf("%v", err)
		}
	})
}

// TestAnswersOfOthers: what a gateway does not say.
func TestAnswersOfOthers(t *testing.T) {
	base, _ := url.Parse("https://cti.example.com/janus/")
	for want, answer := range map[string]*http.Response{
		"HTTP status 404":            reply(404, "404 page not found"),
		"HTTP status 502":            reply(502, "<html>"),
		errNoMessage.Error():         reply(200, "[]"),
		errNoMessage.Error() + " ":   reply(200, "<html>"),
		errNoMessage.Error() + "  ":  reply(200, `{"janus":""}`),
		errNoMessage.Error() + "   ": reply(200, ``),
		errTooLong.Error():           reply(200, `[{"janus":"`+strings.Repeat("x", maxFrame)+`"}]`),
	} {
		s := &slow{answer: func(*http.Request) (time.Duration, *http.Response) { return 0, answer }}
		w := &web{base: base, client: &http.Client{Transport: s}}
		if _, err := w.receive(t.Context(), 7); err == nil || err.Error() != strings.TrimSpace(want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestOverHTTP goes over a real socket: URLs, one poll at a time, and nothing left behind.
func TestOverHTTP(t *testing.T) {
	var polls atomic.Int64
	polling := make(chan struct{}, 16) // more than there can be
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			var m request
			_ = json.NewDecoder(r.Body).Decode(&m)
			_, _ = fmt.Fprintf(w, `{"janus":"success","transaction":%q,"data":{"id":5}}`, m.Transaction)
			return
		}
		if polls.Add(1) > 1 {
			t.Error("two polls at a time")
		}
		polling <- struct{}{}
		<-r.Context().Done()
		polls.Add(-1)
	}))
	defer server.Close()
	u, _ := url.Parse(server.URL + "/janus")
	c := Open(Config{URL: u, Transport: reach.Transport(reach.Options{To: u}), Account: Account{URI: "sip:1@x"}})
	<-polling
	c.Close()
}

// TestClosedConnection: a request that meets the end of a connection that was kept is asked again.
func TestClosedConnection(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, sent := r.Header["Idempotency-Key"]; sent {
			t.Error("what is for the library is sent")
		}
		if asked.Add(1) == 2 {
			conn, _, _ := http.NewResponseController(w).Hijack()
			_ = conn.Close()
			return
		}
		_, _ = io.WriteString(w, `{"janus":"ack"}`)
	}))
	defer server.Close()
	base, _ := url.Parse(server.URL + "/janus")
	w := &web{base: base, client: reach.Client(reach.Transport(reach.Options{To: base}))}
	defer w.close()
	for range 2 {
		if reply, err := w.send(t.Context(), request{Janus: "keepalive", Session: 7}); err != nil || len(reply) == 0 {
			t.Errorf("%s %v", reply, err)
		}
	}
}

// TestCutOffAnswer: a message whose answer is cut off counts as taken, and its outcome follows by poll. Of
// a session that was asked for this way nothing is known.
func TestCutOffAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		_ = conn.Close()
	}))
	defer server.Close()
	base, _ := url.Parse(server.URL + "/janus")
	w := &web{base: base, client: reach.Client(reach.Transport(reach.Options{To: base}))}
	defer w.close()
	reply, err := w.send(t.Context(), request{Janus: "message", Session: 7, Transaction: "t"})
	if m, _ := decode(reply); err != nil || m.Janus != "ack" || m.Transaction != "t" {
		t.Errorf("%s %v", reply, err)
	}
	if reply, err := w.send(t.Context(), request{Janus: "create"}); err == nil {
		t.Errorf("%s", reply)
	}
}

// TestOverASocket: the client asks for the subprotocol and refuses a socket that speaks another one.
func TestOverASocket(t *testing.T) {
	for speaks, want := range map[string]string{
		subprotocol: "janus.Registered{}",
		"chat":      "janus.Unregistered{Why:1 Code:0 Reason: Err:the websocket speaks another protocol}",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := ws.Accept(w, r, ws.AcceptOptions{Subprotocols: []string{speaks}})
			if err != nil {
				return
			}
			defer conn.CloseNow()
			for {
				frame, err := conn.Read(r.Context())
				if err != nil {
					return
				}
				var m request
				_ = json.Unmarshal(frame, &m)
				answer := fmt.Appendf(nil, `{"janus":"success","transaction":%q,"data":{"id":5}}`, m.Transaction)
				if m.Janus == "message" {
					answer = event(m.Handle, m.Transaction, `{"event":"registered","master_id":1}`, "")
				}
				_ = conn.Write(r.Context(), answer)
			}
		}))
		u, _ := url.Parse(strings.Replace(server.URL, "http", "ws", 1))
		c := Open(Config{URL: u, Transport: reach.Transport(reach.Options{To: u, Socket: true})})
		e := <-c.Events()
		if got := fmt.Sprintf("%T%+v", e, e); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		c.Close()
		server.Close()
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	s := &socket{url: refusing.URL, transport: reach.Transport(reach.Options{})}
	if err := s.open(context.Background()); !errors.Is(err, statusError(404)) {
		t.Errorf("%v", err)
	}
	s.close()
}
