package main

import (
	"io/fs"
	"path/filepath"
	"time"
)

// content is what goes into a package.
type content struct {
	version string
	date    time.Time
	// program is the path of the program, texts the directory of the texts that it wrote.
	program, texts string
}

// file is one of a package.
type file struct {
	// path is where it goes, below the root of a system.
	path, source string
	mode         fs.FileMode
}

const (
	docs = "usr/share/doc/patchcord/"
	tree = ".." // of the files that stand in it
)

// files are those of a package for a system that has the usual directories. Each knows another one for zsh.
func (c content) files(format string) ([]file, error) {
	zsh := "usr/share/zsh/site-functions/_patchcord"
	license := docs + "LICENSE"
	if format == "deb" {
		zsh, license = "usr/share/zsh/vendor-completions/_patchcord", docs+"copyright"
	}
	text := func(name string) string { return filepath.Join(c.texts, name) }
	all := []file{
		{"usr/bin/patchcord", c.program, 0o755},
		{"usr/share/bash-completion/completions/patchcord", text("bash"), 0o644},
		{zsh, text("zsh"), 0o644},
		{"usr/share/fish/vendor_completions.d/patchcord.fish", text("fish"), 0o644},
		{"usr/share/applications/patchcord.desktop", text("desktop"), 0o644},
		{"usr/share/icons/hicolor/scalable/apps/patchcord.svg", "patchcord.svg", 0o644},
		{docs + "examples/config.toml", text("config"), 0o644},
		{license, filepath.Join(tree, "LICENSE"), 0o644},
		{docs + "THIRD-PARTY-LICENSES.txt", filepath.Join(tree, "THIRD-PARTY-LICENSES.txt"), 0o644},
	}
	pages, err := filepath.Glob(filepath.Join(c.texts, "man", "*.gz"))
	for _, page := range pages {
		all = append(all, file{"usr/share/man/man1/" + filepath.Base(page), page, 0o644})
	}
	return all, err
}

// windowsFiles are those for Windows, all in one directory.
func (c content) windowsFiles() []file {
	return []file{
		{"patchcord.exe", c.program, 0o755},
		{"completion.ps1", filepath.Join(c.texts, "powershell"), 0o644},
		{"config.toml", filepath.Join(c.texts, "config"), 0o644},
		{"LICENSE.txt", filepath.Join(tree, "LICENSE"), 0o644},
		{"THIRD-PARTY-LICENSES.txt", filepath.Join(tree, "THIRD-PARTY-LICENSES.txt"), 0o644},
	}
}
