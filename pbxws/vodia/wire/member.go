package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// member is one member of an object to be written; omit leaves it out when it is empty.
type member struct {
	key   string
	value any
	omit  bool
}

func with(key string, value any) member       { return member{key: key, value: value} }
func withSome(key, value string) member       { return member{key, value, value == ""} }
func withCode(code int) member                { return member{"code", code, code == 0} }
func withCSeq(cseq json.RawMessage) member    { return member{"cseq", cseq, len(cseq) == 0} }
func withCall(id string) member               { return withSome("callid", id) }
func withAction(name string) member           { return with("action", name) }
func withBool(key string, value *bool) member { return member{key, value, value == nil} }

// encode writes an object with its members in the given order. Raw values are copied byte for
// byte, for a PBX that compares what it gets back.
func encode(members ...member) (json.RawMessage, error) {
	var b bytes.Buffer
	separator := byte('{')
	for _, m := range members {
		if m.omit {
			continue
		}
		b.WriteByte(separator)
		separator = ','
		b.WriteString(strconv.Quote(m.key))
		b.WriteByte(':')
		if err := appendValue(&b, m.value); err != nil {
			return nil, fmt.Errorf("encode member %q: %w", m.key, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

var errNotJSON = errors.New("raw value is not JSON")

func appendValue(b *bytes.Buffer, value any) error {
	if raw, ok := value.(json.RawMessage); ok {
		if !json.Valid(raw) {
			return errNotJSON
		}
		b.Write(raw)
		return nil
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode ends with a line feed
	return nil
}
