package appws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxMessage is the longest message that we send, in bytes: the limit of the vendor's runtimes. A
// C++ peer also accepts at most about 3,000 JSON values in one message.
const MaxMessage = 65535

// Errors of sending and of CheckMessage.
var (
	ErrTooLong   = fmt.Errorf("a message has at most %d bytes", MaxMessage)
	ErrNotObject = errors.New("a message is one JSON object")
	ErrNoType    = errors.New(`a message has a member "mt" that is a text`)
	ErrNotUTF8   = errors.New("a message is UTF-8")
)

// Message is one message as it came.
type Message struct {
	// MT is the type, empty where there is none. API names the API inside the connection, empty
	// for the app's own protocol.
	MT, API string
	// Src is chosen by the sender of a request and marks its answers; one that is no text is given as
	// written.
	Src string
	// Raw is the whole text. It must not be changed.
	Raw []byte

	src []byte // as written, nil for none
}

// Decode stores the message in the value that v points to, by the rules of encoding/json.
func (m Message) Decode(v any) error {
	if err := json.Unmarshal(m.Raw, v); err != nil {
		return fmt.Errorf("decode a %q message: %w", m.MT, err)
	}
	return nil
}

// Result makes the answer to a request: its mt with "Result" added, its api and src, then the
// members of v, which must marshal to an object or be nil.
func (m Message) Result(v any) (json.RawMessage, error) {
	return m.answer(m.MT+"Result", v)
}

// Indication makes a message of type mt that belongs to the request m, for example to a
// subscription: it has the request's api and src.
func (m Message) Indication(mt string, v any) (json.RawMessage, error) {
	return m.answer(mt, v)
}

func (m Message) answer(mt string, v any) (json.RawMessage, error) {
	b := []byte(`{"mt":`)
	b = append(b, quote(mt)...)
	if m.API != "" {
		b = append(append(b, `,"api":`...), quote(m.API)...)
	}
	if m.src != nil {
		b = append(append(b, `,"src":`...), m.src...)
	}
	if v == nil {
		return append(b, '}'), nil
	}
	members, err := marshal(v)
	if err != nil {
		return nil, err
	}
	return spliced(b, members)
}

// spliced completes the unfinished object head with the members of another object.
func spliced(head, members []byte) (json.RawMessage, error) {
	members = bytes.TrimSpace(members)
	if len(members) == 0 || members[0] != '{' {
		return nil, ErrNotObject
	}
	rest := bytes.TrimLeft(members[1:], " \t\r\n")
	if rest[0] != '}' && head[len(head)-1] != '{' {
		head = append(head, ',')
	}
	return append(head, rest...), nil
}

// ParseMessage reads the envelope of a text, which is UTF-8. If a member appears twice the last one
// counts, as in JavaScript. With an error only Raw is set.
func ParseMessage(raw []byte) (Message, error) {
	m, err := ParseEnvelope(raw)
	if err != nil {
		return Message{Raw: raw}, err
	}
	return m, nil
}

// ParseEnvelope is ParseMessage that also returns with an error what it has read up to there.
func ParseEnvelope(raw []byte) (Message, error) {
	m := Message{Raw: raw}
	s := scanner{b: raw}
	s.space()
	if s.peek() != '{' {
		if err := checkJSON(raw); err != nil {
			return m, err
		}
		return m, ErrNotObject
	}
	err := s.object(func(name, value []byte) {
		switch {
		case isName(name, "mt"):
			m.MT, _ = unquote(value)
		case isName(name, "api"):
			m.API, _ = unquote(value)
		case isName(name, "src"):
			m.setSrc(value)
		}
	})
	if err == nil {
		err = s.end()
	}
	return m, err
}

func (m *Message) setSrc(value []byte) {
	m.src = value
	text, ok := unquote(value)
	if !ok {
		text = string(value)
	}
	m.Src = text
}

// CheckMessage reports why a text cannot be sent as a message, nil if it can. An error in its JSON
// is a *SyntaxError.
func CheckMessage(text []byte) error {
	if err := checkText(text); err != nil {
		return err
	}
	m, err := ParseMessage(text)
	if err == nil && m.MT == "" {
		err = ErrNoType
	}
	return err
}

func checkText(text []byte) error {
	switch {
	case len(text) > MaxMessage:
		return ErrTooLong
	case !utf8.Valid(text):
		return ErrNotUTF8
	}
	return nil
}

// marshal encodes without the escapes that only HTML needs: the vendor's peers hash texts as
// JSON.stringify writes them.
func marshal(v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return raw, checkJSON(raw)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// member finds a member of an object by its exact name, nil for none. The object has been
// checked.
func member(object []byte, name string) (value []byte) {
	s := scanner{b: object}
	s.space()
	if s.peek() != '{' {
		return nil
	}
	_ = s.object(func(n, v []byte) {
		if isName(n, name) {
			value = v
		}
	})
	return value
}

// isName compares a quoted name, which rarely has escapes.
func isName(quoted []byte, name string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1:len(quoted)-1]) == name
	}
	text, _ := unquote(quoted)
	return text == name
}

// textMember reads a member that is a text: missing and null are empty, anything else is not ok.
func textMember(object []byte, name string) (text string, ok bool) {
	v := member(object, name)
	if v == nil || string(v) == "null" {
		return "", true
	}
	return unquote(v)
}

// saysYes reports whether a member is the word true.
func saysYes(object []byte, name string) bool { return string(member(object, name)) == "true" }

// unquote reads a JSON string that has been checked; another kind of value is not ok.
func unquote(value []byte) (string, bool) {
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	inner := value[1 : len(value)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), true
	}
	var b strings.Builder
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			b.WriteByte(inner[i])
			i++
			continue
		}
		r, n := unescape(inner[i:])
		b.WriteRune(r) // a lone surrogate becomes U+FFFD
		i += n
	}
	return b.String(), true
}

// quote writes a text as JSON.stringify does.
func quote(text string) []byte { return appendQuoted(nil, text) }
