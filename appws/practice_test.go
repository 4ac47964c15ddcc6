package appws_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestConnectToService is the example at the end of the vendor's AppWebsocketClient page: a PBX
// connects to our service and offers it its Services API; with it we log in to another app's
// service, whose password we do not know.
func TestConnectToService(t *testing.T) {
	services, gone := make(chan *appws.APIConn, 1), make(chan struct{})
	ours, err := appws.NewService(appws.ServiceConfig{Passwords: oneOf("ours")})
	if err != nil {
		t.Fatal(err)
	}
	ours.HandlePBX("Services", func(ctx context.Context, c *appws.APIConn) error { // PbxApi("Services").onconnected
		services <- c
		<-ctx.Done() // conn.onclose
		close(gone)
		return nil
	})
	ourURL := serve(t, ours)
	otherURL := serve(t, appwstest.NewEcho("nobody knows", appwstest.Options{}))

	pbx := appwstest.NewPBX("example.com", nil, appwstest.Options{})
	pbx.SetApps(appwstest.App{
		Name: "contacts", Title: "Contacts", URL: otherURL, App: "searchapi", Password: "nobody knows",
		APIs: map[string]any{"com.example.echo": struct{}{}},
	})
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	visited := make(chan error, 1)
	go func() {
		visited <- pbx.Visit(ctx, appwstest.App{Name: "myservice", Title: "My Service", URL: ourURL, App: "myapp", Password: "ours"})
	}()

	conn := <-services
	if info, ok := conn.PBX(); !ok || info.PBX != "practice" || info.DNS != "pbx.example.com" || info.Domain != "example.com" {
		t.Errorf("the PBX is %+v, %t", info, ok)
	}
	api := appws.NewServices(conn)
	list, err := api.Subscribe(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	apps, err := list.Recv(deadline(t))
	if err != nil || len(apps) != 1 || apps[0].Name != "contacts" || !apps[0].Offers("com.example.echo") {
		t.Fatalf("services %v, %v", apps, err)
	}

	app := dial(t, appws.Config{URL: apps[0].URL, App: apps[0].Name, Authenticator: api})
	if l := app.Login(); l.App != "searchapi" || l.SIP != "myservice" || l.PbxObj != "contacts" {
		t.Errorf("logged in as %v", l)
	}
	secret, _ := app.Encrypt("1", "text") // both ends have the same key
	m, err := app.Do(deadline(t), map[string]string{"api": "echo", "mt": "Encrypted", "seed": "1", "data": secret})
	if err != nil || strings.Contains(string(m.Raw), "error") {
		t.Errorf("%s, %v", m.Raw, err)
	}

	_, err = appws.Dial(deadline(t), appws.Config{URL: otherURL, App: "unknown", Authenticator: api})
	var refused *appws.ServiceError
	if !errors.As(err, &refused) || refused.Code != "1" || !strings.Contains(appws.Explain(err), "Apps tab") {
		t.Errorf("a service that the PBX does not know: %v", err)
	}

	pbx.SetApps()
	if apps, err = list.Recv(deadline(t)); err != nil || len(apps) != 0 {
		t.Errorf("after the change: %v, %v", apps, err)
	}
	if err := list.Stop(deadline(t)); err != nil {
		t.Error(err)
	}
	hangUp()
	<-visited
	<-gone
	if _, err := api.Login(deadline(t), "contacts", "1"); !errors.Is(err, appws.ErrAuthenticatorGone) {
		t.Errorf("without the PBX: %v", err)
	}
}

// TestServicesFromOutside is the same with a connection that we open to the PBX.
func TestServicesFromOutside(t *testing.T) {
	appURL := serve(t, appwstest.NewEcho("app's", appwstest.Options{}))
	pbx := appwstest.NewPBX("example.com", map[string]string{"obj": "obj's"}, appwstest.Options{})
	pbx.SetApps(appwstest.App{Name: "echo", URL: appURL, App: "echo", Password: "app's"})
	server := httptest.NewServer(pbx)
	t.Cleanup(func() { _ = pbx.Close(); server.Close() })

	with := dial(t, appws.Config{URL: server.URL + "/PBX0/APPS/websocket", App: "obj", Password: "obj's"})
	app := dial(t, appws.Config{URL: appURL, App: "echo", Authenticator: appws.NewServices(with)})
	if m, err := app.Do(deadline(t), map[string]string{"api": "echo", "mt": "Echo"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("%s, %v", m.Raw, err)
	}
	if _, err := appws.Dial(deadline(t), appws.Config{URL: server.URL, App: "stranger", Password: "obj's"}); err == nil {
		t.Error("a stranger is let in")
	}
}

// TestLostAuthenticator ends a client without a call of Close: the connection lives on without
// its authenticator, but cannot come back.
func TestLostAuthenticator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbxNet, appNet := pipenet.New(), pipenet.New()
		pbx, app := practicePair()
		defer pbxNet.Serve(pbx)()
		defer appNet.Serve(app)()
		with, err := appws.Dial(t.Context(), appws.Config{URL: "ws://pipe/", App: "obj", Password: "objpw", DialContext: pbxNet.Dial})
		if err != nil {
			t.Fatal(err)
		}
		c := appws.NewClient(appws.Config{URL: "ws://pipe/", App: "echo", Authenticator: appws.NewServices(with), DialContext: appNet.Dial})
		defer c.Close()
		if _, ok := next(t, c).(appws.Opened); !ok {
			t.Fatal("not opened")
		}
		_ = with.Close()
		synctest.Wait()
		if _, err := c.Conn(); err != nil {
			t.Error("the connection ended with its authenticator")
		}
		appNet.Cut(false)
		if _, ok := next(t, c).(appws.Disconnected); !ok {
			t.Error("the loss is not told")
		}
		if e, ok := next(t, c).(appws.Closed); !ok || !errors.Is(e.Err, appws.ErrAuthenticatorGone) {
			t.Errorf("ended with %v", e)
		}
	})
}

// practicePair is a practice PBX that lets the object "obj" in and knows the app "echo", and
// that app's service.
func practicePair() (*appwstest.PBX, *appws.Service) {
	pbx := appwstest.NewPBX("example.com", map[string]string{"obj": "objpw"}, appwstest.Options{})
	pbx.SetApps(appwstest.App{Name: "echo", Title: "Echo", URL: "http://pipe/example.com/echo/echo", App: "echo.htm", Password: "apppw"})
	return pbx, appwstest.NewEcho("apppw", appwstest.Options{})
}

func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func oneOf(passwords ...string) func(context.Context, appws.Attempt) ([]string, error) {
	return func(context.Context, appws.Attempt) ([]string, error) { return passwords, nil }
}

func serve(t testing.TB, s *appws.Service) string {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		_ = s.Close()
		server.Close()
	})
	return server.URL
}

func dial(t testing.TB, c appws.Config) *appws.Conn {
	t.Helper()
	conn, err := appws.Dial(deadline(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func next(t *testing.T, c *appws.Client) appws.Event {
	t.Helper()
	e, err := c.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e
}
