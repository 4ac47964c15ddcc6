package appws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
)

// With flow control one message at a time is taken from the network, the next when it is asked for: the
// sender waits for a slow application.
func ExampleConn_SetFlowControl() {
	ctx := context.Background()
	service := appwstest.NewEcho("secret", appwstest.Options{})
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()
	conn, err := appws.Dial(ctx, appws.Config{URL: server.URL, App: "echo", Password: "secret", FlowControl: true})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	defer conn.Close()
	for n := range 3 {
		_ = conn.Send(ctx, map[string]any{"mt": "Echo", "api": "echo", "data": n})
	}
	for range 3 {
		m, err := conn.Recv(ctx) // says that the one before is done with
		if err != nil {
			return
		}
		fmt.Println(string(m.Raw))
	}
	conn.SetFlowControl(false)
	// Output:
	// {"mt":"EchoResult","api":"echo","data":0}
	// {"mt":"EchoResult","api":"echo","data":1}
	// {"mt":"EchoResult","api":"echo","data":2}
}

// Both ends of a connection have a key that nobody else has. The seed goes with the text and is new each
// time.
func ExampleConn_Encrypt() {
	ctx := context.Background()
	service := appwstest.NewEcho("secret", appwstest.Options{})
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()
	conn, err := appws.Dial(ctx, appws.Config{URL: server.URL, App: "echo", Password: "secret"})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	defer conn.Close()
	data, err := conn.Encrypt("a new seed", "the PIN is 1234")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := conn.Do(ctx, map[string]string{"mt": "Encrypted", "api": "echo", "seed": "a new seed", "data": data})
	if err != nil {
		fmt.Println(err)
		return
	}
	var back struct{ Seed, Data, Hash string }
	_ = m.Decode(&back)
	plain, err := conn.Decrypt(back.Seed, back.Data)
	hash, _ := conn.Hash(back.Seed, plain)
	fmt.Println(plain, err, hash == back.Hash)
	// Output: the PIN is 1234 <nil> true
}

// A PBX connects to the service and lets it use its RCC. The users come before the result, and wait until
// they are received.
func ExampleService_HandlePBX() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	service, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{"secret"}, nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	done := make(chan struct{})
	service.HandlePBX("RCC", func(ctx context.Context, conn *appws.APIConn) error {
		defer close(done)
		pbx, _ := conn.PBX()
		m, err := conn.Do(ctx, map[string]string{"api": "RCC", "mt": "Initialize"})
		if err != nil {
			return err
		}
		user, err := conn.Recv(ctx)
		if err != nil {
			return err
		}
		var info struct{ CN, E164 string }
		_ = user.Decode(&info)
		fmt.Println(pbx.Domain, m.MT, info.CN, info.E164)
		return nil
	})
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()
	pbx := appwstest.NewPBX("example.com", nil, appwstest.Options{})
	defer pbx.Close()
	visited := make(chan struct{})
	go func() {
		defer close(visited)
		_ = pbx.Visit(ctx, appwstest.App{Name: "monitor", URL: server.URL, App: "monitor", Password: "secret"})
	}()
	<-done
	cancel()
	<-visited
	// Output: example.com InitializeResult Anna Rossi 201
}

// A client that subscribes again after each login, since subscriptions end with their connection.
func ExampleClient_Subscribe() {
	ctx := context.Background()
	pbx := appwstest.NewPBX("example.com", map[string]string{"monitor": "secret"}, appwstest.Options{})
	server := httptest.NewServer(pbx)
	defer server.Close()
	defer pbx.Close()
	client := appws.NewClient(appws.Config{URL: server.URL, App: "monitor", Password: "secret"})
	for {
		event, err := client.Next(ctx)
		if err != nil {
			return
		}
		switch e := event.(type) {
		case appws.Opened:
			sub, err := client.Subscribe(ctx, map[string]string{"api": "PbxApi", "mt": "SubscribePresence", "sip": "anna.rossi"})
			if errors.Is(err, appws.ErrNotConnected) {
				continue // lost already; the next Opened follows
			}
			for range 3 {
				m, err := sub.Recv(ctx)
				if err != nil {
					break // the connection is over
				}
				fmt.Println(m.MT)
			}
			_ = client.Close()
		case appws.Failed:
			fmt.Println(appws.Explain(e.Err))
		case appws.Disconnected:
			fmt.Println(appws.ExplainLoss(e.Err))
		}
	}
	// Output:
	// SubscribePresenceResult
	// PresenceState
	// PresenceUpdate
}

// One service for two instances of an app, told apart by their paths, each with its domain and password.
func ExampleService_instances() {
	ctx := context.Background()
	passwords := map[string]string{"one.example": "first", "two.example": "second"}
	instance := func(r appws.Request) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
		return name
	}
	service, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(_ context.Context, login appws.Attempt) ([]string, error) {
			if password, known := passwords[instance(login.Request)]; known {
				return []string{password}, nil
			}
			return nil, nil // refused
		},
		DomainOf: instance,
		LoggedIn: func(ctx context.Context, conn *appws.APIConn) error {
			return conn.Send(ctx, map[string]string{"mt": "Welcome", "to": instance(conn.Request())})
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()
	for _, domain := range []string{"one.example", "two.example"} {
		conn, err := appws.Dial(ctx, appws.Config{URL: server.URL + "/" + domain + "/app", App: "user", Password: passwords[domain]})
		if err != nil {
			fmt.Println(appws.Explain(err))
			return
		}
		m, _ := conn.Recv(ctx)
		fmt.Println(conn.Domain(), string(m.Raw))
		_ = conn.Close()
	}
	// Output:
	// one.example {"mt":"Welcome","to":"one.example"}
	// two.example {"mt":"Welcome","to":"two.example"}
}

// A list that comes in several messages.
func ExamplePages() {
	ctx := context.Background()
	service, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{"secret"}, nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	service.HandleRest(func(ctx context.Context, conn *appws.APIConn) error {
		for page := 1; ; page++ {
			m, err := conn.Recv(ctx)
			if err != nil {
				return nil
			}
			body := map[string]any{"page": page, "more": page}
			if page == 3 {
				delete(body, "more")
			}
			answer, err := m.Result(body)
			if err != nil || conn.Send(ctx, answer) != nil {
				return err
			}
		}
	})
	server := httptest.NewServer(service)
	defer server.Close()
	defer service.Close()
	conn, err := appws.Dial(ctx, appws.Config{URL: server.URL, App: "user", Password: "secret"})
	if err != nil {
		fmt.Println(appws.Explain(err))
		return
	}
	defer conn.Close()
	for m, err := range appws.Pages(ctx, conn, map[string]string{"mt": "DbFilesList"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		var page struct{ Page int }
		_ = m.Decode(&page)
		fmt.Println("page", page.Page)
	}
	// Output:
	// page 1
	// page 2
	// page 3
}
