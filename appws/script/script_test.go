package script

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/patchcord/patchcord/appws"
)

// scripted is a peer that answers each message it is sent with the next of its answers.
type scripted struct {
	sent    []string
	answers []string
}

func (s *scripted) SendText(_ context.Context, text string) error {
	s.sent = append(s.sent, text)
	return nil
}

func (s *scripted) Recv(ctx context.Context) (appws.Message, error) {
	if len(s.answers) == 0 {
		<-ctx.Done()
		return appws.Message{}, ctx.Err()
	}
	m, err := appws.ParseMessage([]byte(s.answers[0]))
	s.answers = s.answers[1:]
	return m, err
}

func TestRun(t *testing.T) {
	answers := []string{`{"mt":"Other"}`, `{"mt":"EchoResult","api":"echo","src":"77","data":{"n":9007199254740993,"list":[1,"a"]}}`, `{"mt":"Count","count":1}`}
	for _, tt := range []struct{ name, script, want string }{
		{"all as expected", `# a comment
> {"mt":"Echo","api":"echo"}
within 2s
< {"mt":"EchoResult","src":"*","data":{"n":9007199254740993,"list":[1,"*"]}}
pause 1s
< {"count":1}`, ""},
		{"another number", `< {"data":{"n":9007199254740992}}`, "line 1: no such message came within 5s; the last that came: "},
		{"a longer list", `< {"data":{"list":[1]}}`, "line 1: no such message"},
		{"no text", `< {"count":"*"}`, "line 1: no such message"},
		{"what must not come", "! {\"mt\":\"Other\"}\n< {\"mt\":\"Count\"}", "line 1: this came although it must not"},
		{"what must not come comes later", "< {\"mt\":\"Other\"}\n! {\"mt\":\"Other\"}\n< {\"mt\":\"Count\"}", ""},
		{"nothing more", "< {\"mt\":\"Count\"}\n< {\"mt\":\"Count\"}", "line 2: no such message came within 5s; nothing came."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, err := Read(strings.NewReader(tt.script))
				if err != nil {
					t.Fatal(err)
				}
				p := &scripted{answers: answers}
				err = s.Run(t.Context(), p)
				if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
					t.Errorf("%v, want %q", err, tt.want)
				}
				if sends := strings.Count(tt.script, "> "); len(p.sent) != sends {
					t.Errorf("%d sent", len(p.sent))
				}
			})
		})
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\nhello":            `line 2: it begins with "hello"`,
		`> {"mt":1}`:         "line 1: a message has a member",
		`> {`:                "line 1: byte 1",
		`< [1]`:              "line 1: what is expected is a JSON object",
		`< {} {}`:            "line 1: what is expected is a JSON object",
		`within soon`:        "line 1: a time is written as",
		`pause -1s`:          "line 1: a time is written as",
		"# x\n! null":        "line 2: what is expected is a JSON object",
		"> " + long(maxLine): "line 1: the line is too long",
	} {
		var where *Error
		if _, err := Read(strings.NewReader(text)); !errors.As(err, &where) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func long(n int) string { return strings.Repeat("x", n) }
