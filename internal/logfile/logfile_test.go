//go:build unix

package logfile

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has the mode %o", path, info.Mode().Perm())
	}
	return info.Size()
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestBounded: however much we and others write, there are two files of bounded size, with the
// newest line.
func TestBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	other, err := Open(path) // another program
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	log, theirs := slog.New(slog.NewTextHandler(f, nil)), slog.New(slog.NewTextHandler(other, nil))
	for i := range 20000 {
		log.Warn("a message from the PBX was not understood", "name", fmt.Sprint("x", i), "why", strings.Repeat("y", 100))
		if i%3 == 0 {
			theirs.Info("something else", "n", i)
		}
	}
	log.Info("the last", "long", strings.Repeat("z", 10*maxLine))
	theirs.Info("their last")
	if a, b := size(t, path), size(t, path+oldSuffix); a > maxSize || b > maxSize || a+b < maxSize/2 {
		t.Errorf("%d and %d bytes", a, b)
	}
	if s := text(t, path); !strings.Contains(s, "the last") || !strings.Contains(s, "their last") || strings.Contains(s, "\x00") {
		t.Error("the newest lines are not there")
	}
}

// TestFold: a repeated line is written once, and its count after a minute, after many other lines,
// or at the end.
func TestFold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	synctest.Test(t, func(t *testing.T) {
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.NewTextHandler(f, nil))
		for range 5000 {
			log.Warn("not understood", "name", "a")
			log.Warn("not understood", "name", "b")
		}
		time.Sleep(foldFor)
		log.Warn("not understood", "name", "a")
		log.Warn("not understood", "name", "a")
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	})
	got := text(t, path)
	if n := strings.Count(got, "\n"); n != 6 || strings.Count(got, "repeated=4999 ") != 2 || strings.Count(got, "repeated=1 ") != 1 {
		t.Errorf("%d lines:\n%s", n, got)
	}
}

// TestNoFile: what is no regular file is refused at once, and failed writes stop nobody.
func TestNoFile(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, t.TempDir(), "/dev/full", "/dev/null/x"} {
		if f, err := Open(path); err == nil {
			t.Errorf("%s was opened", path)
			_ = f.Close()
		}
	}
	var none *File
	if none.File() != nil || none.Close() != nil {
		t.Error("no file cannot be closed")
	}
}
