package vodia

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
	"github.com/patchcord/patchcord/rtc"
)

// FuzzRequests lets a client send anything, a frame for each line.
func FuzzRequests(f *testing.F) {
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		f.Fatal(err)
	}
	media, offer, err := engine.Offer(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	if err := media.Close(); err != nil {
		f.Fatal(err)
	}
	quoted, err := json.Marshal(offer)
	if err != nil {
		f.Fatal(err)
	}
	call := `{"action":"sdp-packet","to":"601","sdp":{"type":"offer","sdp":` + string(quoted) + `},"callid":"x"}`
	for _, seed := range []string{
		`{"action":"avoid-disconnect"}`,
		`{"action":"sip-register"}` + "\n" + `{"action":"sdp-packet","to":"201","callid":"x"}`,
		`{"action":"blf","add":["200","201",7]}` + "\n" + `{"action":"orbit-calls","subscribe":true}`,
		call + "\n" + call + "\n" + `{"action":"sip-bye","callid":"x","caller":"true"}`,
		call + "\n" + `{"action":"wrtc-hold","callid":"x","holdcmd":"sendonly","sdp":"v=0"}`,
		call + "\n" + `{"action":"blind-transfer2","id":"x","to":"*8580"}` + "\n" + `{"action":"sdp-packet","to":"*8680","sdp":"v=0","callid":"y"}`,
		`{"action":"att-transfer","id":"x","id2":"x"}` + "\n" + `{"action":"ice-candidate","candidate":null}`,
		`{"action":"make-call","to":"*72601"}` + "\n" + `{"action":"make-call","to":"201"}` + "\n" + `{"action":"clear-call","id":"pc1000000001@pbx"}`,
		`{"action":"own-calls","subscribe":true}` + "\n" + `{"action":"make-call","to":"90"}` + "\n" + `{"action":"accept-call","id":"pc1000000001@pbx"}`,
		call + "\n" + `{"action":"hold-call","id":"x"}` + "\n" + `{"action":"blind-transfer","id":"x","to":"90"}` + "\n" + `{"action":"rec-call","id":"x"}`,
		`{"action":"sdp-200ok","sdp":"v=0","callid":"x","cseq":[]}` + "\n" + `{"action":"sip-busy","callid":"","code":-1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		pbx, front := newFront(t, engine)
		user, _ := pbx.Extension("201")
		sock := &socket{f: front, user: user, queue: make(chan frame, socketQueue), drop: func() {}, lamps: map[string]bool{}}
		end := run(t, pbx)
		pbx.Do(func() {
			if err := sock.open(); err != nil {
				t.Error(err)
			}
		})
		for i, line := range bytes.Split(data, []byte("\n")) {
			if i == 8 {
				break
			}
			r, err := wire.DecodeRequest(line)
			pbx.Do(func() { sock.request(r, err) })
		}
		end()
		if len(pbx.Calls()) > 0 || len(front.aliases) > 0 {
			t.Errorf("%d calls and %d callids are left", len(pbx.Calls()), len(front.aliases))
		}
	})
}

// newFront is a front of a PBX of a few people.
func newFront(t *testing.T, engine *rtc.Engine) (*exchange.PBX, *Front) {
	log := strict(t)
	pbx := exchange.New(exchange.Options{Log: log, Extensions: 12}, engine)
	return pbx, New(Options{}, pbx, log)
}

// run runs a PBX until the returned function is called.
func run(t *testing.T, pbx *exchange.PBX) (end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		pbx.Run(ctx)
	}()
	return func() {
		pbx.Stop()
		cancel()
		<-ended
	}
}

// FuzzREST lets the administrator's program ask for anything.
func FuzzREST(f *testing.F) {
	const user = "/rest/user/201@demo.example/"
	for _, seed := range []struct{ method, path, body string }{
		{"GET", user + "messages?api=2&page=-1&size=2&filter=unread", ""},
		{"GET", user + "history?page=9&size=9999999999999999999", ""},
		{"POST", user + "adrbook", `{"name":"x","number":7}`},
		{"POST", user + "calls", `{"remote-dial":"600","transfer":"x","id":"x"}`},
		{"POST", user + "calls", `{"hangup":""}`},
		{"POST", user + "dnd", `{"state":1}`},
		{"PUT", "/rest/domain/self/account/self/user_settings", `{"table":"users","settings":[{"name":"cfa"}]}`},
		{"POST", "/rest/domain/demo.example/account/201/user_settings", `{"table":"users","settings":[{"name":"cfn","value":"201"}]}`},
		{"PUT", "/rest/system/session", `{"name":"auth","value":"@ "}`},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		at, err := url.ParseRequestURI("http://pbx.example" + path)
		if err != nil {
			return
		}
		pbx, front := newFront(t, nil)
		end := run(t, pbx)
		r := &http.Request{Method: method, URL: at, Host: at.Host, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		r.SetBasicAuth(Admin, exchange.Password)
		w := httptest.NewRecorder()
		front.Handler().ServeHTTP(w, r)
		if kind := w.Header().Get("Content-Type"); kind == "application/json" && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s: %s", method, path, w.Body)
		}
		end()
	})
}
