package vodia

import "strings"

// mislabelled is an answer that leaves the DTLS role open, which no answer may.
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

// outward is a description with the faults of the options.
func (f *Front) outward(sdp string) string {
	if f.o.MislabelAnswers {
		sdp = mislabelled(sdp)
	}
	if f.o.DropMid {
		sdp = withoutMid(sdp)
	}
	return sdp
}
