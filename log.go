package main

import (
	"log/slog"
	"os"
	"path/filepath"
)

// maxLog is how large the log may be at the start before it begins anew, in bytes.
const maxLog = 10 << 20

// openLog opens the log file under the XDG state directory, or gives nil: a phone on a
// read-only or homeless machine rings all the same.
func openLog() *os.File {
	path, err := logPath()
	if err != nil {
		return nil
	}
	flags := os.O_CREATE | os.O_APPEND | os.O_WRONLY
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil
	}
	return f
}

// logger writes to the log file and never to the terminal, which belongs to the screen.
func logger(f *os.File) *slog.Logger {
	if f == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(f, nil))
}

// recordings is the directory for recorded calls, under the XDG data directory; without a home
// it is the working directory's.
func recordings() string {
	dir := os.Getenv("XDG_DATA_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "recordings"
		}
		dir = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(dir, "patchcord", "recordings")
}

func logPath() (string, error) {
	dir, err := stateDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "patchcord.log"), nil
}

// stateDir is the directory for what the program remembers, made where it is missing.
func stateDir() (string, error) {
	dir := os.Getenv("XDG_STATE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(home, ".local", "state")
	}
	dir = filepath.Join(dir, "patchcord")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, nil
}
