package appws

import (
	"errors"
	"fmt"

	"github.com/patchcord/patchcord/internal/ws"
)

// Errors of connections that ended.
var (
	// ErrClosed says that we closed the connection, or have none yet.
	ErrClosed = errors.New("the connection is closed")
	// ErrLost says that the connection broke without a close frame of the peer.
	ErrLost = errors.New("the connection was lost")
	// ErrSilent says that nothing came for Config.DeadAfter.
	ErrSilent = errors.New("the peer is silent")
)

// CloseError says that the peer closed the connection.
type CloseError struct {
	// Code is its status code (RFC 6455 §7.4), 1005 for none.
	Code int
	// Reason is text from the wire, at most 123 bytes.
	Reason string
}

func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("the peer closed the connection with code %d", e.Code)
	}
	return fmt.Sprintf("the peer closed the connection with code %d: %q", e.Code, e.Reason)
}

// ProtocolError says that we ended the connection because of what the peer sent.
type ProtocolError struct {
	// Code is the status code that we sent (RFC 6455 §7.4).
	Code int
	Err  error
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("the peer broke the protocol: %v", e.Err) }

func (e *ProtocolError) Unwrap() error { return e.Err }

func violation(code ws.Status, err error) *ProtocolError { return &ProtocolError{int(code), err} }
