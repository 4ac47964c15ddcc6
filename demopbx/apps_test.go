package demopbx

import (
	"context"
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
