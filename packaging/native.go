package main

import (
	"debug/elf"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/apk"
	_ "github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

const summary = "Softphone and PBX monitor in a terminal"

const description = `It shows every extension of a telephone system and who is talking, and answers,
holds, resumes and transfers calls with single keys. Media is WebRTC. Without a
telephone system of your own it opens a practice one.`

// writeNative writes a package for the package manager of a Linux.
func writeNative(out io.Writer, p pack, c content) error {
	info := &nfpm.Info{
		Name: "patchcord", Arch: p.build.arch, Platform: p.build.system, Version: c.version, VersionSchema: "none", Release: "1",
		Section: "comm", Priority: "optional", Maintainer: "The Patchcord authors <patchcord@localhost>",
		Description: summary + "\n" + description, Homepage: "https://github.com/patchcord/patchcord", License: "MIT",
		DisableGlobbing: true, MTime: c.date,
	}
	info.RPM.BuildHost, info.RPM.Summary = "localhost", summary
	if err := require(info, p, c.program); err != nil {
		return err
	}
	all, err := c.files(p.format)
	if err != nil {
		return err
	}
	for _, dir := range []string{docs, docs + "examples"} { // rpm removes only what a package has
		info.Contents = append(info.Contents, &files.Content{
			Destination: "/" + dir, Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: 0o755, MTime: c.date},
		})
	}
	for _, f := range all {
		info.Contents = append(info.Contents, &files.Content{
			Source: f.source, Destination: "/" + f.path, Type: files.TypeFile,
			FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: f.mode, MTime: c.date},
		})
	}
	if err := nfpm.PrepareForPackager(info, p.format); err != nil {
		return err
	}
	packager, err := nfpm.Get(p.format)
	if err != nil {
		return err
	}
	return packager.Package(info, out)
}

// require has a package depend on what its program cannot do without, and recommend what Opus, sound and the trust in
// certificates come from.
func require(info *nfpm.Info, p pack, program string) error {
	needs, err := glibc(program)
	if err != nil {
		return err
	}
	switch p.format {
	case "deb":
		info.Depends = []string{"libc6 (>= " + needs + ")"}
		info.Recommends = []string{"libopus0", "libpulse0 | libasound2t64 | libasound2", "ca-certificates"}
	case "rpm":
		info.Depends = []string{"libc.so.6(GLIBC_" + needs + ")(64bit)"}
		info.Recommends = []string{"libopus.so.0()(64bit)", "libpulse.so.0()(64bit)", "ca-certificates"}
	case "apk": // its description is one line, and it recommends nothing
		info.Description = summary
		if p.build.compiler != "" {
			info.Depends = []string{"musl"}
		}
	}
	return nil
}

// glibc is the newest version of glibc that a program asks for, "2.34"; empty where it asks for none.
func glibc(program string) (string, error) {
	f, err := elf.Open(program)
	if err != nil {
		return "", err
	}
	defer f.Close()
	symbols, err := f.ImportedSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return "", err
	}
	newest, text := 0, ""
	for _, s := range symbols {
		version, ok := strings.CutPrefix(s.Version, "GLIBC_2.")
		if !ok {
			continue
		}
		minor, _, _ := strings.Cut(version, ".")
		if n, err := strconv.Atoi(minor); err == nil && n > newest {
			newest, text = n, "2."+minor
		}
	}
	return text, nil
}
