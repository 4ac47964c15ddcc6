package config

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/patchcord/patchcord/pbxws"
)

func command(script string) Profile {
	return Profile{Name: "acme", PasswordCommand: []string{"sh", "-c", script}}
}

func TestSecretOfCommand(t *testing.T) {
	tests := []struct{ name, script, want, fails string }{
		{"a line", "echo geheim", "geheim", ""},
		{"no newline", "printf geheim", "geheim", ""},
		{"Windows' newline", `printf 'geheim\r\n'`, "geheim", ""},
		{"blanks stay", "echo ' geheim '", " geheim ", ""},
		{"leaves an agent running", "sleep 3 & echo geheim", "geheim", ""},
		{"two newlines", `printf 'geheim\n\n'`, "",
			`profile "acme": the password_command "sh" printed more than a password; one line is expected`},
		{"too much", "head -c 100000 /dev/zero", "",
			`profile "acme": the password_command "sh" printed more than a password; one line is expected`},
		{"nothing", "true", "", `profile "acme": the password_command "sh" printed nothing`},
		{"fails", "echo geheim; echo geheim >&2; exit 3", "",
			`profile "acme": the password_command "sh" failed: it ended with status 3; run it in a shell to see why`},
		{"killed", "kill -9 $$", "",
			`profile "acme": the password_command "sh" failed: a signal ended it; run it in a shell to see why`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := command(tt.script).Secret(t.Context())
			if got != tt.want || (err != nil || tt.fails != "") && (err == nil || err.Error() != tt.fails) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestSecretOfMissingCommand(t *testing.T) {
	p := Profile{Name: "acme", PasswordCommand: []string{"no-such-command-here", "geheim"}}
	_, err := p.Secret(t.Context())
	if err == nil || !strings.Contains(err.Error(), `"no-such-command-here" failed: there is no such program;`) || strings.Contains(err.Error(), "geheim") {
		t.Errorf("got %v", err)
	}
}

func TestSecretOfSlowCommand(t *testing.T) {
	slow := []string{"sleep", "60"}
	_, err := fromCommand(t.Context(), 50*time.Millisecond, slow)
	want := `the password_command "sleep" took longer than 50ms; run it in a shell to see what it waits for`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := fromCommand(ctx, commandLimit, slow); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestCommandKeepsOffTheTerminal puts a file in the place of our stderr; the screen is there.
func TestCommandKeepsOffTheTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ours := os.Stderr
	os.Stderr = file
	_, err = command("echo prompt >&2; echo geheim").Secret(t.Context())
	os.Stderr = ours
	if err != nil {
		t.Error(err)
	}
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("the command wrote to our stderr: %v, %v", info.Size(), err)
	}
}

func TestSecretOfEnvironment(t *testing.T) {
	p := Profile{Name: "acme", PasswordEnv: "PATCHCORD_TEST_SECRET"}
	want := `profile "acme": the environment variable PATCHCORD_TEST_SECRET is not set or empty; set it before the start, ` +
		`or use password_keyring or password_command`
	if _, err := p.Secret(t.Context()); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	t.Setenv("PATCHCORD_TEST_SECRET", "geheim")
	if got, err := p.Secret(t.Context()); err != nil || got != "geheim" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSessionOfEnvironment(t *testing.T) {
	if got, err := (Profile{PasswordKeyring: true}).Login(kinds[0]); got.Settings["session_env"] != "" || err != nil {
		t.Errorf("a profile with a password: got %q, %v", got.Settings, err)
	}
	p := Profile{Name: "acme", Variables: map[string]string{"session_env": "PATCHCORD_TEST_SESSION"}}
	want := `profile "acme": the environment variable PATCHCORD_TEST_SESSION is not set or empty; sign in with a browser and ` +
		`put the value of the PBX's session cookie there before the start`
	if _, err := p.Login(kinds[0]); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := p.Secret(t.Context()); err == nil || !strings.Contains(err.Error(), "has no password") {
		t.Errorf("got %v", err)
	}
	t.Setenv("PATCHCORD_TEST_SESSION", " q7Zk2mXv\n")
	if l, err := p.Login(kinds[0]); err != nil || l.Settings["session_env"] != "q7Zk2mXv" {
		t.Errorf("got %q, %v", l.Settings, err)
	}
}

func TestSecretOfKeyring(t *testing.T) {
	p := Profile{Name: "acme", User: "201", Realm: "acme.example", PasswordKeyring: true}
	tests := []struct {
		name        string
		setUp       func() error
		want, fails string
	}{
		{"there", func() error {
			keyring.MockInit()
			return keyring.Set("patchcord", "acme/201@acme.example", "geheim")
		}, "geheim", ""},
		{"not there", func() error { keyring.MockInit(); return nil }, "",
			`profile "acme": the keyring holds no password for service "patchcord" and user "acme/201@acme.example"; ` +
				`store it there, or use password_command or password_env`},
		{"no session bus", func() error {
			keyring.MockInitWithError(errors.New(`exec: "dbus-launch": executable file not found in $PATH`))
			return nil
		}, "", `profile "acme": the keyring cannot be reached; ` +
			`on a machine without one use password_command or password_env`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.setUp(); err != nil {
				t.Fatal(err)
			}
			got, err := p.Secret(t.Context())
			if got != tt.want || (err != nil || tt.fails != "") && (err == nil || err.Error() != tt.fails) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// TestLockedKeyring leaves while the keyring waits for the person.
func TestLockedKeyring(t *testing.T) {
	unlocked, asked, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	locked := func(string, string) (string, error) {
		defer close(ended)
		close(asked)
		<-unlocked
		return "geheim", nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := fromKeyring(ctx, locked, "u"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(unlocked)
	<-ended
}

func TestSecretOfZeroProfile(t *testing.T) {
	if _, err := (Profile{Name: "acme"}).Secret(t.Context()); err == nil || !strings.Contains(err.Error(), "has no source") {
		t.Errorf("got %v", err)
	}
}

// TestKeptSignIn: what a sign-in gave lies beside the password in the keyring, and nowhere for a profile
// whose password does not.
func TestKeptSignIn(t *testing.T) {
	keyring.MockInit()
	p := Profile{Name: "acme", User: "anna", PasswordKeyring: true}
	login, err := p.Login(pbxws.Dialect{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "a token", ""} {
		if err := login.Keep(t.Context(), text); err != nil {
			t.Error(err)
		}
		if got, err := login.Recall(t.Context()); got != text || err != nil {
			t.Errorf("%q comes back as %q, %v", text, got, err)
		}
	}
	if login, err := (Profile{Name: "acme", PasswordEnv: "X"}).Login(pbxws.Dialect{}); err != nil || login.Keep != nil || login.Recall != nil {
		t.Errorf("a profile without a keyring keeps: %v", err)
	}
	trial := p
	trial.KeepsNothing = true
	if login, err := trial.Login(pbxws.Dialect{}); err != nil || login.Keep != nil || login.Recall != nil {
		t.Errorf("a trial keeps: %v", err)
	}
	keyring.MockInitWithError(errors.New("locked"))
	if _, err := login.Recall(t.Context()); err == nil {
		t.Error("a keyring that does not work gives something")
	}
}
