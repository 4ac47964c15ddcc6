package state

import (
	"net/url"

	"github.com/patchcord/patchcord/internal/disk"
)

// maxSignIn bounds what is read of the file in bytes.
const maxSignIn = 4096

// SignIn is a file that says where and as whom a profile signed in last. A profile with one is not
// given up for what answers at its address in the meantime.
type SignIn struct{ path, as string }

// SignInOf is that of a profile; as is where and as whom it signs in now.
func SignInOf(profile, as string) SignIn {
	path, err := inDir("signed-in-" + url.PathEscape(profile))
	if err != nil {
		path = "" // it is never known to have signed in
	}
	return SignIn{path, as + "\n"}
}

// Known tells that the profile has signed in like this before.
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
