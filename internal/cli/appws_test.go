package cli

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
)

// practiceEcho is an echo service on a loopback port, and its URL.
func practiceEcho(t *testing.T) string {
	t.Helper()
	echo := appwstest.NewEcho("pw", appwstest.Options{})
	server := httptest.NewServer(echo)
	t.Cleanup(func() { _ = echo.Close(); server.Close() })
	t.Setenv("APPWS_PASSWORD", "pw")
	return server.URL
}

// TestExpect holds conversations that a file describes; the status says whether they went so.
func TestExpect(t *testing.T) {
	url := practiceEcho(t)
	file := filepath.Join(t.TempDir(), "conversation")
	for text, want := range map[string]string{
		"> {\"mt\":\"Echo\",\"api\":\"echo\",\"src\":\"1\",\"data\":7}\n! {\"error\":\"*\"}\n< {\"mt\":\"EchoResult\",\"src\":\"1\",\"data\":7}": "",
		"within 100ms\n> {\"mt\":\"Echo\",\"api\":\"echo\",\"data\":7}\n< {\"data\":8}":                                                          `line 3: no such message came within 100ms; the last that came: "{\"mt\":\"EchoResult\"`,
		"> hello": "line 1: ",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, trouble, code := runs(t, "appws", "expect", file, "-url", url, "-app", "echo")
		if (code == 0) != (want == "") || !strings.Contains(trouble, want) {
			t.Errorf("%s\ncode %d, %s", text, code, trouble)
		}
	}
	t.Setenv("APPWS_PASSWORD", "wrong")
	if _, trouble, code := runs(t, "appws", "expect", file, "-url", url, "-app", "echo"); code != 1 {
		t.Errorf("a wrong password: code %d, %s", code, trouble)
	}
}

// TestConnectLongLine says in our words that a line is too long to be sent, by how much whatever.
func TestConnectLongLine(t *testing.T) {
	url := practiceEcho(t)
	for _, size := range []int{appws.MaxMessage + 1, 3 * appws.MaxMessage} {
		var out, trouble bytes.Buffer
		root := commands(program, &out, &trouble)
		line := `{"mt":"Echo","api":"echo","data":"` + strings.Repeat("x", size-36) + `"}`
		root.SetIn(strings.NewReader("\n" + line + "\n"))
		root.SetArgs([]string{"appws", "connect", "--url", url, "--app", "echo"})
		if err := root.ExecuteContext(context.Background()); err == nil || !strings.Contains(err.Error(), "line 2: The message is too long") {
			t.Errorf("%d bytes: %v", len(line), err)
		}
	}
}

// TestConnect sends the lines of the input and prints what comes, to the last answer.
func TestConnect(t *testing.T) {
	url := practiceEcho(t)
	var out, trouble bytes.Buffer
	root := commands(program, &out, &trouble)
	root.SetIn(strings.NewReader("{\"mt\":\"Echo\",\"api\":\"echo\",\"data\":1}\n\n{\"mt\":\"Echo\",\"api\":\"echo\",\"data\":2}\n"))
	root.SetArgs([]string{"appws", "connect", "--url", url, "--app", "echo"})
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatal(err)
	}
	if want := "{\"mt\":\"EchoResult\",\"api\":\"echo\",\"data\":1}\n{\"mt\":\"EchoResult\",\"api\":\"echo\",\"data\":2}\n"; out.String() != want {
		t.Errorf("printed %q, want %q; %s", out.String(), want, trouble.String())
	}
	for line, want := range map[string]string{
		"appws":                       "say what to do",
		"appws connect":               "name a session of config.toml, or give --url and --app",
		"appws connect a b":           "one session at a time",
		"appws connect a -url ws://x": "either a session of config.toml or --url",
		"appws expect":                "appws expect needs a file",
		"appws proxy":                 "appws proxy needs --to",
		"appws mock":                  "appws mock needs the file",
	} {
		if _, trouble, code := runs(t, strings.Fields(line)...); code != exitUsage || !strings.Contains(trouble, want) {
			t.Errorf("%s: code %d, %s", line, code, trouble)
		}
	}
}
