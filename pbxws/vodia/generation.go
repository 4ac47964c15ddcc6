package vodia

import (
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// dialectVersion is what a profile says about the age of its PBX.
type dialectVersion uint8

// versionAuto uses the version that the PBX reports; an unknown one counts as modern.
const (
	versionAuto dialectVersion = iota
	versionLegacy
	versionModern
)

// firstModern is the first version that answers a call of ours with an offer of its own.
const firstModern = 69

// generation is how a PBX behaves by its age.
type generation struct {
	// legacy is true up to version 68: the SDP that comes back for a call of ours answers our offer.
	// From version 69 on it is an offer of the PBX's own.
	legacy bool
	// configured is true if the profile says so: then it is no guess.
	configured bool
	// noREST is true where the documented REST resources are missing, before version 69. The profile
	// does not change that.
	noREST bool
}

// decide takes the version that the PBX sent, 0 for none.
func (v dialectVersion) decide(version int) generation {
	old := version > 0 && version < firstModern
	switch v {
	case versionLegacy:
		return generation{legacy: true, configured: true, noREST: old || version == 0}
	case versionModern:
		return generation{configured: true, noREST: old}
	}
	return generation{legacy: old, noREST: old}
}

// versionOf reads the major version out of a Server header such as "PBX/67.0.5 (Debian64)";
// 0 without one.
func versionOf(server string) int {
	_, rest, ok := strings.Cut(server, "PBX/")
	if !ok {
		return 0
	}
	digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if digits >= 0 {
		rest = rest[:digits]
	}
	v, err := strconv.Atoi(rest)
	if err != nil || v > 9999 {
		return 0
	}
	return v
}

// kindOf decides whether a description is an offer or an answer, by the surest sign first: its own
// word, our offer that waits for an answer, the DTLS role (an answer has chosen one, RFC 5763 §5),
// and last the age of the PBX, which may be a guess.
func (g generation) kindOf(m wire.SDP, weOffered bool) (kind pbxws.SDPKind, sure bool) {
	switch m.Kind {
	case "offer":
		return pbxws.SDPOffer, true
	case "answer", "pranswer":
		return pbxws.SDPAnswer, true
	}
	if weOffered {
		return pbxws.SDPAnswer, true
	}
	if role := setupRole(m.SDP); role == "active" || role == "passive" {
		return pbxws.SDPAnswer, true
	}
	if g.legacy {
		return pbxws.SDPAnswer, g.configured
	}
	return pbxws.SDPOffer, g.configured
}

// setupRole is the value of the first a=setup line (RFC 4145 §4), empty without one.
func setupRole(sdp string) string {
	for line := range strings.Lines(sdp) {
		if role, ok := strings.CutPrefix(line, "a=setup:"); ok {
			return strings.TrimSpace(role)
		}
	}
	return ""
}
