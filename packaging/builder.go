package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// builder builds the program in its ways, and has it write the texts of the packages.
type builder struct {
	options
	ctx context.Context
	// work is a directory for what is built, programs has the paths of those that are.
	work     string
	programs map[build]string
	// version is what the program tells; date is that of every file in every package.
	version string
	date    time.Time
}

// program builds the program in one way, once.
func (b *builder) program(way build) (string, error) {
	if path := b.programs[way]; path != "" {
		return path, nil
	}
	env := []string{"GOOS=" + way.system, "GOARCH=" + way.arch, "CGO_ENABLED=0"}
	switch {
	case way.compiler == "":
	case way.here():
		env[2] = "CGO_ENABLED=1" // by the compiler that the tests use too
	default:
		if _, err := exec.LookPath(way.compiler); err != nil {
			return "", fmt.Errorf("there is no %s, which is in Debian's %s", way.compiler, way.from)
		}
		env[2] = "CGO_ENABLED=1"
		env = append(env, "CC="+way.compiler)
	}
	path := filepath.Join(b.work, "program-"+strconv.Itoa(len(b.programs)))
	flags := "-s -w"
	if b.options.version != "" {
		flags += " -X main.version=" + b.options.version
	}
	_, err := b.do(env, "go", "build", "-trimpath", "-buildvcs=auto", "-ldflags", flags, "-tags", way.tags, "-o", path, ".")
	if err != nil {
		return "", err
	}
	b.programs[way] = path
	return path, nil
}

// do runs a command in the tree, with more in its environment, and returns what it prints.
func (b *builder) do(env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(b.ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stderr = b.root, append(os.Environ(), env...), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w", cmd, err)
	}
	return out, err
}

// texts has a program that runs here write everything that it knows of itself, and returns the directory: man with
// the manual pages, and a file for each other text. It sets version and date.
func (b *builder) texts(wanted []pack) (string, error) {
	way := without(runtime.GOOS, runtime.GOARCH)
	if i := slices.IndexFunc(wanted, func(p pack) bool { return p.build.here() }); i >= 0 {
		way = wanted[i].build
	}
	own, err := b.program(way)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.work, "texts")
	man := filepath.Join(dir, "man")
	if err := os.MkdirAll(man, 0o755); err != nil {
		return "", err
	}
	nobody := []string{"HOME=" + b.work, "XDG_CONFIG_HOME=" + b.work} // no keys of a person's own
	for name, args := range map[string][]string{
		"version": {"version"}, "bash": {"completion", "bash"}, "zsh": {"completion", "zsh"}, "fish": {"completion", "fish"},
		"powershell": {"completion", "powershell"}, "desktop": {"desktop", "--packaged"}, "config": {"config"},
		"pages": {"man", "--dir", man},
	} {
		text, err := b.do(nobody, own, args...)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return "", err
		}
	}
	if err := b.settle(dir); err != nil {
		return "", err
	}
	return dir, compress(man)
}

// settle finds the version, and the date: that of the last commit, or of SOURCE_DATE_EPOCH.
func (b *builder) settle(texts string) error {
	said, err := os.ReadFile(filepath.Join(texts, "version"))
	words := strings.Fields(string(said))
	if err != nil || len(words) < 2 {
		return fmt.Errorf("the program does not tell its version: %q, %w", said, err)
	}
	b.version = words[1]
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		out, err := b.do(nil, "git", "log", "-1", "--format=%ct")
		if err != nil {
			return fmt.Errorf("without git, SOURCE_DATE_EPOCH must tell the date: %w", err)
		}
		seconds = string(bytes.TrimSpace(out))
	}
	date, err := strconv.ParseInt(seconds, 10, 64)
	b.date = time.Unix(date, 0).UTC()
	return err
}

// compress puts a compressed file in the place of each in a directory.
func compress(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var small bytes.Buffer
		w, _ := gzip.NewWriterLevel(&small, gzip.BestCompression) // the level is one that there is
		if _, err := w.Write(data); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		if err := os.WriteFile(path+".gz", small.Bytes(), 0o644); err != nil {
			return err
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}
