package vodia

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/internal/redact"
)

const (
	// maxTrace bounds the text of one trace frame in bytes.
	maxTrace = 64 << 10
	// maxExcerpt bounds what is kept of a frame that nobody understood.
	maxExcerpt = 4 << 10
	// maxAcross is the longest secret across the cut of a frame that is still recognized, in bytes.
	maxAcross = 1 << 10
)

// scrub prepares a frame for the trace: secrets hidden, length bounded. It reads more than it
// keeps, so that it recognizes a secret across the cut.
func scrub(frame []byte, limit int, hide *redact.Filter) string {
	if len(frame) <= limit {
		text, _ := hide.Text(frame)
		return string(text)
	}
	text, _ := hide.Text(frame[:min(len(frame), limit+maxAcross)])
	text = text[:max(0, min(limit, len(text)-maxAcross))]
	return strings.ToValidUTF8(string(text), "") + fmt.Sprintf(" ... (%d bytes in all)", len(frame))
}

// excerpt is the start of a frame for an Unrecognized.
func excerpt(frame []byte, hide *redact.Filter) string { return scrub(frame, maxExcerpt, hide) }
