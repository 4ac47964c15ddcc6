package appws_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
)

// A service with one JSON API, and a client that logs in to it and asks.
func Example() {
	ctx := context.Background()
	service, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{"secret"}, nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	service.HandleAPI("greeter", func(ctx context.Context, conn *appws.APIConn) error {
		for {
			m, err := conn.Recv(ctx)
			if err != nil {
				return nil // the connection is over
			}
			answer, err := m.Result(map[string]string{"text": "Hello " + conn.Identity().DN})
			if err != nil {
				return err
			}
			if err := conn.Send(ctx, answer); err != nil {
				return err
			}
		}
	})
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()

	conn, err := appws.Dial(ctx, appws.Config{
		URL: server.URL + "/example.com/greeter", App: "user", Password: "secret", SIP: "john.doe", DN: "John Doe",
	})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	defer conn.Close()
	m, err := conn.Do(ctx, map[string]string{"api": "greeter", "mt": "Greet", "src": "1"})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	fmt.Println(string(m.Raw))
	// Output: {"mt":"GreetResult","api":"greeter","src":"1","text":"Hello John Doe"}
}

// A client that reconnects tells all that happens to it in one order.
func ExampleClient() {
	service := appwstest.NewEcho("secret", appwstest.Options{})
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()

	client := appws.NewClient(appws.Config{URL: server.URL, App: "echo", Password: "secret"})
	for {
		event, err := client.Next(context.Background())
		if err != nil {
			return
		}
		switch e := event.(type) {
		case appws.Opened:
			fmt.Println("connection is up")
			_ = client.SendText(context.Background(), `{"mt":"Echo","api":"echo","data":"hi"}`)
		case appws.Received:
			fmt.Println("received", e.Message.MT)
			_ = client.Close()
		case appws.Failed:
			fmt.Println(appws.Explain(e.Err), "Next attempt in", e.Again)
		case appws.Disconnected:
			fmt.Println("disconnected:", appws.Explain(e.Err))
		case appws.Closed:
			fmt.Println("connection closed")
		}
	}
	// Output:
	// connection is up
	// received EchoResult
	// connection closed
}

// The login of an app whose password only the PBX knows.
func ExampleServices() {
	ctx := context.Background()
	app := appwstest.NewEcho("nobody knows", appwstest.Options{})
	appServer := httptest.NewServer(app)
	defer appServer.Close()
	defer app.Close()
	pbx := appwstest.NewPBX("example.com", map[string]string{"patchcord": "demo"}, appwstest.Options{})
	pbx.SetApps(appwstest.App{Name: "echo", URL: appServer.URL, App: "echo", Password: "nobody knows"})
	pbxServer := httptest.NewServer(pbx)
	defer pbxServer.Close()
	defer pbx.Close()

	with, err := appws.Dial(ctx, appws.Config{URL: pbxServer.URL + "/PBX0/APPS/websocket", App: "patchcord", Password: "demo"})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	defer with.Close()
	conn, err := appws.Dial(ctx, appws.Config{URL: appServer.URL, App: "echo", Authenticator: appws.NewServices(with)})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	defer conn.Close()
	fmt.Println(conn.Login())
	// Output: "patchcord"@"example.com" for app "echo"
}
