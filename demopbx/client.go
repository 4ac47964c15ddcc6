package demopbx

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// Dialer signs in at a practice PBX, whose words are those of a Vodia PBX.
func Dialer(l pbxws.Login) pbxws.DialFunc { return vodia.Dialect.Dialer(l) }
