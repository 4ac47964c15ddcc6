package demopbx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/nethcti"
)

// gatewayReply is what the gateway says at once.
type gatewayReply struct {
	Janus string
	Data  struct{ ID uint64 }
	Error struct{ Code int }
}

// janus posts to the gateway, at a session and a handle where those are not 0.
func (c *ctiClient) janus(session, handle uint64, request map[string]any) gatewayReply {
	c.Helper()
	at := "/janus"
	for _, id := range []uint64{session, handle} {
		if id != 0 {
			at += fmt.Sprintf("/%d", id)
		}
	}
	request["transaction"] = "t"
	_, body := c.fetch(http.MethodPost, at, request)
	var r gatewayReply
	if err := json.Unmarshal(body, &r); err != nil {
		c.Fatalf("the gateway said %s", body)
	}
	return r
}

// gatewayEvent is what the gateway says later.
type gatewayEvent struct{ JSEP struct{ SDP string } }

// polls takes messages of the gateway until one holds the words.
func (c *ctiClient) polls(session uint64, words string) (e gatewayEvent) {
	c.Helper()
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); {
		_, body := c.fetch(http.MethodGet, fmt.Sprintf("/janus/%d?maxev=10", session), nil)
		var events []json.RawMessage
		if err := json.Unmarshal(body, &events); err != nil {
			c.Fatalf("the gateway said %s", body)
		}
		for _, event := range events {
			if strings.Contains(string(event), words) {
				if err := json.Unmarshal(event, &e); err != nil {
					c.Fatalf("the gateway said %s", event)
				}
				return e
			}
		}
	}
	c.Fatalf("the gateway did not say %s", words)
	return e
}

// phone is the WebRTC extension of the user.
func (c *ctiClient) phone() (e struct{ ID, Type, Secret string }) {
	c.Helper()
	var me struct {
		Endpoints struct {
			Extension []struct{ ID, Type, Secret string }
		}
	}
	if _, body := c.fetch(http.MethodGet, "/api/user/me", nil); json.Unmarshal(body, &me) != nil || len(me.Endpoints.Extension) != 2 {
		c.Fatalf("the user is %s", body)
	}
	return me.Endpoints.Extension[1]
}

// attachSIP asks for a handle of the SIP plugin.
func attachSIP() map[string]any {
	return map[string]any{"janus": "attach", "plugin": "janus.plugin.sip"}
}

// sipRequest is a request to the SIP plugin, with a description of that type.
func sipRequest(body map[string]any, kind, sdp string) map[string]any {
	return map[string]any{"janus": "message", "body": body, "jsep": map[string]string{"type": kind, "sdp": sdp}}
}

// registers brings the user's WebRTC extension to the gateway.
func (c *ctiClient) registers() (session, handle uint64) {
	c.Helper()
	phone := c.phone()
	session = c.janus(0, 0, map[string]any{"janus": "create"}).Data.ID
	handle = c.janus(session, 0, attachSIP()).Data.ID
	c.janus(session, handle, sipRequest(map[string]any{"request": "register", "username": "sip:" + phone.ID + "@127.0.0.1", "secret": phone.Secret}, "", ""))
	c.polls(session, `"event":"registered"`)
	return session, handle
}

// TestGatewayHoldsAtOnceAfterTheAnswer: what is asked right after an answer is done, however long that takes.
func TestGatewayHoldsAtOnceAfterTheAnswer(t *testing.T) {
	pbx, err := Start(Options{Only: dialectNethCTI, PBX: exchange.Options{Seed: 7}})
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	caller, callee := signInCTI(t, pbx.URL(), "201"), signInCTI(t, pbx.URL(), "202")
	session, handle := caller.registers()
	there, ringing := callee.registers()
	engine := newEngine(t)
	from, offer, err := engine.Offer(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	caller.janus(session, handle, sipRequest(map[string]any{"request": "call", "uri": "sip:202@127.0.0.1"}, "offer", offer))
	to, answer, err := engine.Answer(deadline(t), callee.polls(there, `"event":"incomingcall"`).JSEP.SDP)
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	callee.janus(there, ringing, sipRequest(map[string]any{"request": "accept"}, "answer", answer))
	callee.janus(there, ringing, sipRequest(map[string]any{"request": "hold"}, "", ""))
	callee.polls(there, `"event":"holding"`)
	journal(t, pbx, exchange.Held, "202")
}

// TestGatewayFreesHandlesLater: a handle whose last call is not freed yet takes no other (490), and another
// handle does; a session that was destroyed is known no more (458, 404).
func TestGatewayFreesHandlesLater(t *testing.T) {
	pbx, err := Start(Options{Only: dialectNethCTI, PBX: exchange.Options{Seed: 7}, NethCTI: nethcti.Options{SlowFree: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	c := signInCTI(t, pbx.URL(), "201")
	phone := c.phone()
	session := c.janus(0, 0, map[string]any{"janus": "create"}).Data.ID
	handle := c.janus(session, 0, attachSIP()).Data.ID
	message := func(body map[string]any) map[string]any { return sipRequest(body, "offer", "v=0\r\n") }
	register := map[string]any{"request": "register", "username": "sip:" + phone.ID + "@127.0.0.1", "secret": "wrong"}
	c.janus(session, handle, message(register))
	c.polls(session, `"code":904`)
	register["secret"] = phone.Secret
	c.janus(session, handle, message(register))
	c.polls(session, `"event":"registered"`)
	call := map[string]any{"request": "call", "uri": "sip:602@127.0.0.1"}
	if r := c.janus(session, handle, message(call)); r.Janus != "ack" {
		t.Errorf("the call was answered with %+v", r)
	}
	c.polls(session, `"code":486`)
	if r := c.janus(session, handle, message(call)); r.Error.Code != 490 {
		t.Errorf("the next call was answered with %+v", r)
	}
	other := c.janus(session, 0, attachSIP()).Data.ID
	if r := c.janus(session, other, message(call)); r.Janus != "ack" {
		t.Errorf("the next call on another handle was answered with %+v", r)
	}
	c.janus(session, 0, map[string]any{"janus": "destroy"})
	if r := c.janus(session, 0, map[string]any{"janus": "keepalive"}); r.Error.Code != 458 {
		t.Errorf("a session that is gone answers %+v", r)
	}
	if status, _ := c.fetch(http.MethodGet, fmt.Sprintf("/janus/%d", session), nil); status != http.StatusNotFound {
		t.Errorf("its poll is answered with %d", status)
	}
}
