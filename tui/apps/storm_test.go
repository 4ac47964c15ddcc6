package apps

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/pipenet"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// pouring is a service that sends a thousand messages a second for a minute, once somebody asks.
func pouring() *appws.Service {
	service, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{"pw"}, nil },
	})
	if err != nil {
		panic(err)
	}
	service.HandleAPI("pour", func(ctx context.Context, c *appws.APIConn) error {
		if _, err := c.Recv(ctx); err != nil {
			return err
		}
		for n := range 60_000 {
			if n%10 == 0 {
				time.Sleep(10 * time.Millisecond)
			}
			if err := c.SendText(ctx, fmt.Sprintf(`{"mt":"Drop","api":"pour","n":%d}`, n)); err != nil {
				return err
			}
		}
		_, err := c.Recv(ctx)
		return err
	})
	return service
}

// TestOpenMessageStays: a message that is open, and the list that one looks at, stay while a thousand
// messages a second go by, and the pane says that the message has left the record.
func TestOpenMessageStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(pouring())()
		list := sessions.New(sessions.Options{})
		defer list.Close()
		id, err := list.Open(sessions.Config{Name: "a", Config: appws.Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial}})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := list.Send(id, json.RawMessage(`{"mt":"Go","api":"pour"}`)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)

		var pane Pane
		body := term.NewRect(0, 0, 100, 30)
		draw := func() (Shown, string) {
			sh := Shown{Sessions: list.Views(), Now: time.Now(), Key: func(keymap.Action) string { return "" }}
			c := term.NewCanvas(100, 30, true)
			pane.Draw(c, body, sh)
			return sh, c.String()
		}
		sh, _ := draw()
		pane.Move(keymap.MoveUp, body, sh)
		_, stopped := draw()
		open := draws(stopped, ">")
		for range 1300 {
			time.Sleep(50 * time.Millisecond)
			if sh, now := draw(); rowsOf(now) != rowsOf(stopped) {
				t.Fatalf("%d messages later the list is\n%s\nit was\n%s", sh.Sessions[0].Received, now, stopped)
			}
		}
		sh, now := draw()
		if sh.Sessions[0].Received < 60_000 || !strings.Contains(now, "THE SELECTED MESSAGE IS NO LONGER KEPT") {
			t.Errorf("after %d messages:\n%s", sh.Sessions[0].Received, now)
		}
		pane.OpenMessage(sh)
		if _, now := draw(); !strings.Contains(now, "IT LEFT THE RECORD") || !strings.Contains(now, open[strings.LastIndex(open, "n=")+2:]) {
			t.Errorf("open is\n%s\nmarked was %s", now, open)
		}
		pane.OpenMessage(sh)
		pane.Move(keymap.MoveLast, body, sh)
		if _, now := draw(); !strings.Contains(now, "n=59999") || strings.Contains(now, "FOLLOW OFF") {
			t.Errorf("the newest is not in sight:\n%s", now)
		}
	})
}

// draws is the line of a screen that begins with a sign.
func draws(screen, sign string) string {
	line := ""
	for l := range strings.Lines(screen) {
		if strings.HasPrefix(l, sign) {
			line = strings.TrimSpace(l)
		}
	}
	return line
}

// rowsOf are the rows of the log on a screen.
func rowsOf(screen string) string {
	var rows []string
	for l := range strings.Lines(screen) {
		if strings.Contains(l, "Drop") {
			rows = append(rows, l)
		}
	}
	return strings.Join(rows, "")
}
