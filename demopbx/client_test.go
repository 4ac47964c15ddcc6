package demopbx

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/ws"
	"go.uber.org/goleak"
)

// TestMain sets how many tests run at once.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(sideBySide)); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// testTimeout bounds every wait of these tests. It is long because sound on a loaded machine stumbles;
// nothing waits for it that goes well.
const testTimeout = 30 * time.Second

// quick makes people fast, so that tests do not wait for them.
func quick(o Options) Options {
	const answers = 60 * time.Millisecond
	o.PBX.EchoAnswers = cmp.Or(o.PBX.EchoAnswers, answers)
	o.PBX.ColleagueAnswers = cmp.Or(o.PBX.ColleagueAnswers, answers)
	o.PBX.CrowdAnswers = cmp.Or(o.PBX.CrowdAnswers, answers)
	o.PBX.CallbackSpeaks = cmp.Or(o.PBX.CallbackSpeaks, 60*time.Millisecond)
	o.PBX.CallbackWaits = cmp.Or(o.PBX.CallbackWaits, 30*time.Millisecond)
	return o
}

// onDialects plays a scenario on live70, the PBXs of today, and on one of the other dialects,
// chosen by the name of the test.
func onDialects(t *testing.T, play func(*testing.T, vodia.Dialect)) {
	t.Helper()
	t.Parallel()
	others := []vodia.Dialect{vodia.ModernAnswer, vodia.Modern, vodia.Legacy}
	name := fnv.New32a()
	_, _ = name.Write([]byte(t.Name()))
	for _, d := range []vodia.Dialect{vodia.Live70, others[name.Sum32()%uint32(len(others))]} {
		t.Run(d.String(), func(t *testing.T) { play(t, d) })
	}
}

// start opens a PBX for the test, which runs in parallel with others from here on.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	t.Parallel()
	return alone(t, o)
}

// alone opens a PBX for a test that runs by itself.
func alone(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func deadline(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	t.Cleanup(cancel)
	return ctx
}

// journal waits for an entry.
func journal(t *testing.T, s *Server, kind exchange.Kind, user string) exchange.Entry {
	t.Helper()
	e, err := s.Journal().Await(deadline(t), func(e exchange.Entry) bool { return e.Kind == kind && e.User == user })
	if err != nil {
		for _, e := range s.Journal().Since(0) {
			t.Log(e)
		}
		t.Fatalf("no %q of %q in the journal: %v", kind, user, err)
	}
	return e
}

// request sends a hand-written body and returns status, body and header.
func request(t testing.TB, method, url, body string, edit ...func(*http.Request)) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(deadline(t), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Close = true
	for _, e := range edit {
		e(r)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data), resp.Header
}

func basic(user, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(user, password) }
}

func cookie(id string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Cookie", "session="+id) }
}

// md5Demo is the MD5 of "demo", as an independent tool gives it.
const md5Demo = "fe01ce2a7fbac8fafaed7c982a04e229"

// signIn signs in by password and returns the session id.
func signIn(t testing.TB, s *Server, user string) string {
	t.Helper()
	code, body, _ := request(t, "PUT", s.URL()+"/rest/system/session",
		`{"name":"auth","value":"`+user+`@demo.example `+md5Demo+`"}`)
	var id string
	if err := json.Unmarshal([]byte(body), &id); code != 200 || err != nil || len(id) != 20 {
		t.Fatalf("login of %s: %d %q, want 200 and a JSON string of 20 characters", user, code, body)
	}
	return id
}

// got is one frame of the PBX.
type got map[string]any

func (g got) action(name string) bool { return g["action"] == name }

func (g got) has(key string) bool { _, ok := g[key]; return ok }

func (g got) text(key string) string { s, _ := g[key].(string); return s }

func (g got) number(key string) int { n, _ := g[key].(float64); return int(n) }

// calls are the entries of a call-state.
func (g got) calls() []got {
	var list []got
	entries, _ := g["calls"].([]any)
	for _, e := range entries {
		m, _ := e.(map[string]any)
		list = append(list, m)
	}
	return list
}

// state is the state of the only call in a call-state, empty when there is none.
func (g got) state() string {
	if calls := g.calls(); g.action("call-state") && len(calls) == 1 {
		return calls[0].text("state")
	}
	return ""
}

// client is a third party's program: a websocket and JSON by hand.
type client struct {
	t    *testing.T
	s    *Server
	user string
	conn *ws.Conn

	mu     sync.Mutex
	frames []got
	more   chan struct{} // closed and replaced by every frame, closed for good at the end
	ended  bool
	phones map[string]*phone // by callid
	early  map[string][]string
	// placed are our outgoing calls that the PBX has not mentioned yet; names maps callids of the PBX
	// to ours.
	placed []string
	names  map[string]string
}

// dial opens the user's websocket and asks for nothing.
func dial(t *testing.T, s *Server, user string) *client {
	t.Helper()
	return dialAs(t, s, user, signIn(t, s, user))
}

func dialAs(t *testing.T, s *Server, user, session string) *client {
	t.Helper()
	return dialAt(t, s, user, "/websocket?domain=demo.example&user="+user, http.Header{"Cookie": {"session=" + session}})
}

// dialAt opens a websocket at a path of the PBX.
func dialAt(t *testing.T, s *Server, user, path string, header http.Header) *client {
	t.Helper()
	conn, err := ws.Dial(deadline(t), strings.Replace(s.URL(), "http", "ws", 1)+path, ws.Options{Header: header})
	if err != nil {
		t.Fatal(err)
	}
	c := &client{
		t: t, s: s, user: user, conn: conn, more: make(chan struct{}),
		phones: map[string]*phone{}, early: map[string][]string{}, names: map[string]string{},
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read()
	}()
	t.Cleanup(func() {
		_ = conn.CloseNow()
		<-read
	})
	return c
}

// bootstrap does what a web phone does first.
func (c *client) bootstrap() *client {
	c.send(`{"action":"avoid-disconnect"}`)
	c.send(`{"action":"own-calls","subscribe":true}`)
	c.send(`{"action":"sip-register","useragent":"third party/1.0"}`)
	if d := c.s.options.Vodia; d.NoRegisterReply || d.Dialect == vodia.Live70 {
		c.send(`{"action":"ringtones"}`) // the answer to the last request comes last
		c.take("an answer", true, func(g got) bool { return g.has("ringtones") })
		return c
	}
	c.take("a registration", true, func(g got) bool { return g.action("sip-register") })
	return c
}

func (c *client) read() {
	for {
		data, err := c.conn.Read(context.Background())
		g := got{}
		if err == nil {
			if err := json.Unmarshal(data, &g); err != nil {
				c.t.Errorf("a frame is not a JSON object: %v: %.200s", err, data)
			}
		}
		c.mu.Lock()
		if err != nil {
			c.ended = true
			close(c.more)
			c.mu.Unlock()
			return
		}
		c.rename(g)
		if line := g.text("candidate"); line != "" {
			c.candidate(g.text("callid"), line)
		}
		c.frames = append(c.frames, g)
		close(c.more)
		c.more = make(chan struct{})
		c.mu.Unlock()
	}
}

// rename replaces the PBX's name of a call of ours by our own: an unknown callid belongs to the
// first call that we dialled. It needs the lock.
func (c *client) rename(g got) {
	id := g.text("callid")
	if i := slices.Index(c.placed, id); i >= 0 {
		c.placed, c.names[id] = slices.Delete(c.placed, i, i+1), id
	}
	switch _, known := c.names[id]; {
	case id == "" || known:
	case g.has("invitesdp") || len(c.placed) == 0:
		c.names[id] = id
	default:
		c.names[id], c.placed = c.placed[0], c.placed[1:]
	}
	if id != "" {
		g["callid"] = c.names[id]
	}
	for _, call := range g.calls() {
		if ours := c.names[call.text("id")]; ours != "" {
			call["id"] = ours
		}
	}
}

// ours is the callid by which we know the call that the PBX has under an id.
func (c *client) ours(id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names[id]
}

// dialled sends an offer to a number under our own callid.
func (c *client) dialled(number, callid, offer string) {
	c.t.Helper()
	c.mu.Lock()
	c.placed = append(c.placed, callid)
	c.mu.Unlock()
	c.send(`{"action":"sdp-packet","to":%s,"sdp":{"type":"offer","sdp":%s},"callid":%s}`, quote(number), quote(offer), quote(callid))
}

// candidate passes a candidate to its phone, which may not exist yet. It needs the lock.
func (c *client) candidate(callid, line string) {
	if p := c.phones[callid]; p != nil {
		p.candidate(line)
		return
	}
	c.early[callid] = append(c.early[callid], line)
}

func (c *client) send(format string, args ...any) {
	c.t.Helper()
	if err := c.conn.Write(deadline(c.t), fmt.Appendf(nil, format, args...)); err != nil {
		c.t.Fatalf("%s sends: %v", c.user, err)
	}
}

// await takes frames until one is accepted and returns it; those before it are dropped.
func (c *client) await(what string, suits func(got) bool) got {
	c.t.Helper()
	return c.take(what, false, suits)
}

// take is await; with keep the frames before are left for the next await.
func (c *client) take(what string, keep bool, suits func(got) bool) got {
	c.t.Helper()
	ctx := deadline(c.t)
	var seen []got
	for {
		c.mu.Lock()
		for i, g := range c.frames {
			if suits(g) {
				before := append(seen, c.frames[:i]...)
				c.frames = c.frames[i+1:]
				if keep {
					c.frames = append(before, c.frames...)
				}
				c.mu.Unlock()
				return g
			}
		}
		seen, c.frames = append(seen, c.frames...), nil
		more, ended := c.more, c.ended
		c.mu.Unlock()
		if ended {
			c.t.Fatalf("%s waits for %s but the socket ended", c.user, what)
		}
		select {
		case <-more:
		case <-ctx.Done():
			for _, g := range seen[max(0, len(seen)-8):] {
				c.t.Logf("%s got %.300s", c.user, fmt.Sprint(map[string]any(g)))
			}
			for _, e := range c.s.Journal().Since(0) {
				c.t.Log(e)
			}
			c.t.Fatalf("%s waits for %s in vain", c.user, what)
		}
	}
}

// awaitEnd waits until the PBX has ended the socket.
func (c *client) awaitEnd() {
	c.t.Helper()
	ctx := deadline(c.t)
	for {
		c.mu.Lock()
		more, ended := c.more, c.ended
		c.mu.Unlock()
		if ended {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			c.t.Fatalf("the socket of %s still lives", c.user)
		}
	}
}

// awaitState waits for the call-state with one call in it that has the state.
func (c *client) awaitState(state string) got {
	c.t.Helper()
	g := c.await("its call to be "+state, func(g got) bool { return g.state() == state })
	return g.calls()[0]
}

func (c *client) awaitNoCalls() {
	c.t.Helper()
	c.await("no calls", func(g got) bool { return g.action("call-state") && len(g.calls()) == 0 })
}

// quote is a Go string as JSON.
func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}
