package vodia

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/patchcord/patchcord/pbxws"
)

// check reads the front page of a PBX, for a person who is about to set a profile up.
func check(ctx context.Context, l pbxws.Login) (pbxws.Reached, error) {
	u, err := config{URL: l.URL}.place()
	if err != nil {
		return pbxws.Reached{}, err
	}
	w := newWeb(address{web: u, host: u.Host}, l.TLS, l.Proxy)
	defer w.close()
	r, err := w.do(ctx, call{method: http.MethodGet, path: "/", limit: maxReply})
	if err != nil && !errors.Is(err, errLongReply) {
		return pbxws.Reached{}, unreachable(w.at, pbxws.StepReach, err)
	}
	version := int(w.version.Load())
	if version == 0 && !isPBX(r.header) {
		return pbxws.Reached{}, notPBX(w.at, pbxws.StepReach, r.status, r.header, r.isPage())
	}
	var reached pbxws.Reached
	if version > 0 {
		reached.Version = strconv.Itoa(version)
	}
	if r.tls != nil && len(r.tls.PeerCertificates) > 0 {
		reached.Secure, reached.Expires = true, r.tls.PeerCertificates[0].NotAfter
	}
	return reached, nil
}
