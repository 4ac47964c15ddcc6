package state

import (
	"net/url"

	"github.com/patchcord/patchcord/internal/disk"
)

// maxSignIn bounds what is read of the file in bytes.
const maxSignIn = 4096

// SignIn is a file with the address and the user of a profile's last sign-in. A profile with one is
// not given up because of what answers at its address meanwhile.
type SignIn struct{ path, as string }

// SignInOf is the sign-in of a profile; as is the profile's present address and user.
func SignInOf(profile, as string) SignIn {
	path, err := inDir("signed-in-" + url.PathEscape(profile))
	if err != nil {
		path = "" // it is never known to have signed in
	}
	return SignIn{path, as + "\n"}
}

// Known tells whether the profile has signed in with this address and user before.
func (s SignIn) Known() bool {
	data, err := disk.Read(s.path, maxSignIn)
	return err == nil && string(data) == s.as
}

// Keep writes down that it has.
func (s SignIn) Keep() error {
	if s.path == "" {
		return nil
	}
	return disk.Replace(s.path, []byte(s.as))
}
