package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/patchcord/patchcord/internal/disk"
)

const (
	commandLimit = 10 * time.Second
	// commandGrace is how long processes left behind by a command may keep its output open.
	commandGrace = time.Second
	// maxSecret bounds a password in bytes.
	maxSecret = 4096

	sourceNames  = "password_keyring, password_command, password_env and password_file"
	alternatives = `password_keyring = true, password_command = ["pass", "show", "pbx"], password_env = "NAME" or password_file = "FILE"`
)

// Secret fetches the password from its source. It may take long: a command has ten seconds, a
// locked keyring asks the person first. Errors are whole sentences and contain neither the password
// nor the output of a command.
func (p Profile) Secret(ctx context.Context) (string, error) {
	var secret string
	var err error
	switch {
	case len(p.PasswordCommand) > 0:
		secret, err = fromCommand(ctx, commandLimit, p.PasswordCommand)
	case p.PasswordEnv != "":
		secret, err = fromEnv(p.PasswordEnv)
	case p.PasswordFile != "":
		secret, err = fromFile(p.PasswordFile)
	case p.PasswordKeyring:
		secret, err = fromKeyring(ctx, keyring.Get, p.KeyringUser())
	case len(p.Variables) > 0:
		err = fmt.Errorf("it signs in by %s and has no password", strings.Join(slices.Sorted(maps.Keys(p.Variables)), ", "))
	default:
		err = errors.New("it has no source of a password; use " + alternatives)
	}
	if err != nil {
		return "", fmt.Errorf("%s %q: %w", p.table(), p.Name, err)
	}
	return secret, nil
}

func fromEnv(name string) (string, error) {
	secret := os.Getenv(name)
	if secret == "" {
		return "", fmt.Errorf("the environment variable %s is not set or empty; set it before the start, "+
			"or use password_keyring or password_command", name)
	}
	return secret, nil
}

// fromCommand takes the output of the command, without the newline at its end. Errors contain only
// the first word of the command. Its stderr is dropped, because the screen is up.
func fromCommand(ctx context.Context, limit time.Duration, argv []string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var out bounded
	cmd := exec.CommandContext(limited, argv[0], argv[1:]...)
	cmd.Stdout = &out
	cmd.WaitDelay = commandGrace
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it ended well and left something running, an agent for example
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(out.data), "\n"), "\r")
	switch {
	case ctx.Err() != nil:
		return "", &sentence{fmt.Sprintf("the password_command %q was given up", argv[0]), ctx.Err()}
	case limited.Err() != nil:
		return "", fmt.Errorf("the password_command %q took longer than %v; run it in a shell to see what it waits for",
			argv[0], limit)
	case err != nil:
		return "", &sentence{fmt.Sprintf("the password_command %q failed: %s; run it in a shell to see why", argv[0], commandFailure(err)), err}
	case secret == "":
		return "", fmt.Errorf("the password_command %q printed nothing", argv[0])
	case out.full || strings.ContainsAny(secret, "\r\n"):
		return "", fmt.Errorf("the password_command %q printed more than a password; one line is expected", argv[0])
	}
	return secret, nil
}

// commandFailure says why a command failed.
func commandFailure(err error) string {
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.Exited():
		return fmt.Sprintf("it ended with status %d", exit.ExitCode())
	case errors.As(err, &exit):
		return "a signal ended it"
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "there is no such program"
	case errors.Is(err, fs.ErrPermission):
		return "you may not run it"
	}
	return "it could not be started"
}

// sentence is an error in our words; its cause has those of the system or a library.
type sentence struct {
	text  string
	cause error
}

func (s *sentence) Error() string { return s.text }
func (s *sentence) Unwrap() error { return s.cause }

// bounded keeps the first maxSecret bytes that are written to it.
type bounded struct {
	data []byte
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	room := min(maxSecret-len(b.data), len(p))
	b.data = append(b.data, p[:room]...)
	b.full = b.full || room < len(p)
	return len(p), nil
}

// fromFile reads the first line of a file that nobody but its owner may read.
func fromFile(path string) (string, error) {
	f, err := disk.Open(path)
	if err != nil {
		return "", fmt.Errorf("the password_file cannot be read: %w", disk.Explain(err))
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", fmt.Errorf("the password_file cannot be read: %w", disk.Explain(err))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return "", fmt.Errorf("the password_file %s can be read by others (mode %03o); run chmod 600 on it", path, info.Mode().Perm())
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+3)) // a newline may follow
	if err != nil {
		return "", fmt.Errorf("the password_file cannot be read: %w", disk.Explain(err))
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if secret == "" || len(secret) > maxSecret || strings.ContainsAny(secret, "\r\n") {
		return "", fmt.Errorf("the password_file %s holds no password; one line is expected", path)
	}
	return secret, nil
}

// Store keeps a password at the profile's source: in the keyring, or in its file, which then nobody
// else can read. Other sources keep nothing. Errors are whole sentences.
func (p Profile) Store(ctx context.Context, secret string) error {
	var err error
	switch {
	case p.PasswordKeyring:
		err = intoKeyring(ctx, keyring.Set, p.KeyringUser(), secret)
	case p.PasswordFile != "":
		err = writeFile(p.PasswordFile, []byte(secret+"\n"))
	}
	if err != nil {
		return fmt.Errorf("the password was not stored: %w", err)
	}
	return nil
}

// SecretVariables are the environment variables that hold passwords and sessions.
func (c Config) SecretVariables() []string {
	var names []string
	add := func(p Profile) {
		if p.PasswordEnv != "" {
			names = append(names, p.PasswordEnv)
		}
		names = slices.AppendSeq(names, maps.Values(p.Variables))
	}
	for _, p := range c.Profiles {
		add(p)
	}
	for _, s := range c.Sessions {
		add(s.source)
	}
	return names
}
