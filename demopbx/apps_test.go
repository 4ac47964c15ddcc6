package demopbx

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/demopbx/exchange"
)

// TestAppWebsocket logs in to the PBX, gets the login for the echo from it, and gets an answer
// there. The server is closed while both are connected.
func TestAppWebsocket(t *testing.T) {
	server, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := sessions.New(sessions.Options{})
	defer list.Close()
	open := func(c sessions.Config) int {
		id, err := list.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	open(sessions.Config{Name: "pbx", Config: appws.Config{
		URL: server.URL() + AppsPath, App: AppObject, Password: exchange.Password}})
	echo := open(sessions.Config{Name: "echo", Via: "pbx", Config: appws.Config{
		URL: server.URL() + EchoPath, App: EchoApp}})

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	sent := false
	for views := range list.Watch(ctx) {
		v := views[1]
		if !sent && v.State == sessions.Open {
			sent = true
			if err := list.Send(echo, []byte(`{"api":"echo","mt":"Echo","data":"hello"}`)); err != nil {
				t.Fatal(err)
			}
		}
		answered := func(e record.Entry) bool { return e.MT == "EchoResult" && e.Dir == appws.In }
		if slices.ContainsFunc(v.Entries, answered) {
			if err := server.Close(); err != nil {
				t.Error(err)
			}
			return
		}
	}
	_ = server.Close()
	t.Error("no answer came")
}

// TestEchoPaths: the echo is at every path that clients make of its address. Pages of other hosts are let
// in by an option alone.
func TestEchoPaths(t *testing.T) {
	for _, anyOrigin := range []bool{false, true} {
		server, err := Start(Options{AnyOrigin: anyOrigin})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/demo.example/echo", "/demo.example/echo/", "/demo.example/echo/echo", "/demo.example/echo/a/b", "/echo", "/echo/", "/echo/x"} {
			conn, err := appws.Dial(t.Context(), appws.Config{URL: server.URL() + path, App: EchoApp, Password: exchange.Password})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			_ = conn.Close()
		}
		conn, err := appws.Dial(t.Context(), appws.Config{
			URL: server.URL() + EchoPath, App: EchoApp, Password: exchange.Password, Header: http.Header{"Origin": {"https://elsewhere.example"}},
		})
		if (err == nil) != anyOrigin {
			t.Errorf("a page of another host with the option %t: %v", anyOrigin, err)
		}
		if conn != nil {
			_ = conn.Close()
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}
