package janus

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
)

const (
	// maxFrame bounds what is read at once, in bytes: ten messages with an SDP each fit many times.
	maxFrame = 1 << 20
	// maxSDP and maxText bound what is passed on, in bytes.
	maxSDP  = 64 << 10
	maxText = 256
	// maxRaw bounds what is kept of a message that nobody understands, and of a frame for the trace.
	maxRaw = 4 << 10
)

const plugin = "janus.plugin.sip"

// request is one message to the gateway.
type request struct {
	Janus       string `json:"janus"`
	Session     uint64 `json:"session_id,omitempty"`
	Handle      uint64 `json:"handle_id,omitempty"`
	Transaction string `json:"transaction"`
	Plugin      string `json:"plugin,omitempty"`
	Body        body   `json:"body,omitempty"`
	JSEP        *jsep  `json:"jsep,omitempty"`
	Candidate   any    `json:"candidate,omitempty"` // a candidate or a noMore
}

// body is what the SIP plugin is asked.
type body map[string]any

type jsep struct {
	Type string `json:"type"`
	SDP  string `json:"sdp"`
}

// candidate is an ICE candidate, noMore the word that no more are to come.
type (
	candidate struct {
		Line  string `json:"candidate"`
		Mid   string `json:"sdpMid"`
		MLine uint16 `json:"sdpMLineIndex"`
	}
	noMore struct {
		Completed bool `json:"completed"`
	}
)

// message is what the gateway says, of any kind.
type message struct {
	Janus       string `json:"janus"`
	Transaction string `json:"transaction"`
	Sender      uint64 `json:"sender"`
	Data        struct {
		ID uint64 `json:"id"`
	} `json:"data"`
	Plugin struct {
		Data said `json:"data"`
	} `json:"plugindata"`
	Error     *failure   `json:"error"`
	Reason    string     `json:"reason"`
	JSEP      *jsep      `json:"jsep"`
	Candidate *candidate `json:"candidate"`
}

// failure is the gateway's no.
type failure struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

// said is what the SIP plugin says: an error, whose code may be 0, or a result.
type said struct {
	Code   int     `json:"error_code"`
	Error  *string `json:"error"`
	CallID string  `json:"call_id"`
	Result struct {
		Event       string `json:"event"`
		Code        int    `json:"code"`
		Reason      string `json:"reason"`
		ReasonCause string `json:"reason_header_cause"`
		Username    string `json:"username"`
		DisplayName string `json:"displayname"`
		Caller      string `json:"caller"`
		Callee      string `json:"callee"`
		MasterID    uint64 `json:"master_id"`
		Notify      string `json:"notify"`
		Substate    string `json:"substate"`
		Content     string `json:"content"`
	} `json:"result"`
}

var errNoMessage = errors.New("it is no message of a gateway")

// decode reads one message. A member of another kind than expected counts as missing.
func decode(frame []byte) (message, error) {
	var m message
	var odd *json.UnmarshalTypeError
	if err := json.Unmarshal(frame, &m); err != nil && !errors.As(err, &odd) {
		return message{}, errNoMessage
	}
	if m.Janus == "" {
		return message{}, errNoMessage
	}
	return m, nil
}

// split takes the answer to a poll apart: a list of messages, or a single one.
func split(answer []byte) [][]byte {
	var list []json.RawMessage
	if json.Unmarshal(answer, &list) != nil {
		return [][]byte{answer}
	}
	frames := make([][]byte, len(list))
	for i, frame := range list {
		frames[i] = frame
	}
	return frames
}

// sdp is a description that may be passed on, empty for none.
func (m message) sdp() string {
	if m.JSEP == nil || len(m.JSEP.SDP) > maxSDP {
		return ""
	}
	return m.JSEP.SDP
}

// holds tells whether an offer puts us on hold: its side takes no sound (RFC 3264 §8.4). What stands
// before the sections holds for all of them; of sections for sound the first one counts.
func holds(sdp string) (held bool) {
	section := ""
	for line := range strings.Lines(sdp) {
		line = strings.TrimSpace(line)
		if media, begins := strings.CutPrefix(line, "m="); begins {
			if section == "audio" {
				return held
			}
			section, _, _ = strings.Cut(media, " ")
		}
		if section != "" && section != "audio" {
			continue
		}
		switch line {
		case "a=sendonly", "a=inactive":
			held = true
		case "a=sendrecv", "a=recvonly":
			held = false
		}
	}
	return held
}

// short makes text of the wire fit to be passed on.
func short(s string) string {
	return strings.TrimSpace(strings.ToValidUTF8(s[:min(len(s), maxText)], ""))
}

// party reads a SIP URI (RFC 3261 §19.1.1).
func party(uri, name string) Party {
	p := Party{URI: short(uri), Name: unquoted(short(name))}
	rest := p.URI
	if scheme, after, ok := strings.Cut(rest, ":"); ok && (strings.EqualFold(scheme, "sip") || strings.EqualFold(scheme, "sips") || strings.EqualFold(scheme, "tel")) {
		rest = after
	}
	user, _, found := strings.Cut(rest, "@")
	if !found && !strings.HasPrefix(strings.ToLower(p.URI), "tel:") {
		return p // a host alone
	}
	user, _, _ = strings.Cut(user, ";")
	user, _, _ = strings.Cut(user, ":") // a password has no business here
	p.User = unescape(user)
	return p
}

// unquoted is a display name without the quotes of its header (RFC 3261 §25.1), in which the gateway may
// leave it.
func unquoted(name string) string {
	inner, opened := strings.CutPrefix(name, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !opened || !closed {
		return name
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(inner)
}

// unescape reads %XX; a text with a % that is none of these stays as it is.
func unescape(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil {
		return s
	}
	return strings.ToValidUTF8(plain, "")
}

// statusOf reads the status line of a message/sipfrag (RFC 3420), 0 where there is none.
func statusOf(fragment string) (code int, reason string) {
	line, _, _ := strings.Cut(fragment, "\n")
	version, rest, _ := strings.Cut(line, " ")
	digits, reason, _ := strings.Cut(rest, " ")
	status, err := strconv.ParseUint(digits, 10, 16)
	if !strings.HasPrefix(version, "SIP/") || len(digits) != 3 || err != nil {
		return 0, ""
	}
	return int(status), short(reason)
}
