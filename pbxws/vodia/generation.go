package vodia

import (
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// Generation is which of its two habits a PBX has when we place a call.
type Generation uint8

// The generations. Auto goes by the version that the PBX tells and takes an unknown one for
// modern.
const (
	Auto   Generation = iota
	Legacy            // up to version 68: the SDP that comes back answers ours
	Modern            // from version 69: it is an offer of the PBX's own
)

// firstModern is the first version that makes its own offer.
const firstModern = 69

// habit is a generation that is decided, and by whom.
type habit struct {
	legacy bool
	// told is true when a person set it: then it is no guess.
	told bool
	// oldWeb is true for a web side from before 69, which a person's word does not change.
	oldWeb bool
}

func (g Generation) habit(version int) habit {
	old := version > 0 && version < firstModern
	switch g {
	case Legacy:
		return habit{legacy: true, told: true, oldWeb: old || version == 0}
	case Modern:
		return habit{told: true, oldWeb: old}
	}
	return habit{legacy: old, oldWeb: old}
}

// versionOf reads the major version out of a Server header such as "PBX/67.0.5 (Debian64)";
// 0 when it tells none.
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

// kindOf decides how a description is meant, the surest sign first: its own word, our offer
// that waits for an answer, the DTLS role (an answer has chosen one, RFC 5763 §5), and last
// the habit of the PBX, which may be a guess.
func (h habit) kindOf(m SDP, weOffered bool) (kind pbxws.SDPKind, sure bool) {
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
	if h.legacy {
		return pbxws.SDPAnswer, h.told
	}
	return pbxws.SDPOffer, h.told
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
