package nethcti

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/pbxws"
)

// The directory of the tests: the one whom the transcripts of the vendor's server know.
const (
	meAlice = `{"name":"Alice Verdi","username":"alice","mainPresence":"online","presence":"online",
		"endpoints":{"email":[],"extension":[
			{"id":"201","type":"physical","description":"Yealink SIP-T46S","actions":{"answer":true,"dtmf":true,"hold":true}},
			{"id":"91201","type":"webrtc","username":"alice","actions":{"answer":false}}],
			"voicemail":[{"id":"201"}],"mainextension":[{"id":"201"}]},
		"presenceOnBusy":"online","presenceOnUnavailable":"online",
		"profile":{"macro_permissions":{
			"settings":{"value":true,"permissions":{"dnd":{"value":true},"parkings":{"value":true},"pickup":{"value":true}}},
			"presence_panel":{"value":true,"permissions":{"spy":{"value":false},"intrude":{"value":true}}},
			"queue_agent":{"value":true,"permissions":{}}}},
		"default_device":{"id":"201","type":"physical"}}`
	secretOfAlice = "sip-secret-of-alice"
	everybody     = `{"alice":{"name":"Alice Verdi","username":"alice","mainPresence":"online","presence":"online","endpoints":{
			"extension":[{"id":"201","type":"physical"},{"id":"91201","type":"webrtc","secret":""}],"mainextension":[{"id":"201"}]}},
		"bob":{"name":"Bob Bianchi","username":"bob","mainPresence":"online","presence":"online","endpoints":{
			"extension":[{"id":"202","type":"physical"}],"mainextension":[{"id":"202"}]}},
		"zoe":{"name":"Zoe Neri","username":"zoe","endpoints":{"extension":[],"mainextension":[]}}}`
	extensionsOnline = `{"201":{"exten":"201","name":"Alice Verdi","status":"online","conversations":{}},
		"202":{"exten":"202","name":"Bob Bianchi","status":"online","conversations":{}},
		"91201":{"exten":"91201","name":"Alice Verdi","status":"offline","conversations":{}},
		"299":{"exten":"299","name":"Door","status":"online","conversations":{}}}`
)

// fake is a NethVoice without a network, for tests in fake time.
type fake struct {
	t *testing.T
	// middleware and legacy are the sides that there are.
	middleware, legacy bool
	password           string
	// code is the one-time code, empty for none.
	code string
	// answers are what REST gives in place of the usual, by method and path below the side: a status,
	// or a body.
	answers map[string]string
	// silent leaves the login on the websocket unanswered; down drops each websocket at once.
	silent, down bool
	// takesOver has another program of the user take over while a login waits.
	takesOver bool
	// gateway serves calls, nil for a PBX without.
	gateway *fakeGateway
	// gate holds back what is asked at the path gated until it is closed, nil for not.
	gate  chan struct{}
	gated string
	// page gives a page of the phone book, nil for none.
	page func() string

	mu      sync.Mutex
	sockets map[*socketio.Conn]bool
	valid   map[string]bool // tokens
	book    []string        // what was asked, one line a request
	tokens  int
}

func newFake(t *testing.T) *fake {
	return &fake{
		t: t, middleware: true, legacy: true, gated: pathTrunks, password: "alicepw", sockets: map[*socketio.Conn]bool{}, valid: map[string]bool{},
		answers: map[string]string{
			"GET /user/me": meAlice, "GET /user/endpoints/all": everybody, "GET /astproxy/extensions": extensionsOnline,
			"GET /astproxy/queues": "{}", "GET /astproxy/parkings": "{}", "GET /astproxy/trunks": "{}",
		},
	}
}

// pipes is a listener of connections within the process.
type pipes struct {
	conns chan net.Conn
	gone  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// start serves, and gives a profile of it. The end of the test ends it.
func (f *fake) start(changes ...func(*config)) *dialer {
	p := pipes{conns: make(chan net.Conn), gone: make(chan struct{})}
	server := &http.Server{Handler: f}
	served := make(chan struct{})
	go func() {
		_ = server.Serve(p)
		close(served)
	}()
	f.t.Cleanup(func() {
		close(p.gone)
		_ = server.Close()
		<-served
	})
	c := config{
		Login: pbxws.Login{URL: "http://cti.example.com", User: "alice", UserAgent: "Patchcord/test",
			Secret: func(context.Context) (string, error) { return "alicepw", nil }},
		reach: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			select {
			case p.conns <- theirs:
				return ours, nil
			case <-p.gone:
				return nil, net.ErrClosed
			}
		},
	}
	for _, change := range changes {
		change(&c)
	}
	return newDialer(c)
}

func (f *fake) note(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.book = append(f.book, fmt.Sprintf(format, args...))
}

// asked is what was asked since the last time.
func (f *fake) asked() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := strings.Join(f.book, "\n")
	f.book = nil
	return all
}

func (f *fake) answer(key, value string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answers[key] = value; value == "" {
		delete(f.answers, key)
	}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := r.URL.Path
	switch {
	case f.gateway != nil && strings.HasPrefix(path, pathGateway):
		f.gateway.serve(w, r, body)
		return
	case f.gateway != nil && path == pathScript:
		_, _ = io.WriteString(w, "window.CONFIG = {\n  API_ENDPOINT: 'cti.example.com',\n  SIP_HOST: '10.0.0.9',\n  SIP_PORT: '20139',\n}")
		return
	case path == "/api/ws/" && f.middleware, path == "/socket.io/" && f.legacy:
		f.socket(w, r)
		return
	}
	f.note("%s %s %s", r.Method, path, strings.TrimSpace(string(body)))
	if f.gate != nil && strings.HasSuffix(path, f.gated) {
		<-f.gate
	}
	side, below := "", ""
	for _, s := range sides {
		if rest, ok := strings.CutPrefix(path, s.rest+"/"); ok {
			side, below = s.rest, "/"+rest
		}
	}
	f.mu.Lock()
	answer, special := f.answers[r.Method+" "+below]
	f.mu.Unlock()
	switch {
	case side == "/api" && !f.middleware, side == "/webrest" && !f.legacy, side == "":
		http.NotFound(w, r)
	case side == "/api" && below == "/login" && !special:
		f.login(w, body)
	case side == "/api" && below == "/2fa/verify-otp" && !special:
		f.verify(w, r, body)
	case below == "/authentication/login" && !special:
		f.nonce(w, body)
	case strings.HasPrefix(answer, "50"), special && strings.HasSuffix(below, "/login"): // needs no token
		f.say(w, answer)
	case !f.knows(r):
		w.WriteHeader(http.StatusUnauthorized)
	case special:
		f.say(w, answer)
	case f.page != nil && below == pathPhonebook:
		f.say(w, f.page())
	default:
		w.WriteHeader(http.StatusOK) // an order: taken, with an empty body
	}
}

// say gives an answer: three digits are a status, and what follows them a body.
func (f *fake) say(w http.ResponseWriter, answer string) {
	var status int
	if n, _ := fmt.Sscanf(answer, "%3d", &status); n == 1 && status >= 200 && status < 600 {
		if answer = strings.TrimSpace(answer[3:]); strings.HasPrefix(answer, "<") {
			w.Header().Set("Content-Type", "text/html")
		} else if name, value, ok := strings.Cut(answer, ": "); ok && !strings.HasPrefix(answer, "{") {
			w.Header().Set(name, value)
			answer = ""
		}
		w.WriteHeader(status)
	}
	_, _ = io.WriteString(w, answer)
}

func (f *fake) knows(r *http.Request) bool {
	auth := r.Header.Get("Authorization")
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.valid[strings.TrimPrefix(auth, "Bearer ")] || f.valid[strings.TrimPrefix(auth, "alice:")]
}

func (f *fake) login(w http.ResponseWriter, body []byte) {
	var asked struct{ Username, Password string }
	_ = json.Unmarshal(body, &asked)
	if asked.Password != f.password {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"code":401,"data":null,"message":"incorrect Username or Password"}{"code":401}`)
		return
	}
	fmt.Fprintf(w, `{"code":200,"expire":"2026-12-05T00:04:26Z","token":%q}`, f.mint(f.code == ""))
}

// mint makes a JWT, good for everything once it is proven.
func (f *fake) mint(proven bool) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tokens++
	claims := fmt.Sprintf(`{"id":"alice","2fa":%v,"otp_verified":%v,"exp":%d,"n":%d}`, f.code != "", proven, time.Now().Add(14*24*time.Hour).Unix(), f.tokens)
	token := "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmVk"
	f.valid[token] = proven
	return token
}

func (f *fake) verify(w http.ResponseWriter, r *http.Request, body []byte) {
	var asked struct{ OTP string }
	_ = json.Unmarshal(body, &asked)
	if asked.OTP != f.code {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"code":400,"data":null,"message":"invalid_otp"}`)
		return
	}
	fmt.Fprintf(w, `{"code":200,"message":"OTP verified","data":{"token":%q}}`, f.mint(true))
}

const nonce = "2e68ce53a24aba66d85770067d650bc1f2958c3c"

func (f *fake) nonce(w http.ResponseWriter, body []byte) {
	var asked struct{ Username, Password string }
	_ = json.Unmarshal(body, &asked)
	switch {
	case asked.Username != "alice":
		w.Header()["message"], w.Header()["code"] = []string{"user " + asked.Username + " is not configured"}, []string{"1"}
	case asked.Password == f.password:
		w.Header()["www-authenticate"] = []string{"Digest " + nonce}
		f.mu.Lock()
		f.valid[proof(asked.Username, asked.Password, nonce)] = true
		f.mu.Unlock()
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// socket serves a websocket.
func (f *fake) socket(w http.ResponseWriter, r *http.Request) {
	c, err := socketio.Accept(w, r, socketio.AcceptOptions{EIO3: r.URL.Query().Get("EIO") == "3"})
	if err != nil {
		return
	}
	defer c.Drop()
	if f.down {
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	news, over := make(chan socketio.News), make(chan struct{})
	go func() {
		_ = c.Run(ctx, news)
		close(over)
	}()
	for {
		select {
		case <-over:
			f.drop(c)
			return
		case n := <-news:
			f.serve(ctx, c, n.Packet)
		}
	}
}

func (f *fake) drop(c *socketio.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sockets, c)
}

func (f *fake) serve(ctx context.Context, c *socketio.Conn, p socketio.Packet) {
	if p.Kind != socketio.Event {
		return
	}
	switch p.Name {
	case "ping":
		_, _ = c.Acknowledge(ctx, p.ID)
	case emitLogin:
		f.note("login %s", p.Args[0])
		var l login
		_ = json.Unmarshal(p.Args[0], &l)
		f.mu.Lock()
		good := f.valid[l.Token] && l.User == "alice"
		if good && !f.silent {
			f.sockets[c] = true
		}
		f.mu.Unlock()
		switch {
		case f.silent:
		case good:
			if f.takesOver {
				_, _ = c.Emit(ctx, eventTakeOver)
			}
			_, _ = c.Emit(ctx, eventAccepted, map[string]string{"message": "authorized successfully"})
		default:
			_, _ = c.Emit(ctx, eventDenied, map[string]string{"message": "unauthorized access"})
			_ = c.Leave(ctx)
		}
	default:
		f.note("%s", p.Name)
	}
}

// send tells everybody who is logged in.
func (f *fake) send(name string, args ...any) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.sockets) == 0 {
		f.t.Error("nobody is logged in")
	}
	for c := range f.sockets {
		_, _ = c.Emit(context.Background(), name, args...) // the link may end by it
	}
}

// kick ends all sockets.
func (f *fake) kick() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.sockets {
		_ = c.Leave(context.Background())
		_ = c.Drop()
	}
}

// revoke makes all tokens worthless.
func (f *fake) revoke() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.valid)
}

// raw is JSON as it stands.
func raw(text string) json.RawMessage { return json.RawMessage(text) }

// link is a conn whose events are kept as they come.
type link struct {
	pbxws.Conn
	mu     sync.Mutex
	events []pbxws.Event
	state  pbxws.State
	ended  chan struct{}
}

func follow(c pbxws.Conn) *link {
	l := &link{Conn: c, state: pbxws.NewState(""), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		for e := range c.Events() {
			l.mu.Lock()
			l.state.Apply(e, time.Now())
			if _, alive := e.(pbxws.Alive); !alive {
				l.events = append(l.events, e)
			}
			l.mu.Unlock()
		}
	}()
	return l
}

// reported are the events since the last time, once all is quiet.
func (l *link) reported() []pbxws.Event {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.events
	l.events = nil
	return events
}

// up dials, and reads the first lists.
func up(t *testing.T, d *dialer) *link {
	t.Helper()
	c, err := d.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := follow(c)
	l.reported()
	return l
}

func (l *link) close() {
	_ = l.Close()
	<-l.ended
}

// whyNot dials and gives the sentence of its failure.
func whyNot(t *testing.T, d *dialer) *pbxws.DialError {
	t.Helper()
	c, err := d.dial(t.Context())
	var e *pbxws.DialError
	if !errors.As(err, &e) {
		t.Errorf("no DialError but %v", err)
		if err == nil {
			_ = c.Close()
		}
		return &pbxws.DialError{}
	}
	return e
}
