package apps

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/tui/term"
)

// Sessions are the sessions themselves. None of this waits for a network, see sessions.List.
type Sessions interface {
	Send(id int, text []byte) error
	Reveal(id int, n uint64) (record.Entry, error)
	// Key is the session key of the connection that an entry came on.
	Key(id int, n uint64) (appws.SessionKey, error)
	// Retry lets a session that is not connected try at once; Forget removes one.
	Retry(id int) error
	Forget(id int) error
}

// Recorder has the records of sessions. It may take its time.
type Recorder interface {
	// Save writes a session's record to a file of its own and says where; Saved are the names of such
	// files, the newest first; Load shows one of them, or any file, as a session without a connection
	// and gives its id.
	Save(id int, reveal bool) (path string, err error)
	// Archive is Save as a browser's archive of requests (HAR).
	Archive(id int, reveal bool) (path string, err error)
	Saved() ([]string, error)
	Load(name string) (id int, err error)
	// Replay sends on the session to what was sent in the record of another, with the same
	// pauses, until ctx ends, and tells how many messages that were.
	Replay(ctx context.Context, to, from int) (sent int, err error)
	// Phrases are the filters and messages that were saved by name; Keep replaces them.
	Phrases() (filters, snippets map[string]string)
	Keep(filters, snippets map[string]string) error
}

// Records are the commands of a Recorder. Each comes back with its message.
type Records struct {
	Save, Archive func(id int, reveal bool) tea.Cmd
	Saved         func() tea.Cmd
	Load          func(name string) tea.Cmd
	// Replay comes back with its message soon after stop.
	Replay func(to, from int) (cmd tea.Cmd, stop func())
	Keep   func(p Phrases, words string) tea.Cmd
}

// NewRecords has commands until ctx ends. guard is put around each; what a fault of ours ends comes
// back with what lost makes of it.
func NewRecords(ctx context.Context, r Recorder, guard func(cmd tea.Cmd, lost func(error) tea.Msg) tea.Cmd) Records {
	saving := func(save func(id int, reveal bool) (string, error)) func(id int, reveal bool) tea.Cmd {
		return func(id int, reveal bool) tea.Cmd {
			return guard(func() tea.Msg {
				path, err := save(id, reveal)
				return SavedMsg{path, err}
			}, func(err error) tea.Msg { return SavedMsg{Err: err} })
		}
	}
	return Records{
		Save: saving(r.Save), Archive: saving(r.Archive),
		Saved: func() tea.Cmd {
			return guard(func() tea.Msg {
				names, err := r.Saved()
				return NamesMsg{names, err}
			}, func(err error) tea.Msg { return NamesMsg{Err: err} })
		},
		Load: func(name string) tea.Cmd {
			return guard(func() tea.Msg {
				id, err := r.Load(name)
				return LoadedMsg{id, err}
			}, func(err error) tea.Msg { return LoadedMsg{Err: err} })
		},
		Replay: func(to, from int) (tea.Cmd, func()) {
			ctx, stop := context.WithCancel(ctx)
			return guard(func() tea.Msg {
				defer stop()
				sent, err := r.Replay(ctx, to, from)
				return ReplayedMsg{sent, err}
			}, func(err error) tea.Msg { return ReplayedMsg{Err: err} }), stop
		},
		Keep: func(p Phrases, words string) tea.Cmd {
			return guard(func() tea.Msg { return PhrasesMsg{words, r.Keep(p.Filters, p.Snippets)} },
				func(err error) tea.Msg { return PhrasesMsg{Err: err} })
		},
	}
}

// Work is what the actions of the pane work with.
type Work struct {
	Sessions Sessions
	Records  Records
	// Open shows a text in the person's pager, or in the editor, and comes back with an OpenedMsg; nil
	// where that cannot be.
	Open func(text string, edit bool) tea.Cmd
}

// Effect is what came of a key or of a message.
type Effect struct {
	// Said is a sentence for the message line in this style, empty for none.
	Said  string
	Style term.Style
	// Copies has Clip go to the clipboard.
	Copies bool
	Clip   string
	// Call is a call to go to, empty for none.
	Call string
	// Next is a command to go on with.
	Next tea.Cmd
}

func said(words string) Effect { return Effect{Said: words} }

// Msg is the end of what takes its time.
type Msg interface {
	take(a *Pane, top bool) Effect
}

// The ends of a Save, Saved, Load, Replay and Open.
type (
	SavedMsg struct {
		Path string
		Err  error
	}
	NamesMsg struct {
		Names []string
		Err   error
	}
	LoadedMsg struct {
		ID  int
		Err error
	}
	ReplayedMsg struct {
		Sent int
		Err  error
	}
	// PhrasesMsg is the end of a Keep.
	PhrasesMsg struct {
		Words string
		Err   error
	}
	// OpenedMsg is the end of an Open: what the text was before and after.
	OpenedMsg struct {
		Before, After string
		Edit          bool
		Err           error
	}
)

// Take takes in what came back. top tells that the pane has the keys.
func (a *Pane) Take(msg Msg, top bool) Effect { return msg.take(a, top) }
