package appws

import (
	"bytes"
	"encoding/json"
)

// Indent lays a message out for a person, two spaces a level. Text that is no JSON, or nests
// deeper than messages do, is an error.
func Indent(text []byte) ([]byte, error) {
	if err := checkJSON(text); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
