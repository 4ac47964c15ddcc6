package demopbx

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/nethcti"
	"github.com/patchcord/patchcord/internal/socketio"
)

// conversation is the id of the call of a telephone that an event of it shows connected, and how the
// telephone is then.
func conversation(data json.RawMessage, exten string) (id, status, recording string) {
	var e struct {
		Exten, Status string
		Conversations map[string]struct {
			Connected bool
			Recording string
		}
	}
	_ = json.Unmarshal(data, &e)
	for id, c := range e.Conversations {
		if e.Exten == exten && c.Connected {
			return id, e.Status, c.Recording
		}
	}
	return "", e.Status, ""
}

// talking has the desk phone of a client's user talk with the colleague, and gives the id of the call.
func (c *ctiClient) talking(s *Server, user string) (convid string) {
	c.Helper()
	c.order("/user/default_device", map[string]string{"id": user})
	if err := s.CallTo(user, exchange.NumberColleague); err != nil {
		c.Fatal(err)
	}
	c.event("extenRinging", func(json.RawMessage) bool { return true })
	c.order("/astproxy/answer", map[string]string{"endpointId": user})
	c.event("extenUpdate", func(data json.RawMessage) bool {
		convid, _, _ = conversation(data, user)
		return convid != ""
	})
	return convid
}

// TestCTIOrders: each order about a call is taken, and what it does is told.
func TestCTIOrders(t *testing.T) {
	t.Parallel()
	free := func(data json.RawMessage) bool {
		_, status, _ := conversation(data, "201")
		return strings.Contains(string(data), `"exten":"201"`) && status == "online"
	}
	recorded := func(how string) func(json.RawMessage) bool {
		return func(data json.RawMessage) bool { _, _, is := conversation(data, "201"); return is == how }
	}
	held := func(data json.RawMessage) bool { _, status, _ := conversation(data, "201"); return status == "onhold" }
	holds := func(word string) func(json.RawMessage) bool {
		return func(data json.RawMessage) bool { return strings.Contains(string(data), word) }
	}
	type step struct {
		order, key, value string
		event             string
		shows             func(json.RawMessage) bool
	}
	for name, steps := range map[string][]step{
		"hang up":  {{"hangup", "", "", "extenUpdate", free}},
		"transfer": {{"blindtransfer", "to", "600", "extenUpdate", free}},
		"park, retrieve": {
			{"park", "applicantId", "201", "parkingUpdate", holds(`"parkeeNum":"201"`)},
			{"pickup_parking", "parking", "80", "extenRinging", holds(`"601"`)},
		},
		"hold":   {{"toggle_hold", "", "", "extenUpdate", held}, {"toggle_hold", "", "", "extenUpdate", recorded("false")}},
		"record": {{"start_record", "", "", "extenUpdate", recorded("true")}, {"stop_record", "", "", "extenUpdate", recorded("false")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := alone(t, quick(Options{Only: dialectNethCTI}))
			c := signInCTI(t, s.URL(), "201")
			id := c.talking(s, "201")
			for _, o := range steps {
				body := map[string]string{"convid": id, "endpointId": "201"}
				if o.key != "" {
					body[o.key] = o.value
				}
				c.order("/astproxy/"+o.order, body)
				c.event(o.event, o.shows)
			}
		})
	}
}

// TestCTIRefusals: an order about nothing, or about what is others', is refused.
func TestCTIRefusals(t *testing.T) {
	s := start(t, quick(Options{Only: dialectNethCTI}))
	c, other := signInCTI(t, s.URL(), "201"), signInCTI(t, s.URL(), "202")
	id := c.talking(s, "201")
	for _, o := range []struct {
		of     *ctiClient
		path   string
		body   map[string]string
		status int
	}{
		{other, "hangup", map[string]string{"convid": id}, http.StatusForbidden},
		{c, "hangup", map[string]string{"convid": "x"}, http.StatusInternalServerError},
		{c, "nothing", map[string]string{"convid": id}, http.StatusNotFound},
		{c, "pickup_parking", map[string]string{"parking": "80"}, http.StatusInternalServerError},
		{other, "toggle_hold", nil, http.StatusInternalServerError},
		{c, "queuemember_pause", map[string]string{"queueId": "999"}, http.StatusBadRequest},
		{c, "call", nil, http.StatusBadRequest},
		{other, "call", map[string]string{"number": "600"}, http.StatusInternalServerError}, // nothing is registered at the gateway
	} {
		if status, _ := o.of.fetch(http.MethodPost, "/api/astproxy/"+o.path, o.body); status != o.status {
			t.Errorf("%s %v was answered with %d, wanted %d", o.path, o.body, status, o.status)
		}
	}
}

// TestCTIQueueOrders: a member goes out of a queue and comes back, rests and works again.
func TestCTIQueueOrders(t *testing.T) {
	s := start(t, quick(Options{Only: dialectNethCTI}))
	c := signInCTI(t, s.URL(), "201")
	for _, o := range []struct{ order, shows string }{
		{"pause", `"paused":true`}, {"unpause", `"paused":false`}, {"remove", `"loggedIn":false`}, {"add", `"loggedIn":true`},
	} {
		c.order("/astproxy/queuemember_"+o.order, map[string]string{"endpointId": "201", "queueId": "71"})
		c.event("queueMemberUpdate", func(data json.RawMessage) bool { return strings.Contains(string(data), o.shows) })
	}
}

// TestCTIRights: who may not see queues and parking places is told nothing of them, by no way.
func TestCTIRights(t *testing.T) {
	s := start(t, quick(Options{Only: dialectNethCTI, NethCTI: nethcti.Options{NoRights: true}}))
	c := signInCTI(t, s.URL(), "201")
	for _, list := range []string{"queues", "parkings", "trunks"} {
		if status, _ := c.fetch(http.MethodGet, "/api/astproxy/"+list, nil); status != http.StatusForbidden {
			t.Errorf("%s was answered with %d", list, status)
		}
	}
	id := c.talking(s, "201")
	if status, _ := c.fetch(http.MethodPost, "/api/astproxy/start_record", map[string]string{"convid": id}); status != http.StatusForbidden {
		t.Errorf("start_record was answered with %d", status)
	}
	c.order("/astproxy/park", map[string]string{"convid": id})
	parked := false
	c.event("extenUpdate", func(data json.RawMessage) bool {
		parked = parked || strings.Contains(string(data), `"counterpartNum":"80"`)
		return parked
	})
	c.order("/user/presence", map[string]string{"status": "online"}) // all that was due has been told before this
	for name := ""; name != "userPresenceUpdate"; {
		if name = (<-c.news).Packet.Name; slices.Contains([]string{"parkingUpdate", "queueUpdate"}, name) {
			t.Fatalf("%s was told to somebody who may not see it", name)
		}
	}
}

// TestCTIMasks: a call of others is shown by neither number nor name, one's own by both.
func TestCTIMasks(t *testing.T) {
	s := start(t, quick(Options{Only: dialectNethCTI, NethCTI: nethcti.Options{Masks: true}}))
	c, other := signInCTI(t, s.URL(), "201"), signInCTI(t, s.URL(), "202")
	c.talking(s, "201")
	for of, shows := range map[*ctiClient]string{c: `"counterpartNum":"601"`, other: `"counterpartNum":"xxx"`} {
		if _, all := of.fetch(http.MethodGet, "/api/astproxy/extensions", nil); !strings.Contains(string(all), shows) {
			t.Errorf("the lists have no %s", shows)
		}
	}
}

// TestCTIBackendDown: behind a middleware that calls every password wrong, the older side tells the truth.
func TestCTIBackendDown(t *testing.T) {
	s := start(t, Options{Only: dialectNethCTI, NethCTI: nethcti.Options{BackendDown: true}})
	c := &ctiClient{T: t, url: s.URL()}
	for path, wanted := range map[string]int{"/api/login": http.StatusUnauthorized, "/webrest/user/me": http.StatusBadGateway} {
		method := map[bool]string{true: http.MethodPost, false: http.MethodGet}[path == "/api/login"]
		if status, _ := c.fetch(method, path, map[string]string{"username": "201", "password": exchange.Password}); status != wanted {
			t.Errorf("%s was answered with %d, wanted %d", path, status, wanted)
		}
	}
}

// TestCTITakeOver: a second client of the same kind is let in when the first has given way.
func TestCTITakeOver(t *testing.T) {
	s := start(t, Options{Only: dialectNethCTI})
	c := signInCTI(t, s.URL(), "201")
	login := map[string]string{"accessKeyId": "201", "token": c.token, "uaType": "desktop"}
	first, second := c.second(), c.second()
	emit := func(of *ctiClient, name string, args ...any) {
		t.Helper()
		if _, err := of.conn.Emit(t.Context(), name, args...); err != nil {
			t.Fatal(err)
		}
	}
	emit(first, "login", login)
	first.awaits("authe_ok")
	emit(second, "login", login)
	first.awaits("takeOver")
	emit(first, "takeOverAck")
	second.awaits("authe_ok")
}

// second is another websocket of a client, on which nobody has logged in.
func (c *ctiClient) second() *ctiClient {
	c.Helper()
	other := &ctiClient{T: c.T, url: c.url, token: c.token}
	other.connect()
	return other
}

// awaits waits for an event, with or without arguments.
func (c *ctiClient) awaits(name string) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), testTimeout)
	defer cancel()
	for {
		select {
		case n := <-c.news:
			if n.Packet.Kind == socketio.Event && n.Packet.Name == name {
				return
			}
		case <-ctx.Done():
			c.Fatalf("there was no %s", name)
		}
	}
}
