package appws

import (
	"errors"
	"strings"
	"testing"
)

func TestIndent(t *testing.T) {
	got, err := Indent([]byte(`{"mt":"A","list":[1,{}]}`))
	if want := "{\n  \"mt\": \"A\",\n  \"list\": [\n    1,\n    {}\n  ]\n}"; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := Indent([]byte(strings.Repeat("[", 200) + strings.Repeat("]", 200))); !errors.Is(err, errDepth) {
		t.Errorf("too deep: %v", err)
	}
	if _, err := Indent([]byte(`{"mt"`)); err == nil {
		t.Error("half a message is laid out")
	}
}
