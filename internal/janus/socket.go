package janus

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

// dialTimeout is how long a websocket may take to open.
const dialTimeout = 10 * time.Second

// subprotocol is the subprotocol of a gateway over a websocket.
const subprotocol = "janus-protocol"

var errSubprotocol = errors.New("the websocket speaks another protocol")

// socket is a gateway over a websocket: everything goes over the one connection.
type socket struct {
	url       string
	transport *http.Transport
	conn      *ws.Conn
}

func (s *socket) polls() bool { return false }

func (s *socket) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	ctx, trail := reach.Follow(ctx)
	conn, err := ws.Dial(ctx, s.url, ws.Options{Transport: s.transport, Subprotocols: []string{subprotocol}, ReadLimit: maxFrame})
	var refused *ws.UpgradeError
	switch {
	case errors.As(err, &refused):
		return statusError(refused.Status)
	case err != nil:
		return trail.Mark(err)
	case conn.Subprotocol() != subprotocol:
		_ = conn.CloseNow()
		return errSubprotocol
	}
	s.conn = conn
	return nil
}

func (s *socket) send(ctx context.Context, r request) ([]byte, error) {
	frame, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	return nil, s.conn.Write(ctx, frame)
}

func (s *socket) receive(ctx context.Context, _ uint64) ([][]byte, error) {
	frame, err := s.conn.Read(ctx)
	if err != nil {
		return nil, err
	}
	return [][]byte{frame}, nil
}

func (s *socket) close() {
	if s.conn != nil {
		_ = s.conn.CloseNow()
	}
}
