package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/internal/redact"
)

// summary tells an entry in a few words.
func summary(e Entry) string {
	if e.Dir == Note {
		return "note"
	}
	s := fmt.Sprintf("%s %s", e.Dir, e.MT)
	if e.State != Unpaired {
		s += " " + string(e.State)
	}
	if e.Pair != 0 {
		s += fmt.Sprintf(" %d", e.Pair)
	}
	return s
}

// TestOtherBounds gives a record that is in use fewer entries, then more, and another secret to hide.
func TestOtherBounds(t *testing.T) {
	h := New(Options{Asks: appws.In})
	add := func() {
		for range 20 {
			h.Message(appws.Frame{Dir: appws.In, Text: []byte(`{"mt":"m","pin":"4711"}`)})
		}
	}
	add()
	h.Bound(Options{MaxEntries: 5, Hide: redact.New("pin")})
	if len(h.entries) != 5 || h.entries[0].N != 16 || len(h.pending) != 5 {
		t.Errorf("%d entries from %d, %d pending", len(h.entries), h.entries[0].N, len(h.pending))
	}
	h.Bound(Options{MaxEntries: 15, Hide: redact.New("pin")})
	add()
	if len(h.entries) != 15 || h.entries[14].Hidden != 1 || len(h.pending) != 15 {
		t.Errorf("%d entries, %+v, %d pending", len(h.entries), h.entries[14].Entry, len(h.pending))
	}
}

// TestHistoryBounds fills a record beyond its bounds in count and in bytes.
func TestHistoryBounds(t *testing.T) {
	h := History{Options: Options{MaxEntries: 10, MaxBytes: 1000}}
	for i := range 100 {
		h.Message(appws.Frame{Dir: appws.Out, Text: fmt.Appendf(nil, `{"mt":"m%d"}`, i)})
	}
	if len(h.entries) != 10 || h.entries[0].N != 91 || len(h.pending) != 10 || h.pending[0] != 91 {
		t.Errorf("%d entries from %d, %d pending", len(h.entries), h.entries[0].N, len(h.pending))
	}
	if h.at(90) != nil || h.at(91).MT != "m90" || h.at(101) != nil {
		t.Error("entries are not found by number")
	}
	for range 5 {
		h.Message(appws.Frame{Dir: appws.In, Text: []byte(`{"mt":"x","v":"` + strings.Repeat("x", 385) + `"}`)})
	}
	if len(h.entries) != 2 || h.bytes != 2*402 {
		t.Errorf("%d entries of %d bytes", len(h.entries), h.bytes)
	}
	h.Message(appws.Frame{Dir: appws.In, Text: []byte(`{"mt":"` + strings.Repeat("x", 2000) + `"}`)})
	if len(h.entries) != 1 || len(h.pending) != 0 {
		t.Errorf("%d entries after one that is too large", len(h.entries))
	}
}

func TestPairing(t *testing.T) {
	for _, tt := range []struct {
		request, message string
		want             bool
	}{
		{`{"mt":"X"}`, `{"mt":"XResult"}`, true},
		{`{"mt":"X","api":"a"}`, `{"mt":"XResult","api":"a"}`, true},
		{`{"mt":"X","api":"a"}`, `{"mt":"XResult"}`, false},
		{`{"mt":"X","api":"a","src":"1"}`, `{"mt":"XResult","src":"1"}`, true},
		{`{"mt":"X","src":"1"}`, `{"mt":"XResult","src":"2"}`, false},
		{`{"mt":"X","src":"1"}`, `{"mt":"XResult"}`, true},
		{`{"mt":"X"}`, `{"mt":"YResult"}`, false},
		{`{"mt":"X"}`, `{"mt":"XInfo"}`, false},
		{`{"mt":"UserData","src":"1"}`, `{"mt":"UserDataInfo","src":"1"}`, true},
		{`{"mt":"SubscribeServices","src":"1"}`, `{"mt":"ServicesInfo","src":"1"}`, false},
		{`{"mt":"AppPlatformInfoRequest"}`, `{"mt":"AppPlatformInfoResult"}`, true},
		{`{"mt":"X"}`, `{"mt":"Result"}`, false},
	} {
		r, _ := appws.ParseMessage([]byte(tt.request))
		m, _ := appws.ParseMessage([]byte(tt.message))
		if got := answers(r, m); got != tt.want {
			t.Errorf("%s answers %s: %t", tt.message, tt.request, got)
		}
	}
	h := History{Options: Options{MaxEntries: 10, MaxBytes: 1000}}
	for _, f := range []appws.Frame{
		{Dir: appws.Out, Text: []byte(`{"mt":"X"}`)}, {Dir: appws.Out, Text: []byte(`{"mt":"X"}`)},
		{Dir: appws.In, Text: []byte(`{"mt":"XResult"}`)}, {Dir: appws.Out, Text: []byte(`{"mt":"KeepAlive"}`)},
		{Dir: appws.Out, Text: []byte(`{"mt":"PingResult"}`)}, {Dir: appws.Out, Text: []byte(`hello`)},
	} {
		h.Message(f)
	}
	var got []string
	for _, k := range h.entries {
		got = append(got, summary(k.Entry))
	}
	want := []string{"out X answered 3", "out X pending", "in XResult 1", "out KeepAlive", "out PingResult", "out "}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHideSecrets(t *testing.T) {
	for text, want := range map[string]string{
		`{"mt":"x","data":"key"}`:                   `{"mt":"x","data":"key"}`,
		`{"digest":"abcd"}`:                         `{"digest":"<hidden, 4 chars>"}`,
		` { "key" : "ü" , "a" : 1 } `:               ` { "key" : "<hidden, 1 chars>" , "a" : 1 } `,
		`{"a":[{"b":{"Password":"p"}}, 2]}`:         `{"a":[{"b":{"Password":"<hidden, 1 chars>"}}, 2]}`,
		`{"token":{"a":"b"},"x":[],"y":{}}`:         `{"token":"<hidden>","x":[],"y":{}}`,
		`{"password":1234}`:                         `{"password":"<hidden>"}`,
		`{"key":null,"pwd":"","token":true}`:        `{"key":null,"pwd":"","token":true}`,
		`{"sessionKey":"k","session_key":"k"}`:      `{"sessionKey":"<hidden, 1 chars>","session_key":"<hidden, 1 chars>"}`,
		`{"hotkey":"F3","monkey":"m"}`:              `{"hotkey":"F3","monkey":"m"}`,
		`{"\u006bey":"k"}`:                          `{"\u006bey":"<hidden, 1 chars>"}`,
		`{"accessToken":"t","userpassword":"p"}`:    `{"accessToken":"<hidden, 1 chars>","userpassword":"<hidden, 1 chars>"}`,
		`hello world`:                               `hello world`,
		`my password is x`:                          `<hidden, 16 chars>`,
		`{"mt":"AppLogin","digest":"abc`:            `<hidden, 30 chars>`,
		`["key",{"key":["a","b"]}]`:                 `["key",{"key":"<hidden>"}]`,
		`{"mt":"x","list":[{"pw":"a"},{"pw":"b"}]}`: `{"mt":"x","list":[{"pw":"<hidden, 1 chars>"},{"pw":"<hidden, 1 chars>"}]}`,
	} {
		got, hidden := hideSecrets(nil, []byte(text))
		if string(got) != want || (hidden > 0) != (text != want) {
			t.Errorf("%s\nhidden as %s (%d), want\n          %s", text, got, hidden, want)
		}
	}
}

func TestReadLogErrors(t *testing.T) {
	head := `{"format":"appws-log/1","name":"n","url":"u","app":"a"}` + "\n"
	for text, want := range map[string]string{
		"hello":                     "line 1: it is no JSON",
		`{"format":"other"}`:        "line 1: the file does not begin",
		head + `{"n":1`:             "line 2: it is no JSON",
		head + `{"n":0,"dir":"in"}`: "line 2: it is out of order",
		head + `{"n":1,"dir":"up"}`: `line 2: its dir is "up"`,
		head + `{"n":1,"dir":"in"}` + "\n" + `{"n":3,"dir":"in"}`: "line 3: it is out of order",
		head + strings.Repeat("x", maxLogLine+1):                  "read a log: a line is too long",
		head + `{"n":"one"}`:                                      "line 2: it is no entry of a log",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", text, err, want)
		}
	}
	if l, err := Read(strings.NewReader(head)); err != nil || l.Name != "n" || l.URL != "u" || l.App != "a" {
		t.Errorf("%+v, %v", l, err)
	}
}

// FuzzRead reads anything as a saved record; what it accepts is written back unchanged, and a
// record can hold it.
func FuzzRead(f *testing.F) {
	head := `{"format":"appws-log/1","name":"n","url":"u","app":"a"}` + "\n"
	for _, lines := range []string{
		"", `{"n":1,"at":"2026-01-01T00:00:00Z","dir":"out","text":"","message":{"mt":"X"},"state":"pending"}`,
		`{"n":3,"dir":"note","text":"Connected."}` + "\n" + `{"n":4,"dir":"in","text":"hello"}`, `{"n":1,"dir":"in","pair":99,"took":-1}`,
	} {
		f.Add([]byte(head + lines))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := l.Write(&out); err != nil {
			return // a time beyond what JSON can hold
		}
		again, err := Read(bytes.NewReader(out.Bytes()))
		if err != nil || len(again.Entries) != len(l.Entries) {
			t.Fatalf("%s was read, and written as %s: %v", text, out.Bytes(), err)
		}
		h := New(Options{})
		for _, e := range again.Entries {
			h.Restore(e)
		}
		h.Entries(true)
	})
}

// FuzzHide: what is hidden in JSON leaves JSON, and anything may be looked at.
func FuzzHide(f *testing.F) {
	for _, s := range []string{`{"key":"x","n":[{"token":1}]}`, `{"a":"\`, `my password is x`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if hidden, _ := hideSecrets(nil, text); json.Valid(text) && !json.Valid(hidden) {
			t.Errorf("%s is hidden as %s", text, hidden)
		}
	})
}
