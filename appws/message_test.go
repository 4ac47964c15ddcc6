package appws

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
)

// TestPlainBytes finds each byte that ends or escapes a string, wherever it stands among eight, and no other.
func TestPlainBytes(t *testing.T) {
	for c := range 256 {
		for at := range 16 {
			b := []byte("abcdefghABCDEFGH")
			b[at] = byte(c)
			want := 16
			if c < ' ' || c == '"' || c == '\\' {
				want = at / 8 * 8
			}
			if got := plainBytes(b); got != want {
				t.Errorf("%q at %d: %d, want %d", c, at, got, want)
			}
		}
	}
}

func TestParseMessage(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Message
		bad  bool
	}{
		{`{"mt":"X","api":"a","src":"s"}`, Message{MT: "X", API: "a", Src: "s"}, false},
		{` { "src" : 7 , "mt" : "X" } `, Message{MT: "X", Src: "7"}, false},
		{`{"mt":"X","src":{"a":[1,"}"]}}`, Message{MT: "X", Src: `{"a":[1,"}"]}`}, false},
		{`{"mt":"a\"\u00fc\ud83d\ude00\n\/"}`, Message{MT: "a\"ü😀\n/"}, false},
		{`{"mt":"\ud83d"}`, Message{MT: "\ufffd"}, false},
		{`{"mt":"X","mt":"Y"}`, Message{MT: "Y"}, false}, // as in JavaScript
		{`{"MT":"X","Api":"a"}`, Message{}, false},       // names are exact
		{`{"\u006dt":"X"}`, Message{MT: "X"}, false},
		{`{"mt":1,"api":null}`, Message{}, false},
		{`{"x":{"mt":"inner"},"mt":"X"}`, Message{MT: "X"}, false},
		{`{}`, Message{}, false},
		{`[]`, Message{}, true},
		{`"mt"`, Message{}, true},
		{``, Message{}, true},
		{`{"mt":"X"`, Message{}, true},
		{`{"mt":"X"}}`, Message{}, true},
		{`{"mt":"X",}`, Message{}, true},
		{`{,}`, Message{}, true},
		{`{"mt" "X"}`, Message{}, true},
		{`{mt:"X"}`, Message{}, true},
		{`{"a":01}`, Message{}, true},
		{`{"a":1.}`, Message{}, true},
		{`{"a":.5}`, Message{}, true},
		{`{"a":1e}`, Message{}, true},
		{`{"a":-}`, Message{}, true},
		{`{"a":tru}`, Message{}, true},
		{`{"a":[1,]}`, Message{}, true},
		{`{"a":"` + "\n" + `"}`, Message{}, true},
		{`{"a":"\x"}`, Message{}, true},
		{`{"a":"\u12g4"}`, Message{}, true},
		{`{"a":"\`, Message{}, true},
	} {
		m, err := ParseMessage([]byte(tt.text))
		if (err != nil) != tt.bad || m.MT != tt.want.MT || m.API != tt.want.API || m.Src != tt.want.Src {
			t.Errorf("%s: %+v, %v", tt.text, m, err)
		}
	}
}

// TestDepth takes values as deep as the bound and no deeper.
func TestDepth(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	if err := checkJSON(nested(maxDepth)); err != nil {
		t.Error(err)
	}
	if err := checkJSON(nested(maxDepth + 1)); !errors.Is(err, errDepth) {
		t.Errorf("too deep: %v", err)
	}
	if err := checkJSON([]byte(strings.Repeat("[],", 9))); err == nil {
		t.Error("leaving an array does not count")
	}
	if err := checkJSON([]byte("[" + strings.Repeat("[],", 2*maxDepth) + "[]]")); err != nil {
		t.Errorf("wide but not deep: %v", err)
	}
}

func TestResult(t *testing.T) {
	for _, tt := range []struct {
		request string
		members any
		want    string
	}{
		{`{"mt":"X"}`, nil, `{"mt":"XResult"}`},
		{`{"mt":"X","api":"a","src":"s"}`, map[string]int{"n": 1}, `{"mt":"XResult","api":"a","src":"s","n":1}`},
		{`{"mt":"X","src":{"a": 1}}`, struct{}{}, `{"mt":"XResult","src":{"a": 1}}`},
		{`{"mt":"<X>","api":"\u2028"}`, map[string]string{"u": "<&>"}, `{"mt":"<X>Result","api":"` + "\u2028" + `","u":"<&>"}`},
		{`{"mt":"X"}`, json.RawMessage(` { "a":1 }`), `{"mt":"XResult","a":1 }`},
	} {
		m, err := ParseMessage([]byte(tt.request))
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Result(tt.members)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v, want %s", tt.request, got, err, tt.want)
		}
	}
	for _, bad := range []any{1, []int{}, "x", json.RawMessage(`{`), json.RawMessage(``), func() {}} {
		if got, err := (Message{MT: "X"}).Result(bad); err == nil {
			t.Errorf("%v: %s", bad, got)
		}
	}
}

func TestMarshalInfo(t *testing.T) {
	type info struct {
		CN   string `json:"cn"`
		Tags []any  `json:"tags"`
	}
	got, err := MarshalInfo(info{"<J> & \u2028 \b \x7f /", []any{1.5, 1e21, uint64(1<<63 + 1), nil}})
	want := `{"cn":"<J> & ` + "\u2028" + ` \b ` + "\x7f" + ` /","tags":[1.5,1e+21,9223372036854775809,null]}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	if _, err := MarshalInfo(func() {}); err == nil {
		t.Error("a function is encoded")
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "-0.0": "0", "10": "10", "1.50": "1.5", "1e21": "1e+21", "1E2": "100", "1e-6": "0.000001",
		"1e-7": "1e-7", "12e-8": "1.2e-7", "1e400": "1e400", "123456789012345678901234567890": "123456789012345678901234567890",
		"-1.5e300": "-1.5e+300", "1e-10": "1e-10",
	} {
		if got := string(canonicalInfo([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	for _, err := range []error{
		ErrClosed, ErrNotConnected, ErrAuthenticatorGone, ErrSilent, &CloseError{Code: 1009, Reason: "big"}, &CloseError{Code: 1005},
		violation(1007, errDepth), &RefusedError{}, &RefusedError{Text: "\x1b[31m"}, &ServiceError{Code: "1"}, ErrNoPassword,
		ErrConnScheme, ErrScheme, &SyntaxError{3, errDepth}, ErrNoType, ErrTooLong, errors.New("something else"), errors.New(""),
		&net.OpError{Op: "write", Err: syscall.EPIPE}, fmt.Errorf("sending: %w", syscall.ENETUNREACH),
	} {
		s := Explain(err)
		if !strings.HasSuffix(s, ".") || strings.Contains(s, "pipe") || strings.Contains(s, "unreachable") || strings.ContainsAny(s, "\x1b\n") || len(s) > 250 {
			t.Errorf("%v is explained as %q", err, s)
		}
	}
}

// TestZeroBytes: U+0000 is sent like any other text to peers that accept it.
func TestZeroBytes(t *testing.T) {
	key := NewSessionKey("0123456789abcdef", "pwd")
	hidden, err := key.Encrypt("a\x00b", "c\x00d")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := key.Decrypt("a\x00b", hidden); err != nil || plain != "c\x00d" {
		t.Errorf("decrypted to %q, %v", plain, err)
	}
	conn := dial(t, Config{URL: serve(t, newTestService(ServiceConfig{})), App: "a", Password: "pw"})
	m, err := conn.Do(deadline(t), map[string]string{"mt": "Echo", "api": "echo", "data": "c\x00d"})
	if text, _ := textMember(m.Raw, "data"); err != nil || text != "c\x00d" {
		t.Errorf("heard %s, %v", m.Raw, err)
	}
}
