package appws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// rccUsers is how many users the PBX of these tests tells of before the result of an Initialize.
const rccUsers = 300

// tellUsers answers a request as the RCC of a PBX does: a UserInfo for each user, under the src of the
// request or without one, and then the result.
func tellUsers(ctx context.Context, c interface {
	Send(context.Context, any) error
}, m Message, withSrc bool, padding string) error {
	for n := range rccUsers {
		info := fmt.Appendf(nil, `{"mt":"UserInfo","api":"RCC","user":%d,"padding":%q}`, n, padding)
		if withSrc {
			info, _ = m.Indication("UserInfo", map[string]any{"user": n, "padding": padding})
		}
		if err := c.Send(ctx, json.RawMessage(info)); err != nil {
			return err
		}
	}
	result, err := m.Result(map[string]int{"users": rccUsers})
	if err != nil {
		return err
	}
	return c.Send(ctx, result)
}

// rccService serves RCC.
func rccService(withSrc bool) *Service {
	s := newTestService(ServiceConfig{})
	s.HandleAPI("RCC", func(ctx context.Context, c *APIConn) error {
		for {
			m, err := c.Recv(ctx)
			if err != nil {
				return nil
			}
			if err := tellUsers(ctx, c, m, withSrc, ""); err != nil {
				return nil
			}
		}
	})
	return s
}

var initializeRCC = map[string]string{"mt": "Initialize", "api": "RCC", "src": "rcc"}

// TestInitialize asks for the users of a PBX: the answer is the result, and the users who come before it
// wait for Recv or for the subscription of the src, however many.
func TestInitialize(t *testing.T) {
	for _, withSrc := range []bool{true, false} {
		for _, flow := range []bool{true, false} {
			for _, subscribed := range []bool{true, false} {
				t.Run(fmt.Sprintf("src %t flow control %t subscribed %t", withSrc, flow, subscribed), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { initialize(t, withSrc, flow, subscribed) })
				})
			}
		}
	}
}

func initialize(t *testing.T, withSrc, flow, subscribed bool) {
	net := pipenet.New()
	defer net.Serve(rccService(withSrc))()
	conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, FlowControl: flow})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var users interface {
		Recv(context.Context) (Message, error)
	} = conn
	if subscribed {
		sub, err := conn.Subscribe(t.Context(), map[string]string{"mt": "Echo", "api": "echo", "src": "rcc"})
		if err != nil {
			t.Fatal(err)
		}
		recv(t, sub)
		if withSrc {
			users = sub
		}
	}
	for range 2 { // as the second one waited for ever once
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		m, err := conn.Do(ctx, initializeRCC)
		cancel()
		if err != nil || m.MT != "InitializeResult" || string(member(m.Raw, "users")) != "300" {
			t.Fatalf("answered by %s, %v", m.Raw, err)
		}
	}
	for n := range 2 * rccUsers {
		if m := recv(t, users); m.MT != "UserInfo" || string(member(m.Raw, "user")) != fmt.Sprint(n%rccUsers) {
			t.Fatalf("message %d is %s", n, m.Raw)
		}
	}
	if m, err := conn.Do(t.Context(), map[string]string{"mt": "Echo", "api": "echo"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("then %s, %v", m.Raw, err)
	}
}

// TestServiceInitializes has a service ask the PBX that is connected to it, from the handler that alone
// receives there; and from the loop of a Client that alone calls Next.
func TestServiceInitializes(t *testing.T) {
	for _, withSrc := range []bool{true, false} {
		t.Run(fmt.Sprintf("src %t", withSrc), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := pipenet.New()
				got := make(chan string, 1)
				s := newTestService(ServiceConfig{})
				s.HandleAPI("RCC", func(ctx context.Context, c *APIConn) error {
					if _, err := c.Recv(ctx); err != nil {
						return err
					}
					m, err := c.Do(ctx, initializeRCC)
					got <- fmt.Sprint(m.MT, err)
					return err
				})
				defer net.Serve(s)()
				conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if err := conn.SendText(t.Context(), `{"mt":"Go","api":"RCC"}`); err != nil {
					t.Fatal(err)
				}
				if err := tellUsers(t.Context(), conn, recv(t, conn), withSrc, ""); err != nil {
					t.Fatal(err)
				}
				if g := <-got; g != "InitializeResult<nil>" {
					t.Errorf("the service got %s", g)
				}
			})
		})
	}
}

// TestDoInALoop asks from the loop that alone calls Next.
func TestDoInALoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nowhere := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("nobody listens")
		}})
		defer nowhere.Close()
		if _, err := nowhere.Do(t.Context(), initializeRCC); !errors.Is(err, ErrNotConnected) {
			t.Errorf("asked before the login: %v", err)
		}
		if _, err := nowhere.Subscribe(t.Context(), initializeRCC); !errors.Is(err, ErrNotConnected) {
			t.Errorf("subscribed before the login: %v", err)
		}
		pipes := pipenet.New()
		defer pipes.Serve(rccService(true))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: pipes.Dial})
		defer c.Close()
		next(t, c)
		for range 3 {
			if m, err := c.Do(t.Context(), initializeRCC); err != nil || m.MT != "InitializeResult" {
				t.Fatalf("answered by %s, %v", m.Raw, err)
			}
			if _, ok := next(t, c).(Received); !ok {
				t.Error("the users are not told")
			}
		}
	})
}

// TestDoEndsWithAnError: an error under the src is an answer, an indication is none.
func TestDoEndsWithAnError(t *testing.T) {
	for answer, want := range map[string]bool{
		`{"mt":"AskResult","src":"1"}`:             true,
		`{"mt":"Error","src":"1","text":"no"}`:     true,
		`{"mt":"Refused","src":"1","error":12}`:    true,
		`{"mt":"AskInfo","src":"1"}`:               false,
		`{"mt":"AskInfo","src":"1","error":null}`:  false,
		`{"mt":"AskInfo","src":"1","error":false}`: false,
		`{"mt":"AskResult","src":"2"}`:             false,
		`{"mt":"AskResult"}`:                       false,
	} {
		r := newRequests()
		c := &call{mt: "Ask"}
		if err := r.addCall("1", c); err != nil {
			t.Fatal(err)
		}
		if err := r.addCall("1", &call{mt: "Ask"}); !errors.Is(err, ErrSrcInUse) {
			t.Errorf("the same once more: %v", err)
		}
		m, err := ParseMessage([]byte(answer))
		if err != nil {
			t.Fatal(err)
		}
		if asked, _, _ := r.find(m); (asked == c) != want {
			t.Errorf("%s answers: %t", answer, !want)
		}
	}
}

// TestBigAnswer: an answer that is passed over ends its Do, and nothing else.
func TestBigAnswer(t *testing.T) {
	conn := dial(t, Config{URL: serve(t, newTestService(ServiceConfig{})), App: "a", Password: "pw", SkipBig: true, ReadLimit: 2000})
	if m, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo", "data": strings.Repeat("x", 3000)}); !errors.Is(err, ErrBigAnswer) {
		t.Errorf("answered by %.100s, %v", m.Raw, err)
	}
	if m, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("then %s, %v", m.Raw, err)
	}
}

// TestUnread: a Do does not wait for ever behind what nobody receives, and takes no memory without bound.
func TestUnread(t *testing.T) {
	padding := strings.Repeat("x", 60_000)
	s := newTestService(ServiceConfig{})
	s.HandleAPI("RCC", func(ctx context.Context, c *APIConn) error {
		m, err := c.Recv(ctx)
		if err == nil {
			err = tellUsers(ctx, c, m, true, padding) // 18 MB
		}
		return err
	})
	conn := dial(t, Config{URL: serve(t, s), App: "a", Password: "pw"})
	if m, err := conn.Do(deadline(t), initializeRCC); !errors.Is(err, ErrUnread) {
		t.Fatalf("answered by %.100s, %v", m.Raw, err)
	}
	conn.link.in.mu.Lock()
	waits := conn.link.in.bytes
	conn.link.in.mu.Unlock()
	if waits > askAheadBytes+MaxMessage+messageOverhead {
		t.Errorf("%d bytes wait", waits)
	}
	for n := range rccUsers {
		if m := recv(t, conn); m.MT != "UserInfo" || string(member(m.Raw, "user")) != fmt.Sprint(n) {
			t.Fatalf("message %d is %.100s", n, m.Raw)
		}
	}
	if m, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("then %s, %v", m.Raw, err)
	}
	if in := conn.link.in; in.bytes != 0 || in.asking != 0 {
		t.Errorf("%d bytes and %d questions remain", in.bytes, in.asking)
	}
}
