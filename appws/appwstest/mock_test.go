package appwstest

import (
	"errors"
	"strings"
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
