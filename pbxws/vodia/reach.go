package vodia

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Reached is what stands at the address of a PBX, as far as one can see without signing in.
type Reached struct {
	// Version is the PBX's, 0 where it does not tell.
	Version int
	// Secure tells that the link is encrypted; Expires is when its certificate ends then.
	Secure  bool
	Expires time.Time
}

// Reach goes to the web server of a PBX and no further: it reads the front page, for a person who
// is about to set a profile up. Of the Config only URL, TLS and Proxy are looked at. Errors are
// *pbxws.DialError, as those of Dial.
func Reach(ctx context.Context, cfg Config) (Reached, error) {
	u, err := cfg.place()
	if err != nil {
		return Reached{}, err
	}
	w := newWeb(address{web: u, host: u.Host}, cfg.TLS, cfg.Proxy)
	defer w.close()
	r, err := w.do(ctx, call{method: http.MethodGet, path: "/", limit: maxReply})
	if err != nil && !errors.Is(err, errLongReply) {
		return Reached{}, unreachable(w.at, pbxws.StepReach, err)
	}
	version := int(w.version.Load())
	if version == 0 && !isPBX(r.header) {
		return Reached{}, notPBX(w.at, pbxws.StepReach, r.status, r.header, r.isPage())
	}
	reached := Reached{Version: version}
	if r.tls != nil && len(r.tls.PeerCertificates) > 0 {
		reached.Secure, reached.Expires = true, r.tls.PeerCertificates[0].NotAfter
	}
	return reached, nil
}

// ErrNotPBX is a web server that is no Vodia PBX.
var ErrNotPBX = errors.New("no Vodia PBX answers there")

// Status is the status of the PBX's web server that a failed sign-in is about, 0 for none.
func Status(err error) int {
	var status statusError
	if errors.As(err, &status) {
		return int(status)
	}
	return 0
}
