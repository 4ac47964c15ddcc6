package record

import (
	"strings"
	"testing"

	"github.com/patchcord/patchcord/appws"
)

func TestWarnings(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"mt":"Echo","data":{"a1":1,"01":2,"":3,"list":[1,2,{"b":null}]}}`, ""},
		{`{"mt":"x","pad":"` + strings.Repeat("x", 16_384) + `"}`, "in parts"},
		{`{"mt":"x","pad":"` + strings.Repeat("x", 65_000) + `"}`, "below the 65535"},
		{`{"mt":"x","pad":"` + strings.Repeat("x", 70_000) + `"}`, "take at most 65535"},
		{`{"mt":"x","list":[` + strings.Repeat("1,", 3000) + `1]}`, "JSON values"},
		{`{"mt":"x","a":["b\u0000c"]}`, "U+0000"},
		{`{"mt":"x","a":{"\u0000":1}}`, "U+0000"},
		{`{"mt":"x","users":{"201":"Anna"}}`, `"201" is named like an integer`},
		{`{"mt":"x","mt":"y"}`, `"mt" is there twice`},
		{`hello`, ""},
		{strings.Repeat("[", 100_000), ""},
	} {
		got := Warnings([]byte(tt.text))
		if tt.want == "" && len(got) > 0 && len(tt.text) < 1000 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("%.60s: %q, want %q", tt.text, got, tt.want)
		}
	}
	h := New(Options{})
	for _, f := range []appws.Frame{
		{Dir: appws.Out, Text: []byte(`{"mt":"X","src":"1"}`)}, {Dir: appws.In, Text: []byte(`{"mt":"XResult","src":"1"}`)},
		{Dir: appws.Out, Text: []byte(`{"mt":"X","src":"2"}`)}, {Dir: appws.In, Text: []byte(`{"mt":"XResult"}`)},
		{Dir: appws.Out, Text: []byte(`{"mt":"X"}`)}, {Dir: appws.In, Text: []byte(`{"mt":"XResult"}`)},
	} {
		h.Message(f)
	}
	for i, e := range h.Entries(false) {
		if (len(e.Warnings) == 1 && e.Warnings[0] == noEcho) != (i == 3) {
			t.Errorf("entry %d has the warnings %q", e.N, e.Warnings)
		}
	}
}
