package appws

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestFaultEndsTheConnection: a fault of ours while a message is read ends that connection alone.
func TestFaultEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		conn, err := Dial(t.Context(), Config{
			URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial,
			Trace: func(f Frame) {
				if m, _ := ParseMessage(f.Text); m.MT == "EchoResult" {
					panic("a fault of ours")
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SendText(t.Context(), `{"mt":"Echo","api":"echo"}`) // the answer may end the connection before this is back
		_, err = conn.Recv(t.Context())
		var failed *fault.Error
		if !errors.As(err, &failed) || failed.What != "a fault of ours" {
			t.Errorf("ended with %v", err)
		}
	})
}
