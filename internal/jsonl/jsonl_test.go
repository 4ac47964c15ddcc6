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

func TestStrict(t *testing.T) {
	for line, ok := range map[string]bool{
		`{"a":1}`: true, ` {"a":1} `: true, `{"b":1}`: false, `{"a":1}{"a":2}`: false, `{"a":1} x`: false, ``: false, `[`: false,
	} {
		var v struct{ A int }
		if err := Strict([]byte(line), &v); (err == nil) != ok {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestLongLine(t *testing.T) {
	lines := Lines(strings.NewReader("short\n"+strings.Repeat("x", 101)+"\n"), 100)
	if !lines.Scan() || lines.Text() != "short" || lines.Scan() || lines.Err() != bufio.ErrTooLong {
		t.Errorf("%q, %v", lines.Text(), lines.Err())
	}
}
