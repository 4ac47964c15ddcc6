package main

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/pbxws"
)

// maxSignInNote bounds what is read of the file in bytes.
const maxSignInNote = 4096

// signInNote is a file that says where and as whom a profile signed in last. A profile with one is
// not given up for what answers at its address in the meantime.
type signInNote struct{ path, as string }

func signInNoteOf(p config.Profile) signInNote {
	n := signInNote{as: p.URL + " " + p.User + "@" + p.Realm + "\n"}
	if dir, err := stateDir(); err == nil {
		n.path = filepath.Join(dir, "signed-in-"+url.PathEscape(p.Name))
	}
	return n
}

// matches tells that the profile has signed in with the address and the user that it has now.
func (n signInNote) matches() bool {
	data, err := disk.Read(n.path, maxSignInNote)
	return err == nil && string(data) == n.as
}

// keep is dial, and writes the note at the first sign-in that it brings.
func (n signInNote) keep(dial pbxws.DialFunc, log *slog.Logger) pbxws.DialFunc {
	var once sync.Once
	return func(ctx context.Context) (pbxws.Conn, error) {
		conn, err := dial(ctx)
		if err == nil && n.path != "" {
			once.Do(func() {
				if err := disk.Replace(n.path, []byte(n.as)); err != nil {
					log.Warn("the first sign-in was not noted", "err", err)
				}
			})
		}
		return conn, err
	}
}
