package vodia

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// desk is a PBX that records its requests, a line each.
type desk struct {
	t    *testing.T
	book chan string
	// refuse is how often the websocket is refused before it opens.
	refuse int
	// quiet leaves out the Server header except on the front page.
	quiet bool
	// inBody gives the session in the body of the reply and sets no cookie.
	inBody bool
	// cookieToo sets a cookie besides the session in the body.
	cookieToo bool
	minted    int
}

func (d *desk) serve() string {
	d.book = make(chan string, 64)
	s := httptest.NewServer(d)
	d.t.Cleanup(s.Close)
	return s.URL
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	line := fmt.Sprintf("%s %s %s", r.Method, r.URL.RequestURI(), body)
	if user, password, ok := r.BasicAuth(); ok {
		line += " as " + user + ":" + password
	}
	if c := r.Header.Get("Cookie"); c != "" {
		line += " with " + c
	}
	d.book <- strings.TrimSpace(line)
	if !d.quiet || r.URL.Path == "/" {
		w.Header().Set("Server", "PBX/67.0.5 (Debian64)")
	}
	switch r.URL.Path {
	case wire.SessionPath:
		d.session(w, r, body)
	case wire.SocketPath:
		d.socket(w, r)
	case "/":
		http.Redirect(w, r, "/welcome.htm", http.StatusFound)
	default:
		fmt.Fprint(w, "true")
	}
}

func (d *desk) session(w http.ResponseWriter, r *http.Request, body []byte) {
	var req wire.SessionRequest
	if err := json.Unmarshal(body, &req); err != nil {
		d.t.Errorf("login body: %v", err)
	}
	switch {
	case req.Name == wire.SessionThirdParty:
		d.minted++
		fmt.Fprintf(w, "%q", fmt.Sprintf("token%015d", d.minted))
	case r.Method == http.MethodPut && d.cookieToo:
		http.SetCookie(w, &http.Cookie{Name: wire.SessionCookie, Value: "from-the-cookie"})
		fmt.Fprint(w, `"sessionINbody0000001"`)
	case r.Method == http.MethodPut, d.inBody:
		fmt.Fprint(w, `"sessionINbody0000001"`)
	default:
		http.SetCookie(w, &http.Cookie{Name: wire.SessionCookie, Value: "live-" + req.Value, Path: "/", HttpOnly: true})
		fmt.Fprint(w, "true")
	}
}

func (d *desk) socket(w http.ResponseWriter, r *http.Request) {
	if d.refuse > 0 {
		d.refuse--
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	sock, err := ws.Accept(w, r, ws.AcceptOptions{})
	if err != nil {
		d.t.Errorf("accept: %v", err)
		return
	}
	for {
		if _, err := sock.Read(context.Background()); err != nil {
			return
		}
	}
}

// signIn opens a connection for as long as the test lasts, by an administrator unless that is empty, and
// returns its configuration.
func (d *desk) signIn(admin string) config {
	d.t.Helper()
	cfg := configFor(d.serve())
	cfg.Admin = admin
	c, err := newDialer(cfg).dial(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = c.Close() })
	return cfg
}

// lines are what the book holds by now.
func (d *desk) lines() []string {
	var lines []string
	for len(d.book) > 0 {
		lines = append(lines, <-d.book)
	}
	return lines
}

func (d *desk) expect(want ...string) {
	d.t.Helper()
	if got := d.lines(); !slices.Equal(got, want) {
		d.t.Errorf("the PBX was asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const upgrade = "GET /websocket?domain=tenant.example.com&user=501  with session="

func TestLoginByPassword(t *testing.T) {
	d := &desk{t: t}
	cfg := configFor(d.serve())
	cfg.Secret = func(context.Context) (string, error) { return "password", nil }
	c, err := newDialer(cfg).dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d.expect(
		`PUT /rest/system/session {"name":"auth","value":"501@tenant.example.com 5f4dcc3b5aa765d61d8327deb882cf99"}`,
		upgrade+"sessionINbody0000001",
	)
}

// What Set-Cookie says is the session.
func TestCookieOutranksTheBody(t *testing.T) {
	d := &desk{t: t, cookieToo: true}
	d.signIn("")
	if got := d.lines(); len(got) != 2 || got[1] != upgrade+"from-the-cookie" {
		t.Errorf("asked %q", got)
	}
}

func TestLoginByToken(t *testing.T) {
	d := &desk{t: t}
	d.signIn("admin")
	d.expect(
		`POST /rest/system/session {"name":"3rd","username":"501","domain":"tenant.example.com"} as admin:`+canary,
		`POST /rest/system/session {"name":"session","value":"token000000000000001"}`,
		upgrade+"live-token000000000000001",
	)
}

func TestLoginWithoutCookie(t *testing.T) {
	d := &desk{t: t, inBody: true}
	d.signIn("admin")
	if got := d.lines(); len(got) != 3 || got[2] != upgrade+"sessionINbody0000001" {
		t.Errorf("asked %q", got)
	}
}

// A refused websocket is tried once more, with a token of its own.
func TestFreshTokenForEveryAttempt(t *testing.T) {
	d := &desk{t: t, refuse: 1}
	cfg := d.signIn("admin")
	if got := d.lines(); len(got) != 6 || got[2] != upgrade+"live-token000000000000001" || got[5] != upgrade+"live-token000000000000002" {
		t.Errorf("asked %q", got)
	}
	d.refuse = 9
	if e := dialFails(t, cfg); e.Step != pbxws.StepLink || e.Final(false) || !strings.Contains(e.What, "refuses the websocket") {
		t.Errorf("got %v", e)
	}
	if d.refuse != 7 {
		t.Errorf("tried %d times", 9-d.refuse)
	}
}

func TestPastedSessionAndVersionOfTheFrontPage(t *testing.T) {
	d := &desk{t: t, quiet: true}
	cfg := configFor(d.serve())
	cfg.Session, cfg.Secret = "pasted-id", nil
	c, err := newDialer(cfg).dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d.expect("GET /", upgrade+"pasted-id")
	if c.Caps().Has(pbxws.CapDND) {
		t.Error("version 67 was not read off the front page")
	}
	if err := c.Send(t.Context(), pbxws.SetDND{On: true}); err != pbxws.ErrUnsupported {
		t.Errorf("got %v", err)
	}
}

// Name and password alone open the websocket and REST. They are tried once: what a PBX does not
// accept at first it will not accept later.
func TestLoginByBasic(t *testing.T) {
	d := &desk{t: t}
	cfg := configFor(d.serve())
	cfg.Basic = true
	c, err := newDialer(cfg).dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	as := " as 501@tenant.example.com:" + canary
	d.expect("GET /", "GET /websocket?domain=tenant.example.com&user=501 "+as)
	if err := c.Send(t.Context(), pbxws.SetForward{Forward: pbxws.Forward{To: "502"}}); err != nil {
		t.Fatal(err)
	}
	if got := <-d.book; !strings.HasPrefix(got, "PUT "+oldSettings) || !strings.HasSuffix(got, as) {
		t.Errorf("asked %q", got)
	}
	c.Close()
	d.lines()
	d.refuse = 9
	if e := dialFails(t, cfg); !e.Permanent || d.refuse != 8 {
		t.Errorf("tried %d times: %v", 9-d.refuse, e)
	}
}

func TestDoNotDisturb(t *testing.T) {
	p := newPBX(t, "PBX/70.1")
	asked := make(chan string, 8)
	answers := map[bool]func(http.ResponseWriter){
		true:  func(w http.ResponseWriter) { fmt.Fprint(w, "true") },
		false: func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) },
	}
	p.Config.Handler.(*http.ServeMux).HandleFunc("POST /rest/user/{account}/dnd", func(w http.ResponseWriter, r *http.Request) {
		var body wire.DNDRequest
		_ = json.NewDecoder(r.Body).Decode(&body)
		asked <- fmt.Sprintf("%s %t %s", r.PathValue("account"), body.State, r.Header.Get("Cookie"))
		answers[body.State](w)
	})
	c, _ := p.dial(t, versionAuto)
	for _, on := range []bool{true, false} {
		if err := c.Send(t.Context(), pbxws.SetDND{On: on}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"account 501 dnd=true", "done pbxws.SetDND", "refused pbxws.SetDND 403 the PBX answered 403 Forbidden"} {
		e := nextEvent(t, c)
		got := show(e)
		if a, ok := e.(pbxws.AccountChanged); ok {
			got = fmt.Sprintf("account %s dnd=%t", a.Patch.ID, *a.Patch.DND)
		}
		if got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	for _, on := range []bool{true, false} {
		if got, want := <-asked, fmt.Sprintf("501@tenant.example.com %t session=q7Zk2mXvT0bLr9sWc4Nd", on); got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
	}
}

func TestVersions(t *testing.T) {
	for header, want := range map[string]int{
		"PBX/70.1": 70, "PBX/67.0.5 (Debian64)": 67, "": 0, "nginx": 0, "PBX/": 0, "PBX/x": 0, "PBX/99999999999999999999": 0,
	} {
		if got := versionOf(header); got != want {
			t.Errorf("%q: got %d, want %d", header, got, want)
		}
	}
	if h := versionAuto.decide(0); h.legacy {
		t.Error("an unknown version is to be taken for modern")
	}
	if h := versionModern.decide(60); h.legacy || !h.configured {
		t.Error("a person's word outranks the version")
	}
}
