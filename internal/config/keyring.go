package config

import (
	"context"
	"errors"
	"fmt"

	"github.com/zalando/go-keyring"
)

// KeyringService is the service under which the keyring holds our passwords.
const KeyringService = "patchcord"

// KeyringUser is the user name under which the keyring holds this profile's password:
// NAME/USER@REALM, or NAME/USER for a dialect without realms.
func (p Profile) KeyringUser() string {
	if p.Realm == "" && !p.session {
		return p.Name + "/" + p.User
	}
	return p.Name + "/" + p.User + "@" + p.Realm
}

// KeyringTrouble says in a sentence why this machine's keyring cannot be used, nil if it can.
func KeyringTrouble(ctx context.Context) error {
	const nobody = "nobody"
	_, err := askKeyring(ctx, func() (string, error) {
		secret, err := keyring.Get(KeyringService, nobody)
		if errors.Is(err, keyring.ErrNotFound) {
			err = nil
		}
		return secret, err
	})
	if err != nil {
		return unreached(err)
	}
	return nil
}

// askKeyring asks on a goroutine of its own, because the library cannot be interrupted and a keyring may
// wait for the person to unlock it. Nobody who leaves is held up; the goroutine ends when the keyring
// answers.
func askKeyring(ctx context.Context, ask func() (string, error)) (string, error) {
	type answer struct {
		secret string
		err    error
	}
	answered := make(chan answer, 1) // the one answer, so that nobody has to be there for it
	go func() {
		secret, err := ask()
		answered <- answer{secret, err}
	}()
	select {
	case a := <-answered:
		return a.secret, a.err
	case <-ctx.Done():
		return "", lateError{ctx.Err()}
	}
}

// lateError says that the keyring did not answer in time.
type lateError struct{ error }

func (e lateError) Unwrap() error { return e.error }

// unreached says that the keyring cannot be used, and what to do.
func unreached(err error) error {
	var late lateError
	if errors.As(err, &late) {
		return &sentence{"the keyring did not answer in time; unlock it, or use password_command or password_env", err}
	}
	return &sentence{"the keyring cannot be reached; on a machine without one use password_command or password_env", err}
}

func fromKeyring(ctx context.Context, get func(service, user string) (string, error), user string) (string, error) {
	secret, err := askKeyring(ctx, func() (string, error) { return get(KeyringService, user) })
	switch {
	case errors.Is(err, keyring.ErrNotFound) || err == nil && secret == "":
		return "", fmt.Errorf("the keyring holds no password for service %q and user %q; store it there, "+
			"or use password_command or password_env", KeyringService, user)
	case err != nil:
		return "", unreached(err)
	}
	return secret, nil
}

func intoKeyring(ctx context.Context, set func(service, user, secret string) error, user, secret string) error {
	_, err := askKeyring(ctx, func() (string, error) { return "", set(KeyringService, user, secret) })
	if err != nil {
		return unreached(err)
	}
	return nil
}

// signInUser is the user name under which the keyring holds what a sign-in gave.
func (p Profile) signInUser() string { return p.KeyringUser() + "#sign-in" }

// recallSignIn is what an earlier sign-in left, empty for nothing.
func (p Profile) recallSignIn(ctx context.Context) (string, error) {
	left, err := askKeyring(ctx, func() (string, error) { return keyring.Get(KeyringService, p.signInUser()) })
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return "", nil
	case err != nil:
		return "", unreached(err)
	}
	return left, nil
}

// keepSignIn leaves something for the next start of the program; an empty text takes it away.
func (p Profile) keepSignIn(ctx context.Context, text string) error {
	if text != "" {
		return intoKeyring(ctx, keyring.Set, p.signInUser(), text)
	}
	_, err := askKeyring(ctx, func() (string, error) { return "", keyring.Delete(KeyringService, p.signInUser()) })
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return unreached(err)
	}
	return nil
}
