//go:build unix

package disk

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestOpen: what is no regular file is refused at once; a FIFO without a writer is not waited for.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, dir, "/dev/zero"} {
		if data, err := Read(path, 10); err == nil || !strings.Contains(err.Error(), "it is not a file") && !strings.Contains(err.Error(), "is a directory") {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := Read(file, 4); err != nil || string(data) != "0123" {
		t.Errorf("%q, %v", data, err)
	}
}

// TestReplace leaves the old file and no other if the new one cannot be written.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a", "file")
	for _, text := range []string{"old", "new"} {
		if err := Replace(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := Read(file, 10); err != nil || string(data) != "new" {
		t.Errorf("%q, %v", data, err)
	}
	taken := filepath.Join(dir, "directory")
	if err := os.MkdirAll(filepath.Join(taken, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(file, "x"): "part of the path is not a directory (" + file + ")",
		"/dev/null/x/y":          "part of the path is not a directory (/dev/null)",
		taken:                    "something else has the file's name; move it away (" + taken + ")",
	} {
		if err := Replace(path, []byte("x")); err == nil || Explain(err).Error() != want {
			t.Errorf("%s: %v, want %q", path, Explain(err), want)
		}
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestExplain(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = f.Write([]byte("x"))
	if got := Explain(err).Error(); got != "the disk is full; make room on it (/dev/full)" {
		t.Error(got)
	}
	missing := filepath.Join(t.TempDir(), "none")
	_, err = Open(missing)
	if got := Explain(err); got.Error() != "there is no such file ("+missing+")" || !Missing(got) {
		t.Error(got)
	}
	if Explain(nil) != nil {
		t.Error("no error has no words")
	}
}

// TestHome: relative paths in the environment are ignored.
func TestHome(t *testing.T) {
	for _, tt := range []struct{ set, home, want string }{
		{"/state", "/home/anna", "/state"}, {"state", "/home/anna", "/home/anna/.local/state"}, {"./x", "/home/anna", "/home/anna/.local/state"},
		{"", "/home/anna", "/home/anna/.local/state"}, {"state", "", ""}, {"", "anna", ""},
	} {
		t.Setenv("XDG_STATE_HOME", tt.set)
		t.Setenv("HOME", tt.home)
		if got, err := State(); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%+v: %q, %v", tt, got, err)
		}
	}
}
