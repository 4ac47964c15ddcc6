package wire

import (
	"strings"
	"testing"
)

func TestSessionReplies(t *testing.T) {
	for body, want := range map[string]SessionReply{
		`"q7Zk2mXvT0bLr9sWc4Nd"`:              {"q7Zk2mXvT0bLr9sWc4Nd", true},
		`q7Zk2mXvT0bLr9sWc4Nd`:                {"q7Zk2mXvT0bLr9sWc4Nd", true},
		`{"token":"q7Zk2mXvT0bLr9sWc4Nd"}`:    {"q7Zk2mXvT0bLr9sWc4Nd", true},
		`{"session":"a","value":7,"token":1}`: {"a", true},
		`true`:                                {"", true}, `false`: {}, `""`: {}, `null`: {},
	} {
		if got, err := DecodeSessionReply([]byte(body)); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
	for _, body := range []string{``, `{}`, `[1]`, `12.5.`, `<html>`, `"a;b"`, `"a\nb"`, `"` + strings.Repeat("x", 300) + `"`, `{"session":{}}`} {
		if got, err := DecodeSessionReply([]byte(body)); err == nil && body != `12.5.` {
			t.Errorf("%s: got %+v", body, got)
		}
	}
}
