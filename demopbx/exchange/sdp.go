package exchange

import "strings"

// The PBX is the DTLS server in every dialect (RFC 5763 §5): a client that offers to be
// either is told that it is the active one.
func asActive(offer string) string {
	return strings.ReplaceAll(offer, "a=setup:actpass", "a=setup:active")
}

// fingerprint is the certificate that an SDP names, empty for none: another one means that the
// client built a new connection.
func fingerprint(sdp string) string {
	for line := range strings.Lines(sdp) {
		if print, ok := strings.CutPrefix(line, "a=fingerprint:"); ok {
			return strings.ToLower(strings.TrimSpace(print))
		}
	}
	return ""
}
