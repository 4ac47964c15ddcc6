// Package logfile is a log of bounded size: it keeps one old file next to the current one, and
// counts a repeated line instead of writing it again.
//
// A full file is copied to NAME.old and emptied in place, so that others who have it open (another
// Patchcord, standard error of a C library) continue in the same file.
package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
)

const (
	// maxSize is how large the file and the old one may be, in bytes.
	maxSize = 1 << 20
	// foldFor is how long a written line is not written again.
	foldFor = time.Minute
	// maxRecent is how many lines are remembered.
	maxRecent = 64
	// maxLine bounds a line in bytes.
	maxLine = 8 << 10
	// oldSuffix is the ending of the old file's name.
	oldSuffix = ".old"
)

// File is a log file, an io.Writer of whole lines. Any goroutine may write.
type File struct {
	file *os.File

	mu     sync.Mutex
	recent []seen // the oldest first
}

// seen is a line that was written.
type seen struct {
	text  string // without its time
	at    time.Time
	times int // how often it was repeated since
}

// Open opens the log for appending, or creates it, readable by its owner only.
func Open(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{file: f}, nil
}

// File is the file itself, for writing to its descriptor. It is nil for a nil File.
func (f *File) File() *os.File {
	if f == nil {
		return nil
	}
	return f.file
}

// Write takes one line, which begins with its time. It never fails, since nobody could be told.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	f.settle(now)
	_, text, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	key := string(text[:min(len(text), maxLine)])
	if i := slices.IndexFunc(f.recent, func(s seen) bool { return s.text == key }); i >= 0 {
		f.recent[i].times++
		return len(line), nil
	}
	if len(f.recent) == maxRecent {
		f.tell(f.recent[0], now)
		f.recent = f.recent[1:]
	}
	f.recent = append(f.recent, seen{text: key, at: now})
	if len(line) > maxLine {
		f.put(append(slices.Clone(line[:maxLine]), " ...\n"...))
	} else {
		f.put(line)
	}
	return len(line), nil
}

// settle drops the remembered lines that are too old and writes how often they were repeated.
func (f *File) settle(now time.Time) {
	for len(f.recent) > 0 && now.Sub(f.recent[0].at) >= foldFor {
		f.tell(f.recent[0], now)
		f.recent = f.recent[1:]
	}
}

func (f *File) tell(s seen, now time.Time) {
	if s.times > 0 {
		f.put(fmt.Appendf(nil, "time=%s repeated=%d %s\n", now.Format(time.RFC3339), s.times, s.text))
	}
}

// put appends to the file, and makes room first if necessary.
func (f *File) put(line []byte) {
	if info, err := f.file.Stat(); err == nil && info.Size()+int64(len(line)) > maxSize {
		f.rotate(int64(len(line)))
	}
	_, _ = f.file.Write(line)
}

// rotate copies the file to the old one and empties it, even if the copy fails. A lock keeps two
// programs from doing it at the same time.
func (f *File) rotate(more int64) {
	if ours, err := disk.TryLock(f.file); err != nil || !ours {
		return
	}
	defer func() { _ = disk.Unlock(f.file) }()
	info, err := f.file.Stat()
	if err != nil || info.Size()+more <= maxSize {
		return
	}
	if old, err := os.OpenFile(f.file.Name()+oldSuffix, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|syscall.O_NONBLOCK, 0o600); err == nil {
		from := max(0, info.Size()-maxSize) // other programs may have written more than the limit
		_, _ = io.Copy(old, io.NewSectionReader(f.file, from, maxSize))
		_ = old.Close()
	}
	if f.file.Truncate(0) != nil { // Windows does not where a file is open for appending
		_ = os.Truncate(f.file.Name(), 0)
	}
}

// Close writes the counts and closes the file. A nil File can be closed.
func (f *File) Close() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.recent {
		f.tell(s, time.Now())
	}
	f.recent = nil
	return f.file.Close()
}
