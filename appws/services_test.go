package appws

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestConnectToService is the example at the end of the vendor's AppWebsocketClient page: a PBX
// connects to our service and offers it its Services API; with it we log in to another app's
// service, whose password we do not know.
func TestConnectToService(t *testing.T) {
	services, gone := make(chan *APIConn, 1), make(chan struct{})
	ours := NewService(ServiceConfig{Passwords: oneOf("ours")})
	ours.HandlePBX("Services", func(ctx context.Context, c *APIConn) error { // PbxApi("Services").onconnected
		services <- c
		<-ctx.Done() // conn.onclose
		close(gone)
		return nil
	})
	ourURL := serve(t, ours)
	otherURL := serve(t, NewEchoService("nobody knows", nil))

	pbx := NewPracticePBX("example.com", nil, nil)
	pbx.SetApps(PracticeApp{
		Name: "contacts", Title: "Contacts", URL: otherURL, App: "searchapi", Password: "nobody knows",
		APIs: map[string]any{"com.example.echo": struct{}{}},
	})
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	visited := make(chan error, 1)
	go func() {
		visited <- pbx.Visit(ctx, PracticeApp{Name: "myservice", Title: "My Service", URL: ourURL, App: "myapp", Password: "ours"})
	}()

	conn := <-services
	if info, ok := conn.PBX(); !ok || info.PBX != practiceName || info.DNS != "pbx.example.com" || info.Domain != "example.com" {
		t.Errorf("the PBX is %+v, %t", info, ok)
	}
	api := NewServices(conn)
	list, err := api.Subscribe(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	apps, err := list.Recv(deadline(t))
	if err != nil || len(apps) != 1 || apps[0].Name != "contacts" || !apps[0].Offers("com.example.echo") {
		t.Fatalf("services %v, %v", apps, err)
	}

	app := dial(t, Config{URL: apps[0].URL, App: apps[0].Name, Authenticator: api})
	if l := app.Login(); l.App != "searchapi" || l.SIP != "myservice" || l.PbxObj != "contacts" {
		t.Errorf("logged in as %v", l)
	}
	secret, _ := app.Encrypt("1", "text") // both ends have the same key
	m, err := app.Do(deadline(t), map[string]string{"api": "echo", "mt": "Encrypted", "seed": "1", "data": secret})
	if err != nil || strings.Contains(string(m.Raw), "error") {
		t.Errorf("%s, %v", m.Raw, err)
	}

	_, err = Dial(deadline(t), Config{URL: otherURL, App: "unknown", Authenticator: api})
	var refused *ServiceError
	if !errors.As(err, &refused) || refused.Code != "1" || !strings.Contains(Explain(err), "Apps tab") {
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
	if _, err := api.Login(deadline(t), "contacts", "1"); !errors.Is(err, ErrAuthenticatorGone) {
		t.Errorf("without the PBX: %v", err)
	}
}

// TestServicesFromOutside is the same with a connection that we open to the PBX.
func TestServicesFromOutside(t *testing.T) {
	appURL := serve(t, NewEchoService("app's", nil))
	pbx := NewPracticePBX("example.com", map[string]string{"obj": "obj's"}, nil)
	pbx.SetApps(PracticeApp{Name: "echo", URL: appURL, App: "echo", Password: "app's"})
	server := httptest.NewServer(pbx)
	t.Cleanup(func() { _ = pbx.Close(); server.Close() })

	with := dial(t, Config{URL: server.URL + "/PBX0/APPS/websocket", App: "obj", Password: "obj's"})
	app := dial(t, Config{URL: appURL, App: "echo", Authenticator: NewServices(with)})
	if m, err := app.Do(deadline(t), map[string]string{"api": "echo", "mt": "Echo"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("%s, %v", m.Raw, err)
	}
	if _, err := Dial(deadline(t), Config{URL: server.URL, App: "stranger", Password: "obj's"}); err == nil {
		t.Error("a stranger is let in")
	}
}

// TestUserIsNoPBX drops a PbxInfo from a user, whose sip is not the app object's.
func TestUserIsNoPBX(t *testing.T) {
	met := make(chan struct{}, 1)
	s := newTestService(ServiceConfig{})
	s.HandlePBX("Services", func(context.Context, *APIConn) error { met <- struct{}{}; return nil })
	conn := dial(t, Config{
		URL: serve(t, s), App: "a", Password: "pw", SIP: "user", Info: []byte(`{"appobj":"obj"}`),
	})
	if err := conn.SendText(deadline(t), `{"mt":"PbxInfo","apis":["Services"]}`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo"}); err != nil {
		t.Fatal(err)
	}
	if len(met) != 0 {
		t.Error("a user passes for a PBX")
	}
}

// TestServiceLoginErrors reads results that give no login.
func TestServiceLoginErrors(t *testing.T) {
	s := NewServices(keyedPeer{key: "k"})
	for text, want := range map[string]string{
		`{"mt":"GetServiceLoginResult","error":1}`:                                 "error 1",
		`{"mt":"GetServiceLoginResult","error":"no","errorText":"x"}`:              `error no "x"`,
		`{"mt":"GetServiceLoginResult"}`:                                           "no digest",
		`{"mt":"GetServiceLoginResult","digest":7}`:                                `"digest" is no text`,
		`{"mt":"GetServiceLoginResult","digest":"d","key":"xyz"}`:                  "hex digits",
		`{"mt":"GetServiceLoginResult","digest":"d","key":"ff","salt":"ssssssss"}`: "does not fit",
	} {
		m, err := parseMessage([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.loginOf(m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestDecodeServices accepts the models under info.apis, as services publish them, and right
// under info, as the vendor's page shows them.
func TestDecodeServices(t *testing.T) {
	for _, info := range []string{`{"apis":{"com.x":{"model":1}}}`, `{"com.x":{"model":1}}`} {
		m := Message{MT: "ServicesInfo", Raw: []byte(`{"mt":"ServicesInfo","services":[{"name":"n","url":"https://h/a","info":` + info + `}]}`)}
		list, err := DecodeServices(m)
		if err != nil || len(list) != 1 || !list[0].Offers("com.x") || list[0].Offers("com.y") {
			t.Errorf("%s: %v, %v", info, list, err)
		}
	}
	if _, err := DecodeServices(Message{MT: "x"}); !errors.Is(err, ErrNotInfo) {
		t.Errorf("another message: %v", err)
	}
}
