package janus

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/patchcord/patchcord/internal/reach"
)

// postTimeout is how long a request over HTTP may take, or the writing of one to a socket.
const postTimeout = 10 * time.Second

// carrier brings requests to a gateway and messages back. Each of its methods is used by one
// goroutine at a time.
type carrier interface {
	// open is called once, before all else.
	open(context.Context) error
	// send brings a request. The reply is nil where it comes by receive.
	send(context.Context, request) (reply []byte, err error)
	// receive waits for messages of a session.
	receive(ctx context.Context, session uint64) ([][]byte, error)
	// polls tells that receive needs a session and may be called again after an error. Else an error
	// is the end.
	polls() bool
	close()
}

// carrierTo makes carriers of the kind that the URL names.
func carrierTo(u *url.URL, t *http.Transport) func() carrier {
	if u.Scheme == "ws" || u.Scheme == "wss" {
		return func() carrier { return &socket{url: u.String(), transport: t} }
	}
	client := reach.Client(t)
	return func() carrier { return &web{base: u, client: client} }
}
