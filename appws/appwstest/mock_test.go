package appwstest

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/pipenet"
)

// recordedTalk is a record of two requests of one type, the second with an indication, and one of another.
func recordedTalk(t *testing.T) record.Log {
	t.Helper()
	h := record.New(record.Options{})
	at := time.Now()
	for _, f := range []struct {
		dir  appws.Direction
		text string
	}{
		{appws.Out, `{"mt":"AppChallenge"}`}, {appws.In, `{"mt":"AppChallengeResult","challenge":"1"}`},
		{appws.Out, `{"mt":"Get","api":"x","src":"a"}`}, {appws.In, `{"mt":"GetResult","api":"x","src":"a","value":1}`},
		{appws.Out, `{"mt":"Get","api":"x","src":"b"}`}, {appws.In, `{"mt":"GetResult","api":"x","src":"b","value":2}`},
		{appws.Out, `{"mt":"Plain","api":"x"}`}, {appws.In, `{"mt":"PlainResult","api":"x"}`},
		{appws.In, `{"mt":"Changed","api":"x","src":"b","value":3}`},
	} {
		at = at.Add(time.Second)
		h.Message(appws.Frame{At: at, Dir: f.dir, Text: []byte(f.text), Size: len(f.text)})
	}
	return record.Log{Entries: h.Entries(true)}
}

// TestMock serves a record: each request gets what followed it there, under its own src, with the pauses
// of the record. Logins are refused and connections dropped as asked for.
func TestMock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(NewMock(recordedTalk(t), MockOptions{Password: "pw", Refuse: 1, DropAfter: 4, Pace: 1, Delay: time.Second}))()
		dial := func() (*appws.Conn, error) {
			return appws.Dial(t.Context(), appws.Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		}
		var refused *appws.RefusedError
		if _, err := dial(); !errors.As(err, &refused) {
			t.Errorf("the first login: %v", err)
		}
		conn, err := dial()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		began := time.Now()
		if got := do(t, conn, map[string]any{"mt": "Get", "api": "x", "src": "mine"}); got != `{"mt":"GetResult","api":"x","src":"mine","value":1}` || time.Since(began) != 2*time.Second {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		sub, err := conn.Subscribe(t.Context(), map[string]string{"mt": "Get", "api": "x", "src": "second"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"value":2`, `"mt":"Changed","api":"x","src":"second"`} {
			if got := next(t, sub); !strings.Contains(got, want) {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if err := conn.SendText(t.Context(), `{"mt":"Plain","api":"x"}`); err != nil {
			t.Fatal(err)
		}
		if got := next(t, conn); got != `{"mt":"PlainResult","api":"x"}` {
			t.Errorf("without a src: %s", got)
		}
		if got := do(t, conn, map[string]any{"mt": "Other", "api": "x"}); !strings.Contains(got, "the record has no such request") {
			t.Errorf("what the record does not have: %s", got)
		}
		_, err = conn.Do(t.Context(), map[string]any{"mt": "Get", "api": "x"})
		var closed *appws.CloseError
		if !errors.As(err, &closed) || closed.Code != 1011 {
			t.Errorf("the fifth request: %v", err)
		}
	})
}

// recordedPBX is a record of an app object at a PBX, which lists an app and brings a login for it, or of a PBX
// at a service.
func recordedPBX(t *testing.T, asks, answers appws.Direction) record.Log {
	t.Helper()
	h := record.New(record.Options{})
	at := time.Now()
	for _, f := range []struct {
		dir  appws.Direction
		text string
	}{
		{answers, `{"mt":"AppLoginResult","ok":true,"domain":"recorded.example"}`},
		{answers, `{"mt":"PbxInfo","domain":"recorded.example","apis":["Services","PbxApi"]}`},
		{asks, `{"mt":"SubscribePresence","api":"PbxApi","src":"a","sip":"anna"}`},
		{answers, `{"mt":"SubscribePresenceResult","api":"PbxApi","src":"a"}`},
		{answers, `{"mt":"PresenceUpdate","api":"PbxApi","src":"a","presence":[{"contact":"tel:","activity":"busy"}]}`},
		{asks, `{"mt":"SubscribeServices","api":"Services","src":"s"}`},
		{answers, `{"mt":"ServicesInfo","api":"Services","src":"s","services":[{"name":"object","title":"Echo","url":"http://pipe/recorded.example/echo/page","info":{"apis":{}}}]}`},
		{answers, `{"mt":"GetServiceLoginResult","api":"Services","src":"l","pbxObj":"object","app":"echo","digest":"of another challenge"}`},
	} {
		at = at.Add(time.Second)
		h.Message(appws.Frame{At: at, Dir: f.dir, Text: []byte(f.text), Size: len(f.text)})
	}
	return record.Log{Entries: h.Entries(true)}
}

// TestMockPBX serves the record of a PBX: its answers come as they did, and the login that it brings opens
// the service it lists, although the recorded one belongs to another challenge.
func TestMockPBX(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net, services := pipenet.New(), pipenet.New()
		pbx := NewMockPBX(recordedPBX(t, appws.Out, appws.In), MockOptions{Password: "pw", ServicePassword: "service's", Refuse: 1, DropAfter: 3, Pace: 1, Delay: time.Second})
		defer net.Serve(pbx)()
		defer services.Serve(NewEcho("service's", Options{}))()
		at := appws.Config{URL: "ws://pipe/PBX0/APPS/websocket", App: "any", Password: "pw", DialContext: net.Dial}
		var refused *appws.RefusedError
		if _, err := appws.Dial(t.Context(), at); !errors.As(err, &refused) {
			t.Errorf("the first login: %v", err)
		}
		conn, err := appws.Dial(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if conn.Domain() != "recorded.example" {
			t.Errorf("domain %q", conn.Domain())
		}
		brought, err := appws.Dial(t.Context(), appws.Config{
			URL: "ws://pipe/", App: "object", Authenticator: appws.NewServices(conn), DialContext: services.Dial,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := do(t, brought, map[string]any{"mt": "Echo", "api": "echo", "data": 1, "src": "x"}); !strings.Contains(got, `"data":1`) {
			t.Errorf("the service: %s", got)
		}
		brought.Close()
		began := time.Now()
		sub, err := conn.Subscribe(t.Context(), map[string]string{"mt": "SubscribePresence", "api": "PbxApi", "src": "mine", "sip": "anna"})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{`{"mt":"SubscribePresenceResult","api":"PbxApi","src":"mine"}`, `"activity":"busy"`} {
			if got := next(t, sub); !strings.Contains(got, want) || time.Since(began) != time.Duration(i+2)*time.Second {
				t.Errorf("%s after %s", got, time.Since(began))
			}
		}
		if got := do(t, conn, map[string]any{"mt": "GetNodeInfo", "api": "PbxApi", "src": "other"}); !strings.Contains(got, "the record has no such request") {
			t.Errorf("what the record does not have: %s", got)
		}
		_, err = conn.Do(t.Context(), map[string]any{"mt": "GetNodeInfo", "api": "PbxApi"})
		var closed *appws.CloseError
		if !errors.As(err, &closed) || closed.Code != 1011 {
			t.Errorf("the fourth request: %v", err)
		}
	})
}

// TestMockPBXVisits connects the PBX of a record to a service, which asks it.
func TestMockPBXVisits(t *testing.T) {
	server, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{"service's"}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan string, 1)
	server.HandlePBX("PbxApi", func(ctx context.Context, c *appws.APIConn) error {
		m, err := c.Do(ctx, map[string]string{"mt": "SubscribePresence", "api": "PbxApi", "sip": "anna"})
		answered <- string(m.Raw)
		return err
	})
	defer server.Close()
	web := httptest.NewServer(server)
	defer web.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var visiting sync.WaitGroup
	defer visiting.Wait()
	defer cancel()
	pbx := NewMockPBX(recordedPBX(t, appws.In, appws.Out), MockOptions{ServicePassword: "service's"})
	visiting.Go(func() {
		_ = pbx.Visit(ctx, App{Name: "object", URL: web.URL + "/recorded.example/echo", Password: "service's"})
	})
	if got := <-answered; !strings.HasPrefix(got, `{"mt":"SubscribePresenceResult","api":"PbxApi"`) {
		t.Errorf("the service got %s", got)
	}
}
