package nethcti

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/internal/redact"
)

const (
	// maxTrace bounds the text of one trace frame in bytes, maxExcerpt what is kept of one that nobody
	// understood.
	maxTrace   = 64 << 10
	maxExcerpt = 4 << 10
	// maxPicture is up to what length a picture is shown in the trace, in bytes.
	maxPicture = 64
)

// scrub makes a frame fit for a trace: pictures counted, secrets hidden, length bounded. It is cut
// after it was cleaned, so that no secret lies across the cut.
func scrub(frame []byte, limit int, hide *redact.Filter) string {
	frame = withoutPictures(frame)
	text, _ := hide.Text(frame)
	if len(text) <= limit {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:limit]), "") + fmt.Sprintf(" ... (%d bytes in all)", len(frame))
}

// excerptOf is the start of the arguments of an event.
func excerptOf(args []json.RawMessage, hide *redact.Filter) string {
	data, err := json.Marshal(args)
	if err != nil {
		return ""
	}
	return scrub(data, maxExcerpt, hide)
}

// withoutPictures puts their sizes in the place of pictures, which are texts that begin with "data:".
func withoutPictures(frame []byte) []byte {
	begin := []byte(`"data:`)
	if !bytes.Contains(frame, begin) {
		return frame
	}
	var clean []byte
	for {
		i := bytes.Index(frame, begin)
		if i < 0 {
			return append(clean, frame...)
		}
		end := bytes.IndexByte(frame[i+1:], '"')
		if end < 0 {
			end = len(frame) - i - 1
		}
		if clean = append(clean, frame[:i+1]...); end > maxPicture {
			clean = fmt.Appendf(clean, "(a picture of %d bytes)", end)
		} else {
			clean = append(clean, frame[i+1:i+1+end]...)
		}
		frame = frame[i+1+end:]
		if len(frame) > 0 {
			clean, frame = append(clean, frame[0]), frame[1:]
		}
	}
}
