package appws

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/ws"
)

// scripted is one message of a transcript: who sends it and its text.
type scripted struct {
	from byte // 'C' for the client, 'S' for the server
	text string
}

func transcript(t *testing.T, name string) []scripted {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var lines []scripted
	for l := range strings.Lines(string(text)) {
		if l = strings.TrimSuffix(l, "\n"); l != "" && l[0] != '#' {
			lines = append(lines, scripted{l[0], l[2:]})
		}
	}
	return lines
}

// play plays one side of a transcript on a bare websocket.
func play(ctx context.Context, sock *ws.Conn, side byte, lines []scripted) error {
	for i, l := range lines {
		if l.from == side {
			if err := sock.Write(ctx, []byte(l.text)); err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
			continue
		}
		got, err := sock.Read(ctx)
		if err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		if string(got) != l.text {
			return fmt.Errorf("line %d: heard\n%s, want\n%s", i+1, got, l.text)
		}
	}
	return nil
}

// playServer serves transcripts to clients, one for each connection, and reports the result after
// the last; the connections stay until the test ends.
func playServer(t *testing.T, scripts ...[]scripted) (url string, played <-chan error) {
	t.Helper()
	results := make(chan error, len(scripts))
	next := make(chan []scripted, len(scripts))
	for _, s := range scripts {
		next <- s
	}
	ctx := deadline(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sock, err := ws.Accept(w, r, ws.AcceptOptions{})
		if err != nil {
			results <- err
			return
		}
		results <- play(ctx, sock, 'S', <-next)
		_, _ = sock.Read(ctx)
		_ = sock.CloseNow()
	}))
	t.Cleanup(server.Close)
	return server.URL, results
}

// TestServiceTranscripts plays the clients of recorded and documented conversations.
func TestServiceTranscripts(t *testing.T) {
	for _, tt := range []struct{ name, challenge string }{
		{"browser-login", "277f41a7a5b7b452"},
		{"pbx-login", "16d7dbbcccb63612"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(ServiceConfig{
				Passwords: oneOf("go"), Domain: "fritz.box", Build: "1234ac",
				AppInfo: func(app string) AppInfo {
					return AppInfo{Hidden: true, ServiceAPIs: map[string]any{"com.example.search": map[string]string{"title": "Search"}}}
				},
			})
			s.challenge = func() string { return tt.challenge }
			s.HandleAPI("echo", serveEcho)
			asked := make(chan error, 1)
			s.HandlePBX("Services", func(ctx context.Context, c *APIConn) error {
				m, err := c.Do(ctx, struct {
					API       string `json:"api"`
					MT        string `json:"mt"`
					App       string `json:"app"`
					Challenge string `json:"challenge"`
					Src       string `json:"src"`
				}{"Services", "GetServiceLogin", "contacts", tt.challenge, "~1"})
				if err == nil {
					_, err = NewServices(c).loginOf(m)
				}
				asked <- err
				return nil
			})
			sock, err := ws.Dial(deadline(t), serve(t, s), ws.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer sock.CloseNow()
			if err := play(deadline(t), sock, 'C', transcript(t, tt.name)); err != nil {
				t.Fatal(err)
			}
			if tt.name == "pbx-login" {
				want := `the PBX gave no login for the service: error 3 "no such app"`
				if err := <-asked; err == nil || err.Error() != want {
					t.Errorf("the service heard %v, want %s", err, want)
				}
			}
		})
	}
}

// TestClientTranscript connects our client to a played service and compares what it sends byte for
// byte with the vendor's browser client.
func TestClientTranscript(t *testing.T) {
	url, played := playServer(t, transcript(t, "client-login"))
	conn := dial(t, Config{
		URL: url, App: "myapp", Password: "pwd", SIP: "myapp", GUID: strings.Repeat("0", 32), DN: "Admin",
	})
	if err := <-played; err != nil {
		t.Fatal(err)
	}
	if m := recv(t, conn); m.MT != "Early" || m.Src != "x" {
		t.Errorf("first message %s", m.Raw)
	}
	if m := recv(t, conn); m.MT != "Later" {
		t.Errorf("second message %s", m.Raw)
	}
	if conn.Domain() != "example.com" || conn.App() != "myapp" {
		t.Errorf("instance %q of %q", conn.Domain(), conn.App())
	}
}

// TestServicesTranscript: our client logs in to a PBX, asks it for the login of an app and uses
// that at the app's service, against innovaphone's own messages.
func TestServicesTranscript(t *testing.T) {
	pbxURL, pbxPlayed := playServer(t, transcript(t, "services-pbx"))
	appURL, appPlayed := playServer(t, transcript(t, "services-app"))
	pbx := dial(t, Config{URL: pbxURL + "/PBX0/APPS/websocket", App: "myservice", Password: "pwd"})
	app := dial(t, Config{URL: appURL, App: "contacts", Authenticator: NewServices(pbx)})
	for _, played := range []<-chan error{pbxPlayed, appPlayed} {
		if err := <-played; err != nil {
			t.Fatal(err)
		}
	}
	const key = "fda7ec9d3137c1877dd819d781b3e0da049c10133acf6a2c83da619b39cdb305"
	want := SessionKey(key).Hash("seed", "text")
	if got, err := app.Hash("seed", "text"); err != nil || got != want {
		t.Errorf("hash %s, %v: another session key", got, err)
	}
}
