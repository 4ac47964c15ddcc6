package sessions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/backoff"
)

// MaxReplayPause is the longest pause between two messages of a replay.
const MaxReplayPause = 5 * time.Second

// ErrSecretsMissing says that a record cannot be replayed, because secrets in its messages were
// hidden when it was saved.
var ErrSecretsMissing = errors.New("messages in the record had secrets that were not saved; save it with its secrets shown, and replay that one")

// Replay sends the sent messages of a record on a connected session. It returns how many it has
// sent, after the last one or when ctx ends. The pauses are those of the record times pace,
// MaxReplayPause at most; with pace 0 there are none. The handshake is left out. The record of the
// session notes the replay.
func (s *List) Replay(ctx context.Context, id int, l record.Log, pace float64) (sent int, err error) {
	n := s.find(id)
	if n == nil {
		return 0, ErrNoSession
	}
	if err := n.connected(); err != nil {
		return 0, err
	}
	entries := toReplay(l)
	for _, e := range entries {
		if e.Hidden > 0 {
			return 0, fmt.Errorf("replay entry %d: %w", e.N, ErrSecretsMissing)
		}
	}
	n.remark(fmt.Sprintf("The replay begins: %d to send.", len(entries)))
	defer func() { n.remark(fmt.Sprintf("The replay ends: %d sent.", sent)) }()
	for i, e := range entries {
		if i > 0 {
			pause := time.Duration(pace * float64(e.At.Sub(entries[i-1].At)))
			if err := backoff.Wait(ctx, min(pause, MaxReplayPause)); err != nil {
				return sent, err
			}
		}
		if err := n.client.SendText(ctx, e.Text); err != nil {
			return sent, fmt.Errorf("replay entry %d: %w", e.N, err)
		}
		sent++
	}
	return sent, nil
}

// toReplay are the messages that were sent besides the handshake.
func toReplay(l record.Log) []record.Entry {
	var entries []record.Entry
	for _, e := range l.Entries {
		if e.Dir == appws.Out && !e.Handshake {
			entries = append(entries, e)
		}
	}
	return entries
}

// remark adds a note to the record.
func (s *session) remark(text string) {
	s.change(func() { s.history.Note(time.Now(), text) })
}
