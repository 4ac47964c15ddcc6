package demopbx

import "strings"

// The PBX is the DTLS server in every dialect (RFC 5763 §5): a client that offers to be
// either is told that it is the active one.
func asActive(offer string) string {
	return strings.ReplaceAll(offer, "a=setup:actpass", "a=setup:active")
}

// mislabelled is an answer that claims that its writer may be either.
func mislabelled(answer string) string {
	return strings.ReplaceAll(answer, "a=setup:passive", "a=setup:actpass")
}

// withoutMid leaves the media ids out, as old systems do that know no bundling.
func withoutMid(sdp string) string {
	var kept strings.Builder
	for line := range strings.Lines(sdp) {
		if !strings.HasPrefix(line, "a=mid:") && !strings.HasPrefix(line, "a=group:BUNDLE") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// fingerprint is the certificate that an SDP names, empty when it names none: another one
// means that the client built a new connection.
func fingerprint(sdp string) string {
	for line := range strings.Lines(sdp) {
		if print, ok := strings.CutPrefix(line, "a=fingerprint:"); ok {
			return strings.ToLower(strings.TrimSpace(print))
		}
	}
	return ""
}

// outward is a description of ours as this PBX would write it.
func (p *pbx) outward(sdp string) string {
	if p.o.Faults.MislabelAnswers {
		sdp = mislabelled(sdp)
	}
	if p.o.Faults.DropMid {
		sdp = withoutMid(sdp)
	}
	return sdp
}
