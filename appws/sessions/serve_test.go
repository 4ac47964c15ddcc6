package sessions

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/certificate"
)

// await waits until the sessions are as wanted.
func await(t *testing.T, list *List, what string, ok func([]View) bool) []View {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
	defer cancel()
	var last []View
	for views := range list.Watch(ctx) {
		if last = views; ok(views) {
			return views
		}
	}
	t.Fatalf("waited in vain for %s: %+v", what, last)
	return nil
}

// TestServe is an app service: a client logs in, is answered by rule and by hand, and its requests wait until
// then.
func TestServe(t *testing.T) {
	list := New(Options{})
	defer list.Close()
	secret := func(context.Context) (string, error) { return "pw", nil }
	if _, err := list.Open(Config{Name: "mine", Serve: "127.0.0.1:0", Config: appws.Config{Secret: secret, Domain: "acme.example"},
		Answers: []string{`{"mt":"PingResult","text":"hi","src":"not this one"}`}}); err != nil {
		t.Fatal(err)
	}
	url := list.Views()[0].URL
	if v := list.Views()[0]; v.State != Serving || !strings.HasPrefix(url, "ws://127.0.0.1:") || strings.HasSuffix(url, ":0/") {
		t.Fatalf("%+v", v)
	}
	open := func(name, password string) int {
		id, err := list.Open(Config{Name: name, Config: appws.Config{URL: url, App: "users", SIP: "anna", Password: password}})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	client := open("client", "pw")
	views := await(t, list, "both to be open", func(v []View) bool { return len(v) == 3 && v[1].State == Open && v[2].State == Open })
	served := views[2]
	if served.Name == "client" {
		served = views[1]
	}
	if served.Name != "mine-1" || served.User != "anna@" && served.User != "anna" || served.App != "users" {
		t.Errorf("%+v", served)
	}
	if err := list.Send(served.ID, []byte(`{"mt":"News"}`)); err != nil {
		t.Errorf("sent before anything was asked: %v", err)
	}
	for _, text := range []string{`{"mt":"Ping","api":"x","src":"1"}`, `{"mt":"Who","src":"2"}`} {
		if err := list.Send(client, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	of := func(views []View, id int) View {
		for _, v := range views {
			if v.ID == id {
				return v
			}
		}
		return View{}
	}
	views = await(t, list, "the request to wait", func(v []View) bool {
		return of(v, served.ID).Pending == 1 && of(v, client).Pending == 1
	})
	var answer string
	for _, e := range of(views, client).Entries {
		if e.MT == "PingResult" {
			answer = e.Text
		}
	}
	if answer != `{"mt":"PingResult","api":"x","src":"1","text":"hi"}` {
		t.Errorf("answered by rule: %s", answer)
	}
	if err := list.Send(served.ID, []byte(`{"mt":"WhoResult","src":"2"}`)); err != nil {
		t.Fatal(err)
	}
	views = await(t, list, "the answer", func(v []View) bool { return of(v, served.ID).Pending == 0 && of(v, client).Pending == 0 })
	entries := of(views, served.ID).Entries
	if last := entries[len(entries)-1]; last.Pair == 0 || last.Dir != appws.Out || last.Took == 0 {
		t.Errorf("the answer is %+v", last)
	}
	ours, err := list.Key(served.ID, entries[len(entries)-1].N)
	theirs, err2 := list.Key(client, 1<<40)
	if ours != theirs || err != nil || err2 != nil {
		t.Errorf("the keys are the same: %t, %v, %v", ours == theirs, err, err2)
	}
	open("stranger", "wrong")
	views = await(t, list, "the refusal", func(v []View) bool {
		return len(v) == 5 && strings.Contains(notes(v[4]), "refused") || strings.Contains(notes(v[len(v)-2]), "refused")
	})
	if err := list.Forget(list.Views()[0].ID); err != nil {
		t.Fatal(err)
	}
	await(t, list, "the end", func(v []View) bool { return of(v, served.ID).State == Ended && of(v, client).State != Open })
}

// TestServeTLS is an app service with a certificate of its own, which it tells, and which a client that trusts it
// by its pin connects to. One that does not is told of.
func TestServeTLS(t *testing.T) {
	list := New(Options{})
	defer list.Close()
	shown, err := certificate.SelfSigned("Test", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	pin := certificate.Pin(shown.Certificates[0].Leaf)
	secret := func(context.Context) (string, error) { return "pw", nil }
	if _, err := list.Open(Config{Name: "mine", Serve: "127.0.0.1:0", ServeTLS: shown, Config: appws.Config{Secret: secret}}); err != nil {
		t.Fatal(err)
	}
	mine := list.Views()[0]
	if !strings.HasPrefix(mine.URL, "wss://127.0.0.1:") || !strings.Contains(notes(mine), pin) {
		t.Fatalf("%s: %s", mine.URL, notes(mine))
	}
	for name, pin := range map[string]string{"client": pin, "stranger": ""} {
		if _, err := list.Open(Config{Name: name, Config: appws.Config{URL: mine.URL, App: "users", Password: "pw", Pin: pin}}); err != nil {
			t.Fatal(err)
		}
	}
	await(t, list, "the client to be in and the stranger to be out", func(v []View) bool {
		in, out := false, false
		for _, s := range v {
			in = in || s.Name == "mine-1" && s.State == Open && strings.HasPrefix(s.URL, "wss://")
			out = out || s.Name == "stranger" && s.State == Retrying
		}
		return in && out && strings.Contains(notes(v[0]), "that client does not trust the certificate")
	})
}

// notes are the remarks of a record.
func notes(v View) string {
	var all []string
	for _, e := range v.Entries {
		if e.Dir == record.Note {
			all = append(all, e.Text)
		}
	}
	return strings.Join(all, " ")
}

// TestServeRefused tells what is wrong with a service before it is one.
func TestServeRefused(t *testing.T) {
	list := New(Options{})
	defer list.Close()
	if _, err := list.Open(Config{Name: "a", Serve: "127.0.0.1:0", Answers: []string{`{"mt":"Ping"}`}}); err == nil || !strings.Contains(err.Error(), `"Ping"`) {
		t.Errorf("a rule for no request: %v", err)
	}
	if _, err := list.Open(Config{Name: "b", Serve: "192.0.2.1:1"}); err != nil {
		t.Fatal(err)
	}
	if v := list.Views()[0]; v.State != Ended || !strings.Contains(v.Why, "It cannot listen at 192.0.2.1:1") {
		t.Errorf("%+v", v)
	}
}
