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

// acquaintance is a file that tells where and as whom a profile signed in last. A profile that did is
// not given up for what answers at its address in the meantime.
type acquaintance struct{ path, as string }

func acquaintanceOf(p config.Profile) acquaintance {
	a := acquaintance{as: p.URL + " " + p.User + "@" + p.Realm + "\n"}
	if dir, err := stateDir(); err == nil {
		a.path = filepath.Join(dir, "signed-in-"+url.PathEscape(p.Name))
	}
	return a
}

// made tells that the profile has signed in with the address and the user that it has now.
func (a acquaintance) made() bool {
	data, err := disk.Read(a.path, 4096)
	return err == nil && string(data) == a.as
}

// make notes the first sign-in that dial brings.
func (a acquaintance) make(dial pbxws.DialFunc, log *slog.Logger) pbxws.DialFunc {
	var once sync.Once
	return func(ctx context.Context) (pbxws.Conn, error) {
		conn, err := dial(ctx)
		if err == nil && a.path != "" {
			once.Do(func() {
				if err := disk.Replace(a.path, []byte(a.as)); err != nil {
					log.Warn("the first sign-in was not noted", "err", err)
				}
			})
		}
		return conn, err
	}
}
