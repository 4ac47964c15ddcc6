package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// KeyringService is the service under which the keyring holds our passwords.
	KeyringService = "patchcord"

	commandLimit = 10 * time.Second
	// commandGrace is how long what a command left behind may keep its output open.
	commandGrace = time.Second
	// maxSecret bounds a password in bytes.
	maxSecret = 4096

	sourceNames  = "password_keyring, password_command and password_env"
	alternatives = `password_keyring = true, password_command = ["pass", "show", "pbx"] or password_env = "NAME"`
)

// KeyringUser is the user name under which the keyring holds this profile's password:
// NAME/USER@DOMAIN.
func (p Profile) KeyringUser() string { return p.Name + "/" + p.User + "@" + p.Domain }

// Secret fetches the password from where the profile says. It may take its time: a command has
// ten seconds, a locked keyring asks the person first. Errors are whole sentences and hold
// neither the password nor anything that a command printed.
func (p Profile) Secret(ctx context.Context) (string, error) {
	var secret string
	var err error
	switch {
	case len(p.PasswordCommand) > 0:
		secret, err = fromCommand(ctx, commandLimit, p.PasswordCommand)
	case p.PasswordEnv != "":
		secret, err = fromEnv(p.PasswordEnv)
	case p.PasswordKeyring:
		secret, err = fromKeyring(ctx, keyring.Get, p.KeyringUser())
	case p.SessionEnv != "":
		err = errors.New("it signs in by session_env and has no password")
	default:
		err = errors.New("it has no source of a password; use " + alternatives)
	}
	if err != nil {
		return "", fmt.Errorf("%s %q: %w", p.table(), p.Name, err)
	}
	return secret, nil
}

// Session is the id of the session that the profile signs in with, empty for a profile that
// uses a password.
func (p Profile) Session() (string, error) {
	if p.SessionEnv == "" {
		return "", nil
	}
	id := strings.TrimSpace(os.Getenv(p.SessionEnv))
	if id == "" {
		return "", fmt.Errorf("profile %q: the environment variable %s is not set or empty; sign in with a browser and "+
			"put the value of the PBX's session cookie there before the start", p.Name, p.SessionEnv)
	}
	return id, nil
}

func fromEnv(name string) (string, error) {
	secret := os.Getenv(name)
	if secret == "" {
		return "", fmt.Errorf("the environment variable %s is not set or empty; set it before the start, "+
			"or use password_keyring or password_command", name)
	}
	return secret, nil
}

// fromCommand takes what the command prints, without the newline at its end. Of its arguments
// only the first word appears in errors. What it says on stderr goes nowhere: the screen is up.
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
		return "", fmt.Errorf("the password_command %q was given up: %w", argv[0], ctx.Err())
	case limited.Err() != nil:
		return "", fmt.Errorf("the password_command %q took longer than %v; run it in a shell to see what it waits for",
			argv[0], limit)
	case err != nil:
		return "", fmt.Errorf("the password_command %q failed (%w); run it in a shell to see why", argv[0], err)
	case secret == "":
		return "", fmt.Errorf("the password_command %q printed nothing", argv[0])
	case out.full || strings.ContainsAny(secret, "\r\n"):
		return "", fmt.Errorf("the password_command %q printed more than a password; one line is expected", argv[0])
	}
	return secret, nil
}

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

// fromKeyring asks the system's keyring. The library cannot be interrupted, and a keyring that
// waits for the person to unlock it must not hold up somebody who leaves: so the question runs
// beside us, and one that was given up ends when the keyring answers.
func fromKeyring(ctx context.Context, get func(service, user string) (string, error), user string) (string, error) {
	type answer struct {
		secret string
		err    error
	}
	answered := make(chan answer, 1) // the one answer, so that nobody has to be there for it
	go func() {
		secret, err := get(KeyringService, user)
		answered <- answer{secret, err}
	}()
	select {
	case a := <-answered:
		return a.secret, keyringTrouble(user, a.secret, a.err)
	case <-ctx.Done():
		return "", fmt.Errorf("the keyring did not answer in time (%w); unlock it, or use password_command or password_env", ctx.Err())
	}
}

func keyringTrouble(user, secret string, err error) error {
	switch {
	case errors.Is(err, keyring.ErrNotFound) || err == nil && secret == "":
		return fmt.Errorf("the keyring holds no password for service %q and user %q; store it there, "+
			"or use password_command or password_env", KeyringService, user)
	case err != nil:
		return fmt.Errorf("the keyring cannot be reached (%w); on a machine without one use password_command or password_env", err)
	}
	return nil
}
