package demopbx

import (
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
)

func TestDomainState(t *testing.T) {
	s := start(t, Options{PBX: exchange.Options{Seed: 7}})
	g := dial(t, s, "201").await("the domain", func(g got) bool { return g.action("domain-state") })
	accounts, _ := g["accounts"].([]any)
	count := map[string]int{}
	for _, a := range accounts {
		entry := got(a.(map[string]any))
		count[entry.text("type")]++
		switch {
		case entry.text("type") != "extensions":
		case entry["registered"] != true:
			count["offline"]++
		case entry["dnd"] == true:
			count["dnd"]++
		case entry["code"] != nil:
			count["busy"]++
		}
	}
	for what, want := range map[string]int{"extensions": 500, "orbits": 5, "acds": 2, "attendants": 1, "conferences": 1} {
		if count[what] != want {
			t.Errorf("%d %s, want %d", count[what], what, want)
		}
	}
	for what, want := range map[string]int{"busy": 80, "dnd": 33, "offline": 51} {
		if n := count[what]; n < want-4 || n > want+4 {
			t.Errorf("%d are %s, want about %d", n, what, want)
		}
	}
}

func TestCallStatesOnlyToSubscribers(t *testing.T) {
	s := start(t, Options{PBX: exchange.Options{Seed: 7, ChangesPerSecond: 50}}) // who cannot keep up is dropped
	watcher, deaf := dial(t, s, "201"), dial(t, s, "202")
	watcher.send(`{"action":"domain-calls","subscribe":true}`)
	for range 3 {
		g := watcher.await("call states", func(g got) bool { return g.action("call-state") })
		if len(g.calls()) < 20 {
			t.Errorf("%d calls in a full list", len(g.calls()))
		}
	}
	deaf.await("a change of somebody", func(g got) bool {
		if g.action("call-state") {
			t.Error("call states came without a subscription")
		}
		return g.action("user-state") && g.text("domain") == "demo.example"
	})
}

func TestLamps(t *testing.T) {
	s := start(t, quick(Options{PBX: exchange.Options{Seed: 7}}))
	c := dial(t, s, "201")
	c.send(`{"action":"blf","add":["600","699"]}`)
	c.await("a lamp", func(g got) bool { return g.action("blf") && g.text("account") == "600" && g.text("state") == "idle" })
	other := dial(t, s, "202").bootstrap()
	other.call("600", "lamp1")
	c.await("a busy lamp", func(g got) bool { return g.action("blf") && g.text("account") == "600" && g.text("state") == "busy" })
}

func TestUnknownRequestsAreNoted(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, "201")
	c.send(`{"action":"make-coffee","strong":true}`)
	journal(t, s, exchange.Complaint, "201")
	c.send(`[1,2,3]`)
	c.send(`{"action":"sip-bye","callid":"nobody"}`)
	c.bootstrap()
}

func TestDNDOverREST(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, "201").bootstrap()
	id := signIn(t, s, "201")
	url := s.URL() + "/rest/user/201@demo.example/dnd"
	if code, body, _ := request(t, "POST", url, `{"state":true,"reason":"","expires":"3600"}`, cookie(id)); code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	c.await("its own DND", func(g got) bool {
		return g.action("user-state") && g.text("account") == "201" && g["dnd"] == true
	})
	if _, body, _ := request(t, "GET", url, "", cookie(id)); !strings.Contains(body, "true") {
		t.Errorf("DND reads %s", body)
	}
	for name, edit := range map[string]struct {
		by   string
		code int
	}{"nobody": {"", 401}, "somebody else": {signIn(t, s, "202"), 403}} {
		if code, _, _ := request(t, "POST", url, `{"state":false}`, cookie(edit.by)); code != edit.code {
			t.Errorf("%s: %d, want %d", name, code, edit.code)
		}
	}
	if code, body, _ := request(t, "GET", s.URL()+"/rest/user/201/calls", "", basic("201", "demo")); code != 200 || body != "[]" {
		t.Errorf("calls when idle: %d %s", code, body)
	}
}
