package history

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/jsonl"
)

const (
	// maxRecords is how many calls are kept: some years of a receptionist.
	maxRecords = 10000
	// slack is how many superseded lines a file may have before it is rewritten.
	slack = 2000
	// maxFile is how much of a file is read, in bytes, from its end.
	maxFile = 32 << 20
	// piece is how much of it is read at once.
	piece = 1 << 20
	// glanced is how much of the file's end is read first, in bytes: some hundred calls.
	glanced = 64 << 10

	// ownersAlone is the mode of every file.
	ownersAlone os.FileMode = 0o600
)

// entry is a line of the file: a record, or the time up to which missed calls were seen.
type entry struct {
	Record
	Seen time.Time `json:"seen,omitzero"`
}

// table is the content of a file: the last line with an id counts.
type table struct {
	records map[string]Record
	seen    time.Time
	// notes tells that the records are there for their notes: then the last line always counts.
	notes bool
	// lines counts all lines of the file, damaged the unreadable ones.
	lines, damaged int
}

func newTable() *table { return &table{records: map[string]Record{}} }

// empty forgets all.
func (t *table) empty() { *t = table{records: map[string]Record{}, notes: t.notes} }

// read takes lines in.
func (t *table) read(data []byte) {
	for len(data) > 0 {
		var text []byte
		text, data, _ = bytes.Cut(data, []byte("\n"))
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		t.lines++
		var l entry
		if json.Unmarshal(text, &l) != nil || l.ID == "" && l.Seen.IsZero() {
			t.damaged++
			continue
		}
		t.take(l)
	}
}

func (t *table) take(l entry) {
	if l.Seen.After(t.seen) {
		t.seen = l.Seen
	}
	if l.ID == "" {
		return
	}
	if before, ok := t.records[l.ID]; !ok || t.notes || !before.saysMoreThan(l.Record) {
		t.records[l.ID] = l.Record.fit()
	}
	if len(t.records) > 2*maxRecords && !t.notes {
		t.keepNewest()
	}
}

// keepNewest forgets what is too old to be kept, while a file that has far more is read.
func (t *table) keepNewest() {
	newest := t.newestFirst()
	clear(t.records)
	for _, r := range newest {
		t.records[r.ID] = r
	}
}

// newestFirst are the valid records, at most maxRecords.
func (t *table) newestFirst() []Record {
	all := make([]Record, 0, len(t.records))
	for _, r := range t.records {
		all = append(all, r)
	}
	newestFirst(all)
	return all[:min(len(all), maxRecords)]
}

// newestFirst sorts records.
func newestFirst(all []Record) {
	slices.SortFunc(all, func(a, b Record) int {
		return cmp.Or(b.Began.Compare(a.Began), strings.Compare(a.ID, b.ID))
	})
}

// file is the file as we last saw it. One goroutine uses it.
type file struct {
	path string
	// info describes the file that was read, up to end.
	info os.FileInfo
	end  int64
}

// fresh reads what was added to the file. If another file has taken its place the table starts
// again.
func (f *file) fresh(t *table) error {
	r, err := disk.Open(f.path)
	if errors.Is(err, os.ErrNotExist) {
		f.info, f.end = nil, 0
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return err
	}
	if f.info == nil || !os.SameFile(f.info, info) || info.Size() < f.end {
		f.end = 0
		t.empty()
	}
	if info.Mode().Perm() != ownersAlone {
		if err := r.Chmod(ownersAlone); err != nil {
			return err
		}
	}
	if err := t.readFrom(r, max(f.end, info.Size()-maxFile), info.Size(), f.end); err != nil {
		return err
	}
	f.info, f.end = info, info.Size()
	return nil
}

// readFrom reads lines from a part of a file, as tailOf, without having all of it at once.
func (t *table) readFrom(r io.ReaderAt, from, to, lineBegin int64) error {
	for length := int64(piece); from < to; {
		data, err := tailOf(r, from, min(to, from+length), lineBegin)
		if err != nil {
			return err
		}
		end := bytes.LastIndexByte(data, '\n') + 1
		switch last := from+length >= to; {
		case last:
			end = len(data)
		case end == 0: // a line is longer
			length *= 2
			continue
		}
		t.read(data[:end])
		from += min(to-from, length) - int64(len(data)-end)
		lineBegin, length = from, piece
	}
	return nil
}

// changed tells whether the file has changed since.
func (f *file) changed() bool {
	info, err := os.Stat(f.path)
	if err != nil || f.info == nil {
		return err == nil
	}
	return !os.SameFile(f.info, info) || info.Size() != f.end
}

// tailOf reads a file from an offset on. It drops the rest of the line there, unless a line is
// known to begin at the offset.
func tailOf(r io.ReaderAt, from, to, lineBegin int64) ([]byte, error) {
	data := make([]byte, to-from)
	n, err := r.ReadAt(data, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	data = data[:n]
	if from > lineBegin {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	return data, nil
}

// glance reads only the last lines, which takes no longer for a large file than for a small one.
func glance(path string) *table {
	t := newTable()
	r, err := disk.Open(path)
	if err != nil {
		return t
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return t
	}
	if data, err := tailOf(r, max(0, info.Size()-glanced), info.Size(), 0); err == nil {
		t.read(data)
	}
	return t
}

// add writes entries at the end of the file, which t has in it already.
func (f *file) add(t *table, entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	var lines []byte
	for _, e := range entries {
		lines = append(lines, encode(e)...)
	}
	if err := f.append(lines); err != nil {
		return err
	}
	t.lines += len(entries)
	return nil
}

// append adds lines to the file and syncs it.
func (f *file) append(lines []byte) error {
	w, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_RDWR, ownersAlone)
	if err != nil {
		return err
	}
	defer w.Close()
	info, err := w.Stat()
	if err != nil {
		return err
	}
	if last := make([]byte, 1); info.Size() > 0 {
		if _, err := w.ReadAt(last, info.Size()-1); err != nil {
			return err
		}
		if last[0] != '\n' { // a line was left unfinished: it must not spoil ours
			lines = append([]byte("\n"), lines...)
		}
	}
	if _, err := w.Write(lines); err != nil {
		return err
	}
	if err := w.Sync(); err != nil {
		return err
	}
	if f.info, err = w.Stat(); err != nil {
		return err
	}
	f.end = f.info.Size()
	return nil
}

// tidy writes a new file when too many lines of the old one are superseded.
func (f *file) tidy(t *table) error {
	if t.lines <= min(len(t.records), maxRecords)+slack {
		return nil
	}
	return f.replace(t)
}

// replace replaces the file by one with the valid records only. A file with unreadable lines is
// kept under another name.
func (f *file) replace(t *table) error {
	if t.damaged > 0 {
		_ = os.Remove(f.path + ".damaged")
		if err := os.Link(f.path, f.path+".damaged"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	records := t.newestFirst()
	if t.notes {
		records = slices.DeleteFunc(records, func(r Record) bool { return r.Note == "" })
	}
	slices.Reverse(records)
	var data []byte
	if !t.seen.IsZero() {
		data = encode(entry{Seen: t.seen})
	}
	for _, r := range records {
		data = append(data, encode(entry{Record: r})...)
	}
	if err := disk.Replace(f.path, data); err != nil {
		return err
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	t.empty()
	t.read(data)
	f.info, f.end = info, int64(len(data))
	return nil
}

// encode is a line of the file.
func encode(l entry) []byte {
	var v any = l.Record
	if l.ID == "" {
		v = struct {
			Seen time.Time `json:"seen"`
		}{l.Seen}
	}
	data, err := jsonl.Marshal(v)
	if err != nil {
		return nil // the score is NaN: nothing else in a record can fail
	}
	return data
}
