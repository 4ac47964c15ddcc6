//go:build unix

package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestNoFiles: a pipe or a device in the place of a file is refused with a sentence, and not waited
// for.
func TestNoFiles(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/zero", t.TempDir(), "/dev/full"} {
		for what, read := range map[string]func() error{
			"password_file": func() error { _, err := Profile{Name: "a", PasswordFile: path}.Secret(t.Context()); return err },
			"tls_ca":        func() error { _, err := Profile{Name: "a", TLSCA: path}.TLS(); return err },
			"config.toml":   func() error { _, err := Load(path, kinds); return err },
			"Save":          func() error { return Save(path, Revision{Default: "a"}, kinds) },
		} {
			if err := read(); err == nil || !strings.Contains(err.Error(), "it is not a file") || !strings.Contains(err.Error(), path) {
				t.Errorf("%s = %s: %v", what, path, err)
			}
		}
	}
	if c, err := Load("/dev/null/.config/patchcord/config.toml", kinds); err != nil || c.Default != "" {
		t.Errorf("HOME=/dev/null: %v", err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	if _, err := (Profile{Name: "a", PasswordFile: link}).Secret(t.Context()); err == nil {
		t.Error("a link to a pipe was read")
	}
}
