package tui

import (
	"context"

	"github.com/patchcord/patchcord/appws"
)

// Apps is what the screen needs of the AppWebsocket sessions.
type Apps interface {
	// Watch gives the newest views whenever there are newer ones, until ctx is done.
	Watch(context.Context) <-chan []appws.SessionView
	// Send and Reveal never wait for a network, see appws.Sessions.
	Send(id int, text []byte) error
	Reveal(id int, n uint64) (appws.Entry, error)
	// Retry lets a session that is not connected try at once; Forget removes one.
	Retry(id int) error
	Forget(id int) error

	// Those that follow may take their time. Save writes a session's record to a file of its own
	// and says where; Saved are the names of such files, the newest first; Load shows one of them,
	// or any file, as a session without a connection and gives its id.
	Save(id int, reveal bool) (path string, err error)
	Saved() ([]string, error)
	Load(name string) (id int, err error)
	// Replay sends on the session to what was sent in the record of another, with the same
	// pauses, until ctx ends, and tells how many messages that were.
	Replay(ctx context.Context, to, from int) (sent int, err error)
}

// appsMsg brings the newest views. The others bring the end of what takes its time: of a Save,
// Saved, Load and Replay.
type (
	appsMsg     struct{ views []appws.SessionView }
	recordedMsg struct {
		path string
		err  error
	}
	recordsMsg struct {
		names []string
		err   error
	}
	loadedMsg struct {
		id  int
		err error
	}
	replayedMsg struct {
		sent int
		err  error
	}
)
