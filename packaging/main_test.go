package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sample is the content of a package; a small program of the system stands in for ours.
func sample(t *testing.T) content {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "man"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bash", "zsh", "fish", "powershell", "desktop", "config", "man/patchcord.1.gz"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	return content{"1.2", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), program, dir}
}

func made(t *testing.T, p pack, c content) []byte {
	t.Helper()
	path, err := write(p, c, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestReproducible: the same content makes the same bytes, at another time and from other directories.
func TestReproducible(t *testing.T) {
	first := map[pack][]byte{}
	before, then := sample(t), time.Now()
	for _, p := range packages {
		first[p] = made(t, p, before)
	}
	for time.Now().Unix() == then.Unix() { // packages have seconds
		time.Sleep(10 * time.Millisecond)
	}
	after := sample(t)
	for p, data := range first {
		if !bytes.Equal(made(t, p, after), data) {
			t.Errorf("%s differs", p)
		}
	}
}

// TestTar has every file where a prefix such as /usr/local has it, with our date and for all to read.
func TestTar(t *testing.T) {
	c := sample(t)
	small, err := gzip.NewReader(bytes.NewReader(made(t, pack{"tar.gz", linuxAMD64}, c)))
	if err != nil {
		t.Fatal(err)
	}
	modes := map[string]int64{}
	for r := tar.NewReader(small); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		modes[strings.TrimPrefix(h.Name, "patchcord_1.2_linux_amd64/")] = h.Mode
		if !h.ModTime.Equal(c.date) {
			t.Errorf("%s is of %v", h.Name, h.ModTime)
		}
	}
	for path, mode := range map[string]int64{
		"bin/patchcord": 0o755, "share/man/man1/patchcord.1.gz": 0o644, "share/applications/patchcord.desktop": 0o644,
		"share/doc/patchcord/LICENSE": 0o644, "share/doc/patchcord/THIRD-PARTY-LICENSES.txt": 0o644,
	} {
		if modes[path] != mode {
			t.Errorf("%s has mode %o, want %o", path, modes[path], mode)
		}
	}
}

// TestNames: each package can be asked for by its name, and no two have one.
func TestNames(t *testing.T) {
	for _, p := range packages {
		if same, err := packageNamed(p.String()); err != nil || same != p {
			t.Errorf("%s is %+v, %v", p, same, err)
		}
	}
	if _, err := packageNamed("deb/vax"); err == nil {
		t.Error("there is a deb for the VAX")
	}
}
