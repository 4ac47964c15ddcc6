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

// unpacked are the files of a compressed archive by name.
func unpacked(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	small, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for r := tar.NewReader(small); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found[h.Name] = string(data)
		if h.Typeflag == tar.TypeReg && strings.Contains(h.Name, "share/") && h.Mode != 0o644 {
			t.Errorf("%s has mode %o", h.Name, h.Mode)
		}
	}
}

// TestTar has every file where a prefix such as /usr/local has it.
func TestTar(t *testing.T) {
	found := unpacked(t, made(t, pack{"tar.gz", linuxAMD64}, sample(t)))
	for _, path := range []string{
		"bin/patchcord", "share/man/man1/patchcord.1.gz", "share/applications/patchcord.desktop",
		"share/doc/patchcord/LICENSE", "share/doc/patchcord/THIRD-PARTY-LICENSES.txt",
	} {
		if found["patchcord_1.2_linux_amd64/"+path] == "" {
			t.Errorf("there is no %s", path)
		}
	}
}

// TestAPK: what the package tells of itself is a line for each thing, and names the C library that it needs.
func TestAPK(t *testing.T) {
	for way, needs := range map[build]bool{muslAMD64: true, muslARM64: false} {
		about := unpacked(t, made(t, pack{"apk", way}, sample(t)))[".PKGINFO"]
		for line := range strings.Lines(about) {
			if !strings.Contains(line, " = ") {
				t.Errorf("%q", line)
			}
		}
		if strings.Contains(about, "depend = musl\n") != needs {
			t.Errorf("%s", about)
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
