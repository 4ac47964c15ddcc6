package appwstest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/internal/pipenet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// monitorAt connects to a practice PBX on a network in memory.
func monitorAt(t *testing.T, net *pipenet.Net) *appws.Conn {
	t.Helper()
	conn, err := appws.Dial(t.Context(), appws.Config{URL: "ws://pipe/PBX0/APPS/websocket", App: "obj", Password: "pw", DialContext: net.Dial})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func do(t *testing.T, c *appws.Conn, request map[string]any) string {
	t.Helper()
	m, err := c.Do(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return string(m.Raw)
}

func next(t *testing.T, from interface {
	Recv(context.Context) (appws.Message, error)
}) string {
	t.Helper()
	m, err := from.Recv(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(m.Raw)
}

// TestPresence subscribes to somebody's presence, who then changes it on another connection.
func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(NewPBX("demo.example", map[string]string{"obj": "pw"}, Options{}))()
		one, two := monitorAt(t, net), monitorAt(t, net)
		defer one.Close()
		defer two.Close()
		sub, err := one.Subscribe(t.Context(), map[string]string{"api": "PbxApi", "mt": "SubscribePresence", "sip": "carla.verdi", "src": "p1"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"SubscribePresenceResult"`, `"up":true`, `"activity":""`} {
			if got := next(t, sub); !strings.Contains(got, want) || !strings.Contains(got, `"src":"p1"`) {
				t.Errorf("%s, want %s", got, want)
			}
		}
		do(t, two, map[string]any{"api": "PbxApi", "mt": "SetPresence", "sip": "carla.verdi", "activity": "dnd", "note": "in a meeting"})
		if got := next(t, sub); !strings.Contains(got, `"presence":[{"contact":"tel:","status":"open","activity":"dnd","note":"in a meeting"}]`) {
			t.Errorf("after the change: %s", got)
		}
		if got := do(t, one, map[string]any{"api": "PbxApi", "mt": "SetPresence", "sip": "nobody"}); !strings.Contains(got, `"error":1`) {
			t.Errorf("nobody's presence: %s", got)
		}
		if got := do(t, one, map[string]any{"api": "PbxApi", "mt": "SetPresence", "sip": 7}); !strings.Contains(got, `"error":`) {
			t.Errorf("a number for a text: %s", got)
		}
	})
}

// TestCalls is a call by RCC, watched by a monitor of its own: it rings, is answered, held, retrieved and
// cleared.
func TestCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(NewPBX("demo.example", map[string]string{"obj": "pw"}, Options{}))()
		anna, bruno := monitorAt(t, net), monitorAt(t, net)
		defer anna.Close()
		defer bruno.Close()
		if got := do(t, anna, map[string]any{"api": "RCC", "mt": "Initialize", "grp": true}); !strings.Contains(got, "InitializeResult") {
			t.Errorf("initialized: %s", got)
		}
		for range practicePeople {
			if got := next(t, anna); !strings.Contains(got, `"mt":"UserInfo"`) {
				t.Errorf("a user: %s", got)
			}
		}
		calls := map[*appws.Conn]*appws.Subscription{}
		for conn, cn := range map[*appws.Conn]string{anna: "Anna Rossi", bruno: "Bruno Conti"} {
			sub, err := conn.Subscribe(t.Context(), map[string]string{"api": "RCC", "mt": "UserInitialize", "cn": cn})
			if err != nil {
				t.Fatal(err)
			}
			if got := next(t, sub); !strings.Contains(got, `"user":1`) {
				t.Errorf("monitored: %s", got)
			}
			calls[conn] = sub
		}
		if got := do(t, anna, map[string]any{"api": "RCC", "mt": "UserCall", "user": 1, "e164": "202"}); !strings.Contains(got, `"call":1`) {
			t.Fatalf("called: %s", got)
		}
		see := func(step string, a, b int) {
			t.Helper()
			for conn, want := range map[*appws.Conn]int{anna: a, bruno: b} {
				if got := next(t, calls[conn]); !strings.Contains(got, fmt.Sprintf(`"state":%d`, want)) {
					t.Errorf("%s: %s, want state %d", step, got, want)
				}
			}
		}
		see("rings", callAlert+callOutgoing, callAlert)
		for step, want := range []struct {
			mt   string
			call int
			a, b int
		}{
			{"UserConnect", 2, 5 + 128, 5}, {"UserHold", 1, 5 + 128 + 256, 5 + 512}, {"UserRetrieve", 1, 5 + 128, 5}, {"UserClear", 2, 7 + 128, 7},
		} {
			if got := do(t, bruno, map[string]any{"api": "RCC", "mt": want.mt, "call": want.call}); strings.Contains(got, "error") {
				t.Fatalf("step %d: %s", step, got)
			}
			see(want.mt, want.a, want.b)
		}
		if got := do(t, anna, map[string]any{"api": "RCC", "mt": "UserClear", "call": 1}); !strings.Contains(got, "error") {
			t.Errorf("a call that is over: %s", got)
		}
	})
}

// TestLive: people call each other, and what one monitor is told of each call is in order.
func TestLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		pbx := NewPBX("demo.example", map[string]string{"obj": "pw"}, Options{})
		defer net.Serve(pbx)()
		conn := monitorAt(t, net)
		defer conn.Close()
		for _, p := range practicePeople {
			do(t, conn, map[string]any{"api": "RCC", "mt": "UserInitialize", "cn": p.CN})
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		go pbx.Live(ctx, 5*time.Second)
		states, over := map[int]int{}, 0
		for over < 50 {
			var info struct{ Call, State int }
			m, err := conn.Recv(ctx)
			if err != nil || m.Decode(&info) != nil {
				t.Fatalf("after %d calls: %v", over, err)
			}
			if state := info.State &^ callOutgoing; state <= states[info.Call] {
				t.Fatalf("call %d goes from %d to %d", info.Call, states[info.Call], state)
			} else if states[info.Call] = state; state == callCleared {
				over++
			}
		}
	})
}

// TestTransfer connects the two that somebody talks with.
func TestTransfer(t *testing.T) {
	e := newExchange(practicePeople)
	a, b := e.call(e.people[0], e.people[1]), e.call(e.people[0], e.people[2])
	if a == nil || b == nil || e.call(e.people[3], e.people[1]) != nil {
		t.Fatal("two calls of one, and one of a third to a busy one")
	}
	m, _ := appws.ParseMessage([]byte(`{"mt":"UserTransfer","api":"RCC"}`))
	w := e.watch()
	rccAnswers["UserTransfer"](e, w, m, order{A: a.id, B: b.id})
	one, two := e.people[1].legs[0], e.people[2].legs[0]
	if one.other != two || two.other != one || len(e.people[0].legs) > 0 || one.state != callConnected {
		t.Errorf("%+v and %+v", one, two)
	}
	e.clear(one)
	if len(e.people[2].legs) > 0 {
		t.Error("the other end lives on")
	}
}
