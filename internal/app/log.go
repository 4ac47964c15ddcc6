package app

import (
	"fmt"
	stdlog "log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/logfile"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/state"
)

// openLog opens the log file under the XDG state directory. The program also works without; the
// error is a sentence.
func openLog() (*logfile.File, error) {
	path, err := state.LogFile()
	if err != nil {
		return nil, fmt.Errorf("no log is kept: %w", disk.Explain(err))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("no log is kept: %w", disk.Explain(err))
	}
	f, err := logfile.Open(path)
	if err != nil {
		return nil, fmt.Errorf("no log is kept: %w", disk.Explain(err))
	}
	return f, nil
}

// logger writes to the log file and never to the terminal, which belongs to the screen. Secrets are
// hidden on the way.
func logger(f *logfile.File, hide *redact.Filter) *slog.Logger {
	if f == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch {
		case a.Value.Kind() == slog.KindString, a.Value.Kind() == slog.KindAny:
			text := a.Value.String()
			if hide.Mentions([]byte(a.Key)) {
				text = redact.Whole([]byte(text))
			}
			a.Value = slog.StringValue(hide.String(text))
		case hide.Mentions([]byte(a.Key)):
			a.Value = slog.StringValue(redact.Whole(nil))
		}
		return a
	}}))
}

// quotes takes what libraries say by package log. net/http quotes there what a server sent unasked,
// which may hold anything: what stands in quotes is hidden.
type quotes struct{ log *slog.Logger }

func (q quotes) Write(line []byte) (int, error) {
	text, quoted, found := strings.Cut(strings.TrimSpace(string(line)), `"`)
	if found {
		text += redact.Whole([]byte(quoted))
	}
	q.log.Warn("a library says", "text", text)
	return len(line), nil
}

// hearLibraries has what libraries say written into the log, until restore.
func hearLibraries(log *slog.Logger) (restore func()) {
	out, flags := stdlog.Writer(), stdlog.Flags()
	stdlog.SetOutput(quotes{log})
	stdlog.SetFlags(0)
	return func() { stdlog.SetOutput(out); stdlog.SetFlags(flags) }
}
