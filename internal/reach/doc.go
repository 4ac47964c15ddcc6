// Package reach makes the connections to a server and says in whole sentences why one failed: its
// name, TCP, TLS, or an HTTP answer that is not the server's own. It is shared by everything that
// connects to a PBX or an app.
//
// Sentences are made of our own words only. What a library said is in Error.Err, for the log.
package reach
