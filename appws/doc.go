// Package appws speaks innovaphone's AppWebsocket: a websocket that both ends log in to with a
// shared password and share a session key on afterwards, as the client and as the app service.
//
// A client opens one connection with Dial:
//
//	conn, err := appws.Dial(ctx, appws.Config{URL: "wss://ap.example.com/example.com/myapp", App: "myapp", Password: pw})
//	err = conn.Send(ctx, map[string]string{"mt": "SendHello"})
//	m, err := conn.Recv(ctx)
//
// or keeps one up through every loss with NewClient, whose Next gives what happens in the order
// it happens: Opened, Received, Disconnected, Closed. Nothing is called back; whoever wants the
// next message asks for it, and asking is the messageComplete of the vendor's pages. A reader
// that does not ask makes the sender wait; no message is dropped but the late answer to a Do
// that gave up.
//
// A password that only the PBX knows is replaced by an Authenticator. Services is the one that
// asks the PBX for the login of another app, over a connection of its own.
//
// A Service is an http.Handler that accepts logins and routes the messages of each connection
// to the JSON APIs registered with HandleAPI.
//
// All methods may be called from any goroutine. Every connection, client and service has a Close
// that returns when everything it started is gone. Whatever comes from the wire is bounded in size
// and depth and never trusted to be what it claims.
//
// The vendor's documents call the diagnostics of this protocol LOG_APP_WEBSOCKET, those of the
// websocket beneath LOG_WEBSOCKET_CLIENT. Log records here carry the attribute "topic" with one
// of these words. They name messages by mt, api, src and size and never hold their text.
package appws
