package station

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/state"
)

// recordSuffix ends the names of saved records, archiveSuffix those of a browser's archives.
const (
	recordSuffix  = ".jsonl"
	archiveSuffix = ".har"
)

// Save writes a session's record as JSON lines to a new file next to the recordings, readable by
// its owner only, and returns its path.
func (s *Sessions) Save(id int, reveal bool) (string, error) {
	return s.export(id, reveal, recordSuffix, record.Log.Write)
}

// Archive is the same as a browser's archive of requests (HAR).
func (s *Sessions) Archive(id int, reveal bool) (string, error) {
	return s.export(id, reveal, archiveSuffix, record.Log.WriteHAR)
}

func (s *Sessions) export(id int, reveal bool, suffix string, write func(record.Log, io.Writer) error) (string, error) {
	log, err := s.Record(id, reveal)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	if err := write(log, &text); err != nil {
		return "", err
	}
	dir := state.Sessions()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", disk.Explain(err)
	}
	name := strings.Map(fileLetter, log.Name) + time.Now().Format("-20060102-150405-*") + suffix
	f, err := os.CreateTemp(dir, name)
	if err != nil {
		return "", disk.Explain(err)
	}
	_, err = f.Write(text.Bytes())
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name()) // half a record is none
		return "", disk.Explain(err)
	}
	return f.Name(), nil
}

// fileLetter keeps the letters of a name that every file system accepts.
func fileLetter(r rune) rune {
	if r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z' {
		return r
	}
	return '_'
}

// Saved are the names of the records that were saved, the newest first.
func (s *Sessions) Saved() ([]string, error) {
	files, err := os.ReadDir(state.Sessions())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, disk.Explain(err)
	}
	type record struct {
		name  string
		saved time.Time
	}
	var records []record
	for _, f := range files {
		if info, err := f.Info(); err == nil && (strings.HasSuffix(f.Name(), recordSuffix) || strings.HasSuffix(f.Name(), archiveSuffix)) {
			records = append(records, record{f.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(records, func(a, b record) int {
		return cmp.Or(b.saved.Compare(a.saved), strings.Compare(b.name, a.name))
	})
	names := make([]string, len(records))
	for i, r := range records {
		names[i] = r.name
	}
	return names, nil
}

// Load shows a saved record as a session: by its name, or any file by a path, which has a separator
// in it.
func (s *Sessions) Load(name string) (int, error) {
	path := name
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path, "~/") {
		path = filepath.Join(home, path[2:])
	}
	if filepath.Base(path) == path {
		path = filepath.Join(state.Sessions(), path)
	}
	f, err := disk.Open(path)
	if err != nil {
		return 0, disk.Explain(err)
	}
	defer f.Close()
	if strings.HasSuffix(path, archiveSuffix) {
		return s.loadArchive(f)
	}
	log, err := record.Read(f)
	if err != nil {
		return 0, err
	}
	return s.show(log)
}

// loadArchive shows all websockets of a browser's archive, and returns the id of the first.
func (s *Sessions) loadArchive(f io.Reader) (first int, err error) {
	logs, err := record.ReadHAR(f)
	for _, log := range logs {
		id, err := s.show(log)
		if err != nil {
			return 0, err
		}
		first = cmp.Or(first, id)
	}
	return first, err
}

// show shows a record under a name that is free.
func (s *Sessions) show(log record.Log) (int, error) {
	for n := 1; ; n++ {
		name := "log:" + log.Name
		if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		id, err := s.List.Load(name, log)
		if !errors.Is(err, sessions.ErrNameTaken) {
			return id, err
		}
	}
}

// Phrases are the filters and messages that were saved by name, Keep replaces them.
func (s *Sessions) Phrases() (filters, snippets map[string]string) { return state.Phrases() }

// Keep writes them down.
func (s *Sessions) Keep(filters, snippets map[string]string) error {
	return state.KeepPhrases(filters, snippets)
}

// Replay sends the sent messages in the record of a session, on another session or the same one.
func (s *Sessions) Replay(ctx context.Context, to, from int) (int, error) {
	record, err := s.Record(from, true)
	if err != nil {
		return 0, err
	}
	return s.List.Replay(ctx, to, record, 1)
}
