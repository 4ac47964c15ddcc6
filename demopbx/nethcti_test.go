package demopbx

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/socketio"
)

// shape is the keys of a JSON value with the kinds of what they hold, a line each. The keys of tables, which
// are names of things, are left out.
func shape(at string, value any) []string {
	object, ok := value.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s %T", at, value)}
	}
	var lines []string
	for key, inner := range object {
		if strings.ContainsAny(key, "/>") || strings.Trim(key, "0123456789") == "" {
			key = "*"
		}
		lines = append(lines, shape(at+"."+key, inner)...)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// vendorShapes are the shapes of what the vendor's server sent, by the name of the event: all that were seen
// of a key.
func vendorShapes(t *testing.T) map[string]map[string]bool {
	t.Helper()
	file, err := os.Open("../internal/socketio/testdata/eio4.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := map[string]map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		_, frame, found := strings.Cut(lines.Text(), "42[")
		var event []any
		if !found || json.Unmarshal([]byte("["+frame), &event) != nil || len(event) != 2 {
			continue
		}
		name := event[0].(string)
		if seen[name] == nil {
			seen[name] = map[string]bool{}
		}
		for _, line := range shape("", event[1]) {
			seen[name][line] = true
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return seen
}

// ctiClient is a client of the NethVoice wire that the test writes by hand.
type ctiClient struct {
	*testing.T
	url, token string
	conn       *socketio.Conn
	news       chan socketio.News
}

// fetch makes a request and gives the status and the body.
func (c *ctiClient) fetch(method, path string, body any) (int, []byte) {
	c.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		c.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.Context(), method, c.url+path, bytes.NewReader(data))
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	var all bytes.Buffer
	if _, err := all.ReadFrom(answer.Body); err != nil {
		c.Fatal(err)
	}
	return answer.StatusCode, all.Bytes()
}

// order posts an order that must be accepted.
func (c *ctiClient) order(path string, body map[string]string) {
	c.Helper()
	if status, _ := c.fetch(http.MethodPost, "/api"+path, body); status != http.StatusOK {
		c.Fatalf("%s was answered with %d", path, status)
	}
}

// signInCTI signs in as a user and logs in on the websocket.
func signInCTI(t *testing.T, url, user string) *ctiClient {
	t.Helper()
	c := &ctiClient{T: t, url: url}
	_, body := c.fetch(http.MethodPost, "/api/login", map[string]string{"username": user, "password": exchange.Password})
	var said struct{ Token string }
	if err := json.Unmarshal(body, &said); err != nil || said.Token == "" {
		t.Fatalf("the sign-in was answered with %s", body)
	}
	c.token = said.Token
	c.connect()
	if _, err := c.conn.Emit(t.Context(), "login", map[string]string{"accessKeyId": user, "token": c.token}); err != nil {
		t.Fatal(err)
	}
	c.event("authe_ok", func(json.RawMessage) bool { return true })
	return c
}

// connect opens the client's websocket, until the test ends.
func (c *ctiClient) connect() {
	c.Helper()
	var err error
	if c.conn, err = socketio.Dial(c.Context(), "ws"+strings.TrimPrefix(c.url, "http")+"/api/ws/", socketio.Options{}); err != nil {
		c.Fatal(err)
	}
	c.news = make(chan socketio.News, 256)
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = c.conn.Run(ctx, c.news)
	}()
	c.Cleanup(func() {
		cancel()
		_ = c.conn.Drop()
		<-over
	})
}

// event waits for an event.
func (c *ctiClient) event(name string, ok func(json.RawMessage) bool) json.RawMessage {
	c.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case n := <-c.news:
			if n.Packet.Kind == socketio.Event && n.Packet.Name == name && len(n.Packet.Args) == 1 && ok(n.Packet.Args[0]) {
				return n.Packet.Args[0]
			}
		case <-limit:
			c.Fatalf("there was no %s as wanted within 20 s", name)
		}
	}
}

// TestVendorShapes: every event has the keys that the vendor's has, in the same kinds, and no others.
func TestVendorShapes(t *testing.T) {
	t.Parallel()
	vendor := vendorShapes(t)
	o := Options{Only: dialectNethCTI, PBX: exchange.Options{Seed: 7, ChangesPerSecond: 100, CrowdTalks: time.Minute}}
	pbx, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	c := signInCTI(t, pbx.URL(), "201")
	check := func(name string, holds string) {
		t.Helper()
		data := c.event(name, func(data json.RawMessage) bool { return strings.Contains(string(data), holds) })
		var value any
		if err := json.Unmarshal(data, &value); err != nil {
			t.Fatal(err)
		}
		for _, line := range shape("", value) {
			if !vendor[name][line] && !strings.HasSuffix(line, "<nil>") {
				t.Errorf("%s has %q, which the vendor's has not", name, line)
			}
		}
	}
	check("extenUpdate", "PJSIP/")
	check("userMainPresenceUpdate", "")
	check("queueUpdate", `"position"`)
	check("parkingUpdate", `"num"`)
	c.order("/user/presence", map[string]string{"status": "callforward", "to": "600"})
	check("userPresenceUpdate", `"600"`)
	c.order("/user/presence", map[string]string{"status": "online"})
	c.order("/astproxy/queuemember_pause", map[string]string{"endpointId": "201", "queueId": "71", "reason": "lunch"})
	check("queueMemberUpdate", "lunch")
	c.order("/user/default_device", map[string]string{"id": "201"})
	if err := pbx.CallTo("201", exchange.NumberColleague); err != nil {
		t.Fatal(err)
	}
	check("extenRinging", `"601"`)
	c.order("/astproxy/answer", map[string]string{"endpointId": "201"})
	check("extenConnected", "201")
	check("extenConvConnected", "601")
	convid := ""
	c.event("extenUpdate", func(data json.RawMessage) bool {
		var e struct {
			Exten         string
			Conversations map[string]struct{ Connected bool }
		}
		_ = json.Unmarshal(data, &e)
		for id, of := range e.Conversations {
			if e.Exten == "201" && of.Connected {
				convid = id
			}
		}
		return convid != ""
	})
	c.order("/astproxy/hangup", map[string]string{"convid": convid, "endpointId": "201"})
	check("extenHangup", "601")
}

// TestOnlyTelephonesAreExtensions: an outside caller, an attendant and a conference are no extensions.
func TestOnlyTelephonesAreExtensions(t *testing.T) {
	pbx, err := Start(Options{Only: dialectNethCTI, PBX: exchange.Options{Seed: 7}})
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	c := signInCTI(t, pbx.URL(), "201")
	var all map[string]struct{ Exten string }
	if _, body := c.fetch(http.MethodGet, "/api/astproxy/extensions", nil); json.Unmarshal(body, &all) != nil {
		t.Fatalf("the list is %s", body)
	}
	_, attendant := all["70"]
	_, conference := all["90"]
	if attendant || conference || len(all) != 501 { // 500 people and the telephone at the gateway
		t.Errorf("%d extensions, an attendant %v, a conference %v", len(all), attendant, conference)
	}
	if err := pbx.CallTo("201", exchange.NumberExternal); err != nil {
		t.Fatal(err)
	}
	c.event("userMainPresenceUpdate", func(data json.RawMessage) bool {
		if strings.Contains(string(data), exchange.NumberExternal) {
			t.Errorf("somebody outside is told of as a person: %s", data)
		}
		return strings.Contains(string(data), `"201"`)
	})
}
