package jsonl

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile is a name that a caller might send.
var hostile = []string{"Mario", "Zoë \U0001f4de", "\x1b]0;owned\a", "a\u009d2;x\u009c", "\u202elatniger", "line\r\nbreak\u2028", "\x7f\x00", "\xff\xfe"}

func TestLinesArePrintable(t *testing.T) {
	for _, name := range hostile {
		line, err := Marshal(map[string]string{"name": name})
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range line {
			if last := i == len(line)-1; last != (b == '\n') || !last && (b < ' ' || b >= 0x7f) {
				t.Errorf("%q holds %#x at %d", line, b, i)
			}
		}
		var back map[string]string
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(name) && back["name"] != name {
			t.Errorf("%q came back as %q", name, back["name"])
		}
	}
}

// TestStrict: what is wrong with a line is said without the words of the library.
func TestStrict(t *testing.T) {
	for line, want := range map[string]string{
		`{"a":1}`: "", ` {"a":1} `: "", `{"b\u001b":1}`: `there is no key "b\x1b"`, `{"a":1}{"a":2}`: "there is more than one value in the line",
		`{"a":1} x`: "there is more than one value in the line", ``: "the line is empty", `[`: "the JSON ends too early",
		`{"a":`: "the JSON ends too early", `hello`: "it is no JSON from character 1 on", `{"a":x}`: "it is no JSON from character 6 on",
		`{"a":"x"}`: `"a" has a value of the wrong kind`, `[1]`: "it is no JSON object", `7`: "it is no JSON object",
	} {
		var v struct {
			A int `json:"a"`
		}
		if err := Strict([]byte(line), &v); err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
	var v struct{ A int }
	if err := Lenient([]byte(`{"b":1,"a":"x"`), &v); err == nil || err.Error() != "the JSON ends too early" && err.Error() != "it is no JSON from character 14 on" {
		t.Error(err)
	}
}

func TestLongLine(t *testing.T) {
	lines := Lines(strings.NewReader("short\n"+strings.Repeat("x", 101)+"\n"), 100)
	if !lines.Scan() || lines.Text() != "short" || lines.Scan() || lines.Err() != bufio.ErrTooLong {
		t.Errorf("%q, %v", lines.Text(), lines.Err())
	}
}
