package app

import (
	"os"
	"testing"
)

// TestPassingFile: what a phone says as it begins leaves nothing in the directory for temporary files.
func TestPassingFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	f, err := passing()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("patchcord: no\n"); err != nil {
		t.Fatal(err)
	}
	if words := lastWords(f); words != "no" {
		t.Errorf("read back: %q", words)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}
