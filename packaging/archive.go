package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// write writes a package into a directory and returns its path.
func write(p pack, c content, dir string) (path string, err error) {
	name := fmt.Sprintf("patchcord_%s_%s_%s.%s", c.version, p.build.system, p.build.arch, p.format)
	path = filepath.Join(dir, name)
	out, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	top := strings.TrimSuffix(name, "."+p.format) + "/"
	switch p.format {
	case "tar.gz":
		return path, writeTar(out, top, c)
	case "zip":
		return path, writeZip(out, top, c)
	}
	return path, writeNative(out, p, c)
}

// writeTar writes the directories of a prefix such as /usr/local, below a top directory.
func writeTar(out io.Writer, top string, c content) error {
	files, err := c.files("tar.gz")
	if err != nil {
		return err
	}
	small, _ := gzip.NewWriterLevel(out, gzip.BestCompression) // the level is one that there is
	w := tar.NewWriter(small)
	for _, f := range files {
		data, err := os.ReadFile(f.source)
		if err != nil {
			return err
		}
		h := &tar.Header{
			Name: top + strings.TrimPrefix(f.path, "usr/"), Size: int64(len(data)), Mode: int64(f.mode), ModTime: c.date,
			Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), small.Close())
}

func writeZip(out io.Writer, top string, c content) error {
	w := zip.NewWriter(out)
	for _, f := range c.windowsFiles() {
		data, err := os.ReadFile(f.source)
		if err != nil {
			return err
		}
		if strings.HasSuffix(f.path, ".txt") || strings.HasSuffix(f.path, ".toml") {
			data = []byte(strings.ReplaceAll(string(data), "\n", "\r\n"))
		}
		h := &zip.FileHeader{Name: top + f.path, Method: zip.Deflate, Modified: c.date}
		h.SetMode(f.mode)
		one, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := one.Write(data); err != nil {
			return err
		}
	}
	return w.Close()
}
