package disk

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTryLock: one holds a file at a time, and it can be read and written meanwhile.
func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	open := func() *os.File {
		t.Helper()
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	first, second := open(), open()
	try := func(f *os.File, want bool) {
		t.Helper()
		if ours, err := TryLock(f); err != nil || ours != want {
			t.Errorf("%t, %v, want %t", ours, err, want)
		}
	}
	try(first, true)
	try(second, false)
	if _, err := second.WriteString("text"); err != nil {
		t.Error(err)
	}
	if data, err := Read(path, 10); err != nil || string(data) != "text" {
		t.Errorf("%q, %v", data, err)
	}
	if err := Unlock(first); err != nil {
		t.Error(err)
	}
	try(second, true)
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	try(first, true)
}
