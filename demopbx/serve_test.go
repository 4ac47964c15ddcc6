package demopbx

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
)

func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	served := make(chan error, 1)
	go func() {
		err := Serve(ctx, Options{}, in)
		in.CloseWithError(io.EOF)
		served <- err
	}()
	lines := bufio.NewScanner(out)
	url, welcome := "", ""
	for url == "" && lines.Scan() {
		welcome += lines.Text()
		if _, after, found := strings.Cut(lines.Text(), "server "); found {
			url = strings.TrimSpace(after)
		}
	}
	reported := make(chan string, 1)
	go func() {
		text := ""
		for lines.Scan() {
			if text += lines.Text(); strings.Contains(text, "login") {
				cancel()
			}
		}
		reported <- text
	}()
	if code, body, _ := request(t, "PUT", url+"/rest/system/session", `{"name":"auth","value":"201 `+md5Demo+`"}`); code != 200 {
		t.Errorf("%d %s", code, body)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	text := welcome + <-reported
	for _, want := range []string{exchange.Domain, `"demo"`, "admin", "600 repeats", AppsPath, EchoPath, "login"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told: %s", want, text)
		}
	}
}

func TestEntryIsFitForATerminal(t *testing.T) {
	e := exchange.Entry{Kind: exchange.CallRefused, User: "201", Peer: "\x1b]0;x\x07", Text: "\u202e\x9b"}
	for _, r := range e.String() {
		if r < ' ' || r == 0x9b || r == '\u202e' {
			t.Errorf("%q", e.String())
		}
	}
}
